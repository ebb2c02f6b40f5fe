package blenderer.renderers;

import static blenderer.renderers.Scenes.assertSamePixels;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** Tracing a scene's files, and finding them again at other places, with a real Blender. */
@Tag("blender")
class BlenderFilesTest extends OnEachBlender {

  @TempDir Path folder;

  /**
   * main.blend links A.blend, which links B.blend; main has an image sequence and a texture, B a
   * texture and UDIM tiles.
   */
  private void makeProject() throws IOException {
    Scenes.make(
        folder,
        """
        fresh()
        P = D + "project/"
        for i, c in ((1, (1, 0, 0, 1)), (2, (0, 1, 0, 1)), (3, (0, 0, 1, 1))):
            picture(P + "seq/s_000%d.png" % i, c)
        for i in (1001, 1002): picture(P + "udim/u.%d.png" % i, (0.2, 0.5, i - 1001, 1))
        picture(P + "textures/b.png", (0.9, 0.8, 0.1, 1))
        picture(P + "textures/main.png", (0.1, 0.8, 0.9, 1))
        fresh()
        cube("BBox", textured(bpy.data.images.load(P + "textures/b.png"), "BMat"), -2.5)
        tiles = bpy.data.images.load(P + "udim/u.1001.png"); tiles.source = "TILED"
        tiles.filepath = P + "udim/u.<UDIM>.png"; tiles.tiles.new(1002)
        bpy.context.object.data.materials[0].node_tree.nodes.new("ShaderNodeTexImage").image = tiles
        save_relative(P + "libs/deep/B.blend")
        fresh()
        link(P + "libs/deep/B.blend", "BBox")
        cube("ABox", bpy.data.materials.new("AMat"), 0).parent = bpy.data.objects["BBox"]
        bpy.data.objects["ABox"].location.x = 2.5
        save_relative(P + "libs/A.blend")
        fresh()
        link(P + "libs/A.blend", "ABox")
        sequence = bpy.data.images.load(P + "seq/s_0001.png"); sequence.source = "SEQUENCE"
        cube("Sequence", textured(sequence, "SeqMat"), 2.5)
        cube("Plain", textured(bpy.data.images.load(P + "textures/main.png"), "PlainMat"), 5)
        stage()
        save_relative(P + "shots/main.blend")
        """);
  }

  @Test
  void trace_lists_sequence_udim_and_nested_libraries_and_which_frames_need_them()
      throws Exception {
    makeProject();
    Path project = folder.resolve("project");
    Map<?, ?> trace = trace(project.resolve("shots/main.blend"));
    Map<String, String> kinds = new TreeMap<>();
    Map<String, Object> frames = new TreeMap<>();
    for (Object entry : (List<?>) value(trace, "files")) {
      Map<?, ?> file = (Map<?, ?>) entry;
      Path path = Path.of((String) file.get("path"));
      kinds.put(project.relativize(path).toString(), (String) file.get("kind"));
      if (file.get("frames") != null) {
        frames.put(project.relativize(path).toString(), file.get("frames"));
      }
      assertThat(file.get("exists")).isEqualTo(true);
      assertThat(file.get("supported")).isEqualTo(true);
      assertThat(((Number) value(file, "size")).longValue()).isEqualTo(Files.size(path));
    }
    assertThat(kinds)
        .isEqualTo(
            new TreeMap<>(
                Map.of(
                    "libs/A.blend", "library",
                    "libs/deep/B.blend", "library",
                    "seq/s_0001.png", "sequence",
                    "seq/s_0002.png", "sequence",
                    "seq/s_0003.png", "sequence",
                    "textures/b.png", "image",
                    "textures/main.png", "image",
                    "udim/u.1001.png", "udim",
                    "udim/u.1002.png", "udim")));
    // The first of the sequence is what the scene itself names: every frame looks at it.
    assertThat(frames).isEqualTo(Map.of("seq/s_0002.png", "2", "seq/s_0003.png", "3"));
    Map<?, ?> scene = (Map<?, ?>) value(trace, "scene");
    assertThat(scene.get("size")).isEqualTo("64x36");
    assertThat(scene.get("engine")).isEqualTo("CYCLES");
    assertThat(scene.get("start")).isEqualTo(1);
    assertThat(scene.get("end")).isEqualTo(24);
    assertThat(((Map<?, ?>) value(trace, "requires")).get("features")).isEqualTo(List.of("cycles"));
  }

  @Test
  void trace_of_a_damaged_file_is_an_error_not_a_crash() throws Exception {
    Path text = Files.writeString(folder.resolve("text.blend"), "hello");
    assertThat(line("TRACE", "--python", script("trace.py"), "--", text.toString()))
        .contains("\"code\": \"scene-unreadable\"");
  }

  @Test
  void border_size_is_the_one_blender_writes() throws Exception {
    Path scene =
        Scenes.simple(
            folder,
            """
            r = scene.render; r.resolution_x, r.resolution_y, r.resolution_percentage = 960, 540, 50
            r.use_border = r.use_crop_to_border = True
            r.border_min_x, r.border_max_x, r.border_min_y, r.border_max_y = 0, 63 / 480, 0.21, 0.77
            scene.cycles.samples = 1
            """);
    String size = (String) value((Map<?, ?>) value(trace(scene), "scene"), "size");
    Scenes.blender(scene.toString(), "-o", folder + "/border_#", "-f", "1");
    assertThat(ImageCheck.check(folder.resolve("border_1.png"), size))
        .isInstanceOf(ImageCheck.Ok.class);
  }

