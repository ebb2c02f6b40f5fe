package blenderer.server.routes;

import blenderer.api.LiveLogs;
import blenderer.core.History;
import blenderer.core.Row;
import blenderer.journal.AccountStore.Identity;
import blenderer.model.Digest;
import blenderer.model.IndexRanges;
import blenderer.model.TaskState;
import blenderer.server.http.Exchange;
import blenderer.server.http.HttpError;
import blenderer.server.scheduling.LiveFarm;
import blenderer.server.trust.Action;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Logs of attempts under way: people follow them, nodes tell. */
final class LogRoutes {

  private static final int LONGEST_WAIT_SECONDS = 25;

  /** After so long without a word it is looked whether the attempt is over. */
  private static final long LOOK_MILLIS = 1_000;

  /** The most that a node tells of one log, and of how many. */
  private static final int MOST_BYTES = 256 << 10;

  private static final int MOST_PARTS = 16;
  private static final int ATTEMPTS = 1000;

  private final LogBoard board;
  private final LiveFarm farm;
  private final History history;

  LogRoutes(LogBoard board, LiveFarm farm, History history) {
    this.board = board;
    this.farm = farm;
    this.history = history;
  }

  List<Endpoint> endpoints() {
    return List.of(
        new Endpoint(
            "GET", "/v1/jobs/{id}/frames/{step}/{index}/log", Action.SEE_FARM, this::follow),
        new Endpoint("POST", "/v1/node/logs", Action.WORK, this::told));
  }

  private void follow(Exchange exchange, Identity caller) throws IOException {
    Row.Job job = JobRoutes.find(history, exchange.param("id")).job();
    int step = Query.whole(exchange, "step");
    int index = Query.whole(exchange, "index");
    long from = Query.number(exchange, "from", 0, 0, Long.MAX_VALUE / 2);
    long wait = Query.number(exchange, "wait", 0, 0, LONGEST_WAIT_SECONDS);
    String lease = exchange.query("lease").orElse(null);
    String node = null;
    if (lease == null) {
      LiveFarm.Lease found = running(job, step, index);
      lease = found.id();
      node = found.node();
    } else if (isRunning(lease, job, step, index)) {
      node = farm.lease(lease).map(LiveFarm.Lease::node).orElse(null);
    }
    if (node == null) {
      exchange.json(200, ended(job, step, index, lease, "", new LogBoard.Slice(from, "", from)));
      return;
    }
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(wait);
    while (true) {
      long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
      LogBoard.Slice slice = read(lease, index, node, from, Math.clamp(left, 0, LOOK_MILLIS));
      if (slice.text().isEmpty() && !isRunning(lease, job, step, index)) {
        board.forget(lease, index);
        exchange.json(200, ended(job, step, index, lease, node, slice));
        return;
      }
      if (!slice.text().isEmpty() || left <= LOOK_MILLIS) {
        exchange.json(
            200,
            new LiveLogs.Log(lease, node, slice.from(), slice.text(), slice.next(), false, null));
        return;
      }
    }
  }

  private LogBoard.Slice read(String lease, int index, String node, long from, long millis)
      throws IOException {
    try {
      return board.read(lease, index, node, from, millis);
    } catch (IllegalStateException e) {
      throw HttpError.retryable(
          429,
          "too-many-logs",
          "So many logs are followed now that there is no place for another one.",
          "Try again later; the whole log is there when the attempt has ended.");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  /** The first that began with the task, if an idle node does it, too. */
  private LiveFarm.Lease running(Row.Job job, int step, int index) {
    return farm.leasesOfJob(job.id()).stream()
        .filter(lease -> isRunning(lease.id(), job, step, index))
        .min(Comparator.comparing(LiveFarm.Lease::isTwin).thenComparing(LiveFarm.Lease::id))
        .orElseThrow(
            () ->
                HttpError.of(
                    404,
                    "not-running",
                    "No node works on this task now.",
                    "Ask for its attempts: each has its log."));
  }

  private boolean isRunning(String id, Row.Job job, int step, int index) {
    LiveFarm.Lease lease = farm.lease(id).orElse(null);
    if (lease == null
        || !lease.job().equals(job.id())
        || lease.step() != step
        || !lease.tasks().contains(index)) {
      return false;
    }
    List<History.TaskView> tasks =
        history.tasks(job.id(), new History.TaskFilter(step, IndexRanges.of(index), null), null, 1);
    return !tasks.isEmpty()
        && tasks.getFirst().task().state() == TaskState.LEASED
        && (lease.isTwin() || id.equals(tasks.getFirst().task().lease()));
  }

  private LiveLogs.Log ended(
      Row.Job job, int step, int index, String lease, String node, LogBoard.Slice slice) {
    Row.Attempt attempt = attempt(job, step, index, lease);
    Digest log = attempt == null ? null : attempt.log();
    return new LiveLogs.Log(
        lease,
        attempt == null ? node : attempt.node(),
        slice.from(),
        slice.text(),
        slice.next(),
        true,
        log == null ? null : log.hex());
  }

  private Row.@Nullable Attempt attempt(Row.Job job, int step, int index, String lease) {
    return history
        .attempts(job.id(), new History.TaskFilter(step, IndexRanges.of(index), null), 0, ATTEMPTS)
        .stream()
        .map(History.Numbered::row)
        .filter(attempt -> attempt.lease().equals(lease))
        .findAny()
        .orElse(null);
  }

  private void told(Exchange exchange, Identity caller) throws IOException {
    List<LiveLogs.Part> parts = Query.need(exchange.json(LiveLogs.Told.class).parts(), "parts");
    if (parts.size() > MOST_PARTS) {
      throw tooMuch(parts.size() + " logs at once");
    }
    for (LiveLogs.Part part : parts) {
      byte[] text = Query.need(part.text(), "parts/text").getBytes(StandardCharsets.UTF_8);
      if (text.length > MOST_BYTES || part.from() < 0 || part.from() > Long.MAX_VALUE / 2) {
        throw tooMuch(text.length + " bytes at " + part.from());
      }
      board.told(
          caller.name(), Query.need(part.lease(), "parts/lease"), part.index(), part.from(), text);
    }
    exchange.json(200, new LiveLogs.Wanted(board.followedAt(caller.name())));
  }

  private static HttpError tooMuch(String what) {
    return HttpError.of(
        422,
        "bad-logs",
        "A node cannot tell " + what + ".",
        "Run the same version of Blenderer at the server and at its nodes.");
  }
}
