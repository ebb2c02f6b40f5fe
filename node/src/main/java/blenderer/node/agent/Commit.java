package blenderer.node.agent;

import blenderer.api.NodeSync;
import blenderer.model.Failure;
import blenderer.node.outbox.Outbox;
import blenderer.node.outbox.Result;
import blenderer.node.render.OutputCheck;
import blenderer.node.render.OutputFolder;
import blenderer.openjd.Directive;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Checks what a task made and puts it into the outbox. */
final class Commit {

  private static final Logger LOG = LoggerFactory.getLogger("blenderer.node");

  private final Lease lease;
  private final Prepared.Ready ready;
  private final OutputCheck check;
  private final FrameLook looking;
  private final Outbox outbox;
  private final Clock clock;

  Commit(Lease lease, Prepared.Ready ready, Outbox outbox, Clock clock) {
    this.lease = lease;
    this.ready = ready;
    this.check = new OutputCheck(ready.kit(), ready.parameters());
    this.looking = new FrameLook(ready.kit().isShipped());
    this.outbox = outbox;
    this.clock = clock;
  }

  /**
   * Commits a task that says it is done, unless a check finds something: that is then the attempt's
   * failure.
   *
   * @param paths relative to {@code output}; null: whatever lies there
   * @return whether the task needs nothing more
   * @throws IOException when the outbox cannot keep it
   */
  boolean succeeded(TaskAttempt attempt, OutputFolder output, @Nullable List<String> paths)
      throws IOException {
    if (!lease.isWanted(attempt.index)) {
      attempt.log.discard();
      attempt.leftBehind = paths == null;
      return true;
    }
    Failure fromLog = attempt.fromLog;
    if (fromLog != null) {
      attempt.failure = fromLog;
      return false;
    }
    return switch (paths == null ? check.checkAll(output) : check.check(output, paths)) {
      case OutputCheck.Bad(Failure failure) -> {
        attempt.failure = failure;
        attempt.log.line(
            "The node refused the result (" + failure.code() + "): " + failure.message());
        yield false;
      }
      case OutputCheck.Good(List<OutputCheck.Output> files) -> {
        long ended = clock.millis();
        Result.Seen seen = looking.look(files, attempt.told, output);
        attempt.log.close();
        List<Result.File> given = new ArrayList<>();
        for (OutputCheck.Output file : files) {
          given.add(new Result.File(file.path(), output.toGive(file)));
        }
        outbox.put(
            new Result(
                lease.key(attempt.index),
                "succeeded",
                given,
                existing(attempt.log.file()),
                null,
                attempt.startedAt,
                ended,
                renderer(attempt),
                attempt.memory(),
                device(attempt),
                seen));
        lease.finished(attempt.index);
        if (LOG.isInfoEnabled()) {
          LOG.info(
              "'{}' {} is done ({} s)",
              lease.grant().jobName(),
              ready.nameOf(attempt.index),
              String.format("%.1f", (ended - attempt.startedAt) / 1000.0));
        }
        yield true;
      }
    };
  }

  /** Reports the attempt's failure. */
  void failed(TaskAttempt attempt, Failure failure) throws IOException {
    if (!lease.isWanted(attempt.index)) {
      attempt.log.discard();
      return;
    }
    attempt.log.close();
    outbox.put(
        new Result(
            lease.key(attempt.index),
            "failed",
            List.of(),
            existing(attempt.log.file()),
            new NodeSync.FailureInfo(failure.code(), failure.message(), failure.retry().word()),
            attempt.startedAt,
            clock.millis(),
            renderer(attempt),
            attempt.memory(),
            device(attempt),
            null));
    lease.finished(attempt.index);
    LOG.warn(
        "'{}' {} failed ({}): {}",
        lease.grant().jobName(),
        ready.nameOf(attempt.index),
        failure.code(),
        failure.message());
  }

  /** What rendered it: as the node knows it, or else as it said itself. */
  private @Nullable String renderer(TaskAttempt attempt) {
    Directive.Look told = attempt.told;
    String known = ready.rendererLabel();
    return known != null || told == null
        ? known
        : told.program().map(program -> ready.kit().name() + " " + program).orElse(null);
  }

  private static @Nullable String device(TaskAttempt attempt) {
    Directive.Look told = attempt.told;
    return told == null ? null : told.device().orElse(null);
  }

  private static @Nullable Path existing(Path log) {
    return Files.exists(log) ? log : null;
  }
}
