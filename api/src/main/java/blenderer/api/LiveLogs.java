package blenderer.api;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Logs of attempts that are under way, for whoever follows them. Soft: nothing of it is kept; the
 * whole log comes with the attempt's report. An attempt is a task's index under a lease; places in
 * a log are counted in bytes of UTF-8.
 */
public final class LiveLogs {

  private LiveLogs() {}

  /**
   * What somebody follows.
   *
   * @param from what comes before this place is there already
   */
  public record Followed(String lease, int index, long from) {}

  /**
   * New lines of an attempt.
   *
   * @param from where they begin; further on than was asked when too much came at once
   */
  public record Part(String lease, int index, long from, String text) {}

  /** {@code POST /v1/node/logs}: what is new; no parts: nothing is. */
  public record Told(List<Part> parts) {}

  /** The answer: what of this node's is still followed. */
  public record Wanted(List<Followed> follow) {}

  /**
   * {@code GET /v1/jobs/{id}/frames/{step}/{index}/log}: what is new in a running attempt's log.
   *
   * @param node where it runs
   * @param from where {@code text} begins; further on than was asked when that is not there any
   *     more
   * @param next goes into {@code ?from=} for what comes then
   * @param ended the attempt is over; what is missing stands in its whole log
   * @param log the digest of its whole log; only with {@code ended}, and if there is one
   */
  public record Log(
      String lease,
      String node,
      long from,
      String text,
      long next,
      boolean ended,
      @Nullable String log) {}
}
