package blenderer.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/** Real scenes that nobody of this project made; {@code build-tools/corpus.sh} fetches them. */
final class Corpus {

  private static final Map<Path, String> VERSIONS = new ConcurrentHashMap<>();

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

  /**
   * The Blenders to test with, at least one: those of {@code BLENDERER_BLENDERS}, else the one on
   * the {@code PATH}.
   */
  static List<Path> blenders() {
    String set = System.getenv("BLENDERER_BLENDERS");
    if (set != null && !set.isEmpty()) {
      return Stream.of(set.split(":", -1)).map(Path::of).toList();
    }
    return Stream.of(System.getenv("PATH").split(":", -1))
        .map(folder -> Path.of(folder, "blender"))
        .filter(Files::isExecutable)
        .limit(1)
        .toList();
  }

  /** Such as {@code 3.4.1}. */
  static String version(Path blender) {
    return VERSIONS.computeIfAbsent(blender, Corpus::ask);
  }

  private static String ask(Path blender) {
    Run run =
        Run.of(Duration.ofMinutes(1), Dist.root(), Map.of(), List.of(blender + "", "--version"));
    return run.expect(0).out().lines().findFirst().orElse("").replace("Blender", "").strip();
  }
}
