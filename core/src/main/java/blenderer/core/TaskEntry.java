package blenderer.core;

import blenderer.model.Failure;
import blenderer.model.TaskState;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An unfinished task that differs from a fresh one: it is leased, or was, or is a retry. */
final class TaskEntry {

  final StepEntry step;
  final int index;
  final int generation;
  TaskState state = TaskState.READY;
  int tries = 0;
  int losses = 0;

  /** Who has the right to it. */
  @Nullable LeaseEntry lease;

  /** Who has a second right to it; only while {@code lease} has the first. */
  @Nullable LeaseEntry twin;

  /** The lease that the journal named, until leases are restored. */
  @Nullable String heldBy;

  /** Nodes on which it failed in this generation. */
  List<String> triedOn = List.of();

  @Nullable Failure failure;
  @Nullable Long startedAt;

  TaskEntry(StepEntry step, int index, int generation) {
    this.step = step;
    this.index = index;
    this.generation = generation;
  }

  /** All that have a right to it. */
  List<LeaseEntry> leases() {
    LeaseEntry first = lease;
    LeaseEntry second = twin;
    return first == null ? List.of() : second == null ? List.of(first) : List.of(first, second);
  }

  /** Whether a node that is not silent has the right to it. */
  boolean isInGoodHands() {
    LeaseEntry first = lease;
    LeaseEntry second = twin;
    return (first != null && !first.late) || (second != null && !second.late);
  }

  void triedOn(String node) {
    if (!triedOn.contains(node)) {
      List<String> more = new ArrayList<>(triedOn);
      more.add(node);
      triedOn = List.copyOf(more);
    }
  }

  void move(TaskMoves.Move move) {
    state = TaskMoves.after(state, move);
  }

  /** The number of the next or current try, from 1. */
  int attempt() {
    return tries + 1;
  }

  Row.Task row(@Nullable Long endedAt) {
    LeaseEntry holder = lease;
    return new Row.Task(
        step.job.id(),
        step.number(),
        index,
        generation,
        state,
        tries,
        losses,
        holder == null ? null : holder.id,
        triedOn,
        failure,
        startedAt,
        endedAt);
  }
}
