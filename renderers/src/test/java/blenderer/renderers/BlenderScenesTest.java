package blenderer.renderers;

import static blenderer.renderers.Scenes.assertSamePixels;
import static org.assertj.core.api.Assertions.assertThat;

import blenderer.testkit.TestBlender;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Scenes that write more than one plain image a frame, with each Blender there is. */
@Tag("blender")
class BlenderScenesTest {

  @TempDir static Path folder = Path.of("");
  private static Path scene = Path.of("");

  static List<String> blenders() {
    return TestBlender.each().map(one -> one.program().toString()).toList();
  }

  @BeforeAll
  static void makeScene() throws Exception {
    scene =
        Scenes.simple(
            folder,
            """
            scene.render.use_multiview = True
            scene.render.image_settings.views_format = "STEREO_3D"
            scene.render.image_settings.stereo_3d_format.display_mode = "SIDEBYSIDE"
            scene.view_layers[0].name = "Main"
            scene.view_layers.new("Second")
            scene.render.fps, scene.render.fps_base = 24, 1.001
            scene.use_nodes = True
            tree = scene.node_tree
            layers = next(n for n in tree.nodes if n.type == "R_LAYERS")
            passes = tree.nodes.new("CompositorNodeOutputFile"); passes.base_path = "//passes/all_###"
            passes.format.file_format = "OPEN_EXR_MULTILAYER"
            plain = tree.nodes.new("CompositorNodeOutputFile"); plain.base_path = "//masks/"
            plain.format.file_format = "PNG"; plain.file_slots[0].path = "sub/alpha_"
            for node in (passes, plain): tree.links.new(layers.outputs["Alpha"], node.inputs[0])
            """);
  }

  /** Every file below a folder, with '/'. */
  private static List<String> files(Path below) throws IOException {
    try (Stream<Path> all = Files.walk(below)) {
      return all.filter(Files::isRegularFile)
          .map(file -> below.relativize(file).toString())
          .sorted()
          .toList();
    }
  }

  private static Session.Ran rendered(Session session, String frames) throws Exception {
    session.enter();
    Session.Ran ran = session.run(frames);
    assertThat(ran.exit()).as("%s", ran.lines()).isZero();
    return ran;
  }

  @ParameterizedTest
  @MethodSource("blenders")
  void stereo_pairs_and_output_nodes_give_the_files_of_plain_blender(String blender)
      throws Exception {
    Path there = Files.createTempDirectory(folder, "plain");
    Path copy = Files.copy(scene, there.resolve("scene.blend"));
    Files.createDirectory(there.resolve("tex"));
    Files.copy(folder.resolve("tex/wood.png"), there.resolve("tex/wood.png"));
    Process plain =
        new ProcessBuilder(
                blender, "-b", "--factory-startup", "-Y", copy + "", "-o", "//shot_####", "-f", "7")
            .redirectErrorStream(true)
            .redirectOutput(there.resolve("log").toFile())
            .start();
    assertThat(plain.waitFor()).isZero();
    try (Session session =
        new Session(there, "s").scene(scene).with("BLENDERER_RENDERER", blender)) {
      Session.Ran ran = rendered(session, "7");
      List<String> ours = files(session.output);
      List<String> theirs = files(there);
      assertThat(ours).hasSizeGreaterThan(2).allMatch(theirs::contains, "in " + theirs);
      assertThat(ran.starting("blenderer_done: 7 "))
          .singleElement()
          .satisfies(line -> assertThat(ours).allMatch(line::contains));
      for (String file : ours) {
        if (file.endsWith(".png")) {
          assertSamePixels(session.output.resolve(file), there.resolve(file));
        } else {
          assertThat(ImageCheck.check(session.output.resolve(file)))
              .isInstanceOf(ImageCheck.Ok.class);
        }
      }
      assertThat(ImageCheck.check(session.output.resolve("shot_0007.png"), "128x36"))
          .isInstanceOf(ImageCheck.Ok.class);
    }
  }

  @ParameterizedTest
  @MethodSource("blenders")
  void layers_and_views_share_one_exr_whose_every_channel_is_there(String blender)
      throws Exception {
    Path there = Files.createTempDirectory(folder, "exr");
    Path multiview =
        Scenes.simple(
            there,
            """
            scene.render.use_multiview = True
            scene.render.image_settings.file_format = "OPEN_EXR_MULTILAYER"
            scene.render.image_settings.views_format = "MULTIVIEW"
            scene.view_layers[0].name = "Main"; scene.view_layers.new("Second")
            """);
    try (Session session =
        new Session(there, "s").scene(multiview).with("BLENDERER_RENDERER", blender)) {
      rendered(session, "-2,7");
      assertThat(files(session.output)).containsExactly("shot_-0002.exr", "shot_0007.exr");
      byte[] exr = Files.readAllBytes(session.output.resolve("shot_0007.exr"));
      assertThat(new String(exr, StandardCharsets.ISO_8859_1))
          .contains("Main.Combined.left.R", "Second.Combined.right.A");
      assertThat(ImageCheck.check(session.output.resolve("shot_0007.exr")))
          .isInstanceOf(ImageCheck.Ok.class);
    }
  }
}
