package blenderer.server.routes;

import blenderer.core.Journal;
import blenderer.server.scheduling.EventFeed;
import blenderer.server.scheduling.EventFeed.Position;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Events written once for all who read: one thread turns what is new into batches of bytes, and
 * every reader that keeps up sends the same batches. A reader that has fallen behind what is kept
 * gets the newest state of what it missed, written for it alone, and then goes on with the others.
 *
 * <p>Jobs and nodes' own rows go out ten times a second. What is soft (progress, what nodes work
 * on) costs as much as there are nodes and readers, so it has a budget of bytes: the more there is
 * of it, the rarer and newer it comes. Safe for many threads.
 */
final class EventBoard {

  private static final Logger LOG = LoggerFactory.getLogger(EventBoard.class);

  /** How long changes gather before they are sent together. */
  static final long GATHER_MILLIS = 100;

  /** The longest that something soft waits. */
  private static final long SOFT_MILLIS = 10_000;

  /** Bytes a millisecond for everything soft to all readers. */
  private static final long SOFT_BUDGET = 20_000;

  private static final long KEPT_BYTES = 8 << 20;

  /** Some news as events, for readers at {@code from}. */
  private record Batch(Position from, Position to, byte[] text) {}

  private final EventFeed feed;
  private final EventText text;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Deque<Batch> kept = new ArrayDeque<>();
  private long keptBytes;
  private Position tail;
  private int readers;
  private long nextSoft;
  private boolean running;

  EventBoard(EventFeed feed, EventText text) {
    this.feed = feed;
    this.text = text;
    tail = feed.now();
  }

  /** One reader's place. Used by one thread. */
  final class Reader implements AutoCloseable {
    private Position position;

    /** Whether it comes from elsewhere: the newest states of what it missed are enough. */
    private boolean behind;

    private Reader(Position position, boolean behind) {
      this.position = position;
      this.behind = behind;
    }

    /** What comes next; null if that is nothing within {@code millis}. */
    byte @Nullable [] next(long millis) throws InterruptedException, IOException {
      EventFeed.News missed;
      lock.lock();
      try {
        long left = TimeUnit.MILLISECONDS.toNanos(millis);
        while (position.equals(tail) && left > 0 && !feed.isClosed()) {
          left = changed.awaitNanos(left);
        }
        if (position.equals(tail)) {
          return null;
        }
        for (Batch batch : kept) {
          if (!behind && batch.from().equals(position)) {
            position = batch.to();
            return batch.text();
          }
        }
        // Up to where the others are, so that the next batch fits.
        missed = upTo(tail, feed.await(position, 0));
        position = tail;
        behind = false;
      } finally {
        lock.unlock();
      }
      return text.of(missed).getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
      lock.lock();
      try {
        readers--;
      } finally {
        lock.unlock();
      }
    }
  }

  /** What is newer than {@code end} comes again with the next batch: it is the same newest row. */
  private static EventFeed.News upTo(Position end, EventFeed.News news) {
    return new EventFeed.News(
        news.reset(),
        news.changes().stream().filter(change -> change.revision() <= end.revision()).toList(),
        news.soft(),
        end);
  }

  /**
   * A reader from now on.
   *
   * @param seen up to which revision it has seen everything; null: it wants only what comes
   */
  Reader read(@Nullable Long seen) {
    lock.lock();
    try {
      readers++;
      if (!running) {
        // Nobody read: what was not written meanwhile is of interest to none but late comers.
        kept.clear();
        keptBytes = 0;
        tail = feed.now();
        running = true;
        Thread.ofVirtual().name("events").start(this::write);
      }
      return seen == null
          ? new Reader(tail, false)
          : new Reader(new Position(seen, tail.soft()), true);
    } finally {
      lock.unlock();
    }
  }

  private void write() {
    try {
      while (true) {
        long now = System.nanoTime();
        boolean softToo = now - nextSoft >= 0;
        long wait =
            softToo
                ? 1_000
                : Math.clamp(TimeUnit.NANOSECONDS.toMillis(nextSoft - now) + 1, 1, SOFT_MILLIS);
        Position from;
        lock.lock();
        try {
          if (readers == 0 || feed.isClosed()) {
            running = false;
            changed.signalAll();
            return;
          }
          from = tail;
        } finally {
          lock.unlock();
        }
        EventFeed.News news = feed.await(from, softToo, wait);
        if (!news.isEmpty()) {
          try {
            put(from, news);
          } catch (Journal.JournalException e) {
            LOG.warn("events cannot be written for now: {}", e.getMessage());
            skip(news.next());
          } catch (IOException | RuntimeException e) {
            LOG.error("events cannot be written for all; each reader is on its own", e);
            skip(news.next());
          }
          Thread.sleep(GATHER_MILLIS);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void skip(Position to) {
    lock.lock();
    try {
      kept.clear();
      keptBytes = 0;
      tail = to;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void put(Position from, EventFeed.News news) throws IOException {
    byte[] bytes = text.of(news).getBytes(StandardCharsets.UTF_8);
    lock.lock();
    try {
      if (!news.soft().isEmpty()) {
        long pause = Math.clamp(bytes.length * (long) readers / SOFT_BUDGET, 0, SOFT_MILLIS);
        nextSoft = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(pause);
      }
      kept.addLast(new Batch(from, news.next(), bytes));
      keptBytes += bytes.length;
      while (keptBytes > KEPT_BYTES && kept.size() > 1) {
        keptBytes -= kept.removeFirst().text().length;
      }
      tail = news.next();
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
