package blenderer.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Full disks, with a small file system of its own for the node or the server (bubblewrap's {@code
 * --tmpfs}), filled and emptied from outside.
 */
@Tag("e2e")
class FullDiskTest {

  private static final int FRAMES = 6;

  private static void fill(Path folder) throws IOException {
    byte[] block = new byte[1 << 16];
    try (var out = Files.newOutputStream(folder.resolve("filler"))) {
      while (true) {
        out.write(block);
      }
    } catch (IOException full) {
      assertThat(full).hasMessageContaining("No space left");
    }
  }

  @Test
  void a_full_disk_at_the_node_delays_the_job_and_loses_nothing() throws IOException {
    try (FarmProcesses farm = new FarmProcesses("--time-scale", "0.1").startServer()) {
      Path data = Files.createDirectories(farm.nodeData("one"));
      List<String> command = new ArrayList<>(farm.nodeCommand("one"));
      command.addAll(List.of("--min-free", "1MB", "--cache-size", "64MB"));
      Process node = farm.start("one", FarmProcesses.onSmallDisk(data, 192 << 20, command));
      Patience.until(Duration.ofSeconds(60), () -> farm.logText("one"), () -> farm.isOnline("one"));
      String job = farm.submit(Dist.demoScene(), "--frames", "1-" + FRAMES);
      Patience.until(
          Duration.ofSeconds(60),
          () -> "a first frame:\n" + farm.logText("one"),
          () -> farm.done(job) >= 1);
      fill(FarmProcesses.inside(node, data));
      int before = farm.done(job);
      // Long enough for frames to fail against the full disk.
      Patience.until(
          Duration.ofSeconds(60),
          () -> "the node says that its disk is full:\n" + farm.logText("one"),
          () -> farm.logText("one").contains("disk"));
      Files.delete(FarmProcesses.inside(node, data).resolve("filler"));
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
        new FarmProcesses("--time-scale", "0.1", "--min-free", "1MB").onDisk(192 << 20)) {
      farm.startServer().startNode("one");
      String job = farm.submit(Dist.demoScene(), "--frames", "1-" + FRAMES);
      Patience.until(
          Duration.ofSeconds(60),
          () -> "a first frame:\n" + farm.logText("one"),
          () -> farm.done(job) >= 1);
      Path disk = FarmProcesses.inside(farm.process("server"), farm.serverData());
      fill(disk);
      Patience.until(
          Duration.ofSeconds(60),
          () -> "the server says that its disk is full:\n" + farm.logText("server"),
          () -> farm.logText("server").contains("disk"));
      Run refused = farm.cli("submit", Dist.demoScene().toString(), "--frames", "1");
      assertThat(refused.code()).isNotZero();
      assertThat(refused.err()).contains("disk").contains("next: ");
      int before = farm.done(job);
      Files.delete(disk.resolve("filler"));
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
