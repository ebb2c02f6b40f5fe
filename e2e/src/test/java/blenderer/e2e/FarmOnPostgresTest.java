package blenderer.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import blenderer.api.Jobs;
import blenderer.testkit.TestPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A farm whose journal is in PostgreSQL, with real frames. Terms are scaled to a tenth. */
@Tag("e2e")
class FarmOnPostgresTest {

  private static final int FRAMES = 8;

  private static TestPostgres database;
  private static FarmProcesses farm;

  @BeforeAll
  static void start() throws IOException, InterruptedException {
    database = TestPostgres.started();
    database.create("farm");
    farm = new FarmProcesses("--time-scale", "0.1", "--db", database.url("farm"));
    farm.startServer().startNode("one");
  }

  @AfterAll
  static void stop() throws IOException {
    farm.close();
    database.close();
  }

  @Test
  void a_database_that_is_killed_in_mid_job_costs_time_and_no_frame()
      throws IOException, InterruptedException {
    assertThat(farm.serverData().resolve("journal.sqlite")).doesNotExist();
    String job = farm.submit(Dist.demoScene(), "--frames", "1-" + FRAMES);
    Patience.until(Duration.ofSeconds(60), "the first frame is done", () -> farm.done(job) >= 1);
    database.kill();
    // Longer than the server waits before it answers that it cannot write.
    Thread.sleep(Duration.ofSeconds(7));
    database.start();
    Patience.until(
        Duration.ofMinutes(4),
        () -> "the job is done: " + farm.logText("server") + farm.logText("one"),
        () -> farm.job(job).get("state").asText().matches("done|failed|cancelled"));
    Audit.everyFrameCommittedOnce(farm, job, FRAMES);
    assertThat(farm.job(job).get("tasks").get("done").asInt()).isEqualTo(FRAMES);
    assertThat(Audit.attempts(farm, job)).extracting(Jobs.Attempt::outcome).hasSize(FRAMES);
    farm.kill("server");
    farm.startServer();
    Audit.everyFrameCommittedOnce(farm, job, FRAMES);
  }

  @Test
  void what_is_wrong_with_the_database_is_one_line_with_a_code() throws IOException {
    Path secret = Files.writeString(farm.folder.resolve("secret"), "open sesame\n");
    for (List<String> wrong :
        List.of(
            List.of("database-in-use", database.url("farm")),
            List.of("database-missing", database.url("nowhere")),
            List.of("database-unreachable", "postgresql://blenderer@127.0.0.1:1/farm"))) {
      Run run =
          farm.cliWith(
              Map.of(),
              "server",
              "--data",
              farm.folder.resolve("other").toString(),
              "--listen",
              "127.0.0.1:0",
              "--db",
              wrong.getLast(),
              "--db-password-file",
              secret.toString());
      assertThat(run.code()).as(run.all()).isEqualTo(1);
      assertThat(run.err().strip().lines()).hasSize(1);
      assertThat(run.err()).startsWith(wrong.getFirst() + ": ").doesNotContain("sesame");
    }
  }
}
