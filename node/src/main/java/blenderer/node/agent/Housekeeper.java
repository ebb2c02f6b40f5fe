package blenderer.node.agent;

import blenderer.node.cache.BlobCache;
import blenderer.node.cache.DiskRoom;
import blenderer.node.outbox.Outbox;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks now and then whether there is space, and lets the node take no work while there is none.
 */
final class Housekeeper {

  private static final Logger LOG = LoggerFactory.getLogger("blenderer.node");

  private final LeaseBoard board;
  private final Outbox outbox;
  private final BlobCache cache;
  private final DiskRoom disk;
  private final Signal signal;
  private String reason = "";

  Housekeeper(LeaseBoard board, Outbox outbox, BlobCache cache, DiskRoom disk, Signal signal) {
    this.board = board;
    this.outbox = outbox;
    this.cache = cache;
    this.disk = disk;
    this.signal = signal;
  }

  /** Looks now and then until it is interrupted. */
  void run(Duration pause) {
    try {
      while (true) {
        look();
        Thread.sleep(pause);
      }
    } catch (InterruptedException e) {
      // The node stops.
    }
  }

  /** Looks now. */
  boolean look() {
    String now = why();
    synchronized (this) {
      if (now.equals(reason)) {
        return !now.isEmpty();
      }
      LOG.info(now.isEmpty() ? "There is space again: ready for work" : now);
      reason = now;
    }
    board.halt(!now.isEmpty());
    if (!now.isEmpty()) {
      board.giveBackUntaken();
    }
    signal.raise();
    return !now.isEmpty();
  }

  private String why() {
    if (disk.spare() < 0) {
      cache.giveSpace();
      if (disk.spare() < 0) {
        return "The disk is too full: no new work until "
            + (disk.minFree() >> 20)
            + " MiB are free (--min-free)";
      }
    }
    return outbox.isFull()
        ? "Too many finished frames wait for the server: no new work until they are sent"
        : "";
  }

  /** Whether the node takes work. */
  synchronized boolean isHalted() {
    return !reason.isEmpty();
  }
}
