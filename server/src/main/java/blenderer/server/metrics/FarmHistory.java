package blenderer.server.metrics;

import blenderer.core.Journal;
import blenderer.core.Row;
import blenderer.journal.FarmLog;
import blenderer.model.Outcome;
import blenderer.server.scheduling.LiveFarm;
import blenderer.server.scheduling.Publication;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Notes how much of the farm there is and is busy, and what ends how. {@link #sample} is called
 * every few seconds and writes once a minute; what a crash loses is no more than that.
 */
public final class FarmHistory {

  private static final Logger LOG = LoggerFactory.getLogger(FarmHistory.class);
  private static final long WRITE_MILLIS = 60_000;

  /** A computer that slept was not a farm meanwhile. */
  private static final long LONGEST_GAP = 60_000;

  private final LiveFarm farm;
  private final FarmLog log;
  private final InstantSource clock;
  private final AtomicLong done = new AtomicLong();
  private final AtomicLong failed = new AtomicLong();
  private long online;
  private long busy;
  private long sampledAt;
  private long writtenAt;

  public FarmHistory(LiveFarm farm, FarmLog log, InstantSource clock) {
    this.farm = farm;
    this.log = log;
    this.clock = clock;
    sampledAt = clock.millis();
    writtenAt = sampledAt;
  }

  /** Looks at the farm. Called by one thread. */
  public synchronized void sample() {
    long now = clock.millis();
    long gap = Math.clamp(now - sampledAt, 0, LONGEST_GAP);
    sampledAt = now;
    long slots = farm.onlineSlots();
    online += slots * gap;
    busy += Math.min(slots, farm.busySlots()) * gap;
    boolean other = bucket(now) != bucket(writtenAt);
    if (other || now - writtenAt >= WRITE_MILLIS || now < writtenAt) {
      write(now);
    }
  }

  private static long bucket(long at) {
    return at / FarmLog.BUCKET_MILLIS * FarmLog.BUCKET_MILLIS;
  }

  /** Writes what is not written yet; also at the end. */
  public synchronized void write() {
    write(clock.millis());
  }

  private void write(long now) {
    long at = bucket(writtenAt);
    writtenAt = now;
    FarmLog.Bucket more =
        new FarmLog.Bucket(at, online, busy, done.getAndSet(0), failed.getAndSet(0));
    online = 0;
    busy = 0;
    if (more.online() + more.done() + more.failed() > 0) {
      try {
        log.add(more);
      } catch (Journal.JournalException e) {
        // A minute less of history is nothing beside a journal that cannot be written.
        LOG.debug("how busy the farm was is not written", e);
      }
    }
  }

  /** What was written, and what is not written yet: a frame that has just ended counts. */
  public FarmLog live() {
    return new FarmLog() {
      @Override
      public void add(Bucket more) {
        log.add(more);
      }

      @Override
      public List<Bucket> buckets(long from, long to, long step) {
        List<Bucket> all = new ArrayList<>(log.buckets(from, to, step));
        Bucket now = unwritten();
        if (now.at() < from || now.at() > to) {
          return all;
        }
        long at = now.at() / step * step;
        Bucket last = all.isEmpty() ? null : all.getLast();
        if (last != null && last.at() == at) {
          all.removeLast();
          all.add(
              new Bucket(
                  at,
                  last.online() + now.online(),
                  last.busy() + now.busy(),
                  last.done() + now.done(),
                  last.failed() + now.failed()));
        } else if (now.online() + now.done() + now.failed() > 0) {
          all.add(new Bucket(at, now.online(), now.busy(), now.done(), now.failed()));
        }
        return all;
      }

      @Override
      public void forget(long before) {
        log.forget(before);
      }
    };
  }

  private synchronized FarmLog.Bucket unwritten() {
    return new FarmLog.Bucket(bucket(writtenAt), online, busy, done.get(), failed.get());
  }

  /** The same publication with attempts counted. */
  public Publication beside(Publication publication) {
    return new Publication() {
      @Override
      public void loaded(Journal.Snapshot snapshot) {
        publication.loaded(snapshot);
      }

      @Override
      public void committed(long revision, List<Row> rows) {
        publication.committed(revision, rows);
        for (Row row : rows) {
          if (row instanceof Row.Attempt attempt) {
            count(attempt.outcome());
          }
        }
      }

      @Override
      public void online(Set<String> nodes) {
        publication.online(nodes);
      }
    };
  }

  private void count(Outcome outcome) {
    switch (outcome) {
      case SUCCEEDED -> done.incrementAndGet();
      case FAILED, LOST -> failed.incrementAndGet();
      case CANCELLED -> {}
    }
  }
}
