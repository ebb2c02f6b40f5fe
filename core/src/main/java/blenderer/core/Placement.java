package blenderer.core;

import blenderer.model.RetryClass;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Which work goes to which node: the best ranked step that fits, in chunks that shrink towards the
 * end of a step so that all nodes finish together.
 */
final class Placement {

  private final Farm farm;
  private final Tasks tasks;
  private final Fitness fitness;
  private final Reservations reservations;

  Placement(Farm farm, Tasks tasks) {
    this.farm = farm;
    this.tasks = tasks;
    this.fitness = new Fitness(farm);
    this.reservations = new Reservations(farm);
  }

  /** Gives the node what it can run at once; returns whether it got anything. */
  boolean fillSlots(NodeEntry node) {
    boolean got = false;
    while (node.takesWork() && node.leases.size() < node.slots) {
      if (!placeOne(node) && !takePrefetched(node)) {
        break;
      }
      got = true;
    }
    return got;
  }

  /** Gives the node at most one lease a slot to prepare while it runs others. */
  boolean prefetch(NodeEntry node) {
    boolean got = false;
    while (node.takesWork()
        && node.leases.size() >= node.slots
        && node.leases.size() < 2 * node.slots
        && placeOne(node)) {
      got = true;
    }
    return got;
  }

  private boolean placeOne(NodeEntry node) {
    // Not an iterator: picking may find a loss that takes a step off the board.
    for (StepEntry step = farm.board.isEmpty() ? null : farm.board.first();
        step != null;
        step = farm.board.higher(step)) {
      if (!fitness.fits(node, step) || !reservations.canHold(node, step)) {
        continue;
      }
      List<Integer> picked = pick(node, step);
      if (!picked.isEmpty()) {
        tasks.grant(node, step, picked);
        return true;
      }
    }
    return false;
  }

  private List<Integer> pick(NodeEntry node, StepEntry step) {
    for (int index : List.copyOf(step.again)) {
      TaskEntry task = step.open.get(index);
      if (task == null || !step.again.contains(index)) {
        continue;
      }
      if (task.lease != null) {
        if (task.lease.node == node) {
          // The node is back, or called meanwhile: its own late lease is renewed by its sync.
          continue;
        }
        tasks.lose(task);
        if (step.open.get(index) != task || !step.again.contains(index)) {
          continue;
        }
      }
      if (!isBarred(task, node)) {
        return together(step, task);
      }
    }
    if (step.fresh.isEmpty() || step.isFinished()) {
      return List.of();
    }
    int first = step.fresh.first();
    int end = (int) Math.min(step.fresh.runEnd(first) + 1L, end(step, first));
    List<Integer> picked = new ArrayList<>(end - first);
    for (int index = first; index < end; index++) {
      picked.add(index);
    }
    return picked;
  }

  private long end(StepEntry step, int first) {
    return step.cuts.end(first, step.leasable(), farm.slots(), step.meanMillis());
  }

  /** The task and those after it that came back without fault, too; a task at fault goes alone. */
  private List<Integer> together(StepEntry step, TaskEntry first) {
    List<Integer> picked = new ArrayList<>();
    long end = end(step, first.index);
    for (TaskEntry task = first;
        task != null
            && step.again.contains(task.index)
            && task.lease == null
            && task.index < end
            && (task == first || (first.tries == 0 && task.tries == 0));
        task = step.open.get(task.index + 1)) {
      picked.add(task.index);
    }
    return picked;
  }

  /**
   * Whether the task must go to another node first. It may come back to a node on which it failed
   * only when no other node that fits is there.
   */
  private boolean isBarred(TaskEntry task, NodeEntry node) {
    if (!task.triedOn.contains(node.id)) {
      return false;
    }
    boolean wantsOther =
        task.failure == null
            || task.failure.retry() != RetryClass.HERE
            || (task.tries >= farm.settings.tries() - 1 && task.triedOn.size() == 1);
    return wantsOther
        && farm.nodes.values().stream()
            .anyMatch(
                other ->
                    other.takesWork()
                        && !task.triedOn.contains(other.id)
                        && fitness.fits(other, task.step));
  }

  /** Takes a lease that another node only prepares, without fault, and gives it to an idle one. */
  private boolean takePrefetched(NodeEntry idle) {
    LeaseEntry best = null;
    for (NodeEntry other : farm.nodes.values()) {
      if (other == idle || other.leases.size() <= other.slots) {
        continue;
      }
      int place = 0;
      for (Map.Entry<String, LeaseEntry> held : other.leases.entrySet()) {
        LeaseEntry lease = held.getValue();
        if (place++ < other.slots || lease.started || !lease.step.job.isActive()) {
          continue;
        }
        if (fitness.fits(idle, lease.step)
            && reservations.shortOf(idle, lease.step, lease) == null
            && lease.rights.values().stream().noneMatch(task -> isBarred(task, idle))
            && (best == null || lease.step.job.priority() > best.step.job.priority())) {
          best = lease;
        }
      }
    }
    if (best == null) {
      return false;
    }
    for (TaskEntry task : List.copyOf(best.rights.values())) {
      tasks.requeue(task);
    }
    return placeOne(idle);
  }
}
