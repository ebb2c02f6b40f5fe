package blenderer.server.scheduling;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Which rows changed at which revision, newest only, for streams of events. Keeps a bounded number
 * of things; whoever asks for an older revision has to start anew. Safe for many threads.
 */
public final class EventFeed {

  /** How many things are remembered. */
  static final int KEPT = 20_000;

  /** Who reads asks more often than that. */
  private static final long WATCHED_NANOS = TimeUnit.SECONDS.toNanos(20);

  /** A thing that has a row. */
  public record Thing(String kind, String id) {}

  /** A thing changed at a revision; readers look up how it is now. */
  public record Change(Thing thing, long revision) {}

  /** Something changed that is not kept and has no revision. */
  public sealed interface Soft {
    /** How far a task of a lease is. */
    record Progress(String lease, int index) implements Soft {}

    /** Whether a node is online, and what it works on. */
    record Node(String id) implements Soft {}
  }

  /**
   * What is new since a {@link Position}.
   *
   * @param reset whether changes were missed: the reader has to read everything anew
   * @param changes in the order of their revisions
   */
  public record News(boolean reset, List<Change> changes, List<Soft> soft, Position next) {
    public boolean isEmpty() {
      return !reset && changes.isEmpty() && soft.isEmpty();
    }
  }

  /** Up to where a reader has read. */
  public record Position(long revision, long soft) {}

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final LinkedHashMap<Thing, Long> changes = new LinkedHashMap<>();
  private final LinkedHashMap<Soft, Long> soft = new LinkedHashMap<>();
  private long revision;
  private long floor;
  private long softNumber;
  private boolean closed;
  private volatile long awaitedAt = System.nanoTime() - WATCHED_NANOS;

  /** Goes on at a revision: if that is not the one it is at, what came between is not known. */
  void restart(long at) {
    lock.lock();
    try {
      if (at == revision) {
        return;
      }
      changes.clear();
      revision = at;
      floor = at;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  void changed(long at, Iterable<Thing> things) {
    lock.lock();
    try {
      revision = Math.max(revision, at);
      for (Thing thing : things) {
        changes.putLast(thing, revision);
      }
      Iterator<Long> oldest = changes.values().iterator();
      while (changes.size() > KEPT) {
        floor = oldest.next();
        oldest.remove();
      }
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  void softly(Iterable<Soft> news) {
    lock.lock();
    try {
      for (Soft one : news) {
        soft.putLast(one, ++softNumber);
      }
      Iterator<Long> oldest = soft.values().iterator();
      while (soft.size() > KEPT) {
        oldest.next();
        oldest.remove();
      }
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Ends all waits, now and later. */
  public void close() {
    lock.lock();
    try {
      closed = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Whether somebody reads. */
  public boolean isWatched() {
    return System.nanoTime() - awaitedAt < WATCHED_NANOS;
  }

  /** Whether {@link #close} was called. */
  public boolean isClosed() {
    lock.lock();
    try {
      return closed;
    } finally {
      lock.unlock();
    }
  }

  /** Where a reader begins that wants only what comes from now on. */
  public Position now() {
    lock.lock();
    try {
      return new Position(revision, softNumber);
    } finally {
      lock.unlock();
    }
  }

  /** Where a reader goes on that has seen everything up to {@code revision}. */
  public Position after(long seen) {
    lock.lock();
    try {
      return new Position(seen, softNumber);
    } finally {
      lock.unlock();
    }
  }

  /** What is new; waits up to {@code millis} for the first of it. */
  public News await(Position from, long millis) throws InterruptedException {
    return await(from, true, millis);
  }

  /**
   * What is new; waits up to {@code millis} for the first of it.
   *
   * @param softToo otherwise what is soft is left for later
   */
  public News await(Position from, boolean softToo, long millis) throws InterruptedException {
    awaitedAt = System.nanoTime();
    lock.lock();
    try {
      long left = TimeUnit.MILLISECONDS.toNanos(millis);
      // Looked at before anything is gathered: this thread wakes with every commit.
      while (revision == from.revision()
          && !(softToo && softNumber != from.soft())
          && !closed
          && left > 0) {
        left = changed.awaitNanos(left);
      }
      return since(from, softToo);
    } finally {
      lock.unlock();
    }
  }

  private News since(Position from, boolean softToo) {
    Position next = new Position(revision, softToo ? softNumber : from.soft());
    // A revision above ours was given out by a record that is gone.
    if (from.revision() < floor || from.revision() > revision) {
      return new News(true, List.of(), List.of(), next);
    }
    List<Change> durable = new ArrayList<>();
    for (Map.Entry<Thing, Long> entry : changes.sequencedEntrySet().reversed()) {
      if (entry.getValue() <= from.revision()) {
        break;
      }
      durable.add(new Change(entry.getKey(), entry.getValue()));
    }
    List<Soft> progress = new ArrayList<>();
    for (Map.Entry<Soft, Long> entry : soft.sequencedEntrySet().reversed()) {
      if (!softToo || entry.getValue() <= from.soft()) {
        break;
      }
      progress.add(entry.getKey());
    }
    Collections.reverse(durable);
    Collections.reverse(progress);
    return new News(false, List.copyOf(durable), List.copyOf(progress), next);
  }
}
