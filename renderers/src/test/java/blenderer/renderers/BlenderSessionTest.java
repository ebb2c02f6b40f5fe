package blenderer.renderers;

import static blenderer.renderers.Scenes.assertSamePixels;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The template's scripts with a real Blender, in sessions emulated by hand. */
class BlenderSessionTest extends OnEachBlender {

  @TempDir Path folder;

  @Test
  void frames_warm_and_cold_are_pixel_identical_with_plain_blender() throws Exception {
    Path scene = Scenes.simple(folder, "");
    Path plain = folder.resolve("plain");
    Scenes.blender(scene.toString(), "-o", plain + "/a_####", "-s", "2", "-e", "3", "-a");
    Scenes.blender(
        scene.toString(),
        "-o",
        plain + "/minus",
        "--python-expr",
        "import bpy; s = bpy.context.scene; s.frame_set(-4);"
            + " bpy.ops.render.render(write_still=True)");

    try (Session session = new Session(folder, "warm").scene(scene)) {
      assertThat(session.enter().exit()).isZero();
      Session.Ran ran = session.run("2-3,-4");
      assertThat(ran.exit()).as("%s", ran.lines()).isZero();
      assertThat(ran.starting("blenderer_done: "))
          .containsExactly(
              "blenderer_done: 2 [\"shot_0002.png\"]",
              "blenderer_done: 3 [\"shot_0003.png\"]",
              "blenderer_done: -4 [\"shot_-0004.png\"]");
      assertThat(ran.lines()).contains("openjd_progress: 100", "openjd_status: frame 3 (2 of 3)");
      assertThat(ran.starting("Saved: ")).hasSize(3);
      assertThat(ran.lines()).noneMatch(line -> line.startsWith("Fra:"));
      assertThat(session.run("5").starting("blenderer_done: ")).hasSize(1);
      assertSamePixels(session.output.resolve("shot_0002.png"), plain.resolve("a_0002.png"));
      assertSamePixels(session.output.resolve("shot_0003.png"), plain.resolve("a_0003.png"));
      assertSamePixels(session.output.resolve("shot_-0004.png"), plain.resolve("minus.png"));
      assertThat(ImageCheck.check(session.output.resolve("shot_0002.png"), "64x36"))
          .isInstanceOf(ImageCheck.Ok.class);
    }
    try (Session cold = new Session(folder, "cold").scene(scene).with("BLENDERER_COLD", "1")) {
      assertThat(cold.enter().exit()).isZero();
      assertThat(cold.run("3").exit()).isZero();
      assertThat(cold.run("-4").exit()).isZero();
      assertSamePixels(cold.output.resolve("shot_0003.png"), plain.resolve("a_0003.png"));
      assertSamePixels(cold.output.resolve("shot_-0004.png"), plain.resolve("minus.png"));
    }
  }

  @Test
  void worn_out_blender_starts_afresh_between_frames_of_one_run() throws Exception {
    Path scene = Scenes.simple(folder, "");
    try (Session session =
        new Session(folder, "s").scene(scene).with("BLENDERER_RECYCLE_MB", "1")) {
      session.enter();
      Session.Ran ran = session.run("1-3");
      assertThat(ran.exit()).as("%s", ran.lines()).isZero();
      assertThat(ran.starting("Blender starts afresh")).hasSize(2);
      assertThat(ran.starting("blenderer_done: ")).hasSize(3);
      assertThat(ran.lines()).contains("openjd_status: frame 3 (3 of 3)");
    }
  }

  @Test
  void file_output_nodes_and_stereo_report_every_file_of_the_frame() throws Exception {
    Path scene =
        Scenes.simple(
            folder,
            """
            scene.render.use_multiview = True
            scene.render.image_settings.views_format = "INDIVIDUAL"
            scene.use_nodes = True
            tree = scene.node_tree
            layers = next((n for n in tree.nodes if n.type == "R_LAYERS"), None) or tree.nodes.new("CompositorNodeRLayers")
            composite = next((n for n in tree.nodes if n.type == "COMPOSITE"), None) or tree.nodes.new("CompositorNodeComposite")
            tree.links.new(layers.outputs[0], composite.inputs[0])
            node = tree.nodes.new("CompositorNodeOutputFile"); node.base_path = "//elsewhere/depth/"
            node.format.file_format = "OPEN_EXR"; node.file_slots[0].path = "../../z_"
            tree.links.new(layers.outputs[0], node.inputs[0])
            """);
    try (Session session = new Session(folder, "s").scene(scene)) {
      session.enter();
      Session.Ran ran = session.run("7");
      assertThat(ran.exit()).as("%s", ran.lines()).isZero();
      assertThat(ran.starting("blenderer_done: "))
          .singleElement()
          .satisfies(
              line ->
                  assertThat(line).contains("shot_0007_L.png", "shot_0007_R.png", "depth/z_0007"));
      assertThat(folder.resolve("elsewhere")).doesNotExist();
      try (var files = Files.list(session.output.resolve("depth"))) {
        for (Path exr : files.toList()) {
          assertThat(ImageCheck.check(exr, "64x36")).isInstanceOf(ImageCheck.Ok.class);
          byte[] whole = Files.readAllBytes(exr);
          Files.write(exr, Arrays.copyOf(whole, whole.length - 100));
          assertThat(ImageCheck.check(exr)).isInstanceOf(ImageCheck.Bad.class);
        }
      }
    }
  }

  @Test
  void scene_without_camera_fails_in_plain_words() throws Exception {
    Path scene = Scenes.simple(folder, "scene.camera = None; scene.name = 'Main'");
    try (Session session = new Session(folder, "s").scene(scene)) {
      assertThat(session.enter().exit()).isZero();
      assertFails(
          session.run("1"),
          "openjd_fail: [no-camera] Scene 'Main' has no camera: set one and submit again");
    }
  }

