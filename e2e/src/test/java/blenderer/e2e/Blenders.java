package blenderer.e2e;

import blenderer.testkit.TestBlender;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The Blenders to test with, and the scripts that make scenes with them. */
final class Blenders {

  private Blenders() {}

  /** Programs: the computer's own first. */
  static List<String> all() {
    return TestBlender.each().map(one -> one.program().toString()).toList();
  }

  /** Runs one of them without a window. */
  static Run run(int index, Path folder, Map<String, String> environment, String... arguments) {
    return run(all().get(index), folder, environment, arguments);
  }

  /** Runs this one without a window; scripts in scenes are off unless {@code arguments} say so. */
  static Run run(
      TestBlender blender, Path folder, Map<String, String> environment, String... arguments) {
    return run(blender.program().toString(), folder, environment, arguments);
  }

  private static Run run(
      String program, Path folder, Map<String, String> environment, String... arguments) {
    List<String> command = new ArrayList<>(List.of(program, "-b", "--factory-startup", "-Y"));
    command.addAll(List.of(arguments));
    return Run.of(Duration.ofMinutes(4), folder, environment, command);
  }

  /** Lays out the files that make scenes. */
  static Path scripts(Path folder) throws IOException {
    for (String name :
        List.of(
            "closure.py",
            "smaller.py",
            "tint.py",
            "scripted.py",
            "colours/config.ocio",
            "colours/luts/swap.spimtx")) {
      Path file = folder.resolve(name);
      Files.createDirectories(file.getParent());
      try (InputStream in = Blenders.class.getResourceAsStream(name)) {
        if (in == null) {
          throw new IOException("there is no resource " + name);
        }
        Files.copy(in, file);
      }
    }
    return folder;
  }
}
