package blenderer.bench;

import blenderer.cli.local.LocalFarm;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;

/** What benchmarks with a small and a large job share: checked numbers, a folder, plain errors. */
final class MeasuredRun {

  /** A benchmark in its own folder; answers its line of JSON. */
  interface Measured {
    String in(Path folder) throws IOException, InterruptedException;
  }

  private MeasuredRun() {}

  /** Progress goes here: the line of JSON alone is standard output. */
  static PrintWriter err() {
    return new PrintWriter(System.err, true);
  }

  /** Runs the benchmark and prints its line; the exit code. */
  static int of(int pairs, int small, int large, String name, Measured measured)
      throws IOException, InterruptedException {
    if (pairs < 1 || small < 1 || large <= small) {
      System.err.println(
          "error [wrong-use] --pairs and --small are at least 1, --large is larger.");
      System.err.println("  next: See 'blenderer bench " + name + " --help'.");
      return 2;
    }
    Path folder = Files.createTempDirectory("blenderer-bench").toRealPath();
    try {
      System.out.println(measured.in(folder));
      return 0;
    } catch (OverheadRun.Failed e) {
      System.err.println("error [bench-failed] " + e.getMessage());
      return 1;
    } finally {
      LocalFarm.deleteTree(folder);
    }
  }
}
