package blenderer.core;

import blenderer.model.IndexRanges;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A lease: the right of one node to report on tasks of one step. */
final class LeaseEntry {

  final String id;
  final NodeEntry node;
  final StepEntry step;
  final IndexRanges tasks;
  final long grantedAt;

  private final TreeMap<Integer, TaskEntry> tasksHeld = new TreeMap<>();

  /** The tasks it still has the right to, by index; it ends when none is left. */
  final SortedMap<Integer, TaskEntry> rights = Collections.unmodifiableSortedMap(tasksHeld);

  private @Nullable IndexRanges wanted;

  /** Whether the node listed it when it last called. */
  boolean listed = false;

  /** What the node was last told that is wanted of it; null: it was not told of it yet. */
  @Nullable IndexRanges told;

  /** Whether the node said that it works on it. Soft. */
  boolean started = false;

  /** The instant at which it becomes late. */
  long deadline;

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
    this.grantedAt = grantedAt;
  }

  void grant(TaskEntry task) {
    tasksHeld.put(task.index, task);
    wanted = null;
  }

  void drop(TaskEntry task) {
    tasksHeld.remove(task.index);
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
    if (tasksHeld.isEmpty()) {
      return IndexRanges.empty();
    }
    int first = tasksHeld.firstKey();
    int last = tasksHeld.lastKey();
    return last - first + 1 == tasksHeld.size()
        ? IndexRanges.range(first, last)
        : IndexRanges.of(tasksHeld.keySet().stream().mapToInt(Integer::intValue).toArray());
  }

  Row.Lease row() {
    return new Row.Lease(id, node.id, step.job.id(), step.number(), tasks, grantedAt, started);
  }
}
