package blenderer.api;

import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/**
 * One TLS connection that carries one request after another. One thread at a time, save {@link
 * #abort}.
 */
final class HttpConnection {

  /** Nobody waits longer for one computer when there is another to go to. */
  private static final Duration ONE_OF_SEVERAL = Duration.ofSeconds(3);

  private static final int MOST_HEADERS = 200;

  private final HttpPool pool;
  private final ConnectionString.Address address;
  private final Socket raw;
  private final SSLSocket socket;
  private final WireInput in;
  private final OutputStream out;
  private boolean used;
  private volatile boolean aborted;

  /** When it was last given back, by {@link System#nanoTime}. */
  long idleSince;

  /**
   * A kept connection that the server had closed: a small request was most likely not looked at. A
   * large one may have been taken in part; its sender asks how far it got.
   */
  static final class Stale extends IOException {
    Stale(Throwable cause) {
      super("the server had closed the idle connection", cause);
    }
  }

  private HttpConnection(
      HttpPool pool, ConnectionString.Address address, Socket raw, SSLSocket socket)
      throws IOException {
    this.pool = pool;
    this.address = address;
    this.raw = raw;
    this.socket = socket;
    this.in = new WireInput(socket.getInputStream());
    this.out = socket.getOutputStream();
  }

  /**
   * Connects and shakes hands; every address of the host is tried.
   *
   * @param several whether there are other servers to try
   * @param patience for one address, when there is no other
   */
  static HttpConnection open(
      HttpPool pool,
      ConnectionString.Address address,
      ServerTrust trust,
      boolean several,
      Duration patience)
      throws IOException {
    IOException last = null;
    InetAddress[] all = InetAddress.getAllByName(address.host());
    boolean impatient = (several || all.length > 1) && patience.compareTo(ONE_OF_SEVERAL) > 0;
    long most = (impatient ? ONE_OF_SEVERAL : patience).toMillis();
    for (InetAddress inet : all) {
      Socket raw = new Socket();
      try {
        raw.setTcpNoDelay(true);
        raw.setKeepAlive(true);
        long from = System.nanoTime();
        raw.connect(new InetSocketAddress(inet, address.port()), Math.toIntExact(most));
        long spent = (System.nanoTime() - from) / 1_000_000;
        raw.setSoTimeout(Math.toIntExact(Math.max(1, most - spent)));
        SSLSocket socket = trust.wrap(raw, address.host(), address.port());
        socket.startHandshake();
        return new HttpConnection(pool, address, raw, socket);
      } catch (IOException e) {
        raw.close();
        if (last != null) {
          e.addSuppressed(last);
        }
        last = e;
      }
    }
    throw last != null ? last : new IOException("the name has no address");
  }

  ConnectionString.Address address() {
    return address;
  }

  boolean wasAborted() {
    return aborted;
  }

  /** Sends a request and reads the head of the reply. */
  HttpReply send(HttpCall call, String authorization) throws IOException {
    boolean reused = used;
    used = true;
    in.expectReply();
    try {
      mostSilence(call.headTimeout());
      write(call, authorization);
      HttpReply reply = readHead(call);
      mostSilence(call.readTimeout());
      return reply;
    } catch (SocketTimeoutException e) {
      throw e;
    } catch (IOException e) {
      if (reused && call.isSmall() && !in.touched() && !aborted) {
        throw new Stale(e);
      }
      throw e;
    }
  }

  /** From now on a read that hears nothing for so long fails. */
  void mostSilence(Duration time) throws IOException {
    socket.setSoTimeout(Math.toIntExact(time.toMillis()));
  }

