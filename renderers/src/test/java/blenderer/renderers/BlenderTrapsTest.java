package blenderer.renderers;

import static blenderer.renderers.Scenes.assertSamePixels;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import blenderer.testkit.TestBlender;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;

/**
 * What Blender does that would give a wrong picture without a word, each measured: see
 * docs/blender-traps.md. Here that the driver does not fall into it, with each real Blender.
 */
class BlenderTrapsTest extends OnEachBlender {

  @TempDir static Path all = Path.of("");
  private static Path folder = Path.of("");
  private static Path scene = Path.of("");

  @BeforeParameterizedClassInvocation
  static void makeScenes(TestBlender blender) throws Exception {
    folder = Files.createDirectory(all.resolve(blender.version()));
    scene =
        Scenes.simple(
            folder,
            """
            other = bpy.data.scenes.new("Other")
            other.camera = scene.camera; other.collection.objects.link(bpy.data.objects["Box"])
            other.collection.objects.link(scene.camera)
            other.render.engine = "CYCLES"; other.cycles.samples = 1; other.cycles.use_denoising = False
            other.render.resolution_x, other.render.resolution_y = 40, 20
            other.render.film_transparent = True
            other.render.image_settings.color_mode = "RGBA"
            other.render.use_freestyle = True
            other.render.filepath = "//out/other_##"
            scene.render.use_overwrite = False; scene.render.use_placeholder = True
            scene.render.filepath = "//rel/d_##_x_###"
            """);
  }

  private Session session(String name) throws Exception {
    return new Session(folder, name).scene(scene);
  }

  private static String failure(Session.Ran ran) {
    assertThat(ran.exit()).as("%s", ran.lines()).isEqualTo(1);
    return ran.starting("openjd_fail: ").getFirst();
  }

  @Test
  void relative_paths_no_overwriting_and_placeholders_leave_every_frame_whole() throws Exception {
    try (Session session = session("names")) {
      session.enter();
      Files.createDirectories(session.output);
      // Blender alone would skip it, and leave it empty: a placeholder of another run.
      Files.createFile(session.output.resolve("d_##_x_007.png"));
      Session.Ran ran = session.run("7,-5,500");
      assertThat(ran.starting("blenderer_done: "))
          .containsExactly(
              "blenderer_done: 7 [\"d_##_x_007.png\"]",
              "blenderer_done: -5 [\"d_##_x_-005.png\"]",
              "blenderer_done: 500 [\"d_##_x_500.png\"]");
      assertThat(ImageCheck.check(session.output.resolve("d_##_x_007.png"), "64x36"))
          .isInstanceOf(ImageCheck.Ok.class);
      assertThat(folder.resolve("rel")).doesNotExist();
    }
  }

  @Test
  void another_scene_renders_with_its_transparency_and_lines_as_in_plain_blender()
      throws Exception {
    Scenes.blender(scene.toString(), "-S", "Other", "-o", folder + "/plain_##", "-f", "4");
    try (Session session = session("other").named("Other")) {
      session.enter();
      Session.Ran ran = session.run("4");
      assertThat(ran.starting("blenderer_done: "))
          .as("%s", ran.lines())
          .containsExactly("blenderer_done: 4 [\"other_04.png\"]");
      assertSamePixels(session.output.resolve("other_04.png"), folder.resolve("plain_04.png"));
    }
  }

  @Test
  void a_scene_that_is_not_there_is_refused_where_blender_renders_another() throws Exception {
    try (Session session = session("nope").named("Nope")) {
      assertThat(failure(session.enter()))
          .isEqualTo(
              "openjd_fail: [no-such-scene] The file has no scene 'Nope'; it has 'Other', 'Scene'");
    }
  }

  @Test
  void frames_that_are_none_fail_where_blender_renders_nothing_and_is_content() throws Exception {
    try (Session session = session("frames")) {
      session.enter();
      assertThat(failure(session.run("abc"))).startsWith("openjd_fail: [bad-frames] 'abc'");
      assertThat(failure(session.run("5-2"))).startsWith("openjd_fail: [bad-frames] '5-2'");
    }
  }

  @Test
  void an_empty_texture_and_a_missing_library_are_refused_where_blender_says_nothing()
      throws Exception {
    Path there = Files.createDirectories(folder.resolve("broken"));
    Path broken = Scenes.simple(there, "");
    Files.write(there.resolve("tex/wood.png"), new byte[0]);
    try (Session session = new Session(there, "texture").scene(broken)) {
      assertThat(failure(session.enter())).startsWith("openjd_fail: [missing-file] ");
    }
    Scenes.make(
        there,
        """
        fresh(); cube("Far", bpy.data.materials.new("M"), 0); save(D + "lib.blend")
        fresh(); link(D + "lib.blend", "Far"); stage(); save_relative(D + "linking.blend")
        """);
    Files.delete(there.resolve("lib.blend"));
    try (Session session = new Session(there, "library").scene(there.resolve("linking.blend"))) {
      assertThat(failure(session.enter())).startsWith("openjd_fail: [missing-library] ");
    }
  }

