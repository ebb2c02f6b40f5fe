package blenderer.core;

import blenderer.model.Failure;
import blenderer.model.RetryClass;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;

/**
 * Learns anew at a start what is kept in memory alone, from the newest attempts of unfinished jobs:
 * how long tasks take, how slow nodes are, and what speaks against them. Jobs that have ended say
 * nothing any more, and what was forgiven stays forgotten.
 */
final class Lessons {

  private record Place(StepEntry step, int index) {}

  private record Loss(String node, long at) {}

  private final Farm farm;
  private final Now now;
  private final Map<Place, Set<String>> failedOn = new HashMap<>();
  private final Set<Loss> losses =
      new TreeSet<>(Comparator.comparing(Loss::node).thenComparingLong(Loss::at));

  Lessons(Farm farm, Now now) {
    this.farm = farm;
    this.now = now;
  }

  /** Takes all of them in the order in which they ended. */
  void learn(List<Journal.JobSnapshot> jobs) {
    List<Row.Attempt> all = new ArrayList<>();
    jobs.forEach(job -> all.addAll(job.recent()));
    all.sort(Comparator.comparingLong(Row.Attempt::endedAt));
    for (Row.Attempt attempt : all) {
      JobEntry job = farm.jobs.get(attempt.job());
      if (job != null && attempt.step() < job.steps.size()) {
        learn(attempt, job.steps.get(attempt.step()));
      }
    }
    for (Loss loss : losses) {
      long ago = Math.max(0, now.wall() - loss.at());
      if (ago < farm.settings.faults().flapMillis()) {
        Objects.requireNonNull(farm.nodes.get(loss.node())).lostAt(now.instant() - ago);
      }
    }
  }

  private void learn(Row.Attempt attempt, StepEntry step) {
    NodeEntry node = farm.nodes.get(attempt.node());
    if (node != null && step.job.row().manifest() != null) {
      step.job.holders.add(node);
    }
    NodeEntry judged = node == null || isForgiven(node, attempt) ? null : node;
    Place place = new Place(step, attempt.index());
    switch (attempt.outcome()) {
      case SUCCEEDED -> {
        long millis = attempt.endedAt() - attempt.startedAt();
        step.observe(millis, node == null ? new Pace() : node.pace);
        farm.shares.observe(step, millis);
        if (judged != null) {
          judged.health.done(attempt.job());
        }
        for (String other : failedOn.getOrDefault(place, Set.of())) {
          NodeEntry blamed = other.equals(attempt.node()) ? null : farm.nodes.get(other);
          if (blamed != null) {
            blamed.health.proven(
                attempt.job(), attempt.job() + "/" + step.number() + "/" + attempt.index());
          }
        }
      }
      case FAILED -> {
        if (judged != null && isHeldAgainst(attempt)) {
          judged.health.failed(attempt.job());
          failedOn.computeIfAbsent(place, _ -> new TreeSet<>()).add(attempt.node());
        }
      }
      case LOST -> {
        if (judged != null) {
          // All that a node lost at once is one loss.
          losses.add(new Loss(attempt.node(), attempt.endedAt()));
        }
      }
      case CANCELLED -> {}
    }
  }

  private static boolean isForgiven(NodeEntry node, Row.Attempt attempt) {
    Long forgiven = node.forgivenAt;
    return forgiven != null && attempt.endedAt() <= forgiven;
  }

  private static boolean isHeldAgainst(Row.Attempt attempt) {
    Failure failure = attempt.failure();
    return failure != null
        && failure.retry() != RetryClass.NEVER
        && !failure.code().equals(MemoryNeed.CODE);
  }
}
