package blenderer.node.agent;

import blenderer.model.Failure;
import blenderer.model.IndexRanges;
import blenderer.model.RetryClass;
import blenderer.node.session.ActionEnd;
import blenderer.node.session.AttemptLog;
import blenderer.openjd.ChunkSpec;
import blenderer.openjd.TaskSpace;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Renders what a lease is about, in the slot's warm session. A task that fails there is rendered
 * once more in a cold session of its own; only then is its failure reported. The rest goes on in a
 * fresh warm session.
 */
final class LeaseRun {

  private static final Logger LOG = LoggerFactory.getLogger("blenderer.node");

  private final SlotWorker slot;
  private final SlotWorker.Shared shared;
  private final Lease lease;
  private final Prepared.Ready ready;
  private final Commit commit;

  LeaseRun(SlotWorker slot, SlotWorker.Shared shared, Lease lease, Prepared.Ready ready) {
    this.slot = slot;
    this.shared = shared;
    this.lease = lease;
    this.ready = ready;
    this.commit = new Commit(lease, ready, shared.outbox(), shared.clock());
  }

  /**
   * Runs until nothing is wanted any more, or the slot stops.
   *
   * @throws IOException when the node's own folders fail
   */
  void run() throws IOException, InterruptedException {
    List<Integer> pending = lease.pending();
    while (!pending.isEmpty() && !slot.isStopped()) {
      List<Integer> tasks = together(ready.step().tasks(), pending);
      LOG.info(
          "Rendering '{}' {}{}",
          lease.grant().jobName(),
          ready.nameOf(tasks.getFirst()),
          tasks.size() == 1 ? "" : " to " + ready.nameOf(tasks.getLast()));
      render(tasks);
      pending = lease.pending();
    }
  }

  /** Tasks from the start of {@code pending} that one action can render. */
  private static List<Integer> together(TaskSpace space, List<Integer> pending) {
    int first = pending.getFirst();
    long end = first + space.runLength(first);
    boolean gaps =
        space
            .chunks()
            .map(chunks -> chunks.rangeConstraint() == ChunkSpec.RangeConstraint.NONCONTIGUOUS)
            .orElse(false);
    List<Integer> tasks = new ArrayList<>();
    for (int index : pending) {
      boolean next = tasks.isEmpty() || index == tasks.getLast() + 1;
      if (index >= end || !(next || gaps)) {
        break;
      }
      tasks.add(index);
    }
    return tasks;
  }

  private void render(List<Integer> tasks) throws IOException, InterruptedException {
    SlotWorker.Warm warm;
    try {
      warm = slot.warmFor(ready, lease.grant());
    } catch (IllegalArgumentException e) {
      failAll(lease.pending(), new Failure("path-outside", e.getMessage() + ".", RetryClass.NEVER));
      return;
    }
    ChunkRun run = follow(warm.session(), tasks, this::begin);
    Ran ran = inSession(warm.session(), !warm.entered(), tasks, run);
    boolean wrong = !(ran.end() instanceof ActionEnd.Succeeded) || !run.refused().isEmpty();
    if (wrong) {
      refuseIfDiskIsFull(run.refused());
    }
    if (wrong || run.leftBehind()) {
      slot.endWarm();
    }
    for (TaskAttempt attempt : run.refused()) {
      Failure warmly = attempt.failure;
      // What a command of a person's own does may not be done twice for one try.
      boolean again = ready.kit().isShipped() && (warmly == null || !Watchdog.isVerdict(warmly));
      Failure coldly = again ? onceMore(attempt) : warmly;
      if (coldly == null) {
        continue;
      }
      commit.failed(attempt, coldly);
      boolean sameForAll =
          ran.inEnter()
              && coldly.retry() == RetryClass.NEVER
              && warmly != null
              && coldly.code().equals(warmly.code());
      if (sameForAll) {
        failAll(lease.pending(), coldly);
      }
    }
  }

  private TaskAttempt begin(int index) throws IOException {
    AttemptLog log =
        new AttemptLog(
            shared.logs().resolve(lease.id() + "-" + index + ".log"), shared.settings().logBytes());
    shared.live().begins(lease.id(), index, log);
    return new TaskAttempt(index, shared.clock().millis(), log);
  }

