package blenderer.bench.crowd;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** People who hold event streams: their bytes and events are counted, not understood. */
final class Watchers implements AutoCloseable {

  private static final int BUFFER = 32 << 10;

  private final List<InputStream> streams = new ArrayList<>();
  private final List<HttpClient> clients = new ArrayList<>();
  private final LongAdder bytes = new LongAdder();
  private final LongAdder events = new LongAdder();
  private final AtomicInteger ended = new AtomicInteger();
  private volatile boolean closing;

  /** Measures once more while people watch, and how that compares. */
  static void measure(
      ObjectNode line, TestedServer server, NodeCrowd crowd, CrowdOptions options, Window alone)
      throws IOException, InterruptedException {
    try (Watchers watchers = start(server, options.watchers)) {
      Runs.say("watched, warming up: %s", Window.over(5, server, crowd));
      long events = watchers.events.sum();
      long bytes = watchers.bytes.sum();
      Window watched = Window.over(options.seconds, server, crowd);
      Runs.say("watched: %s", watched);
      watched.into(line, "Watched");
      line.put("watchers", options.watchers);
      line.put("eventsPerSecond", Math.round((watchers.events.sum() - events) / watched.seconds()));
      line.put(
          "eventBytesPerSecond", Math.round((watchers.bytes.sum() - bytes) / watched.seconds()));
      line.put("watchedToAlone", Runs.rounded(watched.tasksPerSecond() / alone.tasksPerSecond()));
      watchers.check();
    }
  }

  private static Watchers start(TestedServer server, int count)
      throws IOException, InterruptedException {
    Watchers watchers = new Watchers();
    SSLContext trust = trust(server);
    String secret = server.connection().secret();
    URI uri = URI.create(server.url() + "/v1/events");
    for (int i = 0; i < count; i++) {
      // One client each: one would put them all behind one thread.
      HttpClient client =
          HttpClient.newBuilder()
              .sslContext(trust)
              .version(HttpClient.Version.HTTP_1_1)
              .executor(command -> Thread.ofVirtual().start(command))
              .build();
      HttpResponse<InputStream> answer =
          client.send(
              HttpRequest.newBuilder(uri).header("Authorization", "Bearer " + secret).build(),
              HttpResponse.BodyHandlers.ofInputStream());
      BenchFailure.unless(answer.statusCode() == 200, "no event stream: " + answer.statusCode());
      watchers.clients.add(client);
      watchers.streams.add(answer.body());
      Thread.ofVirtual().start(() -> watchers.read(answer.body()));
    }
    return watchers;
  }

  static SSLContext trust(TestedServer server) throws IOException {
    // Its key is in the same file.
    String pem = Files.readString(server.data().resolve("tls/ca.pem"));
    int begin = Math.max(0, pem.indexOf("-----BEGIN CERTIFICATE-----"));
    byte[] text = pem.substring(begin).getBytes(StandardCharsets.US_ASCII);
    try (InputStream in = new ByteArrayInputStream(text)) {
      Certificate ca = CertificateFactory.getInstance("X.509").generateCertificate(in);
      KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
      store.load(null, null);
      store.setCertificateEntry("ca", ca);
      TrustManagerFactory factory =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      factory.init(store);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, factory.getTrustManagers(), null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new BenchFailure("the server's certificate cannot be trusted: " + e.getMessage());
    }
  }

  private void read(InputStream in) {
    byte[] buffer = new byte[BUFFER];
    try {
      int got;
      byte before = 0;
      while ((got = in.read(buffer)) >= 0) {
        bytes.add(got);
        int found = 0;
        for (int i = 0; i < got; i++) {
          // An event ends with an empty line.
          found += buffer[i] == '\n' && before == '\n' ? 1 : 0;
          before = buffer[i];
        }
        events.add(found);
      }
    } catch (IOException e) {
      // Cut by close, or counted below.
    }
    if (!closing) {
      ended.incrementAndGet();
    }
  }

  /** That every stream is still there and has brought something. */
  private void check() {
    BenchFailure.unless(ended.get() == 0, ended.get() + " event streams ended by themselves");
    BenchFailure.unless(events.sum() > 0, "no events came");
  }

  @Override
  public void close() {
    closing = true;
    clients.forEach(HttpClient::shutdownNow);
  }
}
