package blenderer.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * A real S3 server (s3proxy) as a process of its own on loopback, which keeps its objects as files.
 * {@code build-tools/s3-server.sh} has brought its jars. It is gone with this process, however that
 * ends.
 */
public final class S3Server implements AutoCloseable {

  /** The key that it takes. */
  public static final String KEY = "blenderer-test";

  /** The secret of {@link #KEY}. */
  public static final String SECRET = "no-secret-of-worth";

  /** Runs the server as long as this process lives: the pipe ends with it. */
  private static final String KEEPER =
      "exec 3<&0; \"$@\" </dev/null 3<&- & server=$!;"
          + " (cat <&3 >/dev/null; kill -9 $server 2>/dev/null) & watcher=$!;"
          + " wait $server; kill $watcher 2>/dev/null";

  private final Path folder;
  private final int port;
  private final boolean secure;
  private boolean temporary;
  private Process keeper;

  private S3Server(Path folder, int port, boolean secure) throws IOException, InterruptedException {
    this.folder = folder;
    this.port = port;
    this.secure = secure;
    keeper = launch();
  }

  /** Starts one with no buckets; its files lie in a folder that goes when it is closed. */
  public static S3Server started() throws IOException, InterruptedException {
    S3Server server = start(Files.createTempDirectory("blenderer-s3").toRealPath());
    server.temporary = true;
    return server;
  }

  /** Starts one with no buckets; its files lie in {@code folder}. */
  public static S3Server start(Path folder) throws IOException, InterruptedException {
    return start(folder, false);
  }

  /** As {@link #start}, with TLS and a certificate that no computer knows. */
  public static S3Server startSecure(Path folder) throws IOException, InterruptedException {
    Files.createDirectories(folder);
    keytool(
        "-genkeypair",
        "-alias",
        "s3",
        "-keyalg",
        "EC",
        "-dname",
        "CN=localhost",
        "-ext",
        "san=ip:127.0.0.1",
        "-ext",
        "bc:c",
        "-validity",
        "2",
        "-keystore",
        folder.resolve("s3.p12").toString(),
        "-storepass",
        "changeit");
    keytool(
        "-exportcert",
        "-rfc",
        "-alias",
        "s3",
        "-file",
        folder.resolve("s3.pem").toString(),
        "-keystore",
        folder.resolve("s3.p12").toString(),
        "-storepass",
        "changeit");
    return start(folder, true);
  }

  private static void keytool(String... arguments) throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(
            List.of(Path.of(System.getProperty("java.home"), "bin", "keytool").toString()));
    command.addAll(List.of(arguments));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    if (process.waitFor() != 0) {
      throw new IOException("keytool failed: " + said);
    }
  }

  /** The certificate of one that was started with TLS. */
  public Path certificate() {
    return folder.resolve("s3.pem");
  }

  private static S3Server start(Path folder, boolean secure)
      throws IOException, InterruptedException {
    Files.createDirectories(folder.resolve("data"));
    Files.writeString(
        folder.resolve("logback.xml"),
        """
        <configuration>
          <appender name="err" class="ch.qos.logback.core.ConsoleAppender">
            <target>System.err</target>
            <encoder><pattern>%d %level %logger{20} %msg%n</pattern></encoder>
          </appender>
          <root level="WARN"><appender-ref ref="err"/></root>
        </configuration>
        """);
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Files.writeString(
          folder.resolve("s3proxy.conf"),
          """
          %s=%s://127.0.0.1:%d
          %s
          s3proxy.authorization=aws-v2-or-v4
          s3proxy.identity=%s
          s3proxy.credential=%s
          jclouds.provider=filesystem-nio2
          jclouds.filesystem.basedir=%s
          jclouds.identity=nobody
          jclouds.credential=nothing
          """
              .formatted(
                  secure ? "s3proxy.secure-endpoint" : "s3proxy.endpoint",
                  secure ? "https" : "http",
                  free.getLocalPort(),
                  secure
                      ? "s3proxy.keystore-path="
                          + folder.resolve("s3.p12")
                          + "\ns3proxy.keystore-password=changeit"
                      : "",
                  KEY,
                  SECRET,
                  folder.resolve("data")));
      int port = free.getLocalPort();
      free.close();
      return new S3Server(folder, port, secure);
    }
  }

  private Process launch() throws IOException, InterruptedException {
    Path jars = jars();
    Process started =
        new ProcessBuilder(
                List.of(
                    "sh",
                    "-c",
                    KEEPER,
                    "s3-server",
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-Xmx256m",
                    "-Dlogback.configurationFile=" + folder.resolve("logback.xml"),
                    "-cp",
                    jars + "/*",
                    "org.gaul.s3proxy.Main",
                    "--properties",
                    folder.resolve("s3proxy.conf").toString()))
            .redirectErrorStream(true)
            .redirectOutput(
                ProcessBuilder.Redirect.appendTo(folder.resolve("s3proxy.log").toFile()))
            .start();
    long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
    while (!answers()) {
      if (!started.isAlive() || System.nanoTime() > deadline) {
        end(started);
        throw new IOException(
            "the S3 server did not start: " + Files.readString(folder.resolve("s3proxy.log")));
      }
      Thread.sleep(50);
    }
    return started;
  }

  private static Path jars() throws IOException, InterruptedException {
    Path script = Path.of("build-tools/s3-server.sh");
    Path root = Path.of("").toAbsolutePath();
    while (root != null && !Files.exists(root.resolve(script))) {
      root = root.getParent();
    }
    if (root == null) {
      throw new IOException("start this in a checkout: " + script + " is not above this folder");
    }
    Process process =
        new ProcessBuilder(root.resolve(script).toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    String said =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    if (process.waitFor() != 0) {
      throw new IOException(script + " failed");
    }
    return Path.of(said);
  }

  private boolean answers() {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 200);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  /** Makes a bucket: for this server a folder. */
  public void makeBucket(String name) throws IOException {
    Files.createDirectories(folder.resolve("data").resolve(name));
  }

  /** The files of a bucket, a key each. */
  public Path bucket(String name) {
    return folder.resolve("data").resolve(name);
  }

  /** Where it listens. */
  public int port() {
    return port;
  }

  /** Its address, such as {@code http://127.0.0.1:9011}. */
  public String endpoint() {
    return (secure ? "https" : "http") + "://127.0.0.1:" + port;
  }

  /** Ends it as a crash would. */
  public void kill() throws IOException, InterruptedException {
    end(keeper);
  }

  private static void end(Process keeper) throws IOException, InterruptedException {
    keeper.getOutputStream().close();
    keeper.waitFor();
  }

  /** Starts it again on the same port and files. */
  public void restart() throws IOException, InterruptedException {
    keeper = launch();
  }

  @Override
  public void close() {
    try {
      kill();
      if (temporary) {
        Folders.remove(folder);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
