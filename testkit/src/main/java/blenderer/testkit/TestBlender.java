package blenderer.testkit;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A Blender that tests run with. {@code BLENDERER_BLENDERS} names them, separated by colons;
 * without it they are the first one of the {@code PATH}, and the one that {@code
 * build-tools/second-blender.sh} made, if it has.
 *
 * <p>For each Blender:
 * {@code @ParameterizedTest @MethodSource("blenderer.testkit.TestBlender#each")} over a parameter
 * of this type.
 *
 * @param program absolute
 * @param version such as {@code 3.4.1}
 */
public record TestBlender(Path program, String version) {

  private static final Pattern VERSION = Pattern.compile("(?m)^Blender (\\d+\\.\\d+\\.\\d+)");

  /** Asked once: each question costs a quarter of a second. */
  private static final class Known {
    static final List<TestBlender> ALL =
        programs(System.getenv()).stream().map(TestBlender::ask).toList();
  }

  /** Every Blender to test with, the computer's own one first; at least one. */
  public static Stream<TestBlender> each() {
    return Known.ALL.stream();
  }

  /** The computer's own one. */
  public static TestBlender first() {
    if (Known.ALL.isEmpty()) {
      throw new IllegalStateException(
          "Blender is not installed, and this test needs it: apt-get install blender");
    }
    return Known.ALL.getFirst();
  }

  /** Another one than {@link #first}, of another version. */
  public static Optional<TestBlender> second() {
    return each().filter(one -> !one.version.equals(first().version)).findFirst();
  }

  /** The first two numbers of the version, such as {@code 3.4}. */
  public String series() {
    return version.substring(0, version.lastIndexOf('.'));
  }

  /** Whether this one is of that version or a newer one. */
  public boolean isAtLeast(int major, int minor) {
    String[] numbers = version.split("\\.", -1);
    int mine = Integer.parseInt(numbers[0]);
    return mine != major ? mine > major : Integer.parseInt(numbers[1]) >= minor;
  }

  @Override
  public String toString() {
    return "Blender " + version;
  }

  static List<Path> programs(Map<String, String> environment) {
    String named = environment.get("BLENDERER_BLENDERS");
    if (named != null && !named.isEmpty()) {
      return Stream.of(named.split(File.pathSeparator, -1)).map(Path::of).toList();
    }
    Stream<Path> own =
        Stream.of(environment.getOrDefault("PATH", "").split(File.pathSeparator, -1))
            .map(folder -> Path.of(folder, "blender").toAbsolutePath())
            .filter(Files::isExecutable)
            .limit(1);
    return Stream.concat(own, second(environment).stream()).toList();
  }

  private static Optional<Path> second(Map<String, String> environment) {
    String folder = environment.get("BLENDERER_BLENDER_CACHE");
    String cache = environment.get("XDG_CACHE_HOME");
    if (cache == null || cache.isEmpty()) {
      cache = environment.getOrDefault("HOME", "") + "/.cache";
    }
    Path kept = Path.of(folder != null ? folder : cache + "/blenderer/blenders");
    if (!Files.isDirectory(kept)) {
      return Optional.empty();
    }
    try (Stream<Path> made = Files.list(kept)) {
      return made.filter(one -> String.valueOf(one.getFileName()).startsWith("debian-13"))
          .map(one -> one.resolve("blender"))
          .filter(Files::isExecutable)
          .max(Comparator.naturalOrder());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static TestBlender ask(Path program) {
    try {
      Process process =
          new ProcessBuilder(program.toString(), "--version").redirectErrorStream(true).start();
      String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      Matcher version = VERSION.matcher(said);
      if (!version.find()) {
        throw new IllegalStateException(program + " does not say its version but: " + said);
      }
      return new TestBlender(program, version.group(1));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
