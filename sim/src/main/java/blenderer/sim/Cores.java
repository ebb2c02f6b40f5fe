package blenderer.sim;

import java.util.Arrays;

/** Some processor cores that work off what comes, first come, first served. */
final class Cores {

  private final long[] freeAt;

  Cores(int count) {
    freeAt = new long[count];
  }

  /** How many cores of a computer are left for calls: one is the scheduler's thread's. */
  static int forCalls(int cores) {
    return Math.max(1, cores - 1);
  }

  /** When what comes now and takes so long is done. */
  long doneAt(long now, long takes) {
    int soonest = 0;
    for (int i = 1; i < freeAt.length; i++) {
      if (freeAt[i] < freeAt[soonest]) {
        soonest = i;
      }
    }
    freeAt[soonest] = Math.max(now, freeAt[soonest]) + takes;
    return freeAt[soonest];
  }

  /** All of them stop what they are at. */
  void clear(long now) {
    Arrays.fill(freeAt, now);
  }
}
