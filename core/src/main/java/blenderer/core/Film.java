package blenderer.core;

import blenderer.core.History.Numbered;
import blenderer.model.LookState;
import blenderer.model.TaskState;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A step's tasks all at once, with as little of each as a grid and a flipbook show. Committed rows
 * only. Safe for many threads.
 */
public interface Film {

  /** The states of a step's tasks; empty if there is no such step. */
  Optional<Grid> grid(String job, int step);

  /**
   * Results of a step in the order in which they were written, after the given one. A later one of
   * the same task replaces the earlier.
   */
  List<Numbered<Take>> takes(String job, int step, long after, int limit);

  /** Attempts of a node that ended last, newest first, of jobs that are there. */
  List<Row.Attempt> newestOf(String node, int limit);

  /** Whether browsers show a file of that path. */
  static boolean isShown(String path) {
    String end = path.substring(path.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
    return switch (end) {
      case "png", "jpg", "jpeg", "webp" -> true;
      default -> false;
    };
  }

  /**
   * A step's tasks.
   *
   * @param revision of the journal when it was read
   * @param tasks the states of those that have a row
   * @param looks of tasks that are done: what the farm thinks of pictures that are not fine
   */
  record Grid(
      long revision, Row.Step step, Map<Integer, TaskState> tasks, Map<Integer, LookState> looks) {}

  /**
   * A result.
   *
   * @param preview whether there is a small picture
   * @param picture whether there is a file that browsers show
   */
  record Take(
      int index,
      int generation,
      String node,
      long millis,
      @Nullable Long memoryBytes,
      boolean preview,
      boolean picture) {}
}
