package blenderer.node.agent;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import blenderer.api.NodeSync;
import blenderer.cas.ManifestCodec;
import blenderer.model.Digest;
import blenderer.model.Manifest;
import blenderer.model.PictureGrid;
import blenderer.node.cache.DiskRoom;
import blenderer.node.os.LinuxProcessControl;
import blenderer.node.os.ProcessControl;
import blenderer.node.render.Detection;
import blenderer.node.render.InstalledRenderer;
import blenderer.node.render.ShippedKit;
import blenderer.node.session.SessionPlan;
import blenderer.testkit.TestBlender;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** The shipped template with each Blender. */
@Tag("blender")
@ParameterizedClass
@MethodSource("blenderer.testkit.TestBlender#each")
class BlenderAgentTest {

  private final Path data;
  private final Path scratch;

  private final MemoryFarm farm = new MemoryFarm();
  private final LinuxProcessControl control;
  private final ShippedKit kit;
  private final AgentRig rig;
  private final InstalledRenderer blender;

  BlenderAgentTest(TestBlender given, @TempDir Path shared) throws Exception {
    control = new LinuxProcessControl();
    kit = ShippedKit.all(shared.resolve("kits")).getFirst();
    data = Files.createDirectory(shared.resolve("data"));
    scratch = Files.createDirectory(shared.resolve("scratch"));
    blender =
        new Detection(control, "/usr/bin:/bin", mark())
            .find(kit.info(), kit.folder(), List.of(given.program().toString()), scratch)
            .getFirst();
    rig = AgentRig.start(data, 1, farm, DiskRoom.of(data, 0), kit, blender, true);
  }

  private ProcessControl.Mark mark() throws IOException {
    return new ProcessControl.Mark(SessionPlan.NODE_MARK, data.toRealPath().toString());
  }

  @AfterEach
  void stop() throws Exception {
    rig.stop();
    assertThat(control.marked(mark())).isEmpty();
  }

  /** A cube of 64x48 pixels. */
  private byte[] scene(int samples, String more) throws Exception {
    Path file = scratch.resolve("cube.blend");
    Process process =
        new ProcessBuilder(
                blender.executable().toString(),
                "-b",
                "--factory-startup",
                "--python-exit-code",
                "3",
                "--python-expr",
                "import bpy; s=bpy.context.scene; s.render.engine='CYCLES'; s.cycles.samples="
                    + samples
                    + "; s.cycles.use_denoising=False; s.cycles.use_adaptive_sampling=False;"
                    + " s.render.resolution_x=64; s.render.resolution_y=48;"
                    + " s.render.resolution_percentage=100; s.render.filepath='//cube_';"
                    + more
                    + "; bpy.ops.wm.save_as_mainfile(filepath='"
                    + file
                    + "')")
            .redirectErrorStream(true)
            .redirectOutput(scratch.resolve("make.log").toFile())
            .start();
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isZero();
    return Files.readAllBytes(file);
  }

  private NodeSync.Grant grant(byte[] scene, String size, int tasks) {
    return grant(scene, size, tasks, "false");
  }

  private NodeSync.Grant grant(byte[] scene, String size, int tasks, String allowMissing) {
    Digest digest = farm.blob(scene);
    Digest manifest =
        farm.blob(
            ManifestCodec.encode(
                new Manifest(List.of(new Manifest.Entry("cube.blend", digest, scene.length)))));
    List<NodeSync.GrantedTask> all = new ArrayList<>();
    for (int i = 0; i < tasks; i++) {
      all.add(new NodeSync.GrantedTask(i, 1, 1));
    }
    return new NodeSync.Grant(
        "job",
        "cube",
        0,
        "render",
        kit.template().hex(),
        manifest.hex(),
        Map.of("Scene", "cube.blend", "Frames", "1-8", "Size", size, "AllowMissing", allowMissing),
        List.of(),
        List.of(),
        all,
        null,
        null);
  }

  private NodeSync.Report report(int index) {
    return farm.reports().stream().filter(one -> one.index() == index).findFirst().orElseThrow();
  }

  private String log(int index) {
    return farm.text(requireNonNull(report(index).log()));
  }

  @Test
  void one_blender_renders_all_frames_and_a_wrong_size_is_refused() throws Exception {
    byte[] scene = scene(1, "pass");
    farm.grant("a", grant(scene, "64x48", 4));
    AgentRig.until(() -> farm.reports().size() == 4);
    for (int i = 0; i < 4; i++) {
      assertThat(report(i).failure()).isNull();
      assertThat(report(i).files())
          .extracting(NodeSync.OutputFile::path)
          .containsExactly("cube_000" + (i + 1) + ".png");
    }
    assertThat(log(0)).contains("Loaded 'cube.blend'");
    assertThat(log(3)).doesNotContain("Loaded").contains("Frame 4:");

    farm.grant("b", grant(scene, "65x48", 1));
    AgentRig.until(() -> farm.reports().size() == 5);
    NodeSync.Report last = farm.reports().getLast();
    assertThat(requireNonNull(last.failure()).code()).isEqualTo("image-size");
    assertThat(last.failure().retry()).isEqualTo("never");
  }