  @Test
  void truncated_or_foreign_file_fails_the_enter() throws Exception {
    Path scene = Scenes.simple(folder, "");
    byte[] whole = Files.readAllBytes(scene);
    Path cut = Files.write(folder.resolve("cut.blend"), Arrays.copyOf(whole, whole.length / 2));
    try (Session session = new Session(folder, "cut").scene(cut)) {
      Session.Ran ran = session.enter();
      assertThat(ran.exit()).isEqualTo(1);
      assertThat(ran.starting("openjd_fail: ").getFirst())
          .startsWith("openjd_fail: [scene-unreadable] 'cut.blend' could not be opened");
    }
    Path text = Files.writeString(folder.resolve("text.blend"), "hello");
    try (Session session = new Session(folder, "text").scene(text)) {
      assertFails(
          session.enter(),
          "openjd_fail: [scene-unreadable] 'text.blend' is not a .blend file:"
              + " save it again and submit again");
    }
  }

  @Test
  void scene_of_a_newer_blender_is_refused_before_it_is_opened() throws Exception {
    Path scene = Scenes.simple(folder, "");
    byte[] content = Files.readAllBytes(scene);
    assertThat(new String(content, 0, 7, java.nio.charset.StandardCharsets.US_ASCII))
        .isEqualTo("BLENDER");
    content[9] = '9';
    Files.write(scene, content);
    try (Session session = new Session(folder, "s").scene(scene)) {
      Session.Ran ran = session.enter();
      assertThat(ran.exit()).isEqualTo(1);
      assertThat(ran.starting("openjd_fail: ").getFirst())
          .startsWith("openjd_fail: [scene-newer] 'scene.blend' was saved by Blender 9.");
    }
  }

  @Test
  void movie_output_and_missing_texture_are_refused() throws Exception {
    Path movie =
        Scenes.simple(folder, "scene.render.image_settings.file_format = 'FFMPEG'; scene.name='M'");
    try (Session session = new Session(folder, "movie").scene(movie)) {
      assertThat(session.enter().starting("openjd_fail: ").getFirst())
          .startsWith("openjd_fail: [movie-output] Scene 'M' writes a movie (FFMPEG)");
    }
    try (Session session =
        new Session(folder, "images").scene(movie).overriding("ImageFormat=PNG")) {
      session.enter();
      assertThat(session.run("3").starting("blenderer_done: "))
          .containsExactly("blenderer_done: 3 [\"shot_0003.png\"]");
    }
    Path scene = Scenes.simple(folder, "");
    Files.delete(folder.resolve("tex/wood.png"));
    try (Session session = new Session(folder, "texture").scene(scene)) {
      assertThat(session.enter().starting("openjd_fail: ").getFirst())
          .startsWith("openjd_fail: [missing-file] The scene's image ")
          .contains("tex/wood.png");
    }
  }

  @Test
  void closed_leash_ends_blender_in_mid_frame_within_two_seconds() throws Exception {
    Path scene = endless();
    Session session = new Session(folder, "s").scene(scene);
    assertThat(session.enter().exit()).isZero();
    ProcessHandle blender = session.warmBlender();
    Session.Running running = session.startRun("1");
    awaitLine(running, "blenderer_frame: 1 ");
    session.closeLeash();
    assertThat(blender.onExit().orTimeout(2, TimeUnit.SECONDS).join().isAlive()).isFalse();
    Session.Ran ran = running.await();
    assertThat(ran.exit()).isEqualTo(1);
    assertThat(ran.starting("openjd_fail: [node-gone]")).hasSize(1);
  }

  @Test
  void killed_blender_fails_the_run_and_exit_ends_a_busy_one() throws Exception {
    Path scene = endless();
    try (Session session = new Session(folder, "killed").scene(scene)) {
      session.enter();
      Session.Running running = session.startRun("1");
      awaitLine(running, "blenderer_frame: 1 ");
      session.warmBlender().destroyForcibly();
      Session.Ran ran = running.await();
      assertThat(ran.exit()).isEqualTo(1);
      assertThat(ran.starting("openjd_fail: [renderer-killed]")).hasSize(1);
      assertThat(session.run("2").starting("openjd_fail: [renderer-killed]")).hasSize(1);
    }
    Session busy = new Session(folder, "busy").scene(scene);
    busy.enter();
    ProcessHandle blender = busy.warmBlender();
    Session.Running running = busy.startRun("1");
    awaitLine(running, "blenderer_frame: 1 ");
    busy.close();
    assertThat(blender.isAlive()).isFalse();
    assertThat(running.await().exit()).isEqualTo(1);
  }

  private Path endless() throws IOException {
    return Scenes.simple(
        folder,
        """
        scene.cycles.samples = 1000000; scene.cycles.use_adaptive_sampling = False
        scene.render.resolution_x, scene.render.resolution_y = 640, 360
        """);
  }

  private static void assertFails(Session.Ran ran, String line) {
    assertThat(ran.exit()).isEqualTo(1);
    assertThat(ran.starting("openjd_fail: ")).containsExactly(line);
  }

  private static void awaitLine(Session.Running running, String prefix)
      throws InterruptedException {
    long deadline = System.nanoTime() + Duration.ofMinutes(1).toNanos();
    while (running.lines().stream().noneMatch(line -> line.startsWith(prefix))) {
      assertThat(System.nanoTime()).as("%s in %s", prefix, running.lines()).isLessThan(deadline);
      TimeUnit.MILLISECONDS.sleep(20);
    }
  }
}
