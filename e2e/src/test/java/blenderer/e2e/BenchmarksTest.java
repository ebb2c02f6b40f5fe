package blenderer.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The benchmarks of the server, small: that they run and that counts and digests add up, which they
 * check themselves. How fast this computer is, is nobody's business here.
 */
@Tag("e2e")
class BenchmarksTest {

  @TempDir private Path folder;

  private JsonNode bench(String name, String... options) throws IOException {
    List<String> command = new ArrayList<>(List.of(Dist.program().toString(), "bench", name));
    command.addAll(List.of(options));
    Run run = Run.of(Duration.ofMinutes(2), folder, Map.of(), command);
    assertThat(run.code()).as(run.out() + run.err()).isZero();
    JsonNode line = new ObjectMapper().readTree(run.out());
    assertThat(line.path("bench").asText()).isEqualTo(name);
    return line;
  }

  @Test
  void every_task_is_dispatched_once() throws IOException {
    JsonNode line = bench("dispatch", "--nodes", "20", "--tasks", "400");
    assertThat(line.path("tasksDone").asInt()).isEqualTo(400);
    assertThat(line.path("tasksPerSecond").asInt()).isPositive();
    assertThat(line.path("serverCpuMsPerTask").asDouble()).isPositive();
  }

  @Test
  void every_task_is_dispatched_once_on_a_database_of_its_own() throws IOException {
    JsonNode line =
        bench("dispatch", "--nodes", "20", "--tasks", "400", "--db", "own", "--db-latency", "2");
    assertThat(line.path("tasksDone").asInt()).isEqualTo(400);
    assertThat(line.path("db").asText()).isEqualTo("postgresql");
    // At least five ways there and back.
    assertThat(line.path("commitMs").asDouble()).isGreaterThan(10);
  }

  @Test
  void every_frame_is_stored_with_its_own_bytes() throws IOException {
    JsonNode line = bench("frames", "--nodes", "20", "--tasks", "150");
    assertThat(line.path("tasksDone").asInt()).isEqualTo(150);
    assertThat(line.path("filesRead").asInt()).isBetween(40, 150);
  }

  @Test
  void watchers_see_events_while_nodes_work() throws IOException {
    JsonNode line =
        bench(
            "turnaround",
            "--nodes",
            "20",
            "--rate",
            "20",
            "--warm-up",
            "1",
            "--seconds",
            "2",
            "--watchers",
            "5");
    assertThat(line.path("tasksDone").asInt()).isPositive();
    assertThat(line.path("eventsPerSecond").asInt()).isPositive();
  }

  @Test
  void every_idle_slot_gets_work_of_one_job() throws IOException {
    JsonNode line = bench("fill", "--nodes", "20", "--rounds", "2", "--warm-up", "1");
    assertThat(line.path("fillSeconds").asDouble()).isPositive();
  }

  @Test
  void nobody_gets_twice_as_much_for_having_many_jobs_and_no_running_task_is_taken_back()
      throws IOException {
    JsonNode line =
        bench(
            "fairness",
            "--slots",
            "30",
            "--task-millis",
            "400",
            "--jobs",
            "20",
            "--window",
            "5",
            "--seconds",
            "6",
            "--urgent",
            "2");
    assertThat(line.path("worstDifference").asDouble()).isLessThan(1);
    assertThat(line.path("takenBack").asInt()).isZero();
    assertThat(line.path("urgentStartSamples").asInt()).isEqualTo(2);
    assertThat(line.path("tasksDone").asInt()).isPositive();
  }

  @Test
  void a_slot_hands_over_from_task_to_task() throws IOException {
    JsonNode line = bench("handover", "--tasks", "20", "--warm-up", "5");
    assertThat(line.path("handoverSamples").asInt()).isEqualTo(19);
    assertThat(line.path("tasksPerSecond").asDouble()).isPositive();
  }

  @Test
  void half_done_job_survives_a_crash_of_the_server() throws IOException {
    JsonNode line = bench("scale", "--tasks", "20000", "--nodes", "30");
    assertThat(line.path("tasksDone").asInt()).isEqualTo(10_000);
    assertThat(line.path("heapAfterRestartMiB").asInt()).isPositive();
  }

  @Test
  void downloads_are_whole_and_an_unchanged_project_is_not_sent_again() throws IOException {
    assertThat(bench("transfer", "--mebibytes", "16", "--rounds", "1").path("rounds").asInt())
        .isEqualTo(1);
    JsonNode line = bench("resubmit", "--mebibytes", "17", "--rounds", "1");
    assertThat(line.path("resubmitBytesSentMost").asLong()).isBetween(1L, 1_000_000L);
  }
}
