package blenderer.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import blenderer.api.Jobs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The animations that come with POV-Ray (Debian's povray-examples), rendered by two nodes, are what
 * POV-Ray itself makes of them.
 */
@Tag("e2e")
class PovRayAnimationTest {

  private static final Path EXAMPLES = Path.of("/usr/share/doc/povray/examples/animations");
  private static final String SIZE = "80x60";
  private static FarmProcesses farm;

  @BeforeAll
  static void start() throws IOException {
    assertThat(EXAMPLES).as("install the Debian package povray-examples").isDirectory();
    farm = new FarmProcesses();
    farm.startServer().startNodes("one", "two");
  }

  @AfterAll
  static void stop() throws IOException {
    farm.close();
  }

  private static List<Path> images(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> file.toString().endsWith(".png")).sorted().toList();
    }
  }

  private static void povray(Path folder, String... arguments) {
    Map<String, String> environment = new HashMap<>();
    environment.put("HOME", folder.toString());
    Run.of(
            Duration.ofMinutes(5),
            folder,
            environment,
            Stream.concat(Stream.of("povray"), Stream.of(arguments)).toList())
        .expect(0);
  }

  /** With a frame of the first scene on each node, or the comparison would prove little. */
  private static void assertSame(Path ours, Path plain) throws IOException {
    List<Path> expected = images(plain);
    assertThat(images(ours))
        .extracting(Path::getFileName)
        .isEqualTo(expected.stream().map(Path::getFileName).toList());
    for (Path image : expected) {
      assertThat(Pixels.of(ours.resolve(image.getFileName())))
          .as("%s", image.getFileName())
          .isEqualTo(Pixels.of(image));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"ambient", "clockd", "splinefollow"})
  void an_ini_file_renders_as_it_does_with_povray_alone(String name) throws IOException {
    assertRendersTheSame(name);
  }

  /** The same with sixty frames. */
  @ParameterizedTest
  @Tag("soak")
  @ValueSource(strings = {"vect1"})
  void a_longer_one_renders_as_it_does_with_povray_alone(String name) throws IOException {
    assertRendersTheSame(name);
  }

  private static void assertRendersTheSame(String name) throws IOException {
    Path scene = EXAMPLES.resolve(name).resolve(name + ".ini");
    Path ours = farm.folder.resolve("ours-" + name);
    Run run =
        farm.cli(
            "submit", scene.toString(), "--size", SIZE, "--download", ours.toString(), "--json");
    run.expect(0);

    Path plain = Files.createDirectories(farm.folder.resolve("plain-" + name));
    Files.copy(scene, plain.resolve(scene.getFileName()));
    Path source = scene.resolveSibling(name + ".pov");
    Files.copy(source, plain.resolve(source.getFileName()));
    povray(plain, name + ".ini", "+W80", "+H60", "-D", "Pause_When_Done=Off");
    assertThat(images(plain)).hasSizeGreaterThan(5);
    assertSame(ours, plain);
    String job = Json.of(run.out().strip().lines().toList().getLast()).get("id").asText();
    Audit.everyFrameCommittedOnce(farm, job, images(plain).size());
    List<Jobs.Attempt> attempts = Audit.attempts(farm, job);
    assertThat(attempts).allMatch(attempt -> attempt.outcome().equals("succeeded"));
    assertThat(attempts.stream().map(Jobs.Attempt::node).distinct())
        .containsExactlyInAnyOrder("one", "two");
  }

  @Test
  void a_scene_with_frames_and_size_of_ones_own_renders_the_same() throws IOException {
    Path scene = EXAMPLES.resolve("reflection/reflection.pov");
    Path ours = farm.folder.resolve("ours-pov");
    farm.cli(
            "submit",
            scene.toString(),
            "--frames",
            "1-6",
            "--size",
            SIZE,
            "--download",
            ours.toString())
        .expect(0);
    Path plain = Files.createDirectories(farm.folder.resolve("plain-pov"));
    Files.copy(scene, plain.resolve("reflection.pov"));
    povray(plain, "reflection.pov", "+W80", "+H60", "-D", "Initial_Frame=1", "Final_Frame=6");
    assertSame(ours, plain);

    // Two of the frames again, on the clock of the whole animation.
    Path again = farm.folder.resolve("again-pov");
    farm.cli(
            "submit",
            scene.toString(),
            "--frames",
            "2,5",
            "-p",
            "Animation=1-6",
            "--size",
            SIZE,
            "--download",
            again.toString())
        .expect(0);
    assertThat(images(again)).hasSize(2);
    for (Path image : images(again)) {
      assertThat(Pixels.of(image)).isEqualTo(Pixels.of(plain.resolve(image.getFileName())));
    }
  }

  @Test
  void a_scene_that_lacks_a_file_fails_and_says_which() throws IOException {
    Path scene =
        Files.writeString(
            farm.folder.resolve("lacking.pov"), "#include \"nowhere.inc\"\nsphere { 0, 1 }\n");
    Run run = farm.cli("submit", scene.toString(), "--wait");
    assertThat(run.code()).isEqualTo(1);
    assertThat(run.err()).contains("[missing-file]").contains("A file of the scene is missing");
  }
}
