package blenderer.renderers;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The script with a real POV-Ray. */
@Tag("slow")
class PovRayScriptTest {

  private static final String SCENE =
      """
      camera { location <0, 0, -3> look_at 0 }
      light_source { <5, 5, -5> color rgb 1 }
      sphere { <clock, 0, 0>, 0.5 pigment { color rgb <1, 0, 0> } }
      """;

  @TempDir Path session = Path.of("");
  private final RendererChecks checks = ShippedRenderers.load().checks("povray");
  private Path output = Path.of("");
  private Path scene = Path.of("");

  @BeforeEach
  void write() throws IOException {
    output = Files.createDirectories(session.resolve("output"));
    scene = file("ball.pov", SCENE);
  }

  private Path file(String name, String text) throws IOException {
    Path workspace = Files.createDirectories(session.resolve("workspace"));
    return Files.writeString(workspace.resolve(name), text);
  }

  private ScriptRun render(Path file, String chunk, String all, String animation, String size)
      throws Exception {
    return ScriptRun.of(
        session,
        "povray",
        "render.sh",
        file.toString(),
        output.toString(),
        chunk,
        all,
        animation,
        size,
        "",
        "",
        "false");
  }

  @Test
  void each_frame_is_done_with_its_image() throws Exception {
    ScriptRun run = render(scene, "3-4", "1-10", "", "40x30").succeeded();
    assertThat(run.starting("blenderer_done: "))
        .containsExactly(
            "blenderer_done: 3 [\"ball03.png\"]", "blenderer_done: 4 [\"ball04.png\"]");
    assertThat(run.starting("openjd_progress: "))
        .containsExactly("openjd_progress: 50", "openjd_progress: 100");
    assertThat(ImageCheck.check(output.resolve("ball03.png"), "40x30"))
        .isInstanceOf(ImageCheck.Ok.class);
  }

  @Test
  void the_clock_runs_over_the_animation_and_not_over_the_frames_of_the_job() throws Exception {
    render(scene, "5-5", "1-9", "", "40x30").succeeded();
    byte[] whole = Files.readAllBytes(output.resolve("ball5.png"));
    render(scene, "5-5", "5,7", "1-9", "40x30").succeeded();
    Scenes.assertSamePixels(
        output.resolve("ball5.png"), Files.write(session.resolve("whole.png"), whole));
    render(scene, "5-5", "5,9", "", "40x30").succeeded();
    assertThat(Files.readAllBytes(output.resolve("ball5.png"))).isNotEqualTo(whole);
  }

  @Test
  void an_ini_file_says_its_own_animation() throws Exception {
    Path ini = file("ball.ini", "Input_File_Name=ball.pov\nInitial_Frame=1\nFinal_Frame=120\n");
    ScriptRun run = render(ini, "7-7", "1-120", "", "40x30").succeeded();
    assertThat(run.starting("blenderer_done: "))
        .containsExactly("blenderer_done: 7 [\"ball007.png\"]");
  }

  @Test
  void failures_have_the_code_of_their_cause() throws Exception {
    assertThat(render(session.resolve("none.pov"), "1-1", "1", "", "").failure(checks))
        .isEqualTo("scene-absent");
    assertThat(render(file("a.pov", "sphere { oops"), "1-1", "1", "", "").failure(checks))
        .isEqualTo("scene-broken");
    assertThat(render(file("b.pov", "#include \"no.inc\"\n"), "1-1", "1", "", "").failure(checks))
        .isEqualTo("missing-file");
    assertThat(render(scene, "1-1", "1", "", "big").failure(checks)).isEqualTo("bad-size");
    assertThat(render(scene, "1-1", "1", "a-b", "").failure(checks)).isEqualTo("bad-frames");
  }
}
