package blenderer.server.routes;

import blenderer.core.Row;
import blenderer.model.HostNeeds;
import blenderer.model.IndexRanges;
import blenderer.model.StepState;
import blenderer.openjd.ChunkSpec;
import blenderer.openjd.HostRequirements;
import blenderer.openjd.Job;
import blenderer.openjd.TaskSpace;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Makes the scheduler's rows of a resolved job's steps. */
final class StepRows {

  /** With more gaps than this in its numbers, every task of a step stands alone. */
  private static final int MOST_BREAKS = 4096;

  private StepRows() {}

  /**
   * One row a step.
   *
   * @param foreign whether the template is none that ships: its chunks are then cut as the format
   *     says, and not as the scheduler likes
   * @param probe {@code first}, {@code hold}, {@code preview}, or null
   * @param pools only nodes of one of these; none: any
   */
  static List<Row.Step> of(
      String id, Job job, boolean foreign, @Nullable String probe, List<String> pools) {
    List<String> names = job.steps().stream().map(Job.Step::name).toList();
    List<Row.Step> rows = new ArrayList<>();
    for (Job.Step step : job.steps()) {
      TaskSpace tasks = step.tasks();
      Runs runs = runs(tasks);
      int chunk = tasks.chunks().map(ChunkSpec::defaultTaskCount).orElse(1);
      long target = tasks.chunks().map(ChunkSpec::targetRuntimeSeconds).orElse(0L);
      Row.Cut cut = target > 0 ? Row.Cut.TIMED : foreign ? Row.Cut.BALANCED : Row.Cut.SHRINKING;
      rows.add(
          new Row.Step(
              id,
              rows.size(),
              step.name(),
              JobSpaces.label(tasks),
              Math.toIntExact(tasks.size()),
              Math.clamp(chunk, 1, runs.period()),
              runs.period(),
              step.dependencies().stream().map(names::indexOf).toList(),
              step.dependencies().isEmpty() ? StepState.READY : StepState.BLOCKED,
              IndexRanges.empty(),
              new Row.Plan(
                  needs(step.hostRequirements()).inPools(pools),
                  cut,
                  Math.min(target, Integer.MAX_VALUE) * 1000,
                  runs.breaks(),
                  probe(step, probe)),
              null));
    }
    return rows;
  }

  /** First, middle and last; a step that waits for others has seen enough by then. */
  private static Row.Probe probe(Job.Step step, @Nullable String word) {
    int size = Math.toIntExact(step.tasks().size());
    if (word == null || !step.dependencies().isEmpty() || size == 0) {
      return Row.Probe.NONE;
    }
    if (word.equals("preview")) {
      return Row.Probe.PREVIEW;
    }
    return new Row.Probe(
        IndexRanges.of(
            new TreeSet<>(List.of(0, (size - 1) / 2, size - 1))
                .stream().mapToInt(Integer::intValue).toArray()),
        word.equals("hold") && size > 3,
        null);
  }

  /**
   * Which tasks may share a lease.
   *
   * @param period every multiple of it is a border
   * @param breaks further borders, as offsets in each period
   */
  record Runs(int period, IndexRanges breaks) {}

  /** The first period is walked from gap to gap; all others look the same. */
  private static Runs runs(TaskSpace tasks) {
    if (tasks.chunks().isEmpty()) {
      return new Runs(1, IndexRanges.empty());
    }
    long first = tasks.item(0);
    List<Integer> breaks = new ArrayList<>();
    long at = tasks.runLength(0);
    // The numbers ascend, so a smaller one or the first again begins the next period.
    while (at < tasks.size() && tasks.item(at) > first) {
      if (breaks.size() == MOST_BREAKS) {
        return new Runs(1, IndexRanges.empty());
      }
      breaks.add(Math.toIntExact(at));
      at += tasks.runLength(at);
    }
    return new Runs(
        Math.toIntExact(at), IndexRanges.of(breaks.stream().mapToInt(Integer::intValue).toArray()));
  }

  /** The same for a space to which tasks were added: one period that holds all. */
  static Runs allRuns(TaskSpace tasks) {
    int size = Math.toIntExact(tasks.size());
    List<Integer> breaks = new ArrayList<>();
    if (tasks.chunks().isEmpty()) {
      return new Runs(1, IndexRanges.empty());
    }
    for (long at = tasks.runLength(0); at < size; at += tasks.runLength(at)) {
      if (breaks.size() == MOST_BREAKS) {
        return new Runs(1, IndexRanges.empty());
      }
      breaks.add(Math.toIntExact(at));
    }
    return new Runs(size, IndexRanges.of(breaks.stream().mapToInt(Integer::intValue).toArray()));
  }

  private static HostNeeds needs(HostRequirements requirements) {
    return new HostNeeds(
        requirements.amounts().stream()
            .map(amount -> new HostNeeds.Amount(amount.name(), amount.min(), amount.max()))
            .toList(),
        requirements.attributes().stream()
            .map(one -> new HostNeeds.Attribute(one.name(), one.anyOf(), one.allOf()))
            .toList());
  }
}