  @Test
  void a_frame_of_linear_light_is_seen_as_a_screen_would_show_it() throws Exception {
    farm.grant("a", grant(scene(4, "pass"), "64x48", 1));
    AgentRig.until(() -> farm.reports().size() == 1);
    NodeSync.Report plain = farm.reports().getFirst();
    farm.grant(
        "b",
        grant(scene(4, "s.render.image_settings.file_format='OPEN_EXR_MULTILAYER'"), "64x48", 2));
    AgentRig.until(() -> farm.reports().size() == 3);
    NodeSync.Look png = requireNonNull(plain.look());
    // A picture that is small enough is its own preview.
    assertThat(png.preview()).isEqualTo(plain.files().getFirst().digest());
    for (NodeSync.Report linear : farm.reports().subList(1, 3)) {
      NodeSync.Look look = requireNonNull(linear.look());
      assertThat(linear.files())
          .extracting(NodeSync.OutputFile::path)
          .singleElement()
          .asString()
          .endsWith(".exr")
          .isEqualTo(look.path());
      assertThat(farm.text(requireNonNull(look.preview()))).contains("JFIF");
      assertThat(List.of(look.width(), look.height())).containsExactly(64, 48);
      assertThat(linear.device()).startsWith("CPU");
      assertThat(linear.renderer()).startsWith("blender " + blender.renderer().version());
    }
    NodeSync.Look linear = requireNonNull(farm.reports().get(1).look());
    assertThat(linear.mean()).isCloseTo(png.mean(), within(0.002)).isPositive();
    assertThat(PictureGrid.parse(linear.grid()).distance(PictureGrid.parse(png.grid())))
        .isLessThan(0.005);
  }

  @Test
  void a_missing_texture_is_seen_and_magenta_light_is_not_taken_for_one() throws Exception {
    String textured =
        "m=bpy.data.materials['Material'].node_tree; t=m.nodes.new('ShaderNodeTexImage');"
            + " m.links.new(t.outputs[0], m.nodes['Principled BSDF'].inputs[0]);"
            + " t.image=bpy.data.images.new('wood',8,8);";
    String lit = "s.world.use_nodes=False; s.world.color=(1,0,1); t.image.pack()";
    farm.grant("a", grant(scene(1, textured + lit), "64x48", 1));
    AgentRig.until(() -> farm.reports().size() == 1);
    NodeSync.Look meant = requireNonNull(report(0).look());
    assertThat(meant.pink()).isZero();

    String gone = "t.image.source='FILE'; t.image.filepath='//wood.png'";
    farm.grant("b", grant(scene(1, textured + gone), "64x48", 1, "true"));
    AgentRig.until(() -> farm.reports().size() == 2);
    assertThat(requireNonNull(farm.reports().getLast().look()).pink()).isGreaterThan(0.002);
  }

  @Test
  void a_blender_killed_in_mid_frame_costs_no_frame() throws Exception {
    farm.grant("a", grant(scene(2_000, "pass"), "64x48", 1));
    AgentRig.until(() -> blenders().stream().anyMatch(pid -> cpuTicks(pid) > 150));
    String victims = blenders().stream().map(String::valueOf).collect(Collectors.joining(" "));
    assertThat(new ProcessBuilder("sh", "-c", "kill -s KILL " + victims).start().waitFor())
        .isZero();
    AgentRig.until(() -> farm.reports().size() == 1);
    assertThat(farm.reports()).allMatch(one -> one.outcome().equals("succeeded"));
    assertThat(log(0)).contains("Blender was killed from outside", "once more");
  }

  private List<Long> blenders() {
    try {
      return control.marked(mark()).stream()
          .filter(
              pid -> {
                try {
                  String name = Files.readString(Path.of("/proc/" + pid + "/comm"));
                  // The second Blender is started by the loader that came with it.
                  return name.startsWith("blender") || name.startsWith("ld-linux");
                } catch (IOException e) {
                  return false;
                }
              })
          .toList();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static long cpuTicks(long pid) {
    try {
      String[] fields = Files.readString(Path.of("/proc/" + pid + "/stat")).split(" ", -1);
      return Long.parseLong(fields[13]) + Long.parseLong(fields[14]);
    } catch (IOException e) {
      return 0;
    }
  }

  @Test
  void a_scene_that_cannot_be_rendered_says_why() throws Exception {
    farm.grant("a", grant(scene(1, "bpy.data.objects.remove(s.camera)"), "", 1));
    AgentRig.until(() -> farm.reports().size() == 1);
    assertThat(requireNonNull(report(0).failure()).code()).isEqualTo("no-camera");

    byte[] whole = scene(1, "pass");
    farm.grant("b", grant(Arrays.copyOf(whole, whole.length / 2), "", 3));
    AgentRig.until(() -> farm.reports().size() == 4);
    for (NodeSync.Report report : farm.reports().subList(1, 4)) {
      assertThat(requireNonNull(report.failure()).code()).isEqualTo("scene-unreadable");
      assertThat(report.failure().retry()).isEqualTo("never");
    }
  }

  @Test
  void scripts_and_drivers_inside_a_scene_do_nothing() throws Exception {
    Path outside = scratch.resolve("evil");
    String harm = "__import__('os').system('touch " + outside + " ; echo EVIL; echo EVIL >~/evil')";
    byte[] scene =
        scene(
            1,
            "t=bpy.data.texts.new('evil.py'); t.write(\"print('EVIL'); "
                + harm
                + "\"); t.use_module=True;"
                + " d=bpy.data.objects['Cube'].driver_add('location',0).driver; d.type='SCRIPTED';"
                + " d.expression=\"0 if "
                + harm
                + " else 0\"");
    Files.deleteIfExists(outside);
    farm.grant("a", grant(scene, "64x48", 1));
    AgentRig.until(() -> farm.reports().size() == 1);
    assertThat(report(0).failure()).isNull();
    assertThat(log(0)).doesNotContain("EVIL\n");
    assertThat(outside).doesNotExist();
  }
}
