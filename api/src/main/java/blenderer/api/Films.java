package blenderer.api;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Many tasks in few bytes, for grids, plots and flipbooks. */
public final class Films {

  private Films() {}

  /** Numbers of tasks: task {@code at + i} is called {@code from + i * by}, for i below count. */
  public record Run(int at, int count, long from, long by) {}

  /** A task and the letter of its state. */
  public record Change(int index, String state) {}

  /**
   * {@code GET /v1/jobs/{id}/grid}: the state of every task of a step, a letter each.
   *
   * @param revision to ask with next time
   * @param items what people call the tasks, if those are numbers; only with {@code states}
   * @param states all of them; absent if {@code changes} say enough
   * @param changes what is otherwise than at the revision that was asked with
   */
  public record Grid(
      long revision,
      int step,
      String label,
      int size,
      @Nullable List<Run> items,
      @Nullable String states,
      @Nullable List<Change> changes) {}

  /**
   * {@code GET /v1/jobs/{id}/film}: results as columns of the same length.
   *
   * @param next to ask with for what comes after
   * @param more whether there is more already
   * @param nodes names, for {@code node}
   * @param node where in {@code nodes}
   * @param memoryMib 0: not known
   * @param preview 1 if there is a small picture
   * @param picture 1 if there is a file that browsers show
   */
  public record Film(
      String next,
      boolean more,
      List<String> nodes,
      List<Integer> index,
      List<Integer> generation,
      List<Double> seconds,
      List<Integer> node,
      List<Long> memoryMib,
      List<Integer> preview,
      List<Integer> picture) {}

  /** A file that a job was submitted with. */
  public record Input(String path, long size, String digest) {}

  /**
   * {@code GET /v1/jobs/{id}/inputs}.
   *
   * @param count of all files
   * @param bytes of all files
   * @param next goes into {@code ?after=}
   */
  public record InputPage(List<Input> files, int count, long bytes, @Nullable String next) {}

  /**
   * {@code POST /v1/jobs/{id}/clone}; what is null is as it was.
   *
   * @param parameters those that differ
   */
  public record Clone(
      @Nullable String name,
      @Nullable String project,
      @Nullable Integer priority,
      java.util.@Nullable Map<String, String> parameters,
      Jobs.@Nullable Terms terms,
      @Nullable String probe) {}

  /** {@code POST /v1/jobs/{id}/skip}: tasks that are wanted no more, by what they are called. */
  public record Skip(String frames) {}
}
