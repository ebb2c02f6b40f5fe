package blenderer.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/** The thread through everything: submit, HTTPS, SQLite, two nodes, real Blender, files. */
@Tag("e2e")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class FarmRendersTest {

  private static final int FRAMES = 6;
  private static FarmProcesses farm;
  private static String job = "none yet";

  @BeforeAll
  static void start() throws IOException {
    farm = new FarmProcesses();
    farm.startServer().startNodes("one", "two");
  }

  @AfterAll
  static void stop() throws IOException {
    farm.close();
  }

  private static List<Path> frames(Path folder) throws IOException {
    try (var files = Files.list(folder)) {
      return files.filter(file -> file.toString().endsWith(".png")).sorted().toList();
    }
  }

  @Test
  @Order(1)
  void frames_are_pixel_identical_to_those_of_plain_blender() throws IOException {
    Path ours = farm.folder.resolve("ours");
    Run run =
        farm.cli(
            "submit",
            Dist.demoScene().toString(),
            "--frames",
            "1-" + FRAMES,
            "--wait",
            "--download",
            ours.toString(),
            "--json");
    run.expect(0);
    job = Json.of(run.out().strip().lines().toList().getLast()).get("id").asText();
    Path plain = Files.createDirectories(farm.folder.resolve("plain"));
    Run.blender(
            plain,
            Dist.demoScene().toString(),
            "-o",
            plain + "/frame_####",
            "-s",
            "1",
            "-e",
            "" + FRAMES,
            "-a")
        .expect(0);
    List<Path> rendered = frames(ours);
    assertThat(rendered).hasSize(FRAMES);
    for (int i = 0; i < FRAMES; i++) {
      assertThat(Pixels.of(rendered.get(i)))
          .as("frame %d", i + 1)
          .isEqualTo(Pixels.of(frames(plain).get(i)));
    }
  }

  @Test
  @Order(2)
  void every_frame_was_committed_once_and_both_nodes_are_warm() {
    JsonNode counts = farm.job(job).get("tasks");
    assertThat(counts.get("done").asInt()).isEqualTo(FRAMES);
    assertThat(farm.job(job).get("state").asText()).isEqualTo("done");
    assertThat(farm.cli("logs", job).expect(0).out()).contains("Blender");
  }

  @Test
  @Order(3)
  void a_second_submit_of_the_same_scene_sends_no_file_bytes() {
    Run again =
        farm.cli("submit", Dist.demoScene().toString(), "--frames", "1-2", "--wait").expect(0);
    assertThat(again.out()).contains(", 0 B sent.");
  }

  @Test
  @Order(4)
  void a_retry_renders_the_frame_again_and_keeps_the_old_one() throws IOException {
    farm.cli("retry", job, "--frames", "3").expect(0);
    farm.cli("wait", job).expect(0);
    assertThat(farm.done(job)).isEqualTo(FRAMES);
    Path all = farm.folder.resolve("again");
    farm.cli("download", job, "--to", all.toString()).expect(0);
    assertThat(frames(all)).hasSize(FRAMES);
    JsonNode attempts = Json.of(farm.cli("logs", job, "--frames", "3", "--json").expect(0).out());
    assertThat(attempts.valueStream().map(a -> a.get("generation").asInt())).contains(1, 2);
  }

  @Test
  @Order(5)
  void deleting_a_job_frees_what_nothing_else_needs() throws IOException {
    String gone = farm.submit(Dist.demoScene(), "--frames", "1", "--name", "to be deleted");
    farm.cli("wait", gone).expect(0);
    farm.cli("delete", gone).expect(0);
    assertThat(farm.cli("job", gone).code()).isEqualTo(1);
    // The other job still has its inputs: it can render again.
    farm.cli("retry", job, "--frames", "2").expect(0);
    farm.cli("wait", job).expect(0);
  }

  @Test
  @Order(6)
  void every_frame_was_looked_at_and_none_is_blamed() throws IOException {
    Path previews = farm.folder.resolve("previews");
    JsonNode frames =
        Json.of(
            farm.cli("frames", job, "--json", "--previews", previews.toString()).expect(0).out());
    assertThat(frames).hasSize(FRAMES);
    for (JsonNode frame : frames) {
      assertThat(frame.get("state").asText()).as("%s", frame).isEqualTo("fine");
      assertThat(frame.get("renderer").asText()).startsWith("blender ");
      assertThat(frame.get("device").asText()).startsWith("CPU");
      assertThat(frame.get("look").get("mean").asDouble()).isBetween(0.05, 0.95);
    }
    try (var files = Files.list(previews)) {
      assertThat(files).hasSize(FRAMES);
    }
    assertThat(farm.cli("frames", job, "--flagged").expect(0).out()).contains("No frame is");
  }

  @Test
  @Order(7)
  void a_held_job_renders_three_frames_and_the_rest_when_somebody_approves() {
    String held = farm.submit(Dist.demoScene(), "--frames", "1-5", "--probe-hold");
    Patience.until(Duration.ofMinutes(2), "three frames of a held job", () -> farm.done(held) == 3);
    assertThat(farm.cli("why", held).expect(0).out()).contains("waits for approval");
    assertThat(farm.cli("job", held).expect(0).out()).contains("blenderer approve");
    farm.cli("approve", held).expect(0);
    farm.cli("wait", held).expect(0);
    assertThat(farm.done(held)).isEqualTo(5);
  }

  @Test
  @Order(8)
  void a_node_stops_within_seconds_and_leaves_no_renderer() {
    assertThat(farm.stop("two")).isZero();
    assertThat(farm.renderersAlive("two")).isEmpty();
  }
}
