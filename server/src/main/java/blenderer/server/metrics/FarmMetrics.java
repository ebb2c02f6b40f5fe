package blenderer.server.metrics;

import blenderer.cas.SpaceGuard;
import blenderer.core.Journal;
import blenderer.core.Row;
import blenderer.model.JobState;
import blenderer.model.NodeState;
import blenderer.model.Outcome;
import blenderer.server.http.HttpError;
import blenderer.server.http.Route;
import blenderer.server.replicas.Replication;
import blenderer.server.scheduling.LiveFarm;
import blenderer.server.scheduling.Publication;
import blenderer.server.scheduling.SchedulerLoop;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** The server's meters. */
public final class FarmMetrics {

  /** The content type of {@link #text}. */
  public static final String TYPE = "text/plain; version=0.0.4; charset=utf-8";

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final Timer commits;
  private final Counter rows;
  private final Map<Outcome, Timer> attempts = new EnumMap<>(Outcome.class);

  /** Meters of a farm; what runs later is added by {@link #watch}. */
  @SuppressWarnings("resource") // the binders live as long as the process
  public FarmMetrics(LiveFarm farm) {
    new JvmMemoryMetrics().bindTo(registry);
    new JvmGcMetrics().bindTo(registry);
    new JvmThreadMetrics().bindTo(registry);
    new ProcessorMetrics().bindTo(registry);
    new UptimeMetrics().bindTo(registry);
    commits =
        Timer.builder("blenderer.journal.commit")
            .description("Transactions of the scheduler, until they were durable")
            .register(registry);
    rows =
        Counter.builder("blenderer.journal.rows")
            .description("Rows that the scheduler wrote")
            .register(registry);
    for (Outcome outcome : Outcome.values()) {
      attempts.put(
          outcome,
          Timer.builder("blenderer.attempts")
              .description("Attempts at tasks that ended, and how long they took")
              .tag("outcome", outcome.word())
              .register(registry));
    }
    for (JobState state : JobState.values()) {
      if (!state.isFinished()) {
        Gauge.builder("blenderer.jobs", farm, all -> all.unfinishedJobs(state))
            .description("Jobs that are not finished")
            .tag("state", state.word())
            .register(registry);
      }
    }
    for (NodeState state : NodeState.values()) {
      Gauge.builder("blenderer.nodes", farm, all -> all.nodes(state))
          .description("Nodes that the farm knows")
          .tag("state", state.word())
          .register(registry);
    }
    Gauge.builder("blenderer.slots", farm, LiveFarm::onlineSlots)
        .description("Slots of nodes that are online")
        .register(registry);
    Gauge.builder("blenderer.leases", farm, LiveFarm::leaseCount)
        .description("Leases that nodes hold, prepared ones too")
        .register(registry);
  }

  /** Also tells of these. */
  public void watch(SchedulerLoop scheduler, SpaceGuard space) {
    Gauge.builder("blenderer.read.only", scheduler, loop -> loop.isReadOnly() ? 1 : 0)
        .description("1 while the journal cannot be written")
        .register(registry);
    Gauge.builder("blenderer.scheduler.queue", scheduler, SchedulerLoop::waiting)
        .description("Events that wait for the scheduler")
        .register(registry);
    Gauge.builder("blenderer.disk.free", space, disk -> disk.free().getAsLong())
        .description("Bytes free on the disk of the data folder")
        .baseUnit("bytes")
        .register(registry);
    Gauge.builder("blenderer.followed.ago", scheduler, this::followedSeconds)
        .description("How long ago a server that follows read what the leading one commits")
        .baseUnit("seconds")
        .register(registry);
  }

  private double followedSeconds(SchedulerLoop scheduler) {
    return scheduler.isFollowing() ? scheduler.followedMillisAgo() / 1000.0 : 0;
  }

  /** Also tells what this server is among those of its farm. */
  public void watch(Replication replication) {
    Gauge.builder("blenderer.leads", replication, one -> one.leads() ? 1 : 0)
        .description("1 at the server that leads the farm")
        .register(registry);
    Gauge.builder("blenderer.epoch", replication, Replication::epoch)
        .description("How often a server has begun to lead; 0 at one that follows")
        .register(registry);
    Gauge.builder("blenderer.servers", replication, one -> one.count())
        .description("Servers of the farm that said in the last seconds that they live")
        .register(registry);
    FunctionCounter.builder("blenderer.calls.passed.on", replication, Replication::passedOn)
        .description("Calls that were passed on to the server that leads")
        .register(registry);
  }

  /** A route whose calls, and the bytes of them, are counted, and which is timed. */
  public Route timed(Route route) {
    Timer ok = timer(route, "ok");
    Timer refused = timer(route, "refused");
    Timer failed = timer(route, "failed");
    Counter received = bytes(route, "received");
    Counter sent = bytes(route, "sent");
    return new Route(
        route.method(),
        route.pattern(),
        exchange -> {
          long start = System.nanoTime();
          Timer end = failed;
          try {
            route.handler().handle(new CountedExchange(exchange, received, sent));
            end = ok;
          } catch (HttpError e) {
            end = e.problem().status() >= 500 ? failed : refused;
            throw e;
          } finally {
            end.record(System.nanoTime() - start, TimeUnit.NANOSECONDS);
          }
        });
  }

  private Counter bytes(Route route, String direction) {
    return Counter.builder("blenderer.http.bytes")
        .description("Bytes of bodies by route, as this server received and sent them")
        .tags(Tags.of("method", route.method(), "route", route.pattern(), "direction", direction))
        .register(registry);
  }

  private Timer timer(Route route, String end) {
    return Timer.builder("blenderer.http.requests")
        .description("Calls by route, parked ones with the time that they waited")
        .tags(Tags.of("method", route.method(), "route", route.pattern(), "end", end))
        .register(registry);
  }

  /** A journal whose commits are timed. */
  public Journal timed(Journal journal) {
    return new Journal() {
      @Override
      public Snapshot load() {
        return journal.load();
      }

      @Override
      public Optional<JobSnapshot> loadJob(String job) {
        return journal.loadJob(job);
      }

      @Override
      public void commit(long revision, List<Row> changed) {
        long start = System.nanoTime();
        journal.commit(revision, changed);
        commits.record(System.nanoTime() - start, TimeUnit.NANOSECONDS);
        rows.increment(changed.size());
      }

      @Override
      public void close() {
        journal.close();
      }
    };
  }

  /** A publication that also counts what it is told. */
  public Publication beside(Publication publication) {
    return new Publication() {
      @Override
      public void loaded(Journal.Snapshot snapshot) {
        publication.loaded(snapshot);
      }

      @Override
      public void committed(long revision, List<Row> changed) {
        publication.committed(revision, changed);
        for (Row row : changed) {
          if (row instanceof Row.Attempt attempt) {
            count(attempt);
          }
        }
      }

      @Override
      public void online(Set<String> nodes) {
        publication.online(nodes);
      }
    };
  }

  private void count(Row.Attempt attempt) {
    Timer timer = attempts.get(attempt.outcome());
    if (timer != null) {
      timer.record(Math.max(0, attempt.endedAt() - attempt.startedAt()), TimeUnit.MILLISECONDS);
    }
  }

  /** All of it, as Prometheus reads it. */
  public String text() {
    return registry.scrape();
  }
}
