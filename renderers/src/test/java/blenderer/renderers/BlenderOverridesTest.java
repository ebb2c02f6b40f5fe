package blenderer.renderers;

import static blenderer.renderers.Scenes.assertSamePixels;
import static org.assertj.core.api.Assertions.assertThat;

import blenderer.testkit.TestBlender;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;

/** What a person asks to render otherwise than the scene says, with each real Blender. */
class BlenderOverridesTest extends OnEachBlender {

  @TempDir static Path all = Path.of("");
  private static Path folder = Path.of("");
  private static Path scene = Path.of("");

  @BeforeParameterizedClassInvocation
  static void makeScene(TestBlender blender) throws Exception {
    folder = Files.createDirectory(all.resolve(blender.version()));
    scene =
        Scenes.simple(
            folder,
            """
            first = scene.camera
            bpy.ops.object.camera_add(location=(0, -9, 1), rotation=(1.5, 0, 0)); low = bpy.context.object
            low.name = "Low"
            bpy.ops.object.camera_add(location=(0, 0, 9)); top = bpy.context.object; top.name = "Top"
            scene.timeline_markers.new("a", frame=1).camera = first
            scene.timeline_markers.new("b", frame=3).camera = low
            scene.camera = first
            scene.view_layers[0].name = "Main"
            scene.view_layers.new("Empty").use = False
            scene.view_layers["Empty"].layer_collection.exclude = True
            scene.render.resolution_percentage = 50
            """);
  }

  /** A frame of plain Blender after the same changes in its own words. */
  private static Path plain(String name, String changes, int frame) throws Exception {
    String pattern = folder.resolve(name) + "_####";
    Scenes.blender(
        scene.toString(),
        "--python-expr",
        "import bpy; s = bpy.context.scene; " + changes,
        "-o",
        pattern,
        "-f",
        "" + frame);
    return folder.resolve(name + "_000" + frame + ".png");
  }

  @Test
  void every_override_gives_the_pixels_of_plain_blender_with_the_same_change() throws Exception {
    Path reference =
        plain(
            "all",
            "s.render.resolution_x = 80; s.render.resolution_y = 40;"
                + " s.render.resolution_percentage = 100; s.cycles.samples = 3;"
                + " s.camera = bpy.data.objects['Top']; s.timeline_markers.clear()",
            3);
    try (Session session =
        new Session(folder, "all-of-them")
            .scene(scene)
            .overriding(
                "Engine=CYCLES",
                "Samples=3",
                "Resolution=80x40",
                "Percentage=100",
                "Camera=Top",
                "ViewLayers=[\"Main\"]",
                "ImageFormat=")) {
      assertThat(session.enter().lines()).contains("Not as the scene has it: Camera Top");
      Session.Ran ran = session.run("1,3");
      assertThat(ran.exit()).as("%s", ran.lines()).isZero();
      assertSamePixels(session.output.resolve("shot_0003.png"), reference);
    }
  }

  @Test
  void cameras_bound_to_markers_switch_as_in_plain_blender() throws Exception {
    Path before = plain("marker", "", 2);
    Path after = plain("marker", "", 3);
    try (Session session = new Session(folder, "markers").scene(scene)) {
      session.enter();
      // Backwards, so that a camera that stays from the frame before would show.
      Session.Ran ran = session.run("3,2");
      assertThat(ran.exit()).as("%s", ran.lines()).isZero();
      assertSamePixels(session.output.resolve("shot_0003.png"), after);
      assertSamePixels(session.output.resolve("shot_0002.png"), before);
    }
  }

  @Test
  void another_engine_format_and_view_layer_are_followed() throws Exception {
    Path reference = plain("bench", "s.render.engine = 'BLENDER_WORKBENCH'", 2);
    try (Session session =
        new Session(folder, "workbench").scene(scene).overriding("Engine=workbench")) {
      session.enter();
      Session.Ran ran = session.run("2");
      assertThat(ran.exit()).as("%s", ran.lines()).isZero();
      assertSamePixels(session.output.resolve("shot_0002.png"), reference);
    }
    try (Session session =
        new Session(folder, "layers")
            .scene(scene)
            .overriding("ImageFormat=OPEN_EXR_MULTILAYER", "ViewLayers=[\"Main\",\"Empty\"]")) {
      session.enter();
      assertThat(session.run("2").starting("blenderer_done: "))
          .containsExactly("blenderer_done: 2 [\"shot_0002.exr\"]");
      String header =
          new String(
              Files.readAllBytes(session.output.resolve("shot_0002.exr")),
              java.nio.charset.StandardCharsets.ISO_8859_1);
      assertThat(header).contains("Main.Combined.R", "Empty.Combined.R");
    }
  }

  @Test
  void what_the_scene_has_not_got_is_refused_with_what_it_has() throws Exception {
    refused("Camera=Tp", "[no-such-camera] Scene 'Scene' has no camera 'Tp'", "'Low', 'Top'");
    refused("ViewLayers=Mian", "[no-such-view-layer] Scene 'Scene' has no", "'Main', 'Empty'");
    refused("Engine=NOPE", "[engine-absent] Blender ", "has no render engine 'NOPE'");
    refused("ImageFormat=FFMPEG", "[bad-override] 'FFMPEG' is a movie", "choose such as PNG");
    refused("ImageFormat=GIF", "[bad-override] Blender ", "'OPEN_EXR'");
    refused("Samples=many", "[bad-override] Samples 'many'", "is no number");
    refused("Colour=red", "[bad-override] 'Colour=red' is no override", "Engine");
  }

  private static void refused(String override, String begins, String contains) throws Exception {
    try (Session session =
        new Session(folder, override.replaceAll("\\W", "-")).scene(scene).overriding(override)) {
      Session.Ran ran = session.enter();
      assertThat(ran.exit()).isEqualTo(1);
      List<String> said = ran.starting("openjd_fail: ");
      assertThat(said).singleElement().asString().startsWith("openjd_fail: " + begins);
      assertThat(said.getFirst()).contains(contains);
    }
  }
}
