package blenderer.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Scenes that nobody here made, of Blender 2.4x to 3.2: the farm's frames are those of plain
 * Blender, or it says before anything is sent why there would be none. docs/corpus.md tells more.
 */
class CorpusTest {

  /**
   * Small ones of one package, so that little is fetched. In Cycles: without a graphics card EEVEE
   * of Blender 4 takes most of a minute for the first frame.
   */
  private static final String SAMPLE =
      "/(blinds|blur|colors|earth|fly_by_1|glare|lens_flare|picture_frames_4|rotate_360"
          + "|wireframe_text)\\.blend";

  /** The scene's own is written as an empty name. */
  private static final List<String> ENGINES =
      List.of(System.getenv().getOrDefault("BLENDERER_CORPUS_ENGINES", "CYCLES,").split(",", -1));

  @Test
  @Tag("e2e")
  void a_sample_of_the_corpus_renders_as_in_plain_blender_on_nodes_with_one_blender_each()
      throws Exception {
    Path folder = Corpus.fetch("openshot-qt");
    List<Path> scenes =
        Corpus.scenes(folder.resolve("openshot-qt")).stream()
            .filter(scene -> scene.toString().matches(".*" + SAMPLE))
            .toList();
    assertThat(scenes).hasSize(10);
    try (FarmProcesses farm = new FarmProcesses()) {
      farm.startServer();
      for (Path blender : Corpus.blenders()) {
        farm.launchNode("with-" + Corpus.version(blender), "--blender", blender.toString());
      }
      farm.awaitNodes(
          Corpus.blenders().stream()
              .map(blender -> "with-" + Corpus.version(blender))
              .toArray(String[]::new));
      assertThat(
              bad(
                  folder,
                  new CorpusRun(farm, Corpus.blenders(), "CYCLES", "sample", 7).compare(scenes)))
          .isEmpty();
    }
  }

  @Test
  @Tag("soak")
  void every_scene_of_the_corpus_renders_as_in_plain_blender_or_is_blocked_with_reason()
      throws Exception {
    Path folder = Corpus.fetch();
    List<Path> scenes = chosen(Corpus.scenes(folder));
    Map<String, Map<Path, CorpusRun.Outcome>> all = new LinkedHashMap<>();
    for (Path blender : Corpus.blenders()) {
      try (FarmProcesses farm = new FarmProcesses()) {
        farm.startServer().startNode("node", "--blender", blender.toString());
        for (String engine : ENGINES) {
          all.put(
              Corpus.version(blender) + (engine.isEmpty() ? ", own engine" : ", " + engine),
              new CorpusRun(farm, List.of(blender), engine, "corpus" + engine, 1).compare(scenes));
        }
      }
    }
    String report = System.getenv("BLENDERER_CORPUS_TABLE");
    if (report != null && !report.isEmpty()) {
      CorpusTable.write(Path.of(report), folder, all);
    }
    all.forEach((version, outcomes) -> assertThat(bad(folder, outcomes)).as(version).isEmpty());
    all.forEach(CorpusTest::assertFewAreFlagged);
  }

  /** At most one good frame of a hundred. */
  private static void assertFewAreFlagged(String version, Map<Path, CorpusRun.Outcome> outcomes) {
    int frames = outcomes.values().stream().mapToInt(CorpusRun.Outcome::frames).sum();
    List<String> flagged =
        outcomes.values().stream().flatMap(one -> one.flagged().stream()).toList();
    System.out.printf("corpus: %s: %d good frames, flagged %s%n", version, frames, flagged);
    assertThat(flagged.size() * 100)
        .as("%s: %s of %d", version, flagged, frames)
        .isLessThanOrEqualTo(frames);
  }

  /** Fewer while someone looks for a fault: a part of their paths. */
  private static List<Path> chosen(List<Path> scenes) {
    String part = System.getenv("BLENDERER_CORPUS_ONLY");
    return scenes.stream()
        .filter(scene -> part == null || scene.toString().matches(".*(" + part + ").*"))
        .toList();
  }

  private static Map<String, String> bad(Path folder, Map<Path, CorpusRun.Outcome> outcomes) {
    Map<String, String> bad = new TreeMap<>();
    outcomes.forEach(
        (scene, outcome) -> {
          if (!outcome.good()) {
            bad.put(folder.relativize(scene).toString(), outcome.words());
          }
        });
    return bad;
  }
}