  @Test
  void probe_says_version_and_features() throws Exception {
    assertThat(line("PROBE", "--python", script("probe.py")))
        .matches(".*\"version\": \"\\d+\\.\\d+\\.\\d+\".*\"features\": \\[.*\"cycles\".*");
  }

  @Test
  void foreign_paths_are_found_again_through_the_map() throws Exception {
    makeProject();
    Path project = folder.resolve("project");
    Scenes.blender(
        project.resolve("shots/main.blend").toString(), "-o", folder + "/plain_####", "-f", "2");
    // The same scene as it would come from a Windows computer with the library on another drive,
    // a server's share, and an absolute POSIX path; then everything moves to other folders.
    Scenes.make(
        folder,
        """
        P = D + "project/"
        bpy.ops.wm.open_mainfile(filepath=P + "libs/A.blend")
        bpy.data.libraries[0].filepath = "\\\\\\\\Server\\\\Share\\\\Deep\\\\B.blend"
        bpy.ops.wm.save_as_mainfile(filepath=D + "A.blend")
        bpy.ops.wm.open_mainfile(filepath=P + "shots/main.blend")
        next(l for l in bpy.data.libraries if l.parent is None).filepath = "E:\\\\Libs\\\\A.blend"
        bpy.data.images["main.png"].filepath = "d:\\\\film\\\\TEXTURES\\\\..\\\\Tex\\\\main.png"
        bpy.data.images["s_0001.png"].filepath = "/mnt/plates/s_0001.png"
        bpy.ops.wm.save_as_mainfile(filepath=D + "main.blend")
        """);
    Path space = folder.resolve("space");
    // B reaches its images by //../../textures and //../../udim, from \\server\share\deep.
    Map<String, String> map = new TreeMap<>();
    place(space, map, folder.resolve("main.blend"), "in/main.blend", "C:\\Film\\main.blend");
    place(space, map, folder.resolve("A.blend"), "ext/1/A.blend", "E:\\libs\\A.blend");
    place(
        space,
        map,
        project.resolve("libs/deep/B.blend"),
        "ext/2/B.blend",
        "\\\\server\\share\\deep\\B.blend");
    place(
        space,
        map,
        project.resolve("textures/b.png"),
        "ext/3/b.png",
        "\\\\server\\textures\\b.png");
    for (int tile = 1001; tile <= 1002; tile++) {
      String name = "u." + tile + ".png";
      place(space, map, project.resolve("udim/" + name), "ext/4/" + name, "//server/udim/" + name);
    }
    place(
        space,
        map,
        project.resolve("textures/main.png"),
        "ext/5/main.png",
        "D:\\Film\\tex\\MAIN.png");
    for (int i = 1; i <= 3; i++) {
      String name = "s_000" + i + ".png";
      place(space, map, project.resolve("seq/" + name), "ext/6/" + name, "/mnt/plates/" + name);
    }
    // b.png is reached from B at \\server\share\deep by //../../textures: one folder above the
    // share.
    Path mapFile = space.resolve(".blenderer/paths.json");
    Files.createDirectories(space.resolve(".blenderer"));
    Files.writeString(mapFile, json(map));
    FolderFiles.delete(project);

    try (Session session =
        new Session(folder, "s").scene(space.resolve("in/main.blend")).pathMap(mapFile)) {
      Session.Ran entered = session.enter();
      assertThat(entered.exit()).as("%s", entered.lines()).isZero();
      assertThat(entered.lines())
          .anyMatch(line -> line.startsWith("Path of library: ") && line.endsWith("ext/2/B.blend"));
      Session.Ran ran = session.run("2");
      assertThat(ran.exit()).as("%s", ran.lines()).isZero();
      assertSamePixels(session.output.resolve("shot_0002.png"), folder.resolve("plain_0002.png"));
    }
  }

  private static void place(
      Path space, Map<String, String> map, Path from, String inside, String original)
      throws IOException {
    Path to = space.resolve(inside);
    Files.createDirectories(to.resolveSibling("."));
    Files.copy(from, to);
    map.put(inside, original);
  }

  private static String json(Map<String, String> files) {
    return files.entrySet().stream()
        .map(e -> "\"" + e.getKey() + "\":\"" + e.getValue().replace("\\", "\\\\") + "\"")
        .collect(Collectors.joining(",", "{\"version\":1,\"files\":{", "}}"));
  }

  private static Object value(Map<?, ?> map, String key) {
    return Objects.requireNonNull(map.get(key), key);
  }

  private static Map<?, ?> trace(Path scene) throws IOException {
    String json = line("TRACE", scene.toString(), "--python", script("trace.py"));
    // JSON is YAML; this keeps a JSON library out of this module.
    return (Map<?, ?>) new Load(LoadSettings.builder().build()).loadFromString(json);
  }

  private static String line(String kind, String... arguments) throws IOException {
    String prefix = "BLENDERER_" + kind + " ";
    return Scenes.blender(arguments).stream()
        .filter(line -> line.startsWith(prefix))
        .findFirst()
        .orElseThrow()
        .substring(prefix.length());
  }

  private static String script(String name) {
    return Path.of("blender").resolve(name).toAbsolutePath().toString();
  }
}
