package blenderer.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The finished folder on another computer: a copy, whose files have new times. */
@Tag("e2e")
final class CopiedFolderTest {

  private static final int MOST_OF_THEM = 1000;

  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"server", "node", "submit", "jobs"})
  void a_copy_starts_from_its_start_up_caches(String command) throws IOException {
    Path original = Dist.folder();
    Path copy = folder.resolve("copied blenderer");
    copy(original, copy);
    Path loaded = folder.resolve("loaded");
    Run.of(
            Duration.ofMinutes(1),
            folder,
            Map.of("BLENDERER_JAVA_OPTS", "-Xlog:class+load:file=" + loaded),
            List.of(copy.resolve("bin/blenderer").toString(), command, "--help"))
        .expect(0);
    try (Stream<String> lines = Files.lines(loaded)) {
      assertThat(
              lines
                  .filter(line -> line.contains("picocli") || line.contains("blenderer."))
                  .filter(line -> line.contains("shared objects file"))
                  .count())
          .isPositive();
    }
    try (Stream<String> lines = Files.lines(loaded)) {
      assertThat(lines.filter(line -> line.contains("shared objects file")).count())
          .isGreaterThan(MOST_OF_THEM);
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> walk = Files.walk(from)) {
      for (Path file : walk.toList()) {
        Path target = to.resolve(from.relativize(file).toString());
        if (Files.isDirectory(file)) {
          Files.createDirectories(target);
        } else {
          Files.copy(file, target);
          assertThat(target.toFile().setExecutable(Files.isExecutable(file))).isTrue();
        }
      }
    }
  }
}
