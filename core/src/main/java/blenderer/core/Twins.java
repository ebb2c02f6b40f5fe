package blenderer.core;

import blenderer.model.StepState;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Second rights to tasks whose nodes are slow, for idle nodes that are likely to be done sooner.
 * Whichever is first counts; the other one is told to stop.
 *
 * <p>Only at the end of a step, when none of its tasks waits, and only on nodes for which there is
 * nothing else; at most one for each task. How long a task should yet take is known from how heavy
 * the step's tasks are and how slow both nodes are. A task that takes longer than its node's pace
 * explains may be a heavy one, as long as tasks of that weight were seen; beyond that its node is
 * in trouble, and may go on to be for as long as it has been.
 */
final class Twins {

  /** More idle nodes or slow tasks are not looked at in one event. */
  private static final int MOST_LOOKED_AT = 64;

  private final Farm farm;
  private final Tasks tasks;
  private final Placement placement;
  private final TwinLimits limits;
  private final Fitness fitness;
  private final Reservations reservations;
  private final Blocks blocks;

  Twins(Farm farm, Tasks tasks, Placement placement) {
    this.farm = farm;
    this.tasks = tasks;
    this.placement = placement;
    this.limits = farm.settings.twins();
    this.fitness = new Fitness(farm);
    this.reservations = new Reservations(farm);
    this.blocks = new Blocks(farm, fitness);
  }

  /** A task at its node, and how long it should yet take there. */
  private record Slow(TaskEntry task, LeaseEntry lease, double elapsed, double left) {}

  /** Looks for idle nodes that are parked, and for tasks that they could do sooner. */
  void give() {
    if (farm.hungry.isEmpty()) {
      return;
    }
    // Few steps are at their end, and most nodes are busy: that is found out in this order.
    List<Slow> all = slow();
    List<NodeEntry> idle = all.isEmpty() ? List.of() : idle();
    for (Slow slow : all) {
      NodeEntry node = best(slow, idle);
      if (node == null) {
        continue;
      }
      if (!placement.fillSlots(node)) {
        tasks.grantTwin(node, slow.task());
      }
      if (node.leases.size() >= node.slots) {
        idle.remove(node);
      }
    }
  }

  private List<NodeEntry> idle() {
    List<NodeEntry> idle = new ArrayList<>();
    for (NodeEntry node : farm.hungry) {
      if (node.takesWork() && node.leases.size() < node.slots && node.keptFor == null) {
        idle.add(node);
        if (idle.size() == MOST_LOOKED_AT) {
          break;
        }
      }
    }
    return idle;
  }

  /** The tasks that should take longest from now on, and long enough. */
  private List<Slow> slow() {
    List<Slow> all = new ArrayList<>();
    for (JobEntry job : farm.jobs.values()) {
      if (!mayHaveTwins(job)) {
        continue;
      }
      for (StepEntry step : job.steps) {
        if (isAtItsEnd(step)) {
          step.open.values().forEach(task -> addIfSlow(task, all));
        }
      }
    }
    // Two that are alike are told apart, so that the same events make the same twins.
    all.sort(
        Comparator.comparingDouble((Slow slow) -> -slow.left())
            .thenComparing(slow -> slow.lease().id));
    return all.size() > MOST_LOOKED_AT ? all.subList(0, MOST_LOOKED_AT) : all;
  }

  private boolean mayHaveTwins(JobEntry job) {
    return wants(job.row())
        && job.isOpen(farm.wall)
        && !job.isFull()
        && !farm.caps.isFull(job.account)
        && !farm.caps.isFull(Shares.projectOf(job.account));
  }

  /** Whether a job may have twins at all. */
  static boolean wants(Row.Job job) {
    Boolean wanted = job.terms().twins();
    return wanted == null ? !job.foreign() : wanted;
  }

  private boolean isAtItsEnd(StepEntry step) {
    return step.state() == StepState.RUNNING
        && step.leasable() == 0
        && step.weights.count() >= limits.leastKnown()
        // What the whole farm has is for those who have no lease yet.
        && step.kind.held.stream().noneMatch(held -> farm.limits.containsKey(held.name()));
  }

  private void addIfSlow(TaskEntry task, List<Slow> to) {
    LeaseEntry lease = task.lease;
    if (lease == null
        || task.twin != null
        || lease.late
        || !lease.started
        || lease.currentSince < 0
        || lease.rights.first() != task.index) {
      return;
    }
    double elapsed = Math.max(0, farm.instant - lease.currentSince);
    double left = left(task.step.weights, lease.node.pace.factor(), elapsed);
    if (left > limits.leastGainMillis()) {
      to.add(new Slow(task, lease, elapsed, left));
    }
  }

  /** How long a task should yet take on a node of that pace, in milliseconds. */
  private double left(Weights weights, double pace, double elapsed) {
    return elapsed > limits.surplus() * weights.heaviest() * pace
        ? elapsed
        : Math.max(0, weights.mean() * pace - elapsed);
  }

  /** The idle node that should be done first, if that is soon enough; null: none is. */
  private @Nullable NodeEntry best(Slow slow, List<NodeEntry> idle) {
    NodeEntry best = null;
    double least = (slow.left() - limits.leastGainMillis()) / limits.surplus();
    for (NodeEntry node : idle) {
      double takes = takes(slow, node);
      if (takes < least && suits(slow, node)) {
        best = node;
        least = takes;
      }
    }
    return best;
  }

  private double takes(Slow slow, NodeEntry node) {
    Weights weights = slow.task().step.weights;
    double atLeast = slow.elapsed() / slow.lease().node.pace.factor();
    double weight = Math.max(weights.mean(), Math.min(atLeast, weights.heaviest()));
    double load = node.lastStep == slow.task().step ? 0 : limits.loadMillis();
    return load + weight * node.pace.factor();
  }

  private boolean suits(Slow slow, NodeEntry node) {
    StepEntry step = slow.task().step;
    return node != slow.lease().node
        && node.leases.size() < node.slots
        && !slow.task().triedOn.contains(node.id)
        && !node.isFlapping(farm.instant, farm.settings.faults())
        && fitness.fits(node, step)
        && reservations.canHold(node, step)
        && !blocks.keepsAway(node, step)
        && mayHaveTwins(step.job);
  }
}
