package blenderer.node.session;

import java.time.Duration;

/** How wanted the end of a session's action is. Any thread may ask, and ask again for less time. */
final class Stopping {

  /** When to kill, by {@link System#nanoTime}; only of meaning while {@link #wanted}. */
  private long killAt;

  private boolean bounded;
  private boolean wanted;

  /** Asks for the end, within the time that the action itself allows. */
  synchronized void ask() {
    wanted = true;
  }

  /** Asks for the end within {@code most}, or sooner if that was asked before. */
  synchronized void ask(Duration most) {
    long at = System.nanoTime() + most.toNanos();
    if (!bounded || at - killAt < 0) {
      killAt = at;
      bounded = true;
    }
    wanted = true;
  }

  /** Forgets what was asked, and says whether something was. */
  synchronized boolean reset() {
    boolean was = wanted;
    wanted = false;
    bounded = false;
    return was;
  }

  synchronized boolean isWanted() {
    return wanted;
  }

  /**
   * The time to kill.
   *
   * @param own when the action itself allows it, by {@link System#nanoTime}
   */
  synchronized long killAt(long own) {
    return wanted && bounded && killAt - own < 0 ? killAt : own;
  }
}
