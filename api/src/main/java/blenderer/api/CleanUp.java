package blenderer.api;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What holds the store's bytes, and what of finished jobs goes. Times are epoch milliseconds. */
public final class CleanUp {

  private CleanUp() {}

  /**
   * What goes by itself, once a day.
   *
   * @param kind {@code scenes}, {@code frames}, {@code logs}, or {@code jobs}: all of it
   * @param olderThanDays only of jobs that finished longer ago; null: of any
   * @param moreThanBytes only while jobs hold more of it, the first that finished first; null:
   *     however much
   * @param states of the jobs: words of finished states; null: done, failed and cancelled
   * @param project only of its jobs; null: of all
   */
  public record Rule(
      String kind,
      @Nullable Integer olderThanDays,
      @Nullable Long moreThanBytes,
      @Nullable List<String> states,
      @Nullable String project) {}

  /** {@code GET} and {@code PUT /v1/clean-up/rules}. */
  public record Rules(List<Rule> rules) {}

  /**
   * {@code POST /v1/clean-up}.
   *
   * @param dryRun only says what would go
   * @param rules null: those that are set
   */
  public record Run(boolean dryRun, @Nullable List<Rule> rules) {}

  /** Something that goes, or went. */
  public record Item(
      String job, String name, String owner, String project, String kind, long bytes, String why) {}

  /**
   * What went, or would go.
   *
   * @param bytes that it holds together; what other jobs share stays
   */
  public record Report(boolean dryRun, List<Item> items, long bytes) {}

  /** {@code unused}: of deleted jobs, or of those that are being submitted. */
  public record Kind(String kind, long bytes, long blobs) {}

  /** What a job holds, in bytes; what several share counts with each. */
  public record Job(
      String id,
      String name,
      String owner,
      String project,
      String state,
      @Nullable Long finishedAt,
      long scenes,
      long frames,
      long previews,
      long logs) {}

  /**
   * {@code GET /v1/storage}.
   *
   * @param free on the disk of the data folder
   * @param minFree what people's uploads leave free of it
   * @param jobs those that hold most
   */
  public record Storage(
      long bytes, long blobs, long free, long minFree, List<Kind> kinds, List<Job> jobs) {}
}
