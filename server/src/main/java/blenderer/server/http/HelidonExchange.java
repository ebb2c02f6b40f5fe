package blenderer.server.http;

import blenderer.api.Farm;
import io.helidon.common.buffers.DataReader;
import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** An exchange on Helidon. */
final class HelidonExchange implements Exchange {

  /** What is read of a body nobody wanted, so that the peer gets to read the answer. */
  private static final long DRAIN = 16 << 20;

  private final ServerRequest request;
  private final ServerResponse response;
  private final StuckWriters stuck;
  private Map<String, String> params = Map.of();
  private boolean answered;

  HelidonExchange(ServerRequest request, ServerResponse response, StuckWriters stuck) {
    this.request = request;
    this.response = response;
    this.stuck = stuck;
  }

  void params(Map<String, String> found) {
    params = found;
  }

  boolean isAnswered() {
    return answered;
  }

  /** Answers with an error, or cuts the connection if an answer has begun. */
  void fail(Farm.Problem problem) {
    if (answered) {
      throw new CloseConnectionException("failed in mid-answer: " + problem.code());
    }
    if (request.content().hasEntity() && (length() < 0 || length() > DRAIN)) {
      answerHeader("Connection", "close");
    }
    try {
      problem(problem);
    } catch (IOException e) {
      throw new CloseConnectionException("the peer is gone", e);
    }
  }

  @Override
  public String method() {
    return request.prologue().method().text();
  }

  @Override
  public String path() {
    return request.path().rawPath();
  }

  @Override
  public String rawQuery() {
    return request.query().rawValue();
  }

  @Override
  public String param(String name) {
    String value = params.get(name);
    if (value == null) {
      throw new IllegalStateException("the route has no parameter " + name);
    }
    return value;
  }

  @Override
  public Optional<String> query(String name) {
    return request.query().contains(name)
        ? request.query().all(name).stream().findFirst()
        : Optional.empty();
  }

  @Override
  public Map<String, List<String>> headers() {
    Map<String, List<String>> all = new HashMap<>();
    request.headers().forEach(header -> all.put(header.name(), header.allValues()));
    return all;
  }

  @Override
  public Optional<String> header(String name) {
    return request.headers().first(HeaderNames.create(name));
  }

  @Override
  public String peer() {
    return request.remotePeer().address() instanceof InetSocketAddress peer
        ? peer.getAddress().getHostAddress()
        : "unknown";
  }

  @Override
  public long length() {
    return request.content().hasEntity() ? request.headers().contentLength().orElse(-1) : 0;
  }

  @Override
  public InputStream body() {
    return request.content().hasEntity()
        ? new CutAware(request.content().inputStream())
        : InputStream.nullInputStream();
  }

  /** A body; Helidon tells of a peer that went away in mid-body by an exception of its own. */
  private static final class CutAware extends FilterInputStream {
    CutAware(InputStream in) {
      super(in);
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      try {
        return super.read(bytes, offset, length);
      } catch (DataReader.InsufficientDataAvailableException | UncheckedIOException e) {
        throw new IOException("the body was cut", e);
      }
    }
  }

  @Override
  public void answerHeader(String name, String value) {
    response.header(name, value);
  }

  @Override
  public void send(int status, String type, byte[] body) throws IOException {
    boolean head = method().equals("HEAD");
    begin(status, type, body.length == 0 && !head ? -1 : body.length);
    network(() -> response.send(head ? new byte[0] : body));
  }

  @Override
  public OutputStream stream(int status, String type, long length) throws IOException {
    begin(status, type, length);
    if (method().equals("HEAD")) {
      network(response::send);
      return OutputStream.nullOutputStream();
    }
    return stuck.guard(response.outputStream());
  }

  private void begin(int status, String type, long length) {
    if (!type.isEmpty()) {
      response.header(HeaderNames.CONTENT_TYPE, type);
    }
    if (length >= 0) {
      response.header(HeaderNames.CONTENT_LENGTH, Long.toString(length));
    }
    response.status(Status.create(status));
    answered = true;
  }

  private void network(Runnable send) throws IOException {
    try {
      stuck.guard(send::run);
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }
}
