package blenderer.server.routes;

import blenderer.api.Jobs;
import blenderer.core.Estimate;
import blenderer.core.History;
import blenderer.core.Row;
import blenderer.model.IndexRanges;
import blenderer.model.JobState;
import blenderer.server.scheduling.LiveFarm;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * When jobs will be done; each is looked at once a second at most, unless a tenth more is done:
 * what the first few frames took is outdated by the next ones. Safe for many threads.
 */
final class Estimates {

  private static final long FRESH_MILLIS = 1_000;
  private static final int KEPT = 256;

  private record Made(long at, int done, Optional<Estimate> estimate) {
    boolean isFresh(long now, int doneNow) {
      return Math.abs(now - at) < FRESH_MILLIS && 10L * doneNow <= 11L * done;
    }
  }

  private final History history;
  private final LiveFarm farm;
  private final InstantSource clock;
  private final Map<String, Made> made =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Made> eldest) {
          return size() > KEPT;
        }
      };

  Estimates(History history, LiveFarm farm, InstantSource clock) {
    this.history = history;
    this.farm = farm;
    this.clock = clock;
  }

  Optional<Estimate> of(History.JobView view, Jobs.TaskCounts counts) {
    Row.Job job = view.job();
    if (job.state() != JobState.RUNNING || counts.done() == 0) {
      return Optional.empty();
    }
    long now = clock.millis();
    synchronized (made) {
      Made known = made.get(job.id());
      if (known != null && known.isFresh(now, counts.done())) {
        return known.estimate();
      }
    }
    Optional<Estimate> fresh = estimate(view, counts, now);
    synchronized (made) {
      made.put(job.id(), new Made(now, counts.done(), fresh));
    }
    return fresh;
  }

  private Optional<Estimate> estimate(History.JobView view, Jobs.TaskCounts counts, long now) {
    List<Estimate.Slot> slots = new ArrayList<>();
    int under = 0;
    for (LiveFarm.Lease lease : farm.leasesOfJob(view.job().id())) {
      Optional<Long> since = lease.underWaySince();
      if (since.isPresent() && !lease.isTwin()) {
        int more = after(lease.tasks(), lease.progress().keySet().stream().max(Integer::compare));
        slots.add(new Estimate.Slot(lease.node(), Math.max(0, now - since.get()) / 1000.0, more));
        under += 1 + more;
      }
    }
    if (slots.isEmpty()) {
      return Optional.empty();
    }
    List<Row.Attempt> newest = history.newestSucceeded(view.job().id(), Estimate.SAMPLES);
    Map<String, Long> firsts = new HashMap<>();
    if (newest.size() < Estimate.SAMPLES) { // else the first ones are not among them
      newest.forEach(one -> firsts.merge(one.node(), one.startedAt(), Math::min));
    }
    List<Estimate.Sample> samples =
        newest.stream()
            .map(
                attempt ->
                    new Estimate.Sample(
                        attempt.node(),
                        attempt.index(),
                        (attempt.endedAt() - attempt.startedAt()) / 1000.0,
                        firsts.getOrDefault(attempt.node(), -1L) == attempt.startedAt()))
            .toList();
    int left = counts.ready() + counts.leased() + counts.blocked();
    return Estimate.of(
        samples,
        slots,
        Math.max(0, left - under),
        (double) counts.done() / Math.max(1, counts.total()));
  }

  /** How many tasks of a lease come after the one under way. */
  private static int after(IndexRanges tasks, Optional<Integer> underWay) {
    int index = underWay.orElse(-1);
    int count = 0;
    for (IndexRanges.Run run : tasks.runs()) {
      count += Math.max(0, run.last() - Math.max(run.first(), index + 1) + 1);
    }
    return count;
  }
}
