package blenderer.bench.crowd;

import blenderer.api.ConnectionString;
import blenderer.api.FarmClient;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.LongAdder;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code bench resubmit}: what submitting a large project costs that has not changed. */
@Command(
    name = "resubmit",
    mixinStandardHelpOptions = true,
    description = {
      "Submits a bundle with large files twice, each by a process of its own, and counts the bytes"
          + " that go to the server.",
      "The second time the digests are known here and the files are there."
    })
public final class ResubmitCommand implements Callable<Integer> {

  private static final int FILE_MEBIBYTES = 16;

  @Option(names = "--mebibytes", description = "Of the project (default: ${DEFAULT-VALUE}).")
  private int mebibytes = 1_024;

  @Option(names = "--rounds", description = "Unchanged submits (default: ${DEFAULT-VALUE}).")
  private int rounds = 3;

  /** Passes bytes on to the server and counts those that go there. */
  private static final class Meter implements AutoCloseable {
    final ServerSocket door = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    final LongAdder sent = new LongAdder();

    Meter(int port) throws IOException {
      Thread.ofVirtual()
          .start(
              () -> {
                while (!door.isClosed()) {
                  try {
                    Socket in = door.accept();
                    Socket out = new Socket(InetAddress.getLoopbackAddress(), port);
                    Thread.ofVirtual().start(() -> pass(in, out, sent));
                    Thread.ofVirtual().start(() -> pass(out, in, new LongAdder()));
                  } catch (IOException e) {
                    return; // closed
                  }
                }
              });
    }

    private static void pass(Socket from, Socket to, LongAdder count) {
      byte[] buffer = new byte[64 << 10];
      try (from;
          to) {
        InputStream in = from.getInputStream();
        OutputStream out = to.getOutputStream();
        for (int got = in.read(buffer); got >= 0; got = in.read(buffer)) {
          out.write(buffer, 0, got);
          count.add(got);
        }
      } catch (IOException e) {
        // One of them hung up; the other is closed with it.
      }
    }

    @Override
    public void close() throws IOException {
      door.close();
    }
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    return Runs.print("resubmit", mebibytes > 0 && rounds > 0, this::measure);
  }

  private void measure(ObjectNode line, Path folder) throws IOException, InterruptedException {
    Path bundle = bundle(folder.resolve("bundle"));
    try (TestedServer server = TestedServer.start(folder.resolve("farm"));
        Meter meter = new Meter(server.connection().addresses().getFirst().port())) {
      ConnectionString own = server.connection();
      Path connection = folder.resolve("meter.connection");
      Files.writeString(
          connection,
          new ConnectionString(
                      List.of(new ConnectionString.Address("127.0.0.1", meter.door.getLocalPort())),
                      own.fingerprint(),
                      own.secret())
                  .print()
              + "\n");
      double first = submit(bundle, connection, folder);
      long sent = meter.sent.sum();
      BenchFailure.unless(
          sent >= (long) mebibytes << 20, "the first submit sent only " + sent + " bytes");
      line.put("mebibytes", mebibytes).put("rounds", rounds);
      line.put("firstSeconds", Runs.rounded(first)).put("firstBytesSent", sent);
      double most = 0;
      long mostSent = 0;
      for (int i = 0; i < rounds; i++) {
        long before = meter.sent.sum();
        double again = submit(bundle, connection, folder);
        long bytes = meter.sent.sum() - before;
        Runs.say("again: %.2f s, %d bytes sent", again, bytes);
        most = Math.max(most, again);
        mostSent = Math.max(mostSent, bytes);
      }
      line.put("resubmitSecondsMost", Runs.rounded(most)).put("resubmitBytesSentMost", mostSent);
      int jobs = server.admin().jobs(FarmClient.JobFilter.ALL).jobs().size();
      BenchFailure.unless(jobs == rounds + 1, jobs + " jobs were made");
    }
  }

  private Path bundle(Path folder) throws IOException {
    Path data = Files.createDirectories(folder.resolve("data"));
    SplittableRandom random = new SplittableRandom(2);
    for (int made = 0; made < mebibytes; made += FILE_MEBIBYTES) {
      byte[] bytes = new byte[Math.min(FILE_MEBIBYTES, mebibytes - made) << 20];
      random.nextBytes(bytes);
      Files.write(data.resolve("part%04d.bin".formatted(made / FILE_MEBIBYTES)), bytes);
    }
    Files.writeString(
        folder.resolve("template.yaml"),
        """
        specificationVersion: jobtemplate-2023-09
        name: bench
        parameterDefinitions:
          - {name: Data, type: PATH, objectType: DIRECTORY, dataFlow: IN, default: data}
        steps:
          - name: work
            script: {actions: {onRun: {command: ls, args: ["{{Param.Data}}"]}}}
        """);
    return folder;
  }

  private static double submit(Path bundle, Path connection, Path folder)
      throws IOException, InterruptedException {
    Path log = folder.resolve("submit.log");
    ProcessBuilder submit =
        new ProcessBuilder(
                Path.of(System.getenv("BLENDERER_HOME"), "bin", "blenderer").toString(),
                "submit",
                bundle.toString(),
                "--connect",
                connection.toString())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile());
    submit.environment().put("XDG_CACHE_HOME", folder.resolve("cache").toString());
    long start = System.nanoTime();
    int code = submit.start().waitFor();
    double seconds = (System.nanoTime() - start) / 1e9;
    BenchFailure.unless(
        code == 0,
        "submit ended with " + code + ":\n" + Files.readString(log, StandardCharsets.UTF_8));
    return seconds;
  }
}
