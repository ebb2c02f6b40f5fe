package blenderer.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A command that has ended.
 *
 * @param code its exit code
 * @param out what it wrote to standard output
 * @param err what it wrote to standard error
 */
record Run(int code, String out, String err) {

  static Run of(
      Duration limit, Path folder, Map<String, String> environment, List<String> command) {
    try {
      Path out = Files.createTempFile("run", ".out");
      Path err = Files.createTempFile("run", ".err");
      try {
        ProcessBuilder builder =
            new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                .redirectOutput(out.toFile())
                .redirectError(err.toFile());
        builder.environment().putAll(environment);
        Process process = builder.start();
        if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
          process.destroyForcibly();
          throw new AssertionError(
              String.join(" ", command)
                  + " did not end within "
                  + limit
                  + ":\n"
                  + Files.readString(out)
                  + Files.readString(err));
        }
        return new Run(
            process.exitValue(),
            Files.readString(out, StandardCharsets.UTF_8),
            Files.readString(err, StandardCharsets.UTF_8));
      } finally {
        Files.deleteIfExists(out);
        Files.deleteIfExists(err);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** Runs Blender without a window and returns what it said. */
  static Run blender(Path folder, String... arguments) {
    List<String> command = new ArrayList<>(List.of("blender", "-b", "--factory-startup", "-Y"));
    command.addAll(List.of(arguments));
    return of(Duration.ofMinutes(3), folder, Map.of(), command);
  }

  Run expect(int expected) {
    if (code != expected) {
      throw new AssertionError("exit code " + code + " instead of " + expected + "\n" + this);
    }
    return this;
  }

  String all() {
    return out + err;
  }

  @Override
  public String toString() {
    return "exit code " + code + "\n--- out\n" + out + "--- err\n" + err;
  }
}
