package blenderer.server.routes;

import blenderer.api.FarmFigures;
import blenderer.core.History;
import blenderer.journal.AccountStore.Identity;
import blenderer.journal.FarmLog;
import blenderer.model.JobState;
import blenderer.model.TaskState;
import blenderer.server.http.Exchange;
import blenderer.server.trust.Action;
import java.io.IOException;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** The farm as a whole, over time and now. */
final class FarmRoutes {

  private static final long DAY_MILLIS = 24L * 60 * 60 * 1000;
  private static final int MOST_BUCKETS = 300;
  private static final int MOST_JOBS = 10_000;

  private final FarmLog log;
  private final History history;
  private final Supplier<FarmFigures.Health> health;
  private final InstantSource clock;

  FarmRoutes(
      FarmLog log, History history, Supplier<FarmFigures.Health> health, InstantSource clock) {
    this.log = log;
    this.history = history;
    this.health = health;
    this.clock = clock;
  }

  List<Endpoint> endpoints() {
    return List.of(
        new Endpoint("GET", "/v1/farm/history", Action.SEE_FARM, this::history),
        new Endpoint("GET", "/v1/farm/queue", Action.SEE_FARM, this::queue),
        new Endpoint(
            "GET", "/v1/farm/health", Action.SEE_FARM, (x, _) -> x.json(200, health.get())));
  }

  private void history(Exchange exchange, Identity caller) throws IOException {
    long now = clock.millis();
    long to = Query.number(exchange, "to", now, 0, Long.MAX_VALUE);
    long from = Query.number(exchange, "from", to - DAY_MILLIS, 0, Long.MAX_VALUE);
    long wanted = Math.max(1, (to - from) / MOST_BUCKETS);
    long step = (wanted / FarmLog.BUCKET_MILLIS + 1) * FarmLog.BUCKET_MILLIS;
    exchange.json(
        200,
        new FarmFigures.History(
            step,
            log.buckets(from / step * step, to, step).stream()
                .map(
                    one ->
                        new FarmFigures.Bucket(
                            one.at(),
                            mean(one.online(), step, one.at(), now),
                            mean(one.busy(), step, one.at(), now),
                            one.done(),
                            one.failed()))
                .toList()));
  }

  /** Over what of the stretch has passed. */
  private static double mean(long millis, long step, long at, long now) {
    long passed = Math.clamp(now - at, 60_000, step);
    return Math.round(100.0 * millis / passed) / 100.0;
  }

  private void queue(Exchange exchange, Identity caller) throws IOException {
    Set<JobState> open =
        EnumSet.allOf(JobState.class).stream()
            .filter(state -> !state.isFinished())
            .collect(Collectors.toSet());
    Map<String, FarmFigures.Person> people = new TreeMap<>();
    for (History.JobView job :
        history.jobs(new History.JobFilter(open, null, null, null, true), null, MOST_JOBS)) {
      int ready = count(job, TaskState.READY) + count(job, TaskState.BLOCKED);
      int running = count(job, TaskState.LEASED);
      people.merge(
          job.job().owner(),
          new FarmFigures.Person(job.job().owner(), 1, ready, running),
          (a, b) ->
              new FarmFigures.Person(
                  a.person(), a.jobs() + 1, a.ready() + b.ready(), a.running() + b.running()));
    }
    exchange.json(200, new FarmFigures.Queue(List.copyOf(people.values())));
  }

  private static int count(History.JobView job, TaskState state) {
    return job.steps().stream().mapToInt(step -> step.tasks().getOrDefault(state, 0)).sum();
  }
}
