package blenderer.renderers;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The script with a real FFmpeg. */
@Tag("slow")
class FfmpegScriptTest {

  @TempDir Path session = Path.of("");
  private final RendererChecks checks = ShippedRenderers.load().checks("ffmpeg");
  private Path images = Path.of("");
  private Path output = Path.of("");

  @BeforeEach
  void write() throws Exception {
    images = Files.createDirectories(session.resolve("images"));
    output = session.resolve("output");
    run(
        "ffmpeg",
        "-v",
        "error",
        "-f",
        "lavfi",
        "-i",
        "testsrc=size=41x30:rate=10",
        "-frames:v",
        "12",
        "-start_number",
        "1",
        images + "/shot_%04d.png");
  }

  private String run(String... command) throws IOException, InterruptedException {
    List<String> line = new ArrayList<>(List.of(command));
    line.set(0, ScriptRun.program(command[0]));
    Process process = new ProcessBuilder(line).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes());
    assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
    assertThat(process.exitValue()).as(said).isZero();
    return said;
  }

  private ScriptRun encode(String pattern, String frames, String format, String rate)
      throws Exception {
    return encode(pattern, frames, format, rate, "");
  }

  private ScriptRun encode(String pattern, String frames, String format, String rate, String codec)
      throws Exception {
    return ScriptRun.of(
        session,
        "ffmpeg",
        "encode.sh",
        images.toString(),
        pattern,
        frames,
        output.toString(),
        "",
        "a/shot",
        format,
        rate,
        "",
        "",
        codec);
  }

  private String probe(String file) throws Exception {
    return run(
            "ffprobe",
            "-v",
            "error",
            "-count_frames",
            "-show_entries",
            "stream=codec_name,width,height,pix_fmt,r_frame_rate,nb_read_frames",
            "-of",
            "csv=p=0",
            output.resolve(file).toString())
        .strip();
  }

  @ParameterizedTest
  @CsvSource({
    "mp4, '', 'h264,42,30,yuv420p,24000/1001,12'",
    "mov, '', 'prores,41,30,yuv422p10le,24000/1001,12'",
    "webm, '', 'vp9,42,30,yuv420p,24000/1001,12'",
    "mkv, ffv1, 'ffv1,41,30,bgr0,24000/1001,12'",
    "mp4, av1, 'av1,42,30,yuv420p,24000/1001,12'",
    "avi, mjpeg, 'mjpeg,41,30,yuvj444p,24000/1001,12'",
    "avi, '', 'mpeg4,42,30,yuv420p,24000/1001,12'",
    "ogv, '', 'theora,42,30,yuv420p,24000/1001,12'"
  })
  void a_sequence_becomes_a_video_of_its_frames_and_speed(String format, String codec, String facts)
      throws Exception {
    ScriptRun run = encode("shot_%04d.png", "1-12", format, "24000/1001", codec).succeeded();
    assertThat(run.starting("blenderer_done: "))
        .containsExactly("blenderer_done: 0 [\"a_shot." + format + "\"]");
    assertThat(probe("a_shot." + format)).isEqualTo(facts);
    assertThat(run.starting("openjd_progress: ")).contains("openjd_progress: 100.0");
  }

  @Test
  void negative_frames_come_before_the_others_and_are_missed_like_them() throws Exception {
    for (int number = 0; number < 3; number++) {
      String name = number == 0 ? "shot_0000.png" : "shot_-000" + number + ".png";
      Files.copy(images.resolve("shot_0001.png"), images.resolve(name));
    }
    encode("shot_%04d.png", "-2-3,5-9:2", "mp4", "25").succeeded();
    assertThat(probe("a_shot.mp4")).endsWith(",25/1,9");
    ScriptRun run = encode("shot_%04d.png", "-3-1", "mp4", "25");
    assertThat(run.starting("openjd_fail: ").getFirst()).contains("missing are -3 (1 of 5)");
  }

  @Test
  void holes_are_named_before_anything_is_encoded() throws Exception {
    for (int hole : new int[] {4, 7, 8}) {
      Files.delete(images.resolve("shot_000" + hole + ".png"));
    }
    ScriptRun run = encode("", "", "mp4", "25");
    assertThat(run.failure(checks)).isEqualTo("frames-missing");
    assertThat(run.starting("openjd_fail: "))
        .containsExactly(
            "openjd_fail: [frames-missing] The sequence 'shot_####.png' has holes; missing are 4,"
                + " 7-8 (3 of 12)");
    assertThat(output.resolve("a_shot.mp4")).doesNotExist();
    assertThat(encode("", "1-14:13", "mp4", "25").failure(checks)).isEqualTo("frames-missing");
    // Nobody misses what is not asked for.
    encode("", "1-11:5", "mp4", "25").succeeded();
    assertThat(probe("a_shot.mp4")).endsWith(",25/1,3");
  }

  @Test
  void failures_have_the_code_of_their_cause() throws Exception {
    assertThat(encode("other_%04d.png", "", "mp4", "25").failure(checks)).isEqualTo("no-images");
    assertThat(encode("shot.png", "", "mp4", "25").failure(checks)).isEqualTo("bad-pattern");
    assertThat(encode("", "one", "mp4", "25").failure(checks)).isEqualTo("bad-frames");
    Path second = images.resolve("shot_0002.png");
    byte[] whole = Files.readAllBytes(second);
    Files.write(second, Arrays.copyOf(whole, whole.length / 2));
    assertThat(encode("", "1-4", "mp4", "25").failure(checks)).isEqualTo("image-unreadable");
    Files.write(second, whole);
    Files.copy(second, images.resolve("depth_1.png"));
    ScriptRun two = encode("", "", "mp4", "25");
    assertThat(two.failure(checks)).isEqualTo("several-sequences");
    assertThat(two.starting("openjd_fail: ").getFirst()).contains("depth_####.png, shot_####.png");
  }
}
