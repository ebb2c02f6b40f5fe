package blenderer.e2e;

import blenderer.api.ConnectionString;
import blenderer.testkit.S3Server;
import blenderer.testkit.TestPostgres;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Several servers of one farm as real processes, with a PostgreSQL and an S3 server: each server
 * reaches the database through a tunnel of its own, so that the two can be parted.
 */
final class Replicas implements AutoCloseable {

  private static final Duration SOON = Duration.ofMinutes(2);
  private static final String FIRST = "server";

  final FarmProcesses farm;
  final TestPostgres database;
  final S3Server store;
  private final Map<String, Integer> ports = new LinkedHashMap<>();
  private final Map<String, Tunnel> tunnels = new LinkedHashMap<>();
  private final ConnectionString admin;

  /** Starts them, and waits until all serve and one leads. */
  Replicas(int servers, String timeScale) throws IOException, InterruptedException {
    database = TestPostgres.started();
    database.create("farm");
    store = S3Server.started();
    store.makeBucket("farm");
    int databasePort = URI.create(database.url("farm")).getPort();
    List<String> names = new ArrayList<>();
    for (int i = 0; i < servers; i++) {
      String name = i == 0 ? FIRST : "server" + (i + 1);
      names.add(name);
      tunnels.put(name, new Tunnel(databasePort));
    }
    farm =
        new FarmProcesses(options(FIRST, timeScale).toArray(String[]::new))
            .withJavaOptions(
                "-Daws.accessKeyId=" + S3Server.KEY + " -Daws.secretAccessKey=" + S3Server.SECRET)
            .startServer();
    ports.put(FIRST, farm.port);
    for (String name : names.subList(1, servers)) {
      ports.put(name, freePort());
      List<String> command =
          new ArrayList<>(
              List.of(
                  Dist.program().toString(),
                  "server",
                  "--data",
                  farm.folder.resolve(name).toString(),
                  "--listen",
                  "127.0.0.1:" + port(name)));
      command.addAll(options(name, timeScale));
      farm.start(name, command);
    }
    admin = ConnectionString.parse(Files.readString(farm.adminConnection()).strip());
    farm.reachedBy(connection(FIRST));
    awaitAllWell();
  }

