package blenderer.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import blenderer.api.Jobs;
import blenderer.testkit.TestBlender;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What Blender's makers offer may be large, and a server small. */
@Tag("soak")
class LargeArchiveTest {

  private static final TestBlender OWN = TestBlender.second().orElseThrow();
  private static final TestBlender GIVEN = TestBlender.first();

  @Test
  void an_archive_of_1_GiB_goes_through_a_server_with_a_heap_of_128_MB_to_a_node_and_renders()
      throws IOException {
    try (FarmProcesses farm = new FarmProcesses().withJavaOptions("-Xmx128m").startServer()) {
      farm.withJavaOptions("");
      Path archive = BlenderArchives.of(GIVEN, farm.folder, 1024);
      assertThat(Files.size(archive)).isGreaterThan(1L << 30);
      farm.cli("renderers", "add", archive.toString()).expect(0);
      Files.delete(archive);
      farm.startNode("one", "--blender", OWN.program().toString());
      Path scene = Scenes.small(farm.folder.resolve("scenes"), "shot.blend", "");
      String version = GIVEN.version();
      Patience.until(
          Duration.ofMinutes(2),
          () -> "the node tells of it",
          () -> farm.cli("nodes", "--json").expect(0).out().contains(version));
      String job = farm.submit(scene, "--frames", "1-2");
      farm.cli("wait", job).expect(0);
      assertThat(Audit.attempts(farm, job))
          .extracting(Jobs.Attempt::renderer)
          .allSatisfy(renderer -> assertThat(renderer).startsWith("blender " + version));
      assertThat(farm.process("server").isAlive()).isTrue();
    }
  }
}
