package blenderer.submit;

import blenderer.api.ApiException;
import blenderer.api.EventStream;
import blenderer.api.FarmClient;
import blenderer.api.FarmException;
import blenderer.api.Jobs;
import blenderer.model.JobState;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Follows one job through the server's events. A lost connection is made again for as long as it
 * takes, to another server of the farm if there is one; after each loss the job is read anew, so no
 * end is missed, and what is older than what is known is passed over: servers may be a moment
 * apart. One thread asks; a thread of the watch's own listens until closed.
 */
public final class JobWatch implements AutoCloseable {

  private static final long FIRST_PAUSE_MILLIS = 200;
  private static final long LONGEST_PAUSE_MILLIS = 3000;

  private final FarmClient client;
  private final Object lock = new Object();
  private final Thread listener;
  private String id;
  private Jobs.@Nullable Job newest;
  private boolean news;
  private @Nullable FarmException trouble;
  private boolean ended;
  private @Nullable EventStream events;
  private boolean closed;

  /**
   * Begins to listen.
   *
   * @param id the job's id or a unique prefix
   */
  public JobWatch(FarmClient client, String id) {
    this.client = client;
    this.id = id;
    // No virtual thread: what watches their sockets holds up the end of the process by 300 ms.
    this.listener = Thread.ofPlatform().daemon().name("job-watch").start(this::listen);
  }

  /**
   * The job as soon as it is another than the one last answered, or after {@code atMost} as it is
   * known. Empty only if nothing is known of it yet.
   *
   * @throws ApiException when the server says that there is no such job, or that it may not be seen
   */
  public Optional<Jobs.Job> next(Duration atMost) {
    long end = System.nanoTime() + atMost.toNanos();
    synchronized (lock) {
      while (!news && !ended) {
        long left = end - System.nanoTime();
        if (left <= 0) {
          break;
        }
        try {
          lock.wait(left / 1_000_000, (int) (left % 1_000_000));
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          throw new SubmitException("interrupted", "The watch was interrupted.", "Watch again.");
        }
      }
      news = false;
      if (ended && trouble != null) {
        throw trouble;
      }
      return Optional.ofNullable(newest);
    }
  }

  /** Why the server cannot be heard at present; empty when it can. */
  public Optional<FarmException> trouble() {
    synchronized (lock) {
      return Optional.ofNullable(trouble);
    }
  }

  /** Whether the job needs nothing more. */
  public static boolean isFinished(Jobs.Job job) {
    return JobState.ofWord(job.state()).isFinished();
  }

  private void listen() {
    long pause = FIRST_PAUSE_MILLIS;
    while (true) {
      boolean heard = false;
      try (EventStream stream = open()) {
        publish(client.job(id));
        heard = true;
        while (true) {
          take(stream);
        }
      } catch (FarmException e) {
        // A stream that breaks is no trouble yet: the next try may reach this server or another.
        pause = heard ? FIRST_PAUSE_MILLIS : Math.min(LONGEST_PAUSE_MILLIS, pause * 2);
        if (!pauseAfter(e, !heard || !e.mayPass(), pause)) {
          return;
        }
      }
    }
  }

  private EventStream open() {
    EventStream stream = client.events(null);
    synchronized (lock) {
      if (closed) {
        stream.close();
      } else {
        events = stream;
      }
    }
    return stream;
  }

  private void take(EventStream stream) {
    var event = stream.next();
    if (event.kind().equals("reset")) {
      publish(client.job(id));
    } else if (event.kind().equals("job") && event.id().equals(id)) {
      Optional<Jobs.Job> row = EventStream.row(event, Jobs.Job.class);
      publish(row.isPresent() ? row.get() : client.job(id));
    }
  }

  /** Makes a row known, unless a newer one is. */
  private void publish(Jobs.Job job) {
    synchronized (lock) {
      id = job.id();
      if (trouble != null) {
        trouble = null;
        news = true;
        lock.notifyAll();
      }
      if (newest != null && job.revision() < newest.revision()) {
        return;
      }
      if (newest == null || !newest.equals(job)) {
        newest = job;
        news = true;
        lock.notifyAll();
      }
    }
  }

  /** False when the watch was closed. */
  private boolean pauseAfter(FarmException e, boolean sayIt, long millis) {
    synchronized (lock) {
      if (closed) {
        return false;
      }
      events = null;
      if (sayIt) {
        trouble = e;
        news = true;
        lock.notifyAll();
      }
      if (!e.mayPass() && !e.code().equals("cut")) {
        ended = true;
        return false;
      }
    }
    try {
      // Closing interrupts.
      Thread.sleep(millis);
      return true;
    } catch (InterruptedException interrupted) {
      return false;
    }
  }

  @Override
  public void close() {
    EventStream stream;
    synchronized (lock) {
      closed = true;
      stream = events;
      lock.notifyAll();
    }
    if (stream != null) {
      stream.close();
    }
    listener.interrupt();
  }
}
