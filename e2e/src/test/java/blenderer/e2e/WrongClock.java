package blenderer.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;

/** Lets a process see another time of day, by libfaketime; what it measures stays as it is. */
final class WrongClock {

  private WrongClock() {}

  /**
   * Variables for a process.
   *
   * @param offset such as {@code +26h} or {@code -90m}; empty: the right time
   */
  static Map<String, String> environment(String offset) {
    return offset.isEmpty()
        ? Map.of()
        : Map.of(
            "LD_PRELOAD",
            library().toString(),
            "FAKETIME",
            offset,
            "FAKETIME_DONT_FAKE_MONOTONIC",
            "1",
            // The program's own files keep the times that the system gives them.
            "NO_FAKE_STAT",
            "1");
  }

  private static Path library() {
    try (Stream<Path> folders = Files.list(Path.of("/usr/lib"))) {
      return folders
          .map(folder -> folder.resolve("faketime/libfaketimeMT.so.1"))
          .filter(Files::exists)
          .findFirst()
          .orElseThrow(
              () ->
                  new IllegalStateException(
                      "libfaketime is not there: './blenderer test' installs it, or 'apt install"
                          + " faketime'"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
