package blenderer.renderers;

import static blenderer.renderers.Scenes.assertSamePixels;
import static org.assertj.core.api.Assertions.assertThat;

import blenderer.testkit.TestBlender;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The driver under every Blender that tests know, with a scene of the oldest. */
@Tag("blender")
class EachBlenderTest {

  @TempDir Path folder;

  @ParameterizedTest
  @MethodSource("blenderer.testkit.TestBlender#each")
  void frames_of_cycles_and_workbench_are_those_of_the_same_plain_blender(TestBlender blender)
      throws Exception {
    Path cycles = Scenes.simple(folder, "");
    Path workbench =
        Scenes.simple(
            Files.createDirectories(folder.resolve("w")),
            "scene.render.engine = 'BLENDER_WORKBENCH'");
    for (Path scene : List.of(cycles, workbench)) {
      Path plain = scene.resolveSibling("plain");
      Scenes.run(
          blender.program().toString(),
          scene.toString(),
          "-o",
          plain + "/a_####",
          "-s",
          "2",
          "-e",
          "3",
          "-a");
      try (Session session =
          new Session(plain, "warm")
              .scene(scene)
              .with("BLENDERER_RENDERER", blender.program().toString())) {
        assertThat(session.enter().exit()).isZero();
        Session.Ran ran = session.run("2-3");
        assertThat(ran.exit()).as("%s", ran.lines()).isZero();
        assertThat(ran.starting("blenderer_done: ")).hasSize(2);
        LogRules rules = ShippedRenderers.load().checks("blender").logRules();
        assertThat(ran.lines()).allSatisfy(line -> assertThat(rules.judge(line)).isEmpty());
        assertSamePixels(session.output.resolve("shot_0002.png"), plain.resolve("a_0002.png"));
        assertSamePixels(session.output.resolve("shot_0003.png"), plain.resolve("a_0003.png"));
      }
    }
  }
}
