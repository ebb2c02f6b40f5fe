package blenderer.core;

import blenderer.model.IndexRanges;
import org.jspecify.annotations.Nullable;

/** A lease: the right of one node to report on tasks of one step. */
final class LeaseEntry {

  final String id;
  final NodeEntry node;
  final StepEntry step;
  final IndexRanges tasks;
  final long grantedAt;

  /** The tasks it still has the right to; it ends when none is left. */
  final Rights rights;

  private @Nullable IndexRanges wanted;

  /** Whether it has begun and not ended. Kept by {@link Farm}. */
  boolean live = false;

  /** Whether the node listed it when it last called. */
  boolean listed = false;

  /** Whether it was known how long its tasks take when the node was told what it is about. */
  boolean timed = false;

  /** What the node was last told that is wanted of it; null: it was not told of it yet. */
  @Nullable IndexRanges told;

  /** Whether the node said that it works on it. Soft. */
  boolean started = false;

  /** The instant at which it becomes late. */
  long deadline;

  /**
   * Whether it has a second right to its one task: whichever lease is done first counts. It becomes
   * the first one when that ends without a result.
   */
  boolean twin = false;

  /** The instant at which the node began its current task, as far as is known. Soft. */
  long currentSince = -1;

  /** No sign of life for a term: its tasks may be leased again, until then its reports count. */
  boolean late = false;

  /** The instant from which on it has had a slot of its node; -1: it waits for one. */
  long since = -1;

  /** Whether it counts as a slot of its person and project. Kept by {@link Farm#recount}. */
  boolean counted = false;

  /** Up to when what it used was charged; see {@link Shares}. */
  long accounted = 0;

  /** Of what was charged in advance, what is not used yet. */
  double paidMillis = 0;

  double paidUnits = 0;

  /** Whether it stands in its kind's {@link Kind#prepared}. Kept by {@link Farm}. */
  boolean prepared = false;

  /** The job's priority when it was noted as prepared. */
  int preparedRank = 0;

  LeaseEntry(String id, NodeEntry node, StepEntry step, IndexRanges tasks, long grantedAt) {
    this.id = id;
    this.node = node;
    this.step = step;
    this.tasks = tasks;
    this.rights = new Rights(tasks.size());
    this.grantedAt = grantedAt;
  }

  void grant(TaskEntry task) {
    rights.add(task);
    wanted = null;
  }

  void drop(TaskEntry task) {
    rights.remove(task);
    wanted = null;
  }

  IndexRanges wanted() {
    IndexRanges known = wanted;
    if (known == null) {
      known = ranges();
      wanted = known;
    }
    return known;
  }

  private IndexRanges ranges() {
    if (rights.isEmpty()) {
      return IndexRanges.empty();
    }
    if (rights.size() == tasks.size()) {
      return tasks;
    }
    return rights.last() - rights.first() + 1 == rights.size()
        ? IndexRanges.range(rights.first(), rights.last())
        : IndexRanges.of(rights.copy().stream().mapToInt(task -> task.index).toArray());
  }

  Row.Lease row() {
    return new Row.Lease(
        id, node.id, step.job.id(), step.number(), tasks, grantedAt, started, twin);
  }
}
