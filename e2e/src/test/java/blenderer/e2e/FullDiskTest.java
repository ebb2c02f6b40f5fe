package blenderer.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Full disks: the node or the server has a {@link SmallDisk}, filled and emptied from outside. */
@Tag("e2e")
@Tag("alone")
class FullDiskTest {

  private static final int FRAMES = 6;

  @Test
  void a_full_disk_at_the_node_delays_the_job_and_loses_nothing() throws IOException {
    try (FarmProcesses farm = new FarmProcesses("--time-scale", "0.1").startServer()) {
      farm.onDisk("one", 192 << 20);
      farm.startNode("one", "--min-free", "1MB", "--cache-size", "64MB");
      String job = farm.submit(Dist.demoScene(), "--frames", "1-" + FRAMES);
      Patience.until(
          Duration.ofSeconds(60),
          () -> "a first frame:\n" + farm.logText("one"),
          () -> farm.done(job) >= 1);
      farm.disk("one").fill();
      int before = farm.done(job);
      // Long enough for frames to fail against the full disk.
      Patience.until(
          Duration.ofSeconds(60),
          () -> "the node says that its disk is full:\n" + farm.logText("one"),
          () -> farm.logText("one").contains("disk"));
      farm.disk("one").empty();
      Patience.until(
          Duration.ofSeconds(10),
          () -> "the job goes on within 10 s:\n" + farm.logText("one"),
          () -> farm.done(job) > before);
      Patience.until(
          Duration.ofMinutes(3),
          () -> "done: " + farm.job(job) + farm.logText("one"),
          () -> farm.job(job).get("state").asText().matches("done|failed"));
      Audit.everyFrameCommittedOnce(farm, job, FRAMES);
    }
  }

  @Test
  void a_full_disk_at_the_server_delays_the_job_and_loses_nothing() throws IOException {
    try (FarmProcesses farm =
        new FarmProcesses("--time-scale", "0.1", "--min-free", "1MB").onDisk("server", 192 << 20)) {
      farm.startServer().startNode("one");
      String job = farm.submit(Dist.demoScene(), "--frames", "1-" + FRAMES);
      Patience.until(
          Duration.ofSeconds(60),
          () -> "a first frame:\n" + farm.logText("one"),
          () -> farm.done(job) >= 1);
      farm.disk("server").fill();
      Patience.until(
          Duration.ofSeconds(60),
          () -> "the server says that its disk is full:\n" + farm.logText("server"),
          () -> farm.logText("server").contains("disk"));
      Run refused = farm.cli("submit", Dist.demoScene().toString(), "--frames", "1");
      assertThat(refused.code()).isNotZero();
      assertThat(refused.err()).contains("disk").contains("next: ");
      int before = farm.done(job);
      farm.disk("server").empty();
      Patience.until(
          Duration.ofSeconds(10),
          () -> "the job goes on within 10 s:\n" + farm.logText("server") + farm.logText("one"),
          () -> farm.done(job) > before);
      Patience.until(
          Duration.ofMinutes(3),
          () -> "done: " + farm.job(job),
          () -> farm.job(job).get("state").asText().matches("done|failed"));
      Audit.everyFrameCommittedOnce(farm, job, FRAMES);
    }
  }
}
