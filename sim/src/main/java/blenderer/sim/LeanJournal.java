package blenderer.sim;

import blenderer.core.Journal;
import blenderer.core.Row;
import blenderer.model.IndexRanges;
import blenderer.model.TaskState;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * The record in memory of what the next leader has to load, and of nothing else: finished tasks are
 * bits, and a finished job is forgotten. For tasks of one generation without pictures. Counts which
 * tasks were recorded as done, and whether one was so twice (INV-2).
 */
final class LeanJournal implements Journal {

  /** A step, and in which of its tasks something differs from a fresh one. */
  private static final class Step {
    Row.Step row;
    final BitSet done = new BitSet();
    final BitSet failed = new BitSet();
    final BitSet cancelled = new BitSet();
    final BitSet skipped = new BitSet();
    final NavigableMap<Integer, Row.Task> open = new TreeMap<>();

    Step(Row.Step row) {
      this.row = row;
    }

    BitSet in(TaskState state) {
      return switch (state) {
        case DONE -> done;
        case FAILED -> failed;
        case CANCELLED -> cancelled;
        case SKIPPED -> skipped;
        case BLOCKED, READY, LEASED -> throw new IllegalArgumentException("not finished: " + state);
      };
    }
  }

  private static final class Job {
    Row.Job row;
    final NavigableMap<Integer, Step> steps = new TreeMap<>();
    final ArrayDeque<Row.Attempt> recent = new ArrayDeque<>();

    Job(Row.Job row) {
      this.row = row;
    }
  }

  private final NavigableMap<String, Job> jobs = new TreeMap<>();
  private final NavigableMap<String, Row.Lease> leases = new TreeMap<>();
  private final NavigableMap<String, Row.Node> nodes = new TreeMap<>();
  private final NavigableMap<String, Row.Limit> limits = new TreeMap<>();
  private long revision = 0;
  private long done = 0;
  private long twice = 0;

  /** How many tasks are done. */
  long done() {
    return done;
  }

  /** How many results came for tasks that were done. */
  long twice() {
    return twice;
  }

  /** How many jobs are not finished. */
  int unfinished() {
    return jobs.size();
  }

  @Override
  public void commit(long revision, List<Row> rows) {
    this.revision = revision;
    rows.forEach(this::write);
  }

  private void write(Row row) {
    switch (row) {
      case Row.Job job -> {
        if (job.state().isFinished()) {
          jobs.remove(job.id());
        } else {
          Row.Job kept = job.withInputs(List.of());
          jobs.computeIfAbsent(job.id(), _ -> new Job(kept)).row = kept;
        }
      }
      case Row.Step step -> {
        Job job = jobs.get(step.job());
        if (job != null) {
          job.steps.computeIfAbsent(step.step(), _ -> new Step(step)).row = step;
        }
      }
      case Row.Task task -> task(task);
      case Row.Lease lease -> leases.put(lease.id(), lease);
      case Row.LeaseEnded ended -> leases.remove(ended.id());
      case Row.Attempt attempt -> {
        Job job = jobs.get(attempt.job());
        if (job != null) {
          job.recent.addLast(attempt);
          if (job.recent.size() > RECENT) {
            job.recent.removeFirst();
          }
        }
      }
      case Row.Node node -> nodes.put(node.id(), node);
      case Row.Limit limit -> limits.put(limit.name(), limit);
      case Row.Output _, Row.Look _, Row.Judgement _, Row.Cleaned _, Row.JobDeleted _ ->
          throw new UnsupportedOperationException("not in this simulation: " + row);
    }
  }

  private void task(Row.Task task) {
    if (task.generation() > 1) {
      throw new UnsupportedOperationException("not in this simulation: " + task);
    }
    done += task.state() == TaskState.DONE ? 1 : 0;
    Job job = jobs.get(task.job());
    Step step = job == null ? null : job.steps.get(task.step());
    if (step == null) {
      // Its job has just ended; rows of tasks come after it in the same commit.
      return;
    }
    if (step.done.get(task.index())) {
      twice++;
    }
    if (task.state().isFinished()) {
      step.open.remove(task.index());
      step.in(task.state()).set(task.index());
    } else {
      step.open.put(task.index(), task);
    }
  }

  @Override
  public Snapshot load() {
    return new Snapshot(
        revision,
        jobs.values().stream().map(LeanJournal::snapshot).toList(),
        List.copyOf(leases.values()),
        List.copyOf(nodes.values()),
        List.copyOf(limits.values()));
  }

  @Override
  public Optional<JobSnapshot> loadJob(String job) {
    return Optional.ofNullable(jobs.get(job)).map(LeanJournal::snapshot);
  }

  private static JobSnapshot snapshot(Job job) {
    return new JobSnapshot(
        job.row,
        job.steps.values().stream()
            .map(
                step ->
                    new StepSnapshot(
                        step.row,
                        ranges(step.done),
                        ranges(step.failed),
                        ranges(step.cancelled),
                        ranges(step.skipped),
                        Map.of(),
                        List.copyOf(step.open.values()),
                        List.of()))
            .toList(),
        Set.of(),
        List.copyOf(job.recent));
  }

  private static IndexRanges ranges(BitSet bits) {
    List<IndexRanges.Run> runs = new ArrayList<>();
    for (int first = bits.nextSetBit(0); first >= 0; ) {
      int end = bits.nextClearBit(first);
      runs.add(new IndexRanges.Run(first, end - 1));
      first = bits.nextSetBit(end);
    }
    return IndexRanges.ofSorted(runs);
  }

  @Override
  public void close() {}
}
