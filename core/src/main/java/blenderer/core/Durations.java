package blenderer.core;

import java.util.Arrays;

/** How long the latest tasks of a step took; enough of them for a median, and no more. */
final class Durations {

  private static final int MOST = 63;
  private static final int LEAST = 3;

  private final long[] latest = new long[MOST];
  private int count = 0;
  private long median = -1;
  private int since = 0;

  void add(long millis) {
    latest[count++ % MOST] = Math.max(0, millis);
    since++;
  }

  /** Half of them took no longer; -1: there are too few to tell. */
  long median() {
    int known = Math.min(count, MOST);
    if (known < LEAST) {
      return -1;
    }
    // Sorting for each lease would cost more than the rest of a placement.
    if (median < 0 || 8 * since > known) {
      long[] sorted = Arrays.copyOf(latest, known);
      Arrays.sort(sorted);
      median = sorted[known / 2];
      since = 0;
    }
    return median;
  }
}
