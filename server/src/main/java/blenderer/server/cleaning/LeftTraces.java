package blenderer.server.cleaning;

import blenderer.core.Decision.Verdict;
import blenderer.core.Event;
import blenderer.core.History;
import blenderer.core.Row;
import blenderer.server.scheduling.SchedulerLoop;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Traces of scenes that nobody submitted: the page and the command delete what they had looked at,
 * unless they were closed before.
 */
public final class LeftTraces {

  private static final Logger LOG = LoggerFactory.getLogger(LeftTraces.class);

  /** By then nobody is still filling in the form. */
  private static final Duration LIFE = Duration.ofDays(1);

  private static final String PURPOSE = "purpose";
  private static final String TRACE = "trace";
  private static final int PAGE = 1000;
  private static final long PATIENCE_SECONDS = 30;

  private final History history;
  private final SchedulerLoop scheduler;
  private final InstantSource clock;

  public LeftTraces(History history, SchedulerLoop scheduler, InstantSource clock) {
    this.history = history;
    this.scheduler = scheduler;
    this.clock = clock;
  }

  /** Deletes those that are older than a day. */
  public void delete() {
    long before = clock.millis() - LIFE.toMillis();
    History.JobFilter all = new History.JobFilter(null, null, null);
    String after = null;
    int gone = 0;
    while (true) {
      List<History.JobView> page = history.jobs(all, after, PAGE);
      for (History.JobView view : page) {
        Row.Job job = view.job();
        if (TRACE.equals(job.settings().get(PURPOSE)) && job.submittedAt() < before) {
          gone += delete(job) ? 1 : 0;
        }
      }
      if (page.size() < PAGE) {
        break;
      }
      after = page.getLast().job().id();
    }
    if (gone > 0) {
      LOG.info("{} scenes were looked at and not submitted: their traces are deleted", gone);
    }
  }

  private boolean delete(Row.Job job) {
    return (job.state().isFinished() || done(new Event.Cancelled(job.id())))
        && done(new Event.Deleted(job.id()));
  }

  private boolean done(Event event) {
    try {
      return scheduler.act(event).get(PATIENCE_SECONDS, TimeUnit.SECONDS) instanceof Verdict.Done;
    } catch (ExecutionException | TimeoutException e) {
      LOG.debug("a trace stays until tomorrow", e);
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
