package blenderer.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import blenderer.api.Jobs;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * What goes wrong on real nodes, and what people change of jobs that run. Node {@code bad} has
 * little memory, and commands can tell where they run.
 */
@Tag("e2e")
class FailuresTest {

  private static final Duration JOB = Duration.ofMinutes(2);
  private static FarmProcesses farm;

  @BeforeAll
  static void start() throws IOException {
    farm = new FarmProcesses();
    farm.startServer()
        .launchNode("bad", "--allow-commands", "--memory-limit", "512M")
        .launchNode("good", "--allow-commands", "--memory-limit", "2G")
        .awaitNodes("bad", "good");
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

  private static void await(String job, String state) {
    Patience.until(
        JOB,
        () ->
            "the job is "
                + state
                + ": "
                + farm.job(job)
                + farm.cli("why", job).all()
                + farm.logText("bad")
                + farm.logText("good"),
        () -> farm.job(job).get("state").asText().matches("done|failed|cancelled"));
    assertThat(farm.job(job).get("state").asText()).isEqualTo(state);
  }

  private static JsonNode node(String name) {
    return farm.nodes().stream()
        .filter(node -> node.get("name").asText().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private static List<String> names(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files
          .filter(Files::isRegularFile)
          .map(file -> String.valueOf(file.getFileName()))
          .sorted()
          .toList();
    }
  }

  @Test
  void a_running_job_gets_other_frames() throws IOException {
    String job = submit("sleep 1; echo {frame} > f_{frame}.txt", "--frames", "1-40");
    Patience.until(JOB, "a frame is done", () -> farm.done(job) >= 1);
    farm.cli("set", job, "--frames", "38-42").expect(0);
    await(job, "done");
    Path folder = farm.folder.resolve("other-frames");
    farm.cli("download", job, "--to", folder.toString()).expect(0);
    assertThat(names(folder))
        .contains("f_38.txt", "f_39.txt", "f_40.txt", "f_41.txt", "f_42.txt")
        .doesNotContain("f_37.txt");
    assertThat(folder.resolve("f_42.txt")).hasContent("42\n");
    assertThat(farm.job(job).get("terms").get("frames").asText()).isEqualTo("38-42");
    assertThat(farm.cli("set", job, "--frames", "9-3").expect(2).all()).contains("frame");
  }

  @Test
  void a_task_that_ran_out_of_memory_goes_where_there_is_more() {
    // Only the small one takes it first.
    farm.cli("node-pause", "good").expect(0);
    String job =
        submit(
            "python3 -c 'import time; x = b\"a\" * (700 << 20); time.sleep(2)' && echo > done.txt");
    Patience.until(
        JOB,
        () -> "the step learns: " + farm.cli("why", job).all() + farm.logText("bad"),
        () -> farm.cli("why", job).expect(0).out().contains("1024 MiB of memory or more"));
    farm.cli("node-resume", "good").expect(0);
    await(job, "done");
    assertThat(Audit.attempts(farm, job)).extracting(Jobs.Attempt::node).endsWith("good");
  }

  @Test
  void a_task_that_takes_longer_than_it_may_is_ended_and_tried_elsewhere() {
    String job =
        submit(
            "case $BLENDERER_NODE in *bad) sleep 600;; esac; echo > f_{frame}.txt",
            "--frames",
            "1-2",
            "--timeout",
            "2s");
    await(job, "done");
    assertThat(Audit.attempts(farm, job))
        .filteredOn(attempt -> attempt.outcome().equals("failed"))
        .isNotEmpty()
        .allMatch(attempt -> attempt.node().equals("bad"))
        .allMatch(
            attempt ->
                attempt.failure() != null && attempt.failure().code().equals("task-timeout"));
  }

  @Test
  void a_node_that_fails_what_another_does_is_quarantined_and_comes_back_by_its_self_test() {
    for (int i = 0; i < 3; i++) {
      String job =
          submit(
              "case $BLENDERER_NODE in *bad) exit 1;; esac; sleep 0.5; echo > f_{frame}.txt",
              "--frames",
              "1-3");
      await(job, "done");
    }
    Patience.until(
        JOB,
        () -> "the node was in quarantine:\n" + farm.logText("bad"),
        () -> farm.logText("bad").contains("Quarantined by the farm"));
    Patience.until(
        JOB,
        () -> "the node is back: " + node("bad") + farm.logText("bad"),
        () -> node("bad").get("state").asText().equals("online"));
    assertThat(farm.logText("bad")).contains("The self-test passed");
  }
}
