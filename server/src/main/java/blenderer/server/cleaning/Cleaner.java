package blenderer.server.cleaning;

import blenderer.core.CleanRule;
import blenderer.core.Decision.Verdict;
import blenderer.core.Event;
import blenderer.core.Retention;
import blenderer.core.Retention.Item;
import blenderer.journal.AuditLog;
import blenderer.journal.StorageLog;
import blenderer.model.JobPart;
import blenderer.server.scheduling.SchedulerLoop;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Plans and does what clean-up rules say. Safe for many threads; one run at a time. */
public final class Cleaner {

  private static final Logger LOG = LoggerFactory.getLogger(Cleaner.class);

  /** How long a run waits for the journal to be swept, before blobs are freed. */
  private static final long SWEEP_MILLIS = 60_000;

  private static final long PATIENCE_SECONDS = 30;

  private final StorageLog storage;
  private final SchedulerLoop scheduler;
  private final AuditLog audit;
  private final Runnable tidy;
  private final InstantSource clock;

  /**
   * @param tidy frees the blobs that nothing needs any more
   */
  public Cleaner(
      StorageLog storage,
      SchedulerLoop scheduler,
      AuditLog audit,
      Runnable tidy,
      InstantSource clock) {
    this.storage = storage;
    this.scheduler = scheduler;
    this.audit = audit;
    this.tidy = tidy;
    this.clock = clock;
  }

  /**
   * What goes, or would.
   *
   * @param bytes that nothing needs any more then; what others hold, too, stays
   */
  public record Cleaned(List<Item> items, long bytes) {}

  /** What would go now. */
  public Cleaned plan(List<CleanRule> rules) {
    List<Item> items = Retention.plan(rules, storage.holdings(), clock.millis());
    return new Cleaned(items, storage.freed(items));
  }

  /**
   * Has it go. What the journal holds goes at once, as far as the scheduler lets it: a job may have
   * come to life since. The bytes are freed afterwards, beside everything else.
   *
   * @return what went
   */
  public synchronized Cleaned run(List<CleanRule> rules) {
    List<Item> gone = new ArrayList<>();
    Cleaned planned = plan(rules);
    for (Item item : planned.items()) {
      if (let(item)) {
        gone.add(item);
      }
    }
    if (!gone.isEmpty()) {
      LOG.info("{} things were cleaned up", gone.size());
      Thread.ofVirtual().name("free cleaned blobs").start(this::free);
    }
    return new Cleaned(List.copyOf(gone), gone.isEmpty() ? 0 : planned.bytes());
  }

  private boolean let(Item item) {
    String job = item.holding().job();
    JobPart part = item.part();
    Event event = part == null ? new Event.Deleted(job) : new Event.Cleaned(job, part);
    try {
      return scheduler.act(event).get(PATIENCE_SECONDS, TimeUnit.SECONDS) instanceof Verdict.Done;
    } catch (ExecutionException | TimeoutException e) {
      LOG.warn("job {} stays as it is: {}", job, e.toString());
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private void free() {
    try {
      long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(SWEEP_MILLIS);
      while (storage.isSweeping() && System.nanoTime() < end) {
        TimeUnit.MILLISECONDS.sleep(100);
      }
      tidy.run();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      LOG.warn("what was cleaned up is freed with the next daily tidying: {}", e.toString());
    }
  }

  /** What happens by itself, once a day; it is in the audit log, too. */
  public void daily() {
    List<CleanRule> rules = storage.rules();
    if (rules.isEmpty()) {
      return;
    }
    Cleaned cleaned = run(rules);
    List<Item> gone = cleaned.items();
    if (!gone.isEmpty()) {
      audit.add(
          new AuditLog.Entry(
              clock.millis(),
              "the farm",
              "",
              "",
              "CLEAN_UP",
              "clean-up by rules",
              gone.size()
                  + " things of "
                  + cleaned.bytes()
                  + " bytes, such as the "
                  + (gone.getFirst().part() == null ? "whole" : gone.getFirst().part().word())
                  + " of job "
                  + gone.getFirst().holding().job(),
              200,
              null));
    }
  }
}
