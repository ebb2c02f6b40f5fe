package blenderer.e2e;

import blenderer.testkit.TestBlender;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Real scenes that nobody of this project made; {@code build-tools/corpus.sh} fetches them. */
final class Corpus {

  private Corpus() {}

  /** The folder with the scenes of these packages of Debian, of all three without a name. */
  static Path fetch(String... packages) {
    List<String> command = new ArrayList<>();
    command.add(Dist.root().resolve("build-tools/corpus.sh").toString());
    command.addAll(List.of(packages));
    Run run = Run.of(Duration.ofMinutes(10), Dist.root(), Map.of(), command).expect(0);
    return Path.of(run.out().strip().lines().toList().getLast());
  }

  /** Every scene below the folder, in a fixed order. */
  static List<Path> scenes(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      return files
          .filter(file -> file.toString().endsWith(".blend") && Files.isRegularFile(file))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The Blenders to test with, at least one. */
  static List<Path> blenders() {
    return TestBlender.each().map(TestBlender::program).toList();
  }

  /** Such as {@code 3.4.1}. */
  static String version(Path blender) {
    return TestBlender.each()
        .filter(one -> one.program().equals(blender))
        .map(TestBlender::version)
        .findFirst()
        .orElseThrow();
  }
}
