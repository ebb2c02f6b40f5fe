package blenderer.renderers;

import static org.assertj.core.api.Assertions.assertThat;

import blenderer.testkit.TestBlender;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** What a trace finds in scenes that would render other than meant, with each Blender. */
@Tag("blender")
class SceneTrapsTest {

  private static final String SCENE =
      """
      import bpy, sys
      bpy.ops.wm.read_factory_settings(use_empty=True)
      bpy.context.preferences.filepaths.save_version = 0
      scene = bpy.context.scene
      scene.render.engine = "CYCLES"

      def cube(name):
          bpy.ops.mesh.primitive_cube_add()
          bpy.context.object.name = name
          return bpy.context.object

      def driven(name, expression):
          driver = cube(name).driver_add("location", 0).driver
          driver.type = "SCRIPTED"
          driver.expression = expression

      %s
      bpy.ops.wm.save_as_mainfile(filepath=sys.argv[-1])
      """;

  @TempDir Path folder;

  static List<String> blenders() {
    return TestBlender.each().map(one -> one.program().toString()).toList();
  }

  static List<String> oldBlenders() {
    return TestBlender.each()
        .filter(one -> !one.isAtLeast(4, 0))
        .map(one -> one.program().toString())
        .toList();
  }

  static List<String> newBlenders() {
    return TestBlender.each()
        .filter(one -> one.isAtLeast(4, 2))
        .map(one -> one.program().toString())
        .toList();
  }

