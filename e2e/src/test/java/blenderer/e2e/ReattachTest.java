package blenderer.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A server that was away, and a key that is in two places. */
@Tag("e2e")
@Tag("alone")
class ReattachTest {

  private static final Duration SOON = Duration.ofSeconds(60);
  private static FarmProcesses farm;

  @BeforeAll
  static void start() throws IOException {
    farm = new FarmProcesses();
    farm.startServer().startNode("one", "--allow-commands");
  }

  @AfterAll
  static void stop() throws IOException {
    farm.close();
  }

  /** When a log said something last. */
  private static OffsetDateTime said(String log, String text) {
    return farm.logText(log)
        .lines()
        .filter(line -> line.contains(text))
        .reduce((_, line) -> line)
        .map(line -> OffsetDateTime.parse(line.substring(0, line.indexOf(' '))))
        .orElseThrow(() -> new AssertionError(log + " never said '" + text + "'"));
  }

  private static Instant whenItListens() {
    while (true) {
      try (Socket _ = new Socket(InetAddress.getLoopbackAddress(), farm.port)) {
        return Instant.now();
      } catch (IOException e) {
        LockSupport.parkNanos(10_000_000);
      }
    }
  }

  @Test
  void a_node_goes_on_within_two_seconds_after_the_server_is_back() throws Exception {
    String job =
        Json.of(
                farm.cli(
                        "submit",
                        "--command",
                        "sleep 0.3; echo {frame} > f_{frame}.txt",
                        "--frames",
                        "1-30",
                        "--json")
                    .expect(0)
                    .out())
            .get("id")
            .asText();
    Patience.until(SOON, "a frame is done", () -> farm.done(job) >= 1);
    farm.kill("server");
    Thread.sleep(Duration.ofSeconds(8));
    CompletableFuture<Instant> back = CompletableFuture.supplyAsync(ReattachTest::whenItListens);
    farm.startServer();
    Patience.until(
        SOON,
        () -> "the node says that the server is back:\n" + farm.logText("one"),
        () -> farm.logText("one").contains("The server is back"));
    Duration took = Duration.between(back.get(), said("one", "The server is back").toInstant());
    System.out.println("A node went on " + took.toMillis() + " ms after the server was back");
    assertThat(took)
        .as("from the server's return to the node's; it said:\n%s", farm.logText("one"))
        .isLessThan(Duration.ofSeconds(2));
    Patience.until(
        SOON,
        () -> "the job is done: " + farm.job(job),
        () -> farm.job(job).get("state").asText().equals("done"));
    Audit.everyFrameCommittedOnce(farm, job, 30);
    // Nothing that ran while the server was away was run again.
    assertThat(Audit.attempts(farm, job)).hasSize(30);
  }

  @Test
  void of_two_nodes_with_one_key_the_second_ends_and_both_say_why() throws IOException {
    // Its folder was copied, key and all.
    assertThat(farm.stop("one")).isIn(0, 143);
    copy(farm.nodeData("one"), farm.nodeData("two"));
    long before = System.currentTimeMillis();
    farm.startNode("one", "--allow-commands");
    // Whoever of both calls first is the first.
    Patience.until(
        SOON,
        () -> "the first has called again:\n" + farm.logText("one"),
        () -> farm.nodes().stream().anyMatch(node -> node.path("seenAt").asLong() > before));
    farm.start(
        "two",
        List.of(
            Dist.program().toString(),
            "node",
            "--data",
            farm.nodeData("two").toString(),
            "--allow-commands"));
    Patience.until(
        SOON,
        () -> "the second has ended:\n" + farm.logText("two"),
        () -> !farm.process("two").isAlive());
    assertThat(farm.process("two").exitValue()).isEqualTo(3);
    assertThat(farm.logText("two")).contains("Another computer works as node 'one' already");
    assertThat(farm.process("one").isAlive()).isTrue();
    Patience.until(
        SOON,
        () -> "the first is told:\n" + farm.logText("one"),
        () -> farm.logText("one").contains("a second computer called with this node's key"));
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> all = Files.walk(from)) {
      for (Path path : all.toList()) {
        Path copy = to.resolve(from.relativize(path).toString());
        if (Files.isDirectory(path)) {
          Files.createDirectories(copy);
        } else if (Files.isRegularFile(path)) {
          Files.copy(path, copy);
        }
      }
    }
  }
}
