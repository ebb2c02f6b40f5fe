package blenderer.submit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import blenderer.api.LocalFileException;
import blenderer.cas.ManifestCodec;
import blenderer.model.Digest;
import blenderer.model.Manifest;
import blenderer.model.Requirement;
import blenderer.submit.SceneTrace.TracedFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SubmissionTest {

  @TempDir Path folder = Path.of("");
  private final FakeShelf farm = new FakeShelf();
  private Path scene = Path.of("");
  private Path texture = Path.of("");

  @BeforeEach
  void write() throws IOException {
    scene = Files.writeString(folder.resolve("shot.blend"), "scene");
    texture = Files.writeString(folder.resolve("wood.png"), "texture");
  }

  private SceneTrace trace() {
    return new SceneTrace(
        scene,
        "blender",
        "3.4",
        List.of("cycles"),
        "",
        1,
        20,
        2,
        "320x180",
        List.of(new TracedFile(texture.toString(), "image", "wood")),
        24);
  }

  private Submission.Submitted submit(SceneTrace trace, boolean allowMissing) {
    DigestCache cache = new DigestCache(folder.resolve("cache"), Clock.systemUTC());
    return new Submission(farm, cache, Clock.systemUTC(), new Submission.Listener() {})
        .submit(
            new Submission.Order(
                trace, bytes("template"), null, null, "default", 50, allowMissing, Map.of()));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private Manifest manifest() {
    String digest = String.valueOf(farm.jobs.getLast().manifest());
    return ManifestCodec.decode(farm.blobs.getOrDefault(new Digest(digest), new byte[0]));
  }

  @Test
  void the_job_names_scene_frames_size_and_needs() {
    submit(trace(), false);
    var job = farm.jobs.getFirst();
    assertThat(job.name()).isEqualTo("shot");
    assertThat(job.parameters())
        .containsEntry("Scene", "shot.blend")
        .containsEntry("PathMap", ".blenderer/paths.json")
        .containsEntry("Frames", "1-20:2")
        .containsEntry("Size", "320x180")
        .containsEntry("Output", "output")
        .containsEntry("AllowMissing", "false");
    assertThat(job.requirements())
        .containsExactly(new Requirement("blender", "3.4", List.of("cycles")));
    assertThat(manifest().files())
        .extracting(Manifest.Entry::path)
        .containsExactly(".blenderer/paths.json", "shot.blend", "wood.png");
  }

  @Test
  void a_second_submit_sends_no_byte() {
    submit(trace(), false);
    int before = farm.uploads.size();
    Submission.Submitted again = submit(trace(), false);
    assertThat(again.sentBytes()).isZero();
    assertThat(farm.uploads).hasSize(before);
    assertThat(farm.jobs).hasSize(2);
  }

  @Test
  void a_file_that_changes_between_hashing_and_upload_is_read_again() {
    boolean[] changed = new boolean[1];
    farm.beforeUpload =
        () -> {
          if (!changed[0]) {
            changed[0] = true;
            overwrite("textuRe");
          }
        };
    submit(trace(), false);
    assertThat(farm.jobs).hasSize(1);
    assertThat(manifest().files())
        .filteredOn(file -> file.path().equals("wood.png"))
        .extracting(Manifest.Entry::digest)
        .containsExactly(Digest.of(bytes("textuRe")));
  }

  @Test
  void a_file_that_never_rests_is_named_and_makes_no_job() {
    int[] count = new int[1];
    farm.beforeUpload = () -> overwrite("change " + ++count[0] + "!".repeat(count[0]));
    assertThatThrownBy(() -> submit(trace(), false))
        .isInstanceOf(LocalFileException.class)
        .hasMessageContaining("wood.png");
    assertThat(farm.jobs).isEmpty();
  }

  private synchronized void overwrite(String content) {
    try {
      Files.writeString(texture, content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void what_a_person_lets_pass_the_renderer_lets_pass_too() {
    submit(trace(), true);
    assertThat(farm.jobs.getFirst().parameters()).containsEntry("AllowMissing", "true");
  }

  @Test
  void frames_are_canonical_and_errors_name_the_part() {
    assertThat(SceneFrames.canonical("1-20,30,40-50x2")).isEqualTo("1-20,30,40-50:2");
    SubmitException e =
        catchThrowableOfType(SubmitException.class, () -> SceneFrames.canonical("1-5,4"));
    assertThat(e.code()).isEqualTo("bad-frames");
    assertThat(e.sentence()).contains("'1-5,4'").contains("4");
  }

  @Test
  void speeds_are_written_as_encoders_know_them() {
    assertThat(SceneTrace.rate(24)).isEqualTo("24");
    // Blender divides by a base of single precision.
    assertThat(SceneTrace.rate(24 / 1.0010000467300415)).isEqualTo("24000/1001");
    assertThat(SceneTrace.rate(30 / 1.001)).isEqualTo("30000/1001");
    assertThat(SceneTrace.rate(12.5)).isEqualTo("12.5");
  }
}
