package blenderer.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import blenderer.testkit.TestBlender;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A submit from a computer that has no Blender: a node looks into the scene. */
@Tag("e2e")
class TraceOnFarmTest {

  private static FarmProcesses farm;
  private static TestBlender ofNode = TestBlender.first();
  private static Path scene;
  private static Path tools;

  @BeforeAll
  static void start() throws IOException {
    farm = new FarmProcesses();
    farm.startServer().startNode("one");
    scene = project(ofNode, farm.folder.resolve("project"));
    // What bin/blenderer itself calls, and nothing else.
    tools = Files.createDirectories(farm.folder.resolve("tools"));
    for (String tool : List.of("readlink", "dirname", "stat", "touch")) {
      Files.createSymbolicLink(tools.resolve(tool), Path.of("/usr/bin", tool));
    }
  }

  /** The farm has no node but one with that Blender. */
  private static void onlyWith(TestBlender blender) throws IOException {
    if (!blender.equals(ofNode)) {
      farm.stop("one");
      farm.startNode("one", "--blender", blender.program().toString());
      ofNode = blender;
    }
  }

  @AfterAll
  static void stop() throws IOException {
    farm.close();
  }

  /**
   * shots/main.blend links libs/A.blend by an absolute path, which links libs/deep/B.blend by a
   * relative one; main has a sequence and a texture above its folder, B has a texture.
   */
  private static Path project(TestBlender blender, Path folder) throws IOException {
    Files.createDirectories(folder.resolve("libs/deep"));
    String prelude =
        """
        import os
        P = r'%s/'
        def picture(path):
            os.makedirs(os.path.dirname(path), exist_ok=True)
            image = bpy.data.images.new("made", 4, 4); image.filepath_raw = path
            image.file_format = "PNG"; image.save(); bpy.data.images.remove(image)
        def use(image, name):
            material = bpy.data.materials.new(name); material.use_nodes = True
            node = material.node_tree.nodes.new("ShaderNodeTexImage"); node.image = image
            tree = material.node_tree
            tree.links.new(node.outputs[0], tree.nodes["Principled BSDF"].inputs[0])
            return material
        def cube(name, material):
            mesh = bpy.data.meshes.new(name); ob = bpy.data.objects.new(name, mesh)
            mesh.from_pydata([(0, 0, 0), (1, 0, 0), (0, 1, 0)], [], [(0, 1, 2)])
            mesh.materials.append(material); s.collection.objects.link(ob); return ob
        def link(path, name, relative):
            with bpy.data.libraries.load(path, link=True, relative=relative) as (_, into):
                into.objects = [name]
            s.collection.objects.link(into.objects[0])
        """
            .formatted(folder);
    Scenes.small(
        blender,
        folder.resolve("libs/deep"),
        "B.blend",
        prelude
            + """
            picture(P + "libs/deep/tex/b.png")
            cube("BBox", use(bpy.data.images.load(P + "libs/deep/tex/b.png"), "BMat"))
            bpy.data.images["b.png"].filepath = "//tex/b.png"
            """);
    Scenes.small(
        blender,
        folder.resolve("libs"),
        "A.blend",
        prelude
            + """
            bpy.ops.wm.save_as_mainfile(filepath=sys.argv[-1])
            link(P + "libs/deep/B.blend", "BBox", True)
            cube("ABox", bpy.data.materials.new("AMat")).parent = bpy.data.objects["BBox"]
            """);
    return Scenes.small(
        blender,
        folder.resolve("shots"),
        "main.blend",
        prelude
            + """
            for i in (1, 2, 3): picture(P + "seq/s_000%d.png" % i)
            picture(P + "tex/main.png")
            bpy.ops.wm.save_as_mainfile(filepath=sys.argv[-1])
            link(P + "libs/A.blend", "ABox", False)
            sequence = bpy.data.images.load(P + "seq/s_0001.png"); sequence.source = "SEQUENCE"
            cube("Sequence", use(sequence, "SeqMat"))
            sequence.filepath = "//../seq/s_0001.png"
            cube("Plain", use(bpy.data.images.load(P + "tex/main.png"), "PlainMat"))
            """);
  }

