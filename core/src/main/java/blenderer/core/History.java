package blenderer.core;

import blenderer.model.Digest;
import blenderer.model.IndexRanges;
import blenderer.model.JobPart;
import blenderer.model.JobState;
import blenderer.model.LookState;
import blenderer.model.StepState;
import blenderer.model.TaskState;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What people read of the journal: committed rows only, finished jobs too. Safe for many threads;
 * reads are short and see one revision each. Runs under the same contract test as {@link Journal}.
 */
public interface History {

  /** The revision of the last commit. */
  long revision();

  /** The job whose id is {@code prefix} or the only one whose id starts with it. */
  Found find(String prefix);

  /** A job with its steps and the number of tasks in each state. */
  Optional<JobView> job(String id);

  /** Jobs, newest first, that match {@code filter}, with an id below {@code before} if given. */
  List<JobView> jobs(JobFilter filter, @Nullable String before, int limit);

  /** Rows of tasks of a job in the order of step and index, after the given place. */
  List<TaskView> tasks(String job, TaskFilter filter, @Nullable Place after, int limit);

  /**
   * Finished results of a job in the order of step and index, after the given place: for each task
   * the attempt that succeeded last, and its picture.
   *
   * @param filter of places; its state is not looked at
   * @param state only pictures of which the farm thinks this; null: any, and results without one
   */
  List<FrameView> frames(
      String job, TaskFilter filter, @Nullable LookState state, @Nullable Place after, int limit);

  /** Attempts of a job in the order in which they were written, after the given one. */
  List<Numbered<Row.Attempt>> attempts(String job, TaskFilter filter, long after, int limit);

  /** Outputs of a job in the order in which they were committed, after the given one. */
  List<Numbered<OutputView>> outputs(String job, long after, int limit);

  /** The outputs of a job at one path that no newer generation of their tasks has replaced. */
  List<Row.Output> madeAt(String job, String path);

  /** The attempts of a job that succeeded last, newest first. */
  List<Row.Attempt> newestSucceeded(String job, int limit);

  /** Mean milliseconds of the succeeded attempts of a job, 0 if there are none. */
  long meanTaskMillis(String job);

  /** All nodes by id. */
  List<Row.Node> nodes();

  /** All farm-wide limits by name. */
  List<Row.Limit> limits();

  /** The result of looking a job up by the start of its id. */
  sealed interface Found {
    record One(String id) implements Found {}

    record None() implements Found {}

    /** Several jobs start like that; {@code some} names a few. */
    record Several(List<String> some) implements Found {}
  }

  /**
   * A job.
   *
   * @param revision of the job's row
   * @param steps with the number of tasks in each state; tasks without a row count as cancelled if
   *     the step withholds them, as skipped if it omits them, else as blocked in a blocked or
   *     incompatible step, else as ready
   * @param flagged how many pictures a person has to look at
   * @param thumbnail the small picture of the last task that has one
   * @param cleaned what of it is gone, and since when
   */
  record JobView(
      Row.Job job,
      long revision,
      List<StepView> steps,
      int flagged,
      @Nullable Digest thumbnail,
      Map<JobPart, Long> cleaned) {}

  /** A finished result. */
  record FrameView(
      Row.Attempt attempt, Row.@Nullable Look look, Row.@Nullable Judgement judgement) {}

  /** A step and how many tasks stand where; states without tasks are absent. */
  record StepView(Row.Step step, Map<TaskState, Integer> tasks) {

    /**
     * Adds the tasks without a row to those that have one.
     *
     * @param rows how many task rows there are in each state
     */
    public static StepView counting(Row.Step step, Map<TaskState, Integer> rows) {
      Map<TaskState, Integer> tasks = new EnumMap<>(TaskState.class);
      int withheld = step.withheld().size();
      int omitted = step.plan().omitted().size();
      int known = withheld + omitted;
      for (Map.Entry<TaskState, Integer> entry : rows.entrySet()) {
        tasks.put(entry.getKey(), entry.getValue());
        known += entry.getValue();
      }
      tasks.merge(TaskState.CANCELLED, withheld, Integer::sum);
      tasks.merge(TaskState.SKIPPED, omitted, Integer::sum);
      boolean waits = step.state() == StepState.BLOCKED || step.state() == StepState.INCOMPATIBLE;
      TaskState fresh = waits ? TaskState.BLOCKED : TaskState.READY;
      tasks.merge(fresh, Math.max(0, step.size() - known), Integer::sum);
      tasks.values().removeIf(count -> count == 0);
      return new StepView(step, Collections.unmodifiableMap(tasks));
    }
  }

  /** A task, the node that has or had it, and the files of its newest finished generation. */
  record TaskView(Row.Task task, @Nullable String node, List<Row.Output> files) {}

  /** An output; {@code current} if no newer generation of its task has finished. */
  record OutputView(Row.Output output, boolean current) {}

  /** A row with its number in the order of writing, from 1. */
  record Numbered<T>(long number, T row) {}

  /** A task's place in a job. */
  record Place(int step, int index) {}

  /**
   * Which jobs; null means any.
   *
   * @param states none: any
   * @param text stands in the name, the owner or the project, or begins the id
   * @param traces whether also those that only find out what a scene needs
   */
  record JobFilter(
      Set<JobState> states,
      @Nullable String owner,
      @Nullable String project,
      @Nullable String text,
      boolean traces) {

    /** Whatever they are called and for. */
    public JobFilter(@Nullable JobState state, @Nullable String owner, @Nullable String project) {
      this(state == null ? Set.of() : Set.of(state), owner, project, null, true);
    }
  }

  /** Which tasks, by place and by the state in which they are now; null means any. */
  record TaskFilter(
      @Nullable Integer step, @Nullable IndexRanges indexes, @Nullable TaskState state) {

    /** Whether the filter wants tasks of that place, in whichever state. */
    public boolean admits(int step, int index) {
      return (this.step == null || this.step == step)
          && (indexes == null || indexes.contains(index));
    }
  }
}
