package blenderer.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import blenderer.api.Jobs;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * A node that is slow, or hangs, and one that is quick. All times of the farm are a tenth of the
 * usual ones.
 */
@Tag("e2e")
class SlowNodeTest {

  private static final Duration JOB = Duration.ofMinutes(2);
  private static FarmProcesses farm;

  @BeforeAll
  static void start() throws IOException {
    farm = new FarmProcesses("--time-scale", "0.1");
    farm.startServer()
        .launchNode("slow", "--allow-commands")
        .launchNode("quick", "--allow-commands")
        .awaitNodes("slow", "quick");
  }

  @AfterAll
  static void stop() throws IOException {
    farm.close();
  }

  private static String submit(String command, String... options) {
    List<String> all =
        Stream.concat(Stream.of("submit", "--command", command, "--json"), Stream.of(options))
            .toList();
    return Json.of(farm.cli(all.toArray(String[]::new)).expect(0).out()).get("id").asText();
  }

  /** Waits for its end, and says what became of each go at a task. */
  private static List<Jobs.Attempt> done(String job) {
    Patience.until(
        JOB,
        () ->
            "the job is done: "
                + farm.job(job)
                + farm.cli("why", job).all()
                + farm.logText("slow")
                + farm.logText("quick"),
        () -> farm.job(job).get("state").asText().equals("done"));
    return Audit.attempts(farm, job);
  }

  @Test
  void what_one_node_is_slow_at_another_does_as_well_and_the_first_result_counts()
      throws IOException {
    String job =
        submit(
            "case $BLENDERER_NODE in *slow) sleep 600;; esac; sleep 0.3; echo {frame} >"
                + " f_{frame}.txt",
            "--frames",
            "1-6",
            "--twins",
            "on");
    List<Jobs.Attempt> attempts = done(job);
    assertThat(attempts)
        .filteredOn(attempt -> attempt.outcome().equals("succeeded"))
        .hasSize(6)
        .allMatch(attempt -> attempt.node().equals("quick"));
    assertThat(attempts)
        .filteredOn(attempt -> !attempt.outcome().equals("succeeded"))
        .as("what came too late; a computer that is busy may lose sight of the slow node")
        .isNotEmpty()
        .allMatch(
            attempt ->
                attempt.outcome().matches("cancelled|lost") && attempt.node().equals("slow"));
    Path folder = farm.folder.resolve("twins");
    farm.cli("download", job, "--to", folder.toString()).expect(0);
    for (int frame = 1; frame <= 6; frame++) {
      assertThat(folder.resolve("f_" + frame + ".txt")).hasContent(frame + "\n");
    }
    farm.cli("node-pause", "quick").expect(0);
    String next = submit("echo > next.txt");
    assertThat(done(next))
        .as("the slow one goes on with other work")
        .allMatch(attempt -> attempt.node().equals("slow"));
    farm.cli("node-resume", "quick").expect(0);
  }

  @Test
  void a_command_that_hangs_on_one_node_is_ended_there_and_done_by_the_other() {
    farm.cli("node-pause", "slow").expect(0);
    String job =
        submit(
            "case $BLENDERER_NODE in *slow) sleep 600;; esac; sleep 0.3; echo > f_{frame}.txt",
            "--frames",
            "1-20");
    Patience.until(JOB, "it is known how long a task takes", () -> farm.done(job) >= 3);
    farm.cli("node-resume", "slow").expect(0);
    List<Jobs.Attempt> attempts = done(job);
    assertThat(attempts)
        .filteredOn(attempt -> !attempt.outcome().equals("succeeded"))
        .as("nothing went wrong elsewhere")
        .allMatch(attempt -> attempt.node().equals("slow"))
        .anyMatch(
            attempt -> attempt.failure() != null && attempt.failure().code().equals("task-hung"));
  }
}
