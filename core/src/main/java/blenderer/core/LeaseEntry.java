package blenderer.core;

import blenderer.model.IndexRanges;
import java.util.TreeMap;

/** A lease: the right of one node to report on tasks of one step. */
final class LeaseEntry {

  final String id;
  final NodeEntry node;
  final StepEntry step;
  final IndexRanges tasks;
  final long grantedAt;

  /** The tasks it still has the right to; it ends when none is left. */
  final TreeMap<Integer, TaskEntry> rights = new TreeMap<>();

  /** Whether the node said that it works on it. Soft. */
  boolean started = false;

  /** The instant at which it becomes late. */
  long deadline;

  /** No sign of life for a term: its tasks may be leased again, until then its reports count. */
  boolean late = false;

  LeaseEntry(String id, NodeEntry node, StepEntry step, IndexRanges tasks, long grantedAt) {
    this.id = id;
    this.node = node;
    this.step = step;
    this.tasks = tasks;
    this.grantedAt = grantedAt;
  }

  IndexRanges wanted() {
    return IndexRanges.of(rights.keySet().stream().mapToInt(Integer::intValue).toArray());
  }

  Row.Lease row() {
    return new Row.Lease(id, node.id, step.job.id(), step.number(), tasks, grantedAt, started);
  }
}
