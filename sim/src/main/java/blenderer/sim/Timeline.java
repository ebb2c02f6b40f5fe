package blenderer.sim;

import java.util.Comparator;
import java.util.PriorityQueue;

/** Virtual time and what happens in it; what is due at one instant happens in the order given. */
final class Timeline {

  private record Due(long at, long order, Runnable action) {}

  private final PriorityQueue<Due> queue =
      new PriorityQueue<>(Comparator.comparingLong(Due::at).thenComparingLong(Due::order));
  private long now = 0;
  private long made = 0;

  /** Milliseconds since the run began. */
  long now() {
    return now;
  }

  void after(long millis, Runnable action) {
    at(now + millis, action);
  }

  void at(long millis, Runnable action) {
    queue.add(new Due(Math.max(now, millis), made++, action));
  }

  /** Lets the next thing happen; returns whether there was one. */
  boolean step() {
    Due next = queue.poll();
    if (next == null) {
      return false;
    }
    now = next.at();
    next.action().run();
    return true;
  }
}
