package blenderer.bench.crowd;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Arrays;

/** Durations that were measured, in nanoseconds. Safe for many threads. */
final class Latencies {

  private long[] nanos = new long[1 << 14];
  private int count;

  synchronized void add(long duration) {
    if (count == nanos.length) {
      nanos = Arrays.copyOf(nanos, 2 * count);
    }
    nanos[count++] = duration;
  }

  /** Forgets what came before: the warm-up is over. */
  synchronized void clear() {
    count = 0;
  }

  synchronized int count() {
    return count;
  }

  /** In milliseconds; 0 if nothing was measured. */
  synchronized double millis(double quantile) {
    if (count == 0) {
      return 0;
    }
    long[] sorted = Arrays.copyOf(nanos, count);
    Arrays.sort(sorted);
    int at = (int) Math.ceil(quantile * count) - 1;
    return Math.round(sorted[Math.clamp(at, 0, count - 1)] / 1e4) / 100.0;
  }

  /** Puts the usual quantiles into a line, such as {@code turnaroundMsP99}. */
  void into(ObjectNode line, String name) {
    line.put(name + "Samples", count());
    line.put(name + "MsP50", millis(0.5));
    line.put(name + "MsP95", millis(0.95));
    line.put(name + "MsP99", millis(0.99));
    line.put(name + "MsMost", millis(1));
  }
}
