package blenderer.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import blenderer.api.Jobs;
import blenderer.testkit.TestBlender;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/** A farm whose nodes have different Blenders, then one node that has both. */
@Tag("e2e")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class SeveralBlendersTest {

  private static final TestBlender OLD = TestBlender.first();
  private static final TestBlender NEW = TestBlender.second().orElseThrow();
  private static FarmProcesses farm;
  private static Path scene;

  @BeforeAll
  static void start() throws IOException {
    farm = new FarmProcesses();
    farm.startServer()
        .launchNode("old", "--blender", OLD.program().toString())
        .launchNode("new", "--blender", NEW.program().toString())
        .awaitNodes("old", "new");
    scene = Scenes.small(farm.folder.resolve("scenes"), "shot.blend", "");
  }

  @AfterAll
  static void stop() throws IOException {
    farm.close();
  }

  private static String build(String node) {
    return blenders(node).getFirst().get("build").asText();
  }

  private static List<JsonNode> blenders(String node) {
    return Json.of(farm.cli("nodes", "--json").expect(0).out())
        .valueStream()
        .filter(one -> one.get("name").asText().equals(node))
        .flatMap(one -> one.get("renderers").valueStream())
        .filter(one -> one.get("name").asText().equals("blender"))
        .toList();
  }

  private static List<Jobs.Attempt> rendered(String job) {
    farm.cli("wait", job).expect(0);
    return Audit.attempts(farm, job);
  }

  private static String submit(String which) {
    return which.isEmpty()
        ? farm.submit(scene, "--frames", "1-2")
        : farm.submit(scene, "--frames", "1-2", "--blender-version", which);
  }

  @Test
  @Order(1)
  void nodes_say_which_builds_they_have() {
    assertThat(blenders("old").getFirst().get("version").asText()).isEqualTo(OLD.version());
    assertThat(blenders("new").getFirst().get("version").asText()).isEqualTo(NEW.version());
    assertThat(build("old")).hasSize(64).isNotEqualTo(build("new"));
  }

  @Test
  @Order(2)
  void each_job_goes_where_its_blender_is() {
    String usual = submit("");
    String newer = submit(NEW.series());
    String exact = submit("build:" + build("new").substring(0, 8));
    assertThat(rendered(usual))
        .hasSize(2)
        .allSatisfy(
            attempt -> {
              assertThat(attempt.node()).isEqualTo("old");
              assertThat(attempt.renderer())
                  .isEqualTo(
                      "blender " + OLD.version() + " (" + build("old").substring(0, 12) + ")");
            });
    for (String job : List.of(newer, exact)) {
      assertThat(rendered(job))
          .hasSize(2)
          .allSatisfy(attempt -> assertThat(attempt.node()).isEqualTo("new"));
    }
    assertThat(farm.cli("job", exact).expect(0).out())
        .contains("of the build " + build("new").substring(0, 12));
  }

  @Test
  @Order(3)
  void a_job_that_no_node_could_take_says_so_at_submit_and_after() {
    Run run =
        farm.cli("submit", scene.toString(), "--frames", "1", "--blender-version", "9.9", "--json");
    assertThat(run.expect(0).err())
        .contains("No node that is online has blender 9.9 with", OLD.version(), NEW.version());
    String job = Json.of(run.out()).get("id").asText();
    assertThat(farm.cli("why", job).expect(0).out())
        .contains("'old' has only blender " + OLD.version())
        .contains("the job needs blender 9.9");
    assertThat(farm.job(job).get("steps").get(0).get("state").asText()).isEqualTo("incompatible");
    farm.cli("cancel", job).expect(0);
  }

  @Test
  @Order(4)
  void a_node_with_both_renders_each_job_with_the_right_one() throws IOException {
    String first = build("old");
    String second = build("new");
    farm.stop("old");
    farm.stop("new");
    farm.startNode(
        "both",
        "--blender",
        NEW.program().toString(),
        "--blender",
        OLD.program().toString(),
        "--blender",
        Files.createSymbolicLink(farm.folder.resolve("link"), OLD.program()).toString());
    // The third is the second one under another name.
    assertThat(blenders("both"))
        .extracting(one -> one.get("build").asText())
        .containsExactly(second, first);
    String older = submit("");
    String newer = submit("build:" + second);
    assertThat(rendered(older))
        .allSatisfy(one -> assertThat(one.renderer()).startsWith("blender " + OLD.version()));
    assertThat(rendered(newer))
        .allSatisfy(one -> assertThat(one.renderer()).startsWith("blender " + NEW.version()));
  }
}
