package blenderer.node.agent;

import blenderer.api.NodeSync;
import blenderer.node.cache.BlobCache;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** How the computer is, for people who look at the farm; told every ten seconds. Soft. */
final class HostGauge implements Supplier<Optional<NodeSync.Host>> {

  private static final long EVERY_MILLIS = 10_000;
  private static final Path LOAD = Path.of("/proc/loadavg");
  private static final Path MEMORY = Path.of("/proc/meminfo");

  private final BlobCache cache;
  private final long cacheLimit;
  private final Supplier<List<NodeSync.Warm>> warm;
  private final InstantSource clock;
  private long toldAt;

  /**
   * @param warm the sessions that are open
   */
  HostGauge(
      BlobCache cache, long cacheLimit, Supplier<List<NodeSync.Warm>> warm, InstantSource clock) {
    this.warm = warm;
    this.cache = cache;
    this.cacheLimit = cacheLimit;
    this.clock = clock;
  }

  @Override
  public synchronized Optional<NodeSync.Host> get() {
    long now = clock.millis();
    if (Math.abs(now - toldAt) < EVERY_MILLIS) {
      return Optional.empty();
    }
    toldAt = now;
    try {
      return Optional.of(
          new NodeSync.Host(
              load(Files.readString(LOAD)),
              free(Files.readString(MEMORY)),
              cache.bytes(),
              cacheLimit,
              warm.get()));
    } catch (IOException | NumberFormatException e) {
      // Another system, or a kernel that says it otherwise.
      return Optional.empty();
    }
  }

  /** The first number of {@code /proc/loadavg}. */
  static double load(String text) {
    return Double.parseDouble(text.substring(0, text.indexOf(' ')));
  }

  /** The line {@code MemAvailable} of {@code /proc/meminfo}, in bytes. */
  static long free(String text) {
    return text.lines()
        .filter(line -> line.startsWith("MemAvailable:"))
        .map(line -> line.replaceAll("\\D", ""))
        .findFirst()
        .map(digits -> Long.parseLong(digits) << 10)
        .orElseThrow(() -> new NumberFormatException("no MemAvailable"));
  }
}