  private static Run withoutBlender(String... arguments) {
    return farm.cliWith(
        Map.of("PATH", tools.toString(), "BLENDERER_CONNECT", farm.adminConnection().toString()),
        arguments);
  }

  private static String idOf(Run run) {
    return Json.of(run.expect(0).out().strip().lines().toList().getLast()).get("id").asText();
  }

  @ParameterizedTest
  @MethodSource("blenderer.testkit.TestBlender#each")
  void the_job_is_the_one_that_a_local_blender_makes_and_no_trace_is_left(TestBlender blender)
      throws IOException {
    onlyWith(blender);
    Path main =
        blender.equals(TestBlender.first())
            ? scene
            : project(blender, farm.folder.resolve("of-" + blender.version()));
    Path frames = farm.folder.resolve("frames-" + blender.version());
    Run run =
        withoutBlender(
            "submit", main.toString(), "--frames", "1", "--json", "--download", frames.toString());
    JsonNode traced = farm.job(idOf(run));
    JsonNode local =
        farm.job(farm.submit(main, "--frames", "1", "--blender", blender.program().toString()));
    assertThat(traced.get("manifest")).isEqualTo(local.get("manifest"));
    assertThat(traced.get("parameters")).isEqualTo(local.get("parameters"));
    assertThat(traced.get("requirements")).isEqualTo(local.get("requirements"));
    assertThat(traced.get("state").asText()).isEqualTo("done");
    assertThat(frames).isDirectoryContaining(file -> file.toString().endsWith(".png"));
    assertThat(farm.cli("jobs", "--all", "--json").expect(0).out()).doesNotContain("Trace of");
  }

  @Test
  void what_is_wrong_with_the_scene_is_said_in_plain_words_and_makes_no_job() throws IOException {
    onlyWith(TestBlender.first());
    int before = Json.of(farm.cli("jobs", "--all", "--json").expect(0).out()).size();
    Path scenes = farm.folder.resolve("scenes");
    Run garbage = withoutBlender("submit", Scenes.noBlend(scenes).toString()).expect(1);
    assertThat(garbage.err())
        .contains("error [scene-unreadable] 'holiday.blend' is no .blend file.");
    Run missing = withoutBlender("submit", Scenes.withMissingTexture(scenes).toString()).expect(1);
    assertThat(missing.err())
        .contains("error [missing-files] 1 file of 'missing-texture.blend' cannot be found.")
        .contains("image '" + scenes + "/textures/wood.png'");
    Run blind = withoutBlender("submit", Scenes.withoutCamera(scenes).toString()).expect(1);
    assertThat(blind.err()).contains("error [no-camera]");
    assertThat(Json.of(farm.cli("jobs", "--all", "--json").expect(0).out())).hasSize(before);
  }

  @Test
  void a_check_without_blender_looks_at_the_file_and_sends_nothing() throws IOException {
    Run check = withoutBlender("submit", scene.toString(), "--check", "--json").expect(0);
    JsonNode report = Json.of(check.out());
    assertThat(report.get("by").asText()).isEqualTo("look");
    assertThat(report.get("scene").get("frames").asText()).isEqualTo("1-8");
    assertThat(report.get("findings").valueStream().map(one -> one.get("code").asText()))
        .containsExactly("not-traced");
    Run offline =
        farm.cliWith(Map.of("PATH", tools.toString()), "submit", scene.toString(), "--check");
    assertThat(offline.expect(0).out()).contains("farm-not-asked");
    Run local = farm.cli("submit", scene.toString(), "--check", "--json").expect(0);
    assertThat(Json.of(local.out()).get("by").asText()).isEqualTo("blender");
  }
}