  private static List<String> run(Path folder, List<String> command) throws IOException {
    Path log = Files.createTempFile(folder, "log", ".txt");
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectInput(Path.of("/dev/null").toFile())
            .redirectOutput(log.toFile())
            .start();
    try {
      assertThat(process.waitFor(3, TimeUnit.MINUTES)).isTrue();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
    List<String> lines =
        new String(Files.readAllBytes(log), java.nio.charset.StandardCharsets.ISO_8859_1)
            .lines()
            .toList();
    assertThat(process.exitValue()).as("%s printed %s", command, lines).isZero();
    return lines;
  }

  /** The trace of a scene that {@code change} made. */
  private Map<?, ?> trace(String blender, String change) throws IOException {
    Path script = Files.createTempFile(folder, "make", ".py");
    Files.writeString(script, SCENE.formatted(change));
    Path scene = folder.resolve("scene.blend");
    List<String> start =
        List.of(blender, "-b", "--factory-startup", "-Y", "--python-exit-code", "3");
    run(
        folder,
        Stream.concat(
                start.stream(), Stream.of("--python", script.toString(), "--", scene.toString()))
            .toList());
    String tracer = Path.of("blender/trace.py").toAbsolutePath().toString();
    String line =
        run(
                folder,
                Stream.concat(start.stream(), Stream.of("--python", tracer, "--", scene.toString()))
                    .toList())
            .stream()
            .filter(one -> one.startsWith("BLENDERER_TRACE "))
            .findFirst()
            .orElseThrow();
    Object json =
        new Load(LoadSettings.builder().build())
            .loadFromString(line.substring("BLENDERER_TRACE ".length()));
    return (Map<?, ?>) Objects.requireNonNull(json);
  }

  /** One text of the given fields for each entry of a list. */
  private static List<String> texts(Map<?, ?> trace, String list, String... fields) {
    return ((List<?>) Objects.requireNonNull(trace.get(list), list))
        .stream()
            .map(
                entry ->
                    String.join(
                        " ",
                        Stream.of(fields)
                            .map(field -> String.valueOf(((Map<?, ?>) entry).get(field)))
                            .toList()))
            .toList();
  }

  private static Map<?, ?> scene(Map<?, ?> trace) {
    return (Map<?, ?>) Objects.requireNonNull(trace.get("scene"));
  }

  @ParameterizedTest
  @MethodSource("blenders")
  void unbaked_simulations_are_told(String blender) throws IOException {
    Map<?, ?> trace =
        trace(
            blender,
            """
            cube("Cloth").modifiers.new("c", "CLOTH")
            cube("Jelly").modifiers.new("s", "SOFT_BODY")
            cube("Dust").modifiers.new("p", "PARTICLE_SYSTEM")
            fur = cube("Fur"); fur.modifiers.new("p", "PARTICLE_SYSTEM")
            fur.particle_systems[0].settings.type = "HAIR"
            hair = cube("Hair"); hair.modifiers.new("p", "PARTICLE_SYSTEM")
            hair.particle_systems[0].settings.type = "HAIR"
            hair.particle_systems[0].use_hair_dynamics = True
            off = cube("Off").modifiers.new("c", "CLOTH"); off.show_render = False
            bpy.ops.rigidbody.world_add(); cube("Brick"); bpy.ops.rigidbody.object_add()
            """);
    assertThat(texts(trace, "simulations", "kind", "owner", "baked"))
        .containsExactlyInAnyOrder(
            "cloth Cloth false",
            "soft body Jelly false",
            "particles Dust false",
            "hair Hair false",
            "rigid bodies Scene false");
  }

  @ParameterizedTest
  @MethodSource("blenders")
  void baked_simulations_are_told_as_such(String blender) throws IOException {
    Map<?, ?> trace =
        trace(
            blender,
            """
            bpy.ops.rigidbody.world_add(); cube("Brick"); bpy.ops.rigidbody.object_add()
            scene.frame_end = 2
            scene.rigidbody_world.point_cache.frame_end = 2
            with bpy.context.temp_override(point_cache=scene.rigidbody_world.point_cache):
                bpy.ops.ptcache.bake(bake=True)
            """);
    assertThat(texts(trace, "simulations", "kind", "owner", "baked"))
        .containsExactly("rigid bodies Scene true");
  }

  @ParameterizedTest
  @MethodSource("blenders")
  void drivers_and_texts_that_stay_off_are_told_and_those_that_work_are_not(String blender)
      throws IOException {
    Map<?, ?> trace =
        trace(
            blender,
            """
            driven("Simple", "frame * 0.5")
            driven("Allowed", "max(frame, 3)")
            driven("Python", "__import__('os').getpid()")
            text = bpy.data.texts.new("rig.py"); text.write("import bpy"); text.use_module = True
            bpy.data.texts.new("notes").write("buy milk")
            """);
    assertThat(texts(trace, "scripts", "kind", "owner"))
        .containsExactlyInAnyOrder("text rig.py", "driver Python.location");
  }

  @ParameterizedTest
  @MethodSource("blenders")
  void nodes_of_absent_add_ons_are_told(String blender) throws IOException {
    Map<?, ?> trace =
        trace(
            blender,
            """
            class Fancy(bpy.types.Node):
                bl_idname = "FancyNode"; bl_label = "Fancy"
            bpy.utils.register_class(Fancy)
            material = bpy.data.materials.new("Wood"); material.use_nodes = True
            material.use_fake_user = True
            material.node_tree.nodes.new("FancyNode")
            """);
    assertThat(texts(trace, "absent", "kind", "owner")).containsExactly("node Wood");
  }

  @ParameterizedTest
  @MethodSource("blenders")
  void output_nodes_and_layers_that_are_off_are_told_and_a_compositor_alone_needs_no_camera(
      String blender) throws IOException {
    Map<?, ?> trace =
        trace(
            blender,
            """
            scene.use_nodes = True
            tree = scene.node_tree
            tree.nodes.clear()
            tree.nodes.new("CompositorNodeOutputFile").base_path = "//extra"
            tree.nodes.new("CompositorNodeComposite")
            scene.view_layers[0].use = False
            """);
    assertThat((List<?>) scene(trace).get("outputNodes")).hasSize(1);
    assertThat(scene(trace).get("needsCamera")).isEqualTo(false);
    assertThat(scene(trace).get("layersOn")).isEqualTo(0);
  }

  /** Blender 4.3.2 of Debian 13 ends as soon as a scene has a fluid. */
  @ParameterizedTest
  @MethodSource("oldBlenders")
  void a_fluid_is_told_and_told_as_baked_once_its_cache_is_there(String blender)
      throws IOException {
    String fluid =
        """
        domain = cube("Water").modifiers.new("f", "FLUID"); domain.fluid_type = "DOMAIN"
        settings = domain.domain_settings
        settings.resolution_max, settings.cache_frame_end = 8, 2
        settings.cache_directory, settings.cache_type = sys.argv[-1] + ".fluid", "ALL"
        """;
    assertThat(texts(trace(blender, fluid), "simulations", "kind", "owner", "baked"))
        .containsExactly("fluid Water false");
    Map<?, ?> baked = trace(blender, fluid + "bpy.ops.fluid.bake_all()\n");
    assertThat(texts(baked, "simulations", "kind", "owner", "baked"))
        .containsExactly("fluid Water true");
    assertThat(texts(baked, "files", "kind", "path"))
        .contains("fluid-cache " + folder + "/scene.blend.fluid/data/fluid_data_0002.vdb");
  }

  @ParameterizedTest
  @MethodSource("blenders")
  void dynamic_paint_is_told_and_told_as_baked_once_it_is(String blender) throws IOException {
    String paint =
        """
        cube("Wall").modifiers.new("p", "DYNAMIC_PAINT")
        bpy.ops.dpaint.type_toggle(type="CANVAS")
        surface = bpy.context.object.modifiers["p"].canvas_settings.canvas_surfaces[0]
        surface.frame_end = surface.point_cache.frame_end = 2
        """;
    assertThat(texts(trace(blender, paint), "simulations", "kind", "owner", "baked"))
        .containsExactly("dynamic paint Wall false");
    Map<?, ?> baked =
        trace(
            blender,
            paint
                + """
                with bpy.context.temp_override(point_cache=surface.point_cache):
                    bpy.ops.ptcache.bake(bake=True)
                """);
    assertThat(texts(baked, "simulations", "kind", "owner", "baked"))
        .containsExactly("dynamic paint Wall true");
  }

  @ParameterizedTest
  @MethodSource("newBlenders")
  void a_simulation_of_geometry_nodes_is_told_and_told_as_baked_once_it_lies_on_disk(String blender)
      throws IOException {
    String growing =
        """
        grown = cube("Grown"); modifier = grown.modifiers.new("Grow", "NODES")
        tree = bpy.data.node_groups.new("Grow", "GeometryNodeTree"); modifier.node_group = tree
        for way in ("INPUT", "OUTPUT"):
            tree.interface.new_socket("Geometry", in_out=way, socket_type="NodeSocketGeometry")
        begin = tree.nodes.new("GeometryNodeSimulationInput")
        end = tree.nodes.new("GeometryNodeSimulationOutput"); begin.pair_with_output(end)
        tree.links.new(tree.nodes.new("NodeGroupInput").outputs[0], begin.inputs["Geometry"])
        tree.links.new(begin.outputs["Geometry"], end.inputs["Geometry"])
        tree.links.new(end.outputs["Geometry"], tree.nodes.new("NodeGroupOutput").inputs[0])
        scene.frame_end = 3
        modifier.bake_target, modifier.bake_directory = "DISK", sys.argv[-1] + ".bake"
        bpy.ops.wm.save_as_mainfile(filepath=sys.argv[-1])
        """;
    assertThat(texts(trace(blender, growing), "simulations", "kind", "owner", "baked"))
        .containsExactly("geometry nodes Grown false");
    Map<?, ?> baked =
        trace(blender, growing + "bpy.ops.object.simulation_nodes_cache_bake(selected=True)\n");
    assertThat(texts(baked, "simulations", "kind", "owner", "baked"))
        .containsExactly("geometry nodes Grown true");
    assertThat(texts(baked, "files", "kind")).contains("nodes-bake");
  }

  @ParameterizedTest
  @MethodSource("blenders")
  void what_is_packed_is_no_file_that_could_be_missing(String blender) throws IOException {
    Map<?, ?> trace =
        trace(
            blender,
            """
            import wave
            with wave.open(sys.argv[-1] + ".wav", "wb") as sound:
                sound.setnchannels(1); sound.setsampwidth(2); sound.setframerate(8000)
                sound.writeframes(bytes(1600))
            strips = scene.sequence_editor_create().sequences
            strips.new_sound("Bell", sys.argv[-1] + ".wav", 1, 1).sound.pack()
            """);
    assertThat(texts(trace, "files", "kind", "path")).isEmpty();
  }
}