  @Test
  void a_disk_that_fills_up_under_an_exr_fails_the_frame_where_blender_says_saved()
      throws Exception {
    try (Session session =
        session("disk")
            .onDisk(256 << 10)
            .with("BLENDERER_COLD", "1")
            .overriding("ImageFormat=OPEN_EXR", "Resolution=640x480", "Percentage=100")) {
      assertThat(failure(session.run("1"))).startsWith("openjd_fail: [disk-full] ");
    }
    try (Session session =
        session("disk-png")
            .onDisk(16 << 10)
            .with("BLENDERER_COLD", "1")
            .overriding("Resolution=640x480", "Percentage=100")) {
      assertThat(failure(session.run("1"))).startsWith("openjd_fail: [disk-full] ");
    }
  }

  @Test
  void denoising_without_a_denoiser_fails_and_names_it() throws Exception {
    String probe =
        Scenes.blender("--python", Path.of("blender/probe.py").toAbsolutePath().toString()).stream()
            .filter(line -> line.startsWith("BLENDERER_PROBE"))
            .findFirst()
            .orElseThrow();
    Path noisy =
        Scenes.simple(
            Files.createDirectories(folder.resolve("noisy")), "scene.cycles.use_denoising = True");
    try (Session session = new Session(folder, "denoise").scene(noisy)) {
      session.enter();
      Session.Ran ran = session.run("1");
      if (probe.contains("\"denoise-oidn\"")) {
        assertThat(ran.exit()).as("%s", ran.lines()).isZero();
      } else {
        assertThat(failure(ran)).startsWith("openjd_fail: [denoiser-absent] ");
      }
    }
  }

  @Test
  void an_unbaked_simulation_is_warned_of_before_it_renders_at_rest() throws Exception {
    Path there = Files.createDirectories(folder.resolve("physics"));
    Path falling =
        Scenes.simple(
            there,
            """
            bpy.ops.rigidbody.world_add()
            bpy.context.view_layer.objects.active = bpy.data.objects["Box"]
            bpy.ops.rigidbody.object_add()
            """);
    List<String> lines =
        Scenes.blender(
            "--python",
            Path.of("blender/trace.py").toAbsolutePath().toString(),
            "--",
            "" + falling);
    assertThat(lines)
        .anyMatch(line -> line.startsWith("BLENDERER_TRACE") && line.contains("unbaked-"));
  }

  /** Blender 4 compiles the shaders of EEVEE anew in each process: half a minute without a card. */
  private static boolean compilesLong() {
    return Session.chosen().isAtLeast(4, 2);
  }

  @Test
  void eevee_needs_no_screen_and_gives_the_pixels_of_plain_blender() throws Exception {
    assumeThat(compilesLong()).isFalse();
    assertEeveeIsThatOfPlainBlender("BLENDER_EEVEE");
  }

  @Test
  @Tag("soak")
  void eevee_of_blender_4_needs_no_screen_and_gives_the_pixels_of_plain_blender() throws Exception {
    assumeThat(compilesLong()).isTrue();
    assertEeveeIsThatOfPlainBlender("BLENDER_EEVEE_NEXT");
  }

  private void assertEeveeIsThatOfPlainBlender(String engine) throws Exception {
    Scenes.blender(
        scene.toString(),
        "--python-expr",
        "import bpy; s = bpy.context.scene; s.render.engine = '"
            + engine
            + "';"
            + " s.eevee.taa_render_samples = 2; s.render.use_overwrite = True",
        "-o",
        folder + "/eevee_##",
        "-f",
        "4");
    try (Session session = session("eevee").overriding("Engine=EEVEE", "Samples=2")) {
      session.enter();
      Session.Ran ran = session.run("4");
      assertThat(ran.exit()).as("%s", ran.lines()).isZero();
      assertSamePixels(session.output.resolve("d_##_x_004.png"), folder.resolve("eevee_04.png"));
      LogRules rules = ShippedRenderers.load().checks("blender").logRules();
      assertThat(ran.lines().stream().flatMap(line -> rules.judge(line).stream())).isEmpty();
    }
  }

  @Test
  void no_graphics_driver_is_named_where_blender_aborts() throws Exception {
    try (Session session =
        session("no-egl")
            .with("__EGL_VENDOR_LIBRARY_FILENAMES", folder.resolve("no-driver.json") + "")
            .overriding("Engine=WORKBENCH")) {
      session.enter();
      Session.Ran ran = session.run("1");
      assertThat(ran.exit()).isEqualTo(1);
      // The node judges the log, too: its rule names the driver.
      LogRules rules = ShippedRenderers.load().checks("blender").logRules();
      assertThat(ran.lines().stream().flatMap(line -> rules.judge(line).stream()))
          .as("%s", ran.lines())
          .anyMatch(found -> found.code().equals("no-graphics"));
    }
  }

  @Test
  void a_cancelled_frame_fails_where_blender_says_finished() throws Exception {
    try (Session session =
        session("cancel").overriding("Samples=100000", "Resolution=320x180", "Percentage=100")) {
      session.enter();
      Session.Running running = session.startRun("1");
      long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
      while (running.lines().stream().noneMatch(line -> line.startsWith("blenderer_frame: 1 "))) {
        assertThat(System.nanoTime()).as("%s", running.lines()).isLessThan(deadline);
        TimeUnit.MILLISECONDS.sleep(20);
      }
      new ProcessBuilder("kill", "-INT", "" + session.warmBlender().pid()).start().waitFor();
      assertThat(failure(running.await()))
          .matches("openjd_fail: \\[(render-cancelled|no-output|renderer-crashed)].*");
    }
  }
}
