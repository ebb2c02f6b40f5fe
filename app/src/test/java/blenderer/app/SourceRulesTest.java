package blenderer.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Rules about text, which the class files do not show. */
final class SourceRulesTest {
  /** In a string literal: options of Blender's command line, and what its log lines begin with. */
  private static final Pattern BLENDER_TEXT =
      Pattern.compile(
          "\"[^\"\\n]*(--factory-startup|--python\\b|--python-|--background|--render-|-autoexec"
              + "|-noaudio|Fra:|Saved: '|Blender quit|Read blend:)|\"-[bfaEYPS]\"");

  private static final Path CHECKOUT = Path.of("..").toAbsolutePath().normalize();

  /**
   * Blender's words change with its versions, so they may stand only with the renderer's data and
   * in the packages named "blender" that drive it; the benchmark runs a bare Blender to compare
   * with.
   */
  @Test
  void blender_is_spoken_only_where_blender_is_driven() throws IOException {
    List<String> offenders = new ArrayList<>();
    for (Path file : mainFiles(".java")) {
      if (!drivesBlender(file) && speaksBlender(Files.readString(file))) {
        offenders.add(CHECKOUT.relativize(file).toString());
      }
    }
    assertThat(offenders).isEmpty();
  }

  @Test
  void sql_files_stay_in_the_journal() throws IOException {
    assertThat(mainFiles(".sql")).allMatch(file -> file.startsWith(CHECKOUT.resolve("journal")));
  }

  @Test
  void the_scan_sees_the_program_and_knows_an_offender() throws IOException {
    assertThat(mainFiles(".java")).anyMatch(file -> file.endsWith("blenderer/app/Program.java"));
    assertThat(speaksBlender("List.of(\"blender\", \"-b\", scene)")).isTrue();
    assertThat(speaksBlender("command.add(\"--factory-startup\")")).isTrue();
    assertThat(speaksBlender("line.startsWith(\"Fra:\")")).isTrue();
    assertThat(speaksBlender("// runs in the background -b")).isFalse();
    assertThat(drivesBlender(CHECKOUT.resolve("node/src/main/java/blenderer/node/A.java")))
        .isFalse();
    assertThat(drivesBlender(CHECKOUT.resolve("node/src/main/java/blenderer/node/blender/A.java")))
        .isTrue();
  }

  private static boolean speaksBlender(String source) {
    return BLENDER_TEXT.matcher(source).find();
  }

  private static boolean drivesBlender(Path file) {
    Path inside = CHECKOUT.relativize(file);
    return inside.startsWith("renderers")
        || inside.startsWith("bench")
        || inside.resolveSibling("").endsWith("blender");
  }

  private static List<Path> mainFiles(String suffix) throws IOException {
    List<Path> found = new ArrayList<>();
    try (Stream<Path> modules = Files.list(CHECKOUT)) {
      for (Path main : modules.map(module -> module.resolve("src/main")).toList()) {
        if (Files.isDirectory(main)) {
          try (Stream<Path> files = Files.walk(main)) {
            files.filter(file -> file.toString().endsWith(suffix)).forEach(found::add);
          }
        }
      }
    }
    return found;
  }
}
