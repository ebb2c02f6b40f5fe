package blenderer.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import blenderer.api.Jobs;
import blenderer.testkit.TestBlender;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/**
 * A Blender that no node has is given to the farm, as an archive in the layout of Blender's makers,
 * and renders on three nodes.
 */
@Tag("e2e")
@Tag("slow")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class FarmBlenderTest {

  private static final List<String> NODES = List.of("one", "two", "three");
  private static final TestBlender OWN = TestBlender.second().orElseThrow();
  private static final TestBlender GIVEN = TestBlender.first();
  private static FarmProcesses farm;
  private static Path scene;
  private static Path archive;

  @BeforeAll
  static void start() throws IOException {
    farm = new FarmProcesses();
    farm.startServer();
    scene = Scenes.small(farm.folder.resolve("scenes"), "shot.blend", "");
    archive = BlenderArchives.of(GIVEN, farm.folder, 0);
  }

  @AfterAll
  static void stop() throws IOException {
    farm.close();
  }

  private static List<JsonNode> archives() {
    return Json.of(farm.cli("renderers", "--json").expect(0).out()).valueStream().toList();
  }

  private static boolean has(String node, String version) {
    return farm.nodes().stream()
        .filter(one -> one.get("name").asText().equals(node))
        .flatMap(one -> one.get("renderers").valueStream())
        .anyMatch(one -> one.get("version").asText().equals(version));
  }

  private static Path kept(String node) {
    return farm.nodeData(node).resolve("farm-renderers");
  }

  @Test
  @Order(1)
  void what_is_no_blender_is_refused_and_nothing_is_uploaded() throws IOException {
    Path text = Files.writeString(farm.folder.resolve("holiday.tar.xz"), "Dear diary\n");
    Run run = farm.cli("renderers", "add", text.toString());
    assertThat(run.expect(1).err()).contains("[bad-archive]", "It is no .tar.xz");
    assertThat(archives()).isEmpty();
  }

  @Test
  @Order(2)
  void an_archive_is_asked_what_it_is_and_added() {
    farm.cli("renderers", "add", archive.toString()).expect(0);
    assertThat(archives())
        .singleElement()
        .satisfies(
            one -> {
              assertThat(one.get("version").asText()).isEqualTo(GIVEN.version());
              assertThat(one.get("features").valueStream().map(JsonNode::asText))
                  .contains("cycles");
              assertThat(one.get("build").asText()).hasSize(64);
            });
    assertThat(farm.logText("server")).containsOnlyOnce("gave the farm the renderer blender");
  }

  @Test
  @Order(3)
  void it_reaches_three_nodes_and_renders_there_within_one_job() throws IOException {
    for (String node : NODES) {
      farm.launchNode(node, "--blender", OWN.program().toString());
    }
    farm.awaitNodes(NODES.toArray(String[]::new));
    for (String node : NODES) {
      Patience.until(
          Duration.ofSeconds(60), () -> node + " tells of it", () -> has(node, GIVEN.version()));
      assertThat(kept(node)).isEmptyDirectory();
    }
    // Nobody says which Blender: the scene's own series is that of the archive alone.
    String job = farm.submit(scene, "--frames", "1-8");
    farm.cli("wait", job).expect(0);
    Audit.everyFrameCommittedOnce(farm, job, 8);
    String build = archives().getFirst().get("build").asText().substring(0, 12);
    assertThat(Audit.attempts(farm, job))
        .allSatisfy(
            one ->
                assertThat(one.renderer())
                    .isEqualTo("blender " + GIVEN.version() + " (" + build + ")"))
        .extracting(Jobs.Attempt::node)
        .contains("one", "two", "three");
    Path frames = farm.folder.resolve("frames");
    farm.cli("download", job, "--to", frames.toString()).expect(0);
    Path plain = Files.createDirectories(farm.folder.resolve("plain"));
    Run.blender(plain, scene.toString(), "-o", plain + "/frame_####", "-s", "3", "-e", "3", "-a")
        .expect(0);
    try (var files = Files.walk(frames)) {
      Path third = files.filter(file -> (file + "").endsWith("0003.png")).findFirst().orElseThrow();
      assertThat(Pixels.of(third)).isEqualTo(Pixels.of(plain.resolve("frame_0003.png")));
    }
  }

  @Test
  @Order(4)
  @Tag("soak")
  void a_flipped_byte_on_a_node_s_disk_is_noticed_and_the_archive_fetched_again()
      throws IOException {
    String digest = archives().getFirst().get("digest").asText();
    NODES.forEach(farm::stop);
    flip(script(kept("three").resolve(digest + "/files")));
    startThree();
    String job = farm.submit(scene, "--frames", "1-2");
    farm.cli("wait", job).expect(0);
    assertThat(farm.logText("three")).contains("have changed on this disk; fetching them again");
  }

  @Test
  @Order(5)
  void an_archive_with_a_flipped_byte_renders_nothing() throws IOException {
    String digest = archives().getFirst().get("digest").asText();
    NODES.forEach(farm::stop);
    for (String folder : List.of("farm-renderers", "cache")) {
      Run.of(
              Duration.ofMinutes(1),
              farm.folder,
              Map.of(),
              List.of("rm", "-rf", farm.nodeData("three").resolve(folder).toString()))
          .expect(0);
    }
    flip(stored(digest));
    startThree();
    String job = farm.submit(scene, "--frames", "1-2");
    assertThat(farm.cli("wait", job).expect(1).err()).contains("[digest-mismatch]");
    assertThat(farm.done(job)).isZero();
    assertThat(kept("three").resolve(digest)).doesNotExist();
  }

  private static void startThree() throws IOException {
    farm.startNode("three", "--blender", OWN.program().toString());
    Patience.until(
        Duration.ofSeconds(60), () -> "three tells of it", () -> has("three", GIVEN.version()));
  }

  private static void flip(Path victim) throws IOException {
    try (RandomAccessFile file = new RandomAccessFile(victim.toFile(), "rw")) {
      long middle = file.length() / 2;
      file.seek(middle);
      int old = file.read();
      file.seek(middle);
      file.write(old ^ 1);
    }
  }

  private static Path stored(String digest) throws IOException {
    try (var files = Files.walk(farm.serverData().resolve("blobs"))) {
      return files
          .filter(Files::isRegularFile)
          .filter(file -> String.valueOf(file.getFileName()).startsWith(digest))
          .findFirst()
          .orElseThrow();
    }
  }

  private static Path script(Path folder) throws IOException {
    try (var files = Files.walk(folder)) {
      return files.filter(file -> (file + "").endsWith(".py")).sorted().findFirst().orElseThrow();
    }
  }

  @Test
  @Order(6)
  @Tag("soak")
  void a_removed_archive_is_dropped_by_the_nodes() throws IOException {
    farm.startNode("one", "--blender", OWN.program().toString());
    String digest = archives().getFirst().get("digest").asText();
    assertThat(kept("one").resolve(digest)).isDirectory();
    farm.cli("renderers", "remove", digest.substring(0, 6)).expect(0);
    assertThat(archives()).isEmpty();
    Patience.until(
        Duration.ofSeconds(60),
        () -> "one drops it",
        () -> !Files.exists(kept("one").resolve(digest)) && !has("one", GIVEN.version()));
    String job = farm.submit(scene, "--frames", "1", "--blender-version", GIVEN.version());
    assertThat(farm.cli("why", job).expect(0).out()).contains("has only blender " + OWN.version());
  }
}
