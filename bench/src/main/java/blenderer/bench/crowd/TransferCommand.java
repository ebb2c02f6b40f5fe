package blenderer.bench.crowd;

import blenderer.api.BlobSource;
import blenderer.api.ConnectionString;
import blenderer.api.FarmClient;
import blenderer.api.TransferProgress;
import blenderer.model.Digest;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code bench transfer}: how fast a large file comes from the server, against nginx and curl. */
@Command(
    name = "transfer",
    mixinStandardHelpOptions = true,
    description = {
      "Downloads a file as nodes do, hashed and written to disk, in turn from the server and from"
          + " nginx with the same certificate; and compares that client with curl | sha256sum.",
      "Without nginx or curl on this computer only the server is measured."
    })
public final class TransferCommand implements Callable<Integer> {

  @Option(names = "--mebibytes", description = "Of the file (default: ${DEFAULT-VALUE}).")
  private int mebibytes = 1_024;

  @Option(names = "--rounds", description = "Times each (default: ${DEFAULT-VALUE}).")
  private int rounds = 5;

  /** Where nginx listens. */
  private int port = 0;

  @Override
  public Integer call() throws IOException, InterruptedException {
    return Runs.print("transfer", mebibytes > 0 && rounds > 0, this::measure);
  }

  private void measure(ObjectNode line, Path folder) throws IOException, InterruptedException {
    line.put("mebibytes", mebibytes).put("rounds", rounds);
    Path file = folder.resolve("file");
    Digest digest = make(file);
    try (TestedServer server = TestedServer.start(folder.resolve("farm"))) {
      server
          .admin()
          .uploadBlob(digest, Files.size(file), BlobSource.file(file), TransferProgress.NONE);
      Optional<Path> nginx = program("nginx");
      Process other =
          nginx.isEmpty() ? null : startNginx(nginx.get(), server, folder, file, digest);
      try {
        double cpu = server.cpuSeconds();
        List<Double> ours = new ArrayList<>();
        List<Double> theirs = new ArrayList<>();
        List<Double> curls = new ArrayList<>();
        // The first of each warms up code and caches and does not count.
        for (int i = -1; i < rounds; i++) {
          double mine = download(server.connection(), digest, folder.resolve("got"));
          Runs.say("server %.0f MiB/s", mine);
          add(i, ours, mine);
          if (i == -1) {
            cpu = server.cpuSeconds();
          }
          if (other != null) {
            double its = download(at(server, port), digest, folder.resolve("got"));
            add(i, theirs, its);
            double curl = curl(server, digest, folder);
            add(i, curls, curl);
            Runs.say("nginx %.0f MiB/s, nginx by curl | sha256sum %.0f MiB/s", its, curl);
          }
        }
        line.put("serverMiBPerSecond", Math.round(median(ours)));
        line.put(
            "serverCpuSecondsPerGiB",
            Runs.rounded((server.cpuSeconds() - cpu) / (rounds * (double) mebibytes / 1024)));
        if (other != null) {
          line.put("nginxMiBPerSecond", Math.round(median(theirs)));
          line.put("curlMiBPerSecond", Math.round(median(curls)));
          line.put("serverToNginx", ratio(ours, theirs));
          line.put("clientToCurl", ratio(theirs, curls));
        }
      } finally {
        if (other != null) {
          other.destroy();
          other.waitFor();
        }
      }
    }
  }

  private static void add(int round, List<Double> to, double value) {
    if (round >= 0) {
      to.add(value);
    }
  }

  private static double median(List<Double> values) {
    return middle(values.stream().mapToDouble(Double::doubleValue).toArray());
  }

  /** The median of the pairs' ratios: what the computer does meanwhile meets both of a pair. */
  private static double ratio(List<Double> a, List<Double> b) {
    double[] ratios = new double[a.size()];
    Arrays.setAll(ratios, i -> a.get(i) / b.get(i));
    return Runs.rounded(middle(ratios));
  }

  private static double middle(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int half = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
  }