  private void write(HttpCall call, String authorization) throws IOException {
    StringBuilder head = new StringBuilder(256);
    head.append(call.method()).append(' ').append(call.target()).append(" HTTP/1.1\r\n");
    head.append("Host: ").append(address).append("\r\n");
    head.append("Authorization: ").append(authorization).append("\r\n");
    for (HttpCall.Header header : call.headers()) {
      head.append(header.name()).append(": ").append(header.value()).append("\r\n");
    }
    HttpCall.Body body = call.body();
    if (body != null) {
      head.append("Content-Length: ").append(body.length()).append("\r\n");
    }
    head.append("\r\n");
    byte[] bytes = head.toString().getBytes(StandardCharsets.ISO_8859_1);
    if (body == null || call.isSmall()) {
      ByteArrayOutputStream whole = new ByteArrayOutputStream(bytes.length + HttpCall.SMALL_BODY);
      whole.write(bytes);
      if (body != null) {
        body.writeTo(whole);
      }
      out.write(whole.toByteArray());
      out.flush();
      return;
    }
    writeLarge(bytes, body, call.readTimeout());
  }

  /**
   * Ends the connection when nothing moves. A server that refuses in mid-body answers and stops
   * reading: then its answer counts, not the broken pipe.
   */
  private void writeLarge(byte[] head, HttpCall.Body body, Duration stall) throws IOException {
    try {
      StallWatch.write(
          watched -> {
            OutputStream buffered = new BufferedOutputStream(watched, 64 * 1024);
            buffered.write(head);
            body.writeTo(buffered);
            buffered.flush();
          },
          out,
          stall,
          this::closeRaw);
    } catch (SocketTimeoutException e) {
      throw e;
    } catch (IOException e) {
      if (!answersAfterBrokenWrite()) {
        throw e;
      }
    }
  }

  private boolean answersAfterBrokenWrite() {
    if (aborted || raw.isClosed()) {
      return false;
    }
    pool.doNotKeep(this);
    return true;
  }

  private HttpReply readHead(HttpCall call) throws IOException {
    while (true) {
      String statusLine = in.readLine();
      if (!statusLine.startsWith("HTTP/1.") || statusLine.length() < 12) {
        throw new IOException("the server does not speak HTTP/1.1");
      }
      int status = Integer.parseInt(statusLine, 9, 12, 10);
      Map<String, String> headers = new HashMap<>();
      for (int i = 0; ; i++) {
        String line = in.readLine();
        if (line.isEmpty()) {
          break;
        }
        int colon = line.indexOf(':');
        if (colon <= 0 || i > MOST_HEADERS) {
          throw new IOException("the head of the server's reply is malformed");
        }
        headers.put(
            line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).strip());
      }
      if (status >= 200) {
        if (statusLine.startsWith("HTTP/1.0")) {
          headers.putIfAbsent("connection", "close");
        }
        return new HttpReply(status, headers, body(call, status, headers), this);
      }
    }
  }

  private ReplyBody body(HttpCall call, int status, Map<String, String> headers)
      throws IOException {
    if (call.method().equals("HEAD") || status == 204 || status == 304) {
      return new ReplyBody.Sized(in, 0);
    }
    String encoding = headers.get("transfer-encoding");
    if (encoding != null) {
      if (!encoding.equalsIgnoreCase("chunked")) {
        throw new IOException("the server sent the transfer encoding '" + encoding + "'");
      }
      return new ReplyBody.Chunked(in);
    }
    @Nullable String length = headers.get("content-length");
    if (length == null) {
      return new ReplyBody.UntilClosed(in);
    }
    try {
      return new ReplyBody.Sized(in, Long.parseUnsignedLong(length));
    } catch (NumberFormatException e) {
      throw new IOException("the server sent the content length '" + length + "'", e);
    }
  }

  /** Called once for each reply: keeps or ends the connection. */
  void finish(boolean reusable) {
    pool.giveBack(this, reusable && !aborted);
  }

  /** Ends the connection from any thread, even while another one writes or reads. */
  void abort() {
    aborted = true;
    closeRaw();
  }

  /** Ends a connection that nobody uses, with TLS's word of farewell. */
  void closeIdle() {
    try {
      socket.close();
    } catch (IOException e) {
      closeRaw();
    }
  }

  /** Ends the connection at once: the close of a TLS socket would wait for a writer. */
  void closeRaw() {
    try {
      raw.close();
    } catch (IOException e) {
      // Closed all the same.
    }
  }
}
