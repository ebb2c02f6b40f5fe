package blenderer.api;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The farm as a whole, over time and now. Times are epoch milliseconds. */
public final class FarmFigures {

  private FarmFigures() {}

  /**
   * A stretch of time.
   *
   * @param online mean slots that were there
   * @param busy mean slots that worked
   * @param done attempts that succeeded
   * @param failed attempts that failed, or whose node was lost
   */
  public record Bucket(long at, double online, double busy, long done, long failed) {}

  /** {@code GET /v1/farm/history}; stretches in which the server did not run are left out. */
  public record History(long bucketMillis, List<Bucket> buckets) {}

  /** What of a person's jobs is not done. */
  public record Person(String person, int jobs, int ready, int running) {}

  /** {@code GET /v1/farm/queue}. */
  public record Queue(List<Person> people) {}

  /**
   * {@code GET /v1/farm/health}.
   *
   * @param waiting events that wait for the scheduler
   * @param certificateUntil until when the server's certificate is valid
   */
  public record Health(
      String version,
      long startedAt,
      boolean readOnly,
      long diskFree,
      long diskTotal,
      long journalBytes,
      int waiting,
      long heapUsed,
      long heapMax,
      long nodesOnline,
      long slots,
      long slotsBusy,
      long certificateUntil) {}

  /** What a node did. */
  public record Attempt(
      String job,
      String name,
      int step,
      int index,
      String item,
      String outcome,
      NodeSync.@Nullable FailureInfo failure,
      @Nullable String log,
      long startedAt,
      long endedAt,
      @Nullable Long memoryBytes) {}

  /**
   * {@code GET /v1/nodes/{name}}.
   *
   * @param recent what it did last, newest first
   * @param done of them
   * @param failed of them
   * @param host how its computer is; null: it has not said
   */
  public record NodePage(
      Farm.Node node, List<Attempt> recent, int done, int failed, NodeSync.@Nullable Host host) {}
}
