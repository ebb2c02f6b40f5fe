package blenderer.server.replicas;

import blenderer.server.http.Exchange;
import blenderer.server.http.ExchangeView;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;

/**
 * Sends calls on to another server, with the headers of their sender, and what it answers back as
 * it comes. Safe for many threads.
 */
final class Forwarder implements AutoCloseable {

  /** A server that is not there, or is no server of this farm: nothing was sent. */
  static final class NotThere extends IOException {
    NotThere(String message, Throwable cause) {
      super(message, cause);
    }
  }

  private static final Duration CONNECT = Duration.ofSeconds(2);

  /** A body up to here is kept, so that it can be sent to the next server, too. */
  private static final int KEPT = 1 << 20;

  /** An answer up to here goes out whole. */
  private static final int WHOLE = 64 << 10;

  /** Of one connection, or made anew by whatever sends. */
  private static final Set<String> NOT_PASSED =
      Set.of(
          "connection",
          "content-length",
          "date",
          "expect",
          "host",
          "keep-alive",
          "proxy-authorization",
          "te",
          "trailer",
          "transfer-encoding",
          "upgrade");

  private final String secret;
  private final HttpClient client;
  private final Set<CompletableFuture<HttpResponse<InputStream>>> waiting =
      ConcurrentHashMap.newKeySet();
  private final Set<InputStream> reading = ConcurrentHashMap.newKeySet();

  /**
   * @param secret of calls among the farm's servers
   * @param trust in the farm's authority
   */
  Forwarder(String secret, SSLContext trust) {
    this.secret = secret;
    client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .sslContext(trust)
            .connectTimeout(CONNECT)
            .followRedirects(HttpClient.Redirect.NEVER)
            .executor(Executors.newVirtualThreadPerTaskExecutor())
            .build();
  }

  /** A call with what of its body was read already. */
  final class Call {
    private final Exchange exchange;
    private final byte[] kept;
    private final boolean streams;
    private boolean sent;

    Call(Exchange exchange) throws IOException {
      this.exchange = exchange;
      streams = exchange.length() < 0 || exchange.length() > KEPT;
      kept = streams || exchange.length() == 0 ? new byte[0] : exchange.body().readAllBytes();
    }

    /** Whether it can be sent once more. */
    boolean isRepeatable() {
      return !streams || !sent;
    }

    /** The same call for this server: what was read of it is read again. */
    Exchange again() {
      return streams ? exchange : new Reread(exchange, kept);
    }

    private BodyPublisher body() {
      if (!streams) {
        return kept.length == 0 ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(kept);
      }
      BodyPublisher body =
          BodyPublishers.ofInputStream(
              () -> {
                sent = true;
                return exchange.body();
              });
      return exchange.length() < 0 ? body : BodyPublishers.fromPublisher(body, exchange.length());
    }

    private HttpRequest request(String address) {
      String query = exchange.rawQuery();
      HttpRequest.Builder request =
          HttpRequest.newBuilder(
                  URI.create(
                      "https://"
                          + address
                          + exchange.path()
                          + (query.isEmpty() ? "" : "?" + query)))
              .method(exchange.method(), body());
      exchange
          .headers()
          .forEach(
              (name, values) -> {
                if (!NOT_PASSED.contains(name.toLowerCase(Locale.ROOT))) {
                  values.forEach(value -> request.header(name, value));
                }
              });
      return request.setHeader(PassedOn.HEADER, PassedOn.header(secret, exchange)).build();
    }
  }

  /** A call whose body was read already. */
  private static final class Reread extends ExchangeView {
    private final byte[] bytes;

    Reread(Exchange below, byte[] bytes) {
      super(below);
      this.bytes = bytes;
    }

    @Override
    public InputStream body() {
      return new ByteArrayInputStream(bytes);
    }

    @Override
    public byte[] jsonBytes() throws IOException {
      if (bytes.length > MAX_JSON) {
        return super.jsonBytes();
      }
      return bytes.clone();
    }
  }

  /**
   * Sends a call on, and its answer back.
   *
   * @throws NotThere when nothing was sent
   */
  void pass(Call call, String address) throws IOException {
    HttpResponse<InputStream> answer = exchange(call.request(address));
    InputStream body = answer.body();
    reading.add(body);
    try (body) {
      back(answer, body, call.exchange);
    } finally {
      reading.remove(body);
    }
  }

  /** A call of this server's own. */
  byte[] ask(String method, String address, String path, byte[] body) throws IOException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("https://" + address + path))
            .timeout(Duration.ofSeconds(5))
            .method(method, BodyPublishers.ofByteArray(body))
            .header("Content-Type", "application/json")
            .header(PassedOn.HEADER, secret)
            .build();
    HttpResponse<InputStream> answer = exchange(request);
    try (InputStream in = answer.body()) {
      byte[] bytes = in.readAllBytes();
      if (answer.statusCode() != 200) {
        throw new IOException(address + " answers " + answer.statusCode());
      }
      return bytes;
    }
  }

  private HttpResponse<InputStream> exchange(HttpRequest request) throws IOException {
    CompletableFuture<HttpResponse<InputStream>> future =
        client.sendAsync(request, HttpResponse.BodyHandlers.ofInputStream());
    waiting.add(future);
    try {
      return future.get();
    } catch (InterruptedException e) {
      future.cancel(true);
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    } catch (CancellationException e) {
      throw new IOException("the server that led does not lead any more", e);
    } catch (ExecutionException e) {
      throw failure(e.getCause() == null ? e : e.getCause());
    } finally {
      waiting.remove(future);
    }
  }

  private static IOException failure(Throwable cause) {
    if (cause instanceof ConnectException
        || cause instanceof HttpConnectTimeoutException
        || cause instanceof SSLException) {
      return new NotThere("it is not there: " + cause.getMessage(), cause);
    }
    return new IOException("the server that leads broke off: " + cause.getMessage(), cause);
  }

  private static void back(HttpResponse<InputStream> answer, InputStream body, Exchange exchange)
      throws IOException {
    String type = "";
    for (Map.Entry<String, List<String>> header : answer.headers().map().entrySet()) {
      String name = header.getKey();
      if (name.equalsIgnoreCase("Content-Type")) {
        type = header.getValue().getFirst();
      } else if (!name.startsWith(":") && !NOT_PASSED.contains(name.toLowerCase(Locale.ROOT))) {
        header.getValue().forEach(value -> exchange.answerHeader(name, value));
      }
    }
    int status = answer.statusCode();
    long length = answer.headers().firstValueAsLong("Content-Length").orElse(-1);
    boolean none = status == 204 || status == 304;
    if (!exchange.method().equals("HEAD") && (none || (length >= 0 && length <= WHOLE))) {
      exchange.send(status, type, none ? new byte[0] : body.readAllBytes());
      return;
    }
    OutputStream out = exchange.stream(status, type, length);
    byte[] buffer = new byte[WHOLE];
    for (int n = body.read(buffer); n >= 0; n = body.read(buffer)) {
      out.write(buffer, 0, n);
      if (body.available() == 0) {
        out.flush();
      }
    }
    out.close();
  }

  /** Ends what waits for a server that does not lead any more; it may never answer. */
  void abandon() {
    waiting.forEach(future -> future.cancel(true));
    for (InputStream body : reading) {
      try {
        body.close();
      } catch (IOException e) {
        // It is closed.
      }
    }
  }

  @Override
  public void close() {
    abandon();
    client.shutdownNow();
  }
}