  private Digest make(Path file) throws IOException {
    SplittableRandom random = new SplittableRandom(1);
    MessageDigest hash = Digest.newHasher();
    byte[] block = new byte[1 << 20];
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file))) {
      for (int i = 0; i < mebibytes; i++) {
        random.nextBytes(block);
        hash.update(block);
        out.write(block);
      }
    }
    return Digest.ofHash(hash.digest());
  }

  private double download(ConnectionString from, Digest digest, Path target) throws IOException {
    Files.deleteIfExists(target);
    try (FarmClient client = new FarmClient(from)) {
      long start = System.nanoTime();
      client.downloadBlob(digest, target, TransferProgress.NONE);
      double seconds = (System.nanoTime() - start) / 1e9;
      BenchFailure.unless(Files.size(target) == (long) mebibytes << 20, "the file is not whole");
      return mebibytes / seconds;
    }
  }

  private static ConnectionString at(TestedServer server, int port) {
    ConnectionString own = server.connection();
    return new ConnectionString(
        List.of(new ConnectionString.Address("localhost", port)), own.fingerprint(), own.secret());
  }

  private static Optional<Path> program(String name) {
    String path = System.getenv().getOrDefault("PATH", "") + File.pathSeparator + "/usr/sbin";
    return Arrays.stream(path.split(File.pathSeparator))
        .map(folder -> Path.of(folder, name))
        .filter(Files::isExecutable)
        .findFirst();
  }

  private Process startNginx(Path nginx, TestedServer server, Path folder, Path file, Digest digest)
      throws IOException, InterruptedException {
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    Path root = Files.createDirectories(folder.resolve("nginx/v1/blobs"));
    Files.createLink(root.resolve(digest.hex()), file);
    Path pem = server.data().resolve("tls/server.pem").toAbsolutePath();
    Path base = folder.resolve("nginx");
    Path configuration = base.resolve("nginx.conf");
    Files.writeString(
        configuration,
        """
        daemon off;
        worker_processes 1;
        pid %1$s/pid;
        error_log %1$s/error.log;
        events { worker_connections 64; }
        http {
          access_log off;
          sendfile on;
          client_body_temp_path %1$s/body; proxy_temp_path %1$s/proxy;
          fastcgi_temp_path %1$s/fastcgi; uwsgi_temp_path %1$s/uwsgi; scgi_temp_path %1$s/scgi;
          server {
            listen 127.0.0.1:%2$d ssl;
            ssl_certificate %3$s;
            ssl_certificate_key %3$s;
            ssl_protocols TLSv1.3;
            root %1$s;
          }
        }
        """
            .formatted(base, port, pem));
    // Its workers run as another user when root starts it.
    for (Path path : List.of(folder, base, base.resolve("v1"), root)) {
      BenchFailure.unless(
          path.toFile().setExecutable(true, false) && path.toFile().setReadable(true, false),
          "nginx cannot be let into " + path);
    }
    BenchFailure.unless(file.toFile().setReadable(true, false), "nginx cannot be given " + file);
    Process process =
        new ProcessBuilder(nginx.toString(), "-c", configuration.toString(), "-p", base.toString())
            .redirectErrorStream(true)
            .redirectOutput(base.resolve("nginx.log").toFile())
            .start();
    Thread.sleep(500);
    BenchFailure.unless(
        process.isAlive(), "nginx did not start: " + Files.readString(base.resolve("nginx.log")));
    return process;
  }

  private double curl(TestedServer server, Digest digest, Path folder)
      throws IOException, InterruptedException {
    Path log = folder.resolve("curl.log");
    long start = System.nanoTime();
    Process pipe =
        new ProcessBuilder(
                "sh",
                "-c",
                "curl -sS --cacert \"$1\" \"$2\" | sha256sum",
                "sh",
                server.data().resolve("tls/ca.pem").toString(),
                "https://localhost:" + port + "/v1/blobs/" + digest)
            .redirectError(log.toFile())
            .start();
    String said;
    try (InputStream in = pipe.getInputStream()) {
      said = new String(in.readAllBytes(), StandardCharsets.US_ASCII);
    }
    pipe.waitFor();
    double seconds = (System.nanoTime() - start) / 1e9;
    BenchFailure.unless(
        said.startsWith(digest.hex()), "curl got something else: " + Files.readString(log));
    return mebibytes / seconds;
  }
}
