package blenderer.e2e;

import blenderer.api.ClientOptions;
import blenderer.api.ConnectionString;
import blenderer.api.EventStream;
import blenderer.api.Farm;
import blenderer.api.FarmClient;
import blenderer.api.FarmException;
import blenderer.api.Jobs;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Somebody who watches a farm through one of its servers, and through others while that one is
 * away, as a page does: every row as it was last told, and no step back.
 */
final class Watcher implements AutoCloseable {

  private static final ClientOptions IMPATIENT =
      ClientOptions.defaults().withPatience(Duration.ofMillis(500));

  /** A job as it was told. */
  record Seen(String state, int done, int failed, long revision) {
    static Seen of(Jobs.Job job) {
      return new Seen(job.state(), job.tasks().done(), job.tasks().failed(), job.revision());
    }
  }

  private final String name;
  private final ConnectionString farm;
  private final Thread thread;

  // Guarded by this, from here on.
  private final Map<String, Seen> jobs = new TreeMap<>();
  private final List<String> steppedBack = new ArrayList<>();
  private @Nullable String lastId;
  private @Nullable FarmClient client;
  private int opened;
  private int resets;
  private int events;
  private boolean closed;

  /**
   * @param farm with the server to begin at in front
   */
  Watcher(String name, ConnectionString farm) {
    this.name = name;
    this.farm = farm;
    this.thread = Thread.ofVirtual().name(name).start(this::watch);
  }

  private void watch() {
    while (true) {
      // A client of its own each time: it has not heard of a leader, and begins at its server.
      try (FarmClient fresh = new FarmClient(farm, IMPATIENT)) {
        String from;
        synchronized (this) {
          if (closed) {
            return;
          }
          client = fresh;
          from = lastId;
        }
        try (EventStream stream = fresh.events(from)) {
          synchronized (this) {
            opened++;
          }
          if (from == null) {
            readAll(fresh);
          }
          while (true) {
            take(fresh, stream.next(), stream.lastId().orElse(null));
          }
        }
      } catch (FarmException e) {
        // It or its server is away.
      }
      try {
        Thread.sleep(200);
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  private void take(FarmClient from, Farm.Event event, @Nullable String id) {
    synchronized (this) {
      events++;
      if (id != null) {
        if (lastId != null && Long.parseLong(id) < Long.parseLong(lastId)) {
          steppedBack.add(name + " was at " + lastId + " and heard " + event);
        }
        lastId = id;
      }
    }
    switch (event.kind()) {
      case "reset" -> {
        synchronized (this) {
          resets++;
        }
        readAll(from);
      }
      case "job" -> {
        Jobs.Job job = EventStream.row(event, Jobs.Job.class).orElse(null);
        synchronized (this) {
          if (job == null) {
            jobs.remove(event.id());
          } else {
            keep(job, true);
          }
        }
      }
      default -> {}
    }
  }

  private void readAll(FarmClient from) {
    FarmClient.JobFilter filter = FarmClient.JobFilter.ALL;
    while (true) {
      Jobs.JobPage page = from.jobs(filter);
      synchronized (this) {
        page.jobs().forEach(job -> keep(job, false));
      }
      if (page.next() == null) {
        return;
      }
      filter = new FarmClient.JobFilter(null, null, null, page.next(), null);
    }
  }

  /**
   * @param told by an event; a page that was asked for may come from a server that is behind
   */
  private void keep(Jobs.Job job, boolean told) {
    Seen before = jobs.get(job.id());
    if (before != null && job.revision() < before.revision()) {
      if (told) {
        steppedBack.add(
            name + " knew job " + job.id() + " as " + before + " and heard " + Seen.of(job));
      }
      return;
    }
    jobs.put(job.id(), Seen.of(job));
  }

  synchronized List<String> steppedBack() {
    return List.copyOf(steppedBack);
  }

  synchronized Map<String, Seen> jobs() {
    return new TreeMap<>(jobs);
  }

  @Override
  public synchronized String toString() {
    return "%s: %d events, %d streams, %d resets".formatted(name, events, opened, resets);
  }

  @Override
  public void close() {
    synchronized (this) {
      closed = true;
      if (client != null) {
        Objects.requireNonNull(client).close();
      }
    }
    thread.interrupt();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