  private List<String> options(String name, String timeScale) {
    return List.of(
        "--time-scale",
        timeScale,
        "--min-free",
        "1MB",
        "--db",
        "postgresql://" + TestPostgres.USER + "@127.0.0.1:" + tunnel(name).port() + "/farm",
        "--blobs",
        "s3://farm/one?endpoint=" + store.endpoint());
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  List<String> servers() {
    return List.copyOf(ports.keySet());
  }

  private int port(String server) {
    return Objects.requireNonNull(ports.get(server));
  }

  /** Between that server and the database. */
  Tunnel tunnel(String server) {
    return Objects.requireNonNull(tunnels.get(server));
  }

  /** Names all servers, that one first. */
  ConnectionString connection(String first) {
    List<ConnectionString.Address> addresses = new ArrayList<>();
    addresses.add(new ConnectionString.Address("127.0.0.1", port(first)));
    for (int port : ports.values()) {
      ConnectionString.Address address = new ConnectionString.Address("127.0.0.1", port);
      if (!addresses.contains(address)) {
        addresses.add(address);
      }
    }
    return new ConnectionString(addresses, admin.fingerprint(), admin.secret());
  }

  /**
   * Starts a node whose connection string names only some of the servers.
   *
   * @param named those servers
   */
  void startNode(String node, List<String> named, String... options) throws IOException {
    ConnectionString invite = ConnectionString.parse(farm.invite("node"));
    List<ConnectionString.Address> addresses =
        named.stream().map(one -> new ConnectionString.Address("127.0.0.1", port(one))).toList();
    Files.writeString(
        farm.folder.resolve(node + ".connection"),
        new ConnectionString(addresses, invite.fingerprint(), invite.secret()).print());
    List<String> command = new ArrayList<>(farm.nodeCommand(node));
    command.addAll(List.of(options));
    farm.start(node, command);
  }

  /** The servers that say that they lead; a stopped or cut off one may still think so. */
  List<String> leaders() {
    return ports.keySet().stream()
        .filter(name -> look(name).map(one -> one.path("leads").asBoolean()).orElse(false))
        .toList();
  }

  /** The one that leads. */
  String leader() {
    List<String> found = new ArrayList<>();
    Patience.until(
        SOON,
        () -> "one server leads, not " + found + logs(),
        () -> {
          found.clear();
          found.addAll(leaders());
          return found.size() == 1;
        });
    return found.getFirst();
  }

  String aFollower() {
    String leader = leader();
    return servers().stream().filter(name -> !name.equals(leader)).findFirst().orElseThrow();
  }

  boolean isReady(String server) {
    return get(server, "/readyz").isPresent();
  }

  /** Waits until every server serves and one leads. */
  void awaitAllWell() {
    for (String server : servers()) {
      Patience.until(
          SOON,
          () -> server + " serves:" + logs(),
          () -> {
            if (!farm.process(server).isAlive()) {
              throw new AssertionError(server + " has ended:" + logs());
            }
            return isReady(server);
          });
    }
    leader();
  }

  private Optional<JsonNode> look(String server) {
    return get(server, "/v1/server").map(Json::of);
  }

  /** The body of an answer of success; empty: there was none. */
  private Optional<String> get(String server, String path) {
    try {
      HttpsURLConnection connection =
          (HttpsURLConnection)
              URI.create("https://127.0.0.1:" + port(server) + path).toURL().openConnection();
      connection.setSSLSocketFactory(ANYBODY.getSocketFactory());
      connection.setHostnameVerifier((_, _) -> true);
      connection.setConnectTimeout(1_000);
      connection.setReadTimeout(2_000);
      connection.setRequestProperty("Authorization", "Bearer " + admin.secret());
      try (InputStream body = connection.getInputStream()) {
        return Optional.of(new String(body.readAllBytes(), StandardCharsets.UTF_8));
      } finally {
        connection.disconnect();
      }
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** Bytes of bodies that all servers have received and sent so far, for others and each other. */
  long bytesPassed() {
    double all = 0;
    for (String server : servers()) {
      for (String line : get(server, "/metrics").orElseThrow().lines().toList()) {
        // What nobody but this test asks again and again is no part of the work.
        if (line.startsWith("blenderer_http_bytes_total{")
            && !line.contains("route=\"/metrics\"")
            && !line.contains("route=\"/v1/jobs/{id}\"")) {
          all += Double.parseDouble(line.substring(line.lastIndexOf(' ')));
        }
      }
    }
    return (long) all;
  }

  void signal(String process, String signal) {
    Run.of(
            Duration.ofSeconds(10),
            farm.folder,
            Map.of(),
            List.of("kill", "-" + signal, "" + farm.process(process).pid()))
        .expect(0);
  }

  /** The last lines of all servers. */
  String logs() {
    StringBuilder all = new StringBuilder();
    for (String server : tunnels.keySet()) {
      List<String> lines = farm.logText(server).lines().toList();
      all.append("\n--- ").append(server).append('\n');
      lines
          .subList(Math.max(0, lines.size() - 30), lines.size())
          .forEach(line -> all.append(line).append('\n'));
    }
    return all.toString();
  }

  @Override
  public void close() throws IOException, InterruptedException {
    farm.close();
    for (Tunnel tunnel : tunnels.values()) {
      tunnel.close();
    }
    store.close();
    database.close();
  }

  /** A test that asks who is there: whether it is the right one is asked elsewhere. */
  private static final SSLContext ANYBODY = anybody();

  private static SSLContext anybody() {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, new TrustManager[] {new Anybody()}, null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static final class Anybody extends X509ExtendedTrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
