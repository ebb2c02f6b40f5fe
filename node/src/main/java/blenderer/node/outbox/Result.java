package blenderer.node.outbox;

import blenderer.api.NodeSync.FailureInfo;
import blenderer.renderers.Picture;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The end of an attempt, with its files still where they were made.
 *
 * @param outcome {@code succeeded} or {@code failed}
 * @param files taken away from where they are
 * @param log taken away as well
 * @param startedAt epoch milliseconds
 * @param endedAt epoch milliseconds
 * @param renderer such as {@code blender 3.4.1}
 * @param memoryBytes the most memory seen
 * @param device what it was computed on, if known
 * @param seen what its picture looks like, if it has one
 */
public record Result(
    ResultKey key,
    String outcome,
    List<File> files,
    @Nullable Path log,
    @Nullable FailureInfo failure,
    long startedAt,
    long endedAt,
    @Nullable String renderer,
    @Nullable Long memoryBytes,
    @Nullable String device,
    @Nullable Seen seen) {

  /**
   * The picture among the files.
   *
   * @param path of its file
   * @param preview the small picture; null: the file is small enough itself
   */
  @SuppressWarnings("ArrayRecordComponent")
  public record Seen(String path, Picture picture, byte @Nullable [] preview) {}

  /**
   * A file that the task made.
   *
   * @param path relative to the job's output folder
   */
  public record File(String path, Path source) {}

  public Result {
    files = List.copyOf(files);
  }
}
