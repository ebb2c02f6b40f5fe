package blenderer.core;

import blenderer.model.RetryClass;
import java.util.ArrayList;
import java.util.List;

/** Which tasks of a step make the next lease of a node. */
final class Picks {

  private final Farm farm;
  private final Tasks tasks;
  private final Fitness fitness;

  Picks(Farm farm, Tasks tasks, Fitness fitness) {
    this.farm = farm;
    this.tasks = tasks;
    this.fitness = fitness;
  }

  /** Tasks for one lease, and whether looking for them ended any older right. */
  record Picked(List<Integer> indexes, boolean changed) {
    static final Picked NOTHING = new Picked(List.of(), false);
  }

  /** The tasks that the node should do next of the step. */
  Picked pick(NodeEntry node, StepEntry step) {
    boolean changed = false;
    for (Integer at = step.again.isEmpty() ? null : step.again.first();
        at != null;
        at = step.again.higher(at)) {
      int index = at;
      TaskEntry task = step.open.get(index);
      if (task == null) {
        continue;
      }
      if (task.lease != null) {
        if (task.leases().stream().anyMatch(lease -> lease.node == node)) {
          // The node is back, or called meanwhile: its own late lease is renewed by its sync.
          continue;
        }
        changed = true;
        tasks.lose(task);
        if (step.open.get(index) != task || !step.again.contains(index)) {
          continue;
        }
      }
      if (!isBarred(task, node)) {
        return new Picked(isCareful(farm, node) ? List.of(index) : together(step, task), changed);
      }
    }
    int first = step.isFinished() ? -1 : step.nextFresh();
    if (first < 0) {
      return new Picked(List.of(), changed);
    }
    int end =
        step.goesAlone(first) || isCareful(farm, node)
            ? first + 1
            : (int) Math.min(step.fresh.runEnd(first) + 1L, end(step, first));
    List<Integer> picked = new ArrayList<>(end - first);
    for (int index = first; index < end; index++) {
      picked.add(index);
    }
    return new Picked(picked, changed);
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
  boolean isBarred(TaskEntry task, NodeEntry node) {
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
                        && fitness.fits(other, task.step)
                        && !other.health.isBadFor(task.step.job.id()));
  }

  /** A node that comes and goes gets one task at a time, so that little is lost with it. */
  static boolean isCareful(Farm farm, NodeEntry node) {
    return !node.losses.isEmpty() && node.isFlapping(farm.instant, farm.settings.faults());
  }
}
