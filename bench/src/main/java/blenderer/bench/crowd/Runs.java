package blenderer.bench.crowd;

import blenderer.cli.local.LocalFarm;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** What the benchmarks of this package share: a folder, plain errors, one line of JSON. */
final class Runs {

  /** A benchmark in a folder of its own; fills its line. */
  interface Run {
    void into(ObjectNode line, Path folder) throws IOException, InterruptedException;
  }

  private Runs() {}

  /**
   * Runs a benchmark and prints its line; the exit code.
   *
   * @param sense whether the options make any
   */
  static int print(String name, boolean sense, Run run) throws IOException, InterruptedException {
    if (!sense) {
      System.err.println("error [wrong-use] A number is too small.");
      System.err.println("  next: See 'blenderer bench " + name + " --help'.");
      return 2;
    }
    ObjectNode line = new ObjectMapper().createObjectNode().put("bench", name);
    Path folder = Files.createTempDirectory("blenderer-bench").toRealPath();
    try {
      run.into(line, folder);
      line.put("processors", Runtime.getRuntime().availableProcessors());
      System.out.println(line);
      return 0;
    } catch (BenchFailure e) {
      System.err.println("error [bench-failed] " + e.getMessage());
      return 1;
    } finally {
      LocalFarm.deleteTree(folder);
    }
  }

  /** Progress: the line of JSON alone is standard output. */
  static void say(String format, Object... arguments) {
    System.err.println(String.format(Locale.ROOT, format, arguments));
  }

  static double rounded(double value) {
    return Math.round(value * 1000) / 1000.0;
  }
}