  private ChunkRun follow(OpenSession session, List<Integer> tasks, ChunkRun.Attempts attempts) {
    return new ChunkRun(lease, ready, commit, session.output(), tasks, attempts);
  }

  /**
   * How it went.
   *
   * @param inEnter whether it ended before the task's own action began
   */
  private record Ran(ActionEnd end, boolean inEnter) {}

  private Ran inSession(OpenSession session, boolean enter, List<Integer> tasks, ChunkRun run)
      throws IOException, InterruptedException {
    slot.runs(session);
    Runnable cancelIfUnwanted =
        () -> {
          if (tasks.stream().noneMatch(lease::isWanted)) {
            session.session().cancel(false);
          }
        };
    lease.whenLess(cancelIfUnwanted);
    cancelIfUnwanted.run();
    Ran ran;
    Watchdog watchdog =
        new Watchdog(lease::times, run, session::cpuMillis, () -> session.session().cancel(true));
    try {
      ActionEnd entered = enter ? session.session().enter(run) : new ActionEnd.Succeeded();
      if (entered instanceof ActionEnd.Succeeded) {
        run.judge();
        ran = new Ran(session.session().run(ranges(tasks), run), false);
      } else {
        ran = new Ran(entered, true);
      }
    } finally {
      lease.whenLess(null);
      slot.runs(null);
      watchdog.close();
    }
    Failure hung = watchdog.verdict();
    if (hung != null && !(ran.end() instanceof ActionEnd.Succeeded) && !slot.isStopped()) {
      ran = new Ran(new ActionEnd.Failed(hung.code(), hung.message()), ran.inEnter());
    }
    switch (ran.end()) {
      case ActionEnd.Succeeded _ -> run.succeeded();
      case ActionEnd.Failed(String code, String message) -> run.failed(code, message);
      case ActionEnd.Cancelled _ -> run.finish();
    }
    IOException trouble = run.trouble();
    if (trouble != null) {
      throw trouble;
    }
    return ran;
  }

  private static IndexRanges ranges(List<Integer> tasks) {
    return IndexRanges.of(tasks.stream().mapToInt(Integer::intValue).toArray());
  }

  /** A full disk is no fault of the task: it goes back without blame. */
  private void refuseIfDiskIsFull(List<TaskAttempt> refused) throws IOException {
    if (!refused.isEmpty() && shared.disk().spare() < 0) {
      refused.forEach(attempt -> attempt.log.discard());
      throw new IOException("the disk is full");
    }
  }

  /**
   * Renders a failed task again in a session of its own.
   *
   * @return why it failed again; null: it did not, or nobody wants it any more
   */
  private @Nullable Failure onceMore(TaskAttempt attempt) throws IOException, InterruptedException {
    if (!lease.isWanted(attempt.index) || slot.isStopped()) {
      attempt.log.discard();
      return null;
    }
    Failure before = attempt.failure;
    LOG.info(
        "'{}' {} went wrong ({}); once more in a fresh session",
        lease.grant().jobName(),
        ready.nameOf(attempt.index),
        before == null ? "unknown" : before.code());
    attempt.log.line("");
    attempt.log.line("The node renders this once more, in a fresh session.");
    attempt.failure = null;
    attempt.fromLog = null;
    OpenSession cold = OpenSession.open(shared.place(), ready, shared.cache(), true);
    try {
      List<Integer> tasks = List.of(attempt.index);
      ChunkRun run = follow(cold, tasks, _ -> attempt);
      Ran ran = inSession(cold, true, tasks, run);
      refuseIfDiskIsFull(run.refused());
      if (ran.end() instanceof ActionEnd.Cancelled) {
        attempt.log.discard();
        return null;
      }
      return run.refused().isEmpty() ? null : attempt.failure;
    } finally {
      cold.leave(!slot.isStopped());
    }
  }

  private void failAll(List<Integer> tasks, Failure failure) throws IOException {
    for (int index : tasks) {
      TaskAttempt attempt = begin(index);
      attempt.log.line(failure.message());
      commit.failed(attempt, failure);
    }
  }
}
