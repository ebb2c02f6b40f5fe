package blenderer.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import blenderer.testkit.TestBlender;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What scripts and add-ons make of a scene, on a farm of one node with each Blender: with the
 * permission the frames are the artist's own, without it the artist knows before.
 */
@Tag("e2e")
class SceneScriptsTest {

  private static FarmProcesses farm;
  private static Path scripts;
  private static Path zip;

  @BeforeAll
  static void start() throws IOException {
    farm = new FarmProcesses();
    farm.startServer();
    for (TestBlender blender : TestBlender.each().toList()) {
      farm.launchNode("with-" + blender.version(), "--blender", blender.program().toString());
    }
    farm.awaitNodes(
        TestBlender.each().map(blender -> "with-" + blender.version()).toArray(String[]::new));
    scripts = Blenders.scripts(farm.folder.resolve("scripts"));
    zip = zipped(scripts.resolve("tint.py"), farm.folder.resolve("tinted.zip"));
  }

  @AfterAll
  static void stop() throws IOException {
    farm.close();
  }

  /** The add-on as a folder of two modules, packed as Blender installs it. */
  private static Path zipped(Path addOn, Path zip) throws IOException {
    try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(zip))) {
      out.putNextEntry(new ZipEntry("tinted/inner.py"));
      out.write(Files.readAllBytes(addOn));
      out.putNextEntry(new ZipEntry("tinted/__init__.py"));
      out.write(
          """
          from .inner import register, unregister
          bl_info = {"name": "Tinted", "blender": (3, 0, 0), "version": (1, 0, 0), "category": "Render"}
          """
              .getBytes(StandardCharsets.UTF_8));
    }
    return zip;
  }

  private static Path made(TestBlender blender, String script) throws IOException {
    Path folder = Files.createDirectories(farm.folder.resolve("made-" + blender.version()));
    Path scene = folder.resolve(script.replace(".py", ".blend"));
    String program = scripts.resolve(script).toString();
    Blenders.run(
            blender,
            folder,
            Map.of(),
            "--python-exit-code",
            "3",
            "--python",
            program,
            "--",
            scene + "")
        .expect(0);
    return scene;
  }

  /** The pixels of two frames of plain Blender, started with these options. */
  private static List<Pixels> plain(TestBlender blender, Path scene, String... before)
      throws IOException {
    Path folder = Files.createTempDirectory(farm.folder, "plain");
    List<String> line = new ArrayList<>(List.of(before));
    line.addAll(List.of(scene.toString(), "-o", folder + "/f_####", "-f", "2,5"));
    Blenders.run(blender, folder, Map.of(), line.toArray(String[]::new)).expect(0);
    return pixels(folder);
  }

  private static List<Pixels> pixels(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files
          .filter(file -> file.toString().endsWith(".png"))
          .sorted()
          .map(Pixels::of)
          .toList();
    }
  }

  /** What a submit of the same frames said, and the pixels that came of it. */
  private record Rendered(String said, List<Pixels> pixels) {}

  private static Rendered rendered(TestBlender blender, Path scene, String... more)
      throws IOException {
    Path into = Files.createTempDirectory(farm.folder, "ours");
    List<String> line =
        new ArrayList<>(
            List.of(
                "submit",
                scene.toString(),
                "--blender",
                blender.program().toString(),
                "--frames",
                "2,5",
                "--download",
                into.toString()));
    line.addAll(List.of(more));
    Run run = farm.cli(line.toArray(String[]::new)).expect(0);
    return new Rendered(run.all(), pixels(into));
  }

  @ParameterizedTest
  @MethodSource("blenderer.testkit.TestBlender#each")
  void scripts_in_a_scene_run_with_the_permission_and_are_told_without(TestBlender blender)
      throws IOException {
    Path scene = made(blender, "scripted.py");
    List<Pixels> off = plain(blender, scene);
    List<Pixels> on = plain(blender, scene, "-y");
    assertThat(on).hasSize(2).doesNotContainAnyElementsOf(off);
    assertThat(on.get(0)).isNotEqualTo(on.get(1));

    Rendered allowed = rendered(blender, scene, "--allow-scripts");
    assertThat(allowed.pixels()).isEqualTo(on);
    assertThat(allowed.said()).doesNotContain("scripts stay off");

    Rendered usual = rendered(blender, scene);
    assertThat(usual.pixels()).isEqualTo(off);
    assertThat(usual.said())
        .contains("2 scripts, and scripts stay off on the farm")
        .contains("driver of 'World.color'")
        .contains("text of 'tint.py'");
  }

  @ParameterizedTest
  @MethodSource("blenderer.testkit.TestBlender#each")
  void an_add_on_travels_with_its_job_and_is_there_before_the_scene(TestBlender blender)
      throws IOException {
    Path scene = made(blender, "scripted.py");
    String enable =
        "import sys, addon_utils; sys.path.insert(0, '"
            + scripts
            + "'); addon_utils.enable('tint', default_set=True, persistent=True)";
    List<Pixels> without = plain(blender, scene);
    List<Pixels> with = plain(blender, scene, "--python-expr", enable);
    assertThat(with).hasSize(2).doesNotContainAnyElementsOf(without);
    for (Path addOn : List.of(scripts.resolve("tint.py"), zip)) {
      assertThat(rendered(blender, scene, "--addon", addOn.toString()).pixels())
          .as("%s", addOn)
          .isEqualTo(with);
    }
  }

  @Test
  void an_artist_runs_scripts_and_brings_add_ons_only_with_the_permission() throws IOException {
    Path artist = farm.folder.resolve("artist");
    Map<String, String> home = Map.of("XDG_CONFIG_HOME", artist.toString());
    farm.cliWith(home, "login", farm.invite("artist")).expect(0);
    Path scene = made(TestBlender.first(), "scripted.py");
    for (List<String> wish :
        List.of(List.of("--allow-scripts"), List.of("--addon", scripts.resolve("tint.py") + ""))) {
      List<String> line = new ArrayList<>(List.of("submit", scene.toString(), "--frames", "1"));
      line.addAll(wish);
      Run refused = farm.cliWith(home, line.toArray(String[]::new));
      assertThat(refused.code()).as("%s", wish).isEqualTo(3);
      assertThat(refused.all()).contains("permission 'scripts'");
    }
  }
}
