package blenderer.cli;

import blenderer.api.ConnectionString;
import blenderer.api.Json;
import blenderer.api.Secrets;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.OutputStream;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.function.Function;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** A server on loopback that answers what a test tells it to, over TLS as the real one. */
final class FakeFarm implements AutoCloseable {

  /** An answer. */
  record Answer(int status, String type, String body) {}

  /** A request that came. */
  record Request(String line, String bearer, String body) {}

  private static final X509Certificate CA;
  private static final SSLContext TLS;

  static {
    try {
      KeyPair caKeys = keys();
      KeyPair keys = keys();
      CA = sign("CN=ca", caKeys, caKeys, true);
      X509Certificate leaf = sign("CN=farm", caKeys, keys, false);
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      store.setKeyEntry("server", keys.getPrivate(), new char[0], new X509Certificate[] {leaf, CA});
      KeyManagerFactory factory = KeyManagerFactory.getInstance("PKIX");
      factory.init(store, new char[0]);
      TLS = SSLContext.getInstance("TLS");
      TLS.init(factory.getKeyManagers(), null, null);
    } catch (GeneralSecurityException | IOException e) {
      throw new AssertionError(e);
    }
  }

  private final HttpsServer server;
  private final Map<String, Function<Request, Answer>> routes = new ConcurrentHashMap<>();
  final List<Request> requests = new CopyOnWriteArrayList<>();
  final String key = Secrets.newKey();

  FakeFarm() {
    try {
      server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 50);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    server.setHttpsConfigurator(new HttpsConfigurator(TLS));
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/", this::handle);
    server.start();
  }

  /** Answers {@code GET /v1/jobs} and the like, queries left out, with JSON. */
  FakeFarm on(String line, Function<Request, Object> answer) {
    routes.put(line, request -> new Answer(200, "application/json", json(answer.apply(request))));
    return this;
  }

  FakeFarm on(String line, Object answer) {
    return on(line, _ -> answer);
  }

  FakeFarm raw(String line, Answer answer) {
    return raw(line, _ -> answer);
  }

  FakeFarm raw(String line, Function<Request, Answer> answer) {
    routes.put(line, answer);
    return this;
  }

  /** Answers with a problem. */
  FakeFarm problem(String line, int status, String code, String title) {
    return raw(
        line,
        new Answer(
            status,
            "application/problem+json",
            json(Map.of("status", status, "code", code, "title", title, "next", "Ask."))));
  }

  private static String json(Object value) {
    try {
      return Json.mapper().writeValueAsString(value);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      String line = exchange.getRequestMethod() + " " + exchange.getRequestURI().getPath();
      String bearer = String.valueOf(exchange.getRequestHeaders().getFirst("Authorization"));
      String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
      Request request = new Request(line, bearer, body);
      requests.add(request);
      Function<Request, Answer> route = routes.get(line);
      Answer answer = route == null ? new Answer(404, "text/plain", line) : route.apply(request);
      byte[] bytes = answer.body().getBytes(StandardCharsets.UTF_8);
      exchange.getResponseHeaders().set("Content-Type", answer.type());
      exchange.sendResponseHeaders(
          answer.status(),
          answer.status() == 204 ? -1 : answer.type().contains("event") ? 0 : bytes.length);
      if (answer.status() != 204) {
        try (OutputStream out = exchange.getResponseBody()) {
          out.write(bytes);
        }
      }
    }
  }

  ConnectionString connection() {
    try {
      return new ConnectionString(
          List.of(new ConnectionString.Address("127.0.0.1", server.getAddress().getPort())),
          ConnectionString.fingerprintOf(CA.getEncoded()),
          key);
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public void close() {
    server.stop(0);
  }

  private static KeyPair keys() throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(256);
    return generator.generateKeyPair();
  }

  @SuppressWarnings("JavaUtilDate") // What the certificate builder takes.
  private static X509Certificate sign(String name, KeyPair by, KeyPair of, boolean ca)
      throws GeneralSecurityException, IOException {
    long now = System.currentTimeMillis();
    JcaX509v3CertificateBuilder builder =
        new JcaX509v3CertificateBuilder(
            new X500Name("CN=ca"),
            BigInteger.valueOf(System.nanoTime()),
            new Date(now - 3_600_000),
            new Date(now + 3_600_000),
            new X500Name(name),
            of.getPublic());
    builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(ca));
    try {
      return new JcaX509CertificateConverter()
          .getCertificate(
              builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(by.getPrivate())));
    } catch (OperatorCreationException e) {
      throw new GeneralSecurityException(e);
    }
  }
}
