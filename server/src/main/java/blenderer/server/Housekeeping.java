package blenderer.server;

import blenderer.cas.BlobIndex;
import blenderer.cas.BlobRow;
import blenderer.cas.ContentStore;
import blenderer.cas.SweepReport;
import blenderer.model.Digest;
import blenderer.server.routes.JobBlobs;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the server does by itself, on one thread: certificates hourly, blobs at start and daily. */
final class Housekeeping implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Housekeeping.class);

  private static final Duration AFTER_A_CHANGE = Duration.ofMinutes(2);

  private final List<Runnable> daily = new CopyOnWriteArrayList<>();
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("housekeeping").factory());

  void every(Duration period, Duration first, String what, Runnable work) {
    var _ =
        timer.scheduleWithFixedDelay(
            guarded(what, work), first.toMillis(), period.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** What is done every day, by the server that leads: also soon after one has begun to. */
  void daily(Duration first, String what, Runnable work) {
    Runnable guarded = guarded(what, work);
    daily.add(guarded);
    every(Duration.ofDays(1), first, what, guarded);
  }

  /** This server leads from now on: a farm whose servers never stay for a day is tidied, too. */
  void leads() {
    for (Runnable work : daily) {
      var _ = timer.schedule(work, AFTER_A_CHANGE.toSeconds(), TimeUnit.SECONDS);
    }
  }

  private Runnable guarded(String what, Runnable work) {
    return () -> {
      try {
        work.run();
      } catch (RuntimeException e) {
        // One failure must not end the repetition; one at the end is only the interruption.
        if (!timer.isShutdown()) {
          LOG.error("{} failed", what, e);
        }
      }
    };
  }

  /** Takes away what crashes left, then what deleted jobs left once nothing holds it any more. */
  static void tidy(ContentStore store, BlobIndex index, JobBlobs jobs) {
    SweepReport report = store.sweep();
    int freed = 0;
    @Nullable Digest after = null;
    while (true) {
      List<BlobRow> page = index.list(after, BlobIndex.BATCH);
      if (page.isEmpty()) {
        break;
      }
      after = page.getLast().digest();
      freed += store.delete(jobs.unreferenced(page.stream().map(BlobRow::digest).toList())).size();
    }
    if (freed > 0 || report.orphans() > 0 || report.staleUploads() > 0) {
      LOG.info(
          "tidied the content store: {} blobs freed, {} stray files and {} old uploads removed",
          freed,
          report.orphans(),
          report.staleUploads());
    }
    if (!report.lost().isEmpty()) {
      LOG.error(
          "{} blobs are lost or damaged, such as {}",
          report.lost().size(),
          report.lost().getFirst());
    }
  }

  @Override
  public void close() {
    timer.shutdownNow();
    try {
      if (!timer.awaitTermination(10, TimeUnit.SECONDS)) {
        LOG.warn("housekeeping goes on while the server stops");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
