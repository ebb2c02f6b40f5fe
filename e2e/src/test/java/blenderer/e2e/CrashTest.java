package blenderer.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Kill -9 of real processes in the middle of a job. Terms are scaled to a tenth. */
@Tag("e2e")
@Tag("alone")
class CrashTest {

  private static final int FRAMES = 6;
  private static final Duration SOON = Duration.ofSeconds(60);
  private static final Duration JOB = Duration.ofMinutes(4);

  private FarmProcesses farm;

  @BeforeEach
  void start() throws IOException {
    farm = new FarmProcesses("--time-scale", "0.1");
    farm.startServer().startNode("one");
  }

  @AfterEach
  void stop() throws IOException {
    farm.close();
  }

  private String submitAndBegin() {
    String job = farm.submit(Dist.demoScene(), "--frames", "1-" + FRAMES);
    Patience.until(SOON, "the first frame is done", () -> farm.done(job) >= 1);
    return job;
  }

  private void awaitDone(String job) {
    Patience.until(
        JOB,
        () ->
            "the job is done: "
                + farm.job(job)
                + "\n"
                + farm.cli("why", job).all()
                + farm.logText("server")
                + farm.logText("one"),
        () -> farm.job(job).get("state").asText().matches("done|failed|cancelled"));
    Audit.everyFrameCommittedOnce(farm, job, FRAMES);
  }

  private void noRendererLeft() {
    Patience.until(
        Duration.ofSeconds(5),
        () -> "no renderer of a dead node is left: " + farm.renderersAlive(),
        () -> farm.renderersAlive().isEmpty());
  }

  @Test
  void a_node_killed_in_mid_frame_leaves_no_orphan_and_goes_on_when_it_is_back()
      throws IOException {
    String job = submitAndBegin();
    assertThat(farm.renderersAlive()).isNotEmpty();
    farm.kill("one");
    noRendererLeft();
    farm.startNode("one");
    int before = farm.done(job);
    Patience.until(
        Duration.ofSeconds(10),
        () -> "the job goes on within 10 s of the node's return:\n" + farm.logText("one"),
        () -> farm.done(job) > before);
    awaitDone(job);
  }

  @Test
  void the_frames_of_a_killed_node_are_rendered_by_another() throws IOException {
    farm.startNode("two");
    String job = submitAndBegin();
    Patience.until(SOON, "node one renders", () -> !farm.renderersAlive("one").isEmpty());
    farm.kill("one");
    noRendererLeftOf("one");
    awaitDone(job);
    assertThat(Audit.attempts(farm, job)).anyMatch(attempt -> attempt.node().equals("two"));
  }

  private void noRendererLeftOf(String node) {
    Patience.until(
        Duration.ofSeconds(5),
        () -> "no renderer of node " + node + " is left: " + farm.renderersAlive(node),
        () -> farm.renderersAlive(node).isEmpty());
  }

  @Test
  void a_server_killed_in_mid_job_and_back_after_5_seconds_loses_nothing()
      throws IOException, InterruptedException {
    serverAwayFor(5);
  }

  @Test
  @Tag("soak")
  void a_server_killed_in_mid_job_and_back_after_30_seconds_loses_nothing()
      throws IOException, InterruptedException {
    serverAwayFor(30);
  }

  private void serverAwayFor(int seconds) throws IOException, InterruptedException {
    String job = submitAndBegin();
    int before = farm.done(job);
    farm.kill("server");
    Thread.sleep(Duration.ofSeconds(seconds));
    farm.startServer();
    Patience.until(
        Duration.ofSeconds(10),
        () -> "the job goes on within 10 s of the server's return:\n" + farm.logText("one"),
        () -> farm.done(job) > before);
    awaitDone(job);
  }

  @Test
  void a_server_asked_to_stop_ends_cleanly_and_keeps_everything() throws IOException {
    String job = submitAndBegin();
    assertThat(farm.stop("server")).as(farm.logText("server")).isIn(0, 143);
    farm.startServer();
    awaitDone(job);
  }

  @Test
  void a_node_asked_to_stop_gives_its_frames_back_at_once() throws IOException {
    String job = submitAndBegin();
    assertThat(farm.stop("one")).as(farm.logText("one")).isIn(0, 143);
    assertThat(farm.renderersAlive()).isEmpty();
    assertThat(farm.job(job).get("tasks").get("leased").asInt()).isZero();
    farm.startNode("two");
    awaitDone(job);
    assertThat(Audit.attempts(farm, job)).noneMatch(attempt -> attempt.outcome().equals("lost"));
  }
}
