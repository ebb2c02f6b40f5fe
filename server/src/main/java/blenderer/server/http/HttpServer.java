package blenderer.server.http;

import blenderer.api.Farm;
import com.fasterxml.jackson.core.JsonProcessingException;
import io.helidon.common.socket.SocketOptions;
import io.helidon.common.tls.Tls;
import io.helidon.http.DirectHandler;
import io.helidon.http.DirectHandler.EventType;
import io.helidon.http.DirectHandler.TransportResponse;
import io.helidon.http.HeaderNames;
import io.helidon.http.ServerResponseHeaders;
import io.helidon.http.Status;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Phaser;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The listening server. Safe for many threads. */
public final class HttpServer {

  private static final Logger LOG = LoggerFactory.getLogger(HttpServer.class);
  private static final Duration NEVER = Duration.ofDays(3650);

  private final List<Route> routes;
  private final Handler otherwise;
  private final HttpOptions options;
  private final TlsIdentity.Holder identity;
  private final StuckWriters stuck;
  private final WebServer server;
  private final Phaser underWay = new Phaser(1);
  private volatile int port;
  private volatile boolean stopping;

  private HttpServer(
      HttpOptions options, TlsIdentity identity, List<Route> routes, Handler otherwise) {
    this.options = options;
    this.routes = List.copyOf(routes);
    this.otherwise = otherwise;
    this.identity = new TlsIdentity.Holder(identity);
    stuck = new StuckWriters(options.patience());
    Tls tls = Tls.builder().sslContext(this.identity.context()).build();
    server =
        WebServer.builder()
            .host(options.host())
            .port(options.port())
            .tls(tls)
            .shutdownHook(false)
            .backlog(1024)
            .maxTcpConnections(20_000)
            .maxPayloadSize(-1)
            // Counts from the start of a request, so any bound would cut long answers.
            .idleConnectionTimeout(NEVER)
            .connectionOptions(
                SocketOptions.builder()
                    .readTimeout(options.idle())
                    .tcpNoDelay(true)
                    .socketKeepAlive(true)
                    .build())
            .writeBufferSize(16 << 10)
            .shutdownGracePeriod(Duration.ofMillis(100))
            .directHandlers(
                direct -> {
                  for (EventType type : EventType.values()) {
                    direct.addHandler(type, HttpServer::malformed);
                  }
                })
            .routing(routing -> routing.any(this::handle))
            .build();
  }

  /**
   * Listens until {@link #stop}.
   *
   * @throws UncheckedIOException when the address cannot be bound
   */
  public static HttpServer start(HttpOptions options, TlsIdentity identity, List<Route> routes) {
    return start(options, identity, routes, HttpServer::nothingThere);
  }

  /**
   * Listens until {@link #stop}.
   *
   * @param otherwise answers a {@code GET} or {@code HEAD} of a path that no route has
   * @throws UncheckedIOException when the address cannot be bound
   */
  public static HttpServer start(
      HttpOptions options, TlsIdentity identity, List<Route> routes, Handler otherwise) {
    HttpServer http = new HttpServer(options, identity, routes, otherwise);
    try {
      http.server.start();
      if (!http.server.isRunning()) {
        throw new UncheckedIOException(whyNot(options));
      }
      http.port = http.server.port();
    } catch (RuntimeException e) {
      http.stuck.close();
      throw e;
    }
    return http;
  }

  /** Helidon only logs why it did not start; the socket says it again. */
  private static IOException whyNot(HttpOptions options) {
    try (ServerSocket probe = new ServerSocket()) {
      probe.bind(new InetSocketAddress(options.host(), options.port()));
      return new IOException("the server library gave up; its log says why");
    } catch (IOException e) {
      return e;
    }
  }

  /** The port it listens on, or listened on before it was stopped. */
  public int port() {
    return port;
  }

  /** New connections see {@code newer}; those that stand go on. */
  public void reloadTls(TlsIdentity newer) {
    identity.set(newer);
  }

  /** Refuses new requests with 503 from now on. */
  public void refuseNew() {
    stopping = true;
  }

  /**
   * Refuses new requests with 503, waits for those under way, then closes everything. Whoever parks
   * requests answers them before or while this waits.
   *
   * @return whether all requests were answered within {@code grace}
   */
  public boolean stop(Duration grace) {
    refuseNew();
    boolean all = true;
    try {
      underWay.awaitAdvanceInterruptibly(
          underWay.arriveAndDeregister(), grace.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      all = false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      all = false;
    }
    server.stop();
    stuck.close();
    return all;
  }

  /** What Helidon could not even parse; its own text for that is not ours to promise. */
  private static TransportResponse malformed(
      DirectHandler.TransportRequest request,
      EventType type,
      Status status,
      ServerResponseHeaders headers,
      @Nullable String message) {
    int code = Math.max(400, status.code());
    Farm.Problem problem =
        new Farm.Problem(
            code, "bad-http", "The request is no HTTP that the server takes.", "Mend it.", "never");
    try {
      return TransportResponse.builder()
          .status(Status.create(code))
          .headers(headers)
          .header(HeaderNames.CONTENT_TYPE, "application/problem+json")
          .entity(Exchange.JSON.writeValueAsBytes(problem))
          .keepAlive(false)
          .build();
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a problem is always JSON", e);
    }
  }

  private static void nothingThere(Exchange exchange) {
    throw HttpError.of(
        404, "no-such-route", "There is nothing at " + exchange.path() + ".", "See openapi.yaml.");
  }

  private void handle(ServerRequest request, ServerResponse response) {
    HelidonExchange exchange = new HelidonExchange(request, response, stuck);
    options.headers().forEach(exchange::answerHeader);
    // Negative: the last request was answered after the stop began; no more are counted.
    boolean counted = underWay.register() >= 0;
    try {
      if (stopping || !counted) {
        exchange.answerHeader("Connection", "close");
        throw HttpError.retryable(
            503, "draining", "The server is stopping.", "Try again when it is back.");
      }
      Route.Search found = Route.find(routes, exchange.method(), exchange.path());
      Route.Match match = found.match();
      if (match != null) {
        exchange.params(match.params());
        match.route().handler().handle(exchange);
      } else if (found.pathKnown()) {
        throw HttpError.of(
            405,
            "method-not-allowed",
            exchange.path() + " takes no " + exchange.method() + ".",
            "See openapi.yaml.");
      } else if (exchange.method().equals("GET") || exchange.method().equals("HEAD")) {
        otherwise.handle(exchange);
      } else {
        nothingThere(exchange);
      }
    } catch (HttpError e) {
      exchange.fail(e.problem());
    } catch (CloseConnectionException e) {
      throw e;
    } catch (IOException | UncheckedIOException e) {
      throw new CloseConnectionException("the peer is gone", e);
    } catch (RuntimeException e) {
      if (exchange.isAnswered()) {
        throw e;
      }
      LOG.error("{} {} failed", exchange.method(), exchange.path(), e);
      exchange.fail(
          HttpError.retryable(
                  500,
                  "internal",
                  "The server failed at " + exchange.method() + " " + exchange.path() + ".",
                  "Try again; the server's log says more.")
              .problem());
    } finally {
      if (counted) {
        underWay.arriveAndDeregister();
      }
    }
  }
}
