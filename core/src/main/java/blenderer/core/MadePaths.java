package blenderer.core;

import blenderer.model.Digest;
import blenderer.model.Failure;
import blenderer.model.RetryClass;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which task of a job made which path: of two tasks that make one path with different bytes the
 * second fails. Remembers the newest few thousand results only; older ones are committed, and
 * whoever hands reports in asks the record for them by {@link #conflict(String, String, int, int)}.
 */
public final class MadePaths {

  private static final int MOST = 4096;

  private record Maker(StepEntry step, int index, int generation, Digest digest) {

    /** Whether no newer generation of the task is under way or done. */
    boolean isCurrent() {
      return step.done.contains(index) && step.finishedGeneration(index) == generation;
    }
  }

  private final Map<String, Maker> makers =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Maker> eldest) {
          return size() > MOST;
        }
      };

  MadePaths() {}

  void add(TaskEntry task, List<Event.File> files) {
    for (Event.File file : files) {
      makers.put(file.path(), new Maker(task.step, task.index, task.generation, file.digest()));
    }
  }

  /** What is wrong with one more result, if something is. */
  @Nullable Failure conflict(StepEntry step, int index, List<Event.File> files) {
    for (Event.File file : files) {
      Maker maker = makers.get(file.path());
      if (maker != null
          && maker.isCurrent()
          && !maker.digest().equals(file.digest())
          && !(maker.step() == step && maker.index() == index)
          && !comesAfter(
              step.job.steps.stream().map(StepEntry::row).toList(),
              step.number(),
              maker.step().number())) {
        return conflict(file.path(), maker.step().row().name(), maker.index(), index);
      }
    }
    return null;
  }

  /**
   * The failure of a task that made a path which another task had made with other bytes.
   *
   * @param madeBy the other task's step
   */
  public static Failure conflict(String path, String madeBy, int madeByIndex, int index) {
    return new Failure(
        "output-conflict",
        "task "
            + index
            + " made '"
            + path
            + "', which task "
            + madeByIndex
            + " of step '"
            + madeBy
            + "' made with other bytes: let each task name its own file",
        RetryClass.NEVER);
  }

  /**
   * Whether a step runs only after another is done, so that it may replace what that one made.
   *
   * @param steps of the job, by number
   */
  public static boolean comesAfter(List<Row.Step> steps, int step, int before) {
    return allBefore(steps, step).contains(before);
  }

  /** The numbers of all steps that must be done before {@code step}, however far away. */
  public static Set<Integer> allBefore(List<Row.Step> steps, int step) {
    Set<Integer> found = new HashSet<>();
    Deque<Integer> open = new ArrayDeque<>(steps.get(step).dependsOn());
    while (!open.isEmpty()) {
      int next = open.pop();
      if (found.add(next)) {
        open.addAll(steps.get(next).dependsOn());
      }
    }
    return found;
  }
}
