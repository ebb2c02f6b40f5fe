package blenderer.node.agent;

import blenderer.api.NodeSync;
import blenderer.cas.BlobFiles;
import blenderer.cas.CasException;
import blenderer.model.Failure;
import blenderer.model.RetryClass;
import blenderer.node.cache.DiskRoom;
import blenderer.node.outbox.Outbox;
import blenderer.node.outbox.Result;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One slot: takes leases one after the other and renders them in sessions, warm ones if it can. */
final class SlotWorker implements Runnable {

  private static final Logger LOG = LoggerFactory.getLogger("blenderer.node");

  /**
   * What all slots share.
   *
   * @param logs a folder for the logs of attempts under way
   * @param live tells of them while somebody follows
   * @param isHalted looks whether the node can take work now, or has no space for it
   */
  record Shared(
      LeaseBoard board,
      Outbox outbox,
      OpenSession.Place place,
      BlobFiles cache,
      DiskRoom disk,
      Path logs,
      LiveTelling live,
      Signal signal,
      Clock clock,
      NodeSettings settings,
      BooleanSupplier isHalted) {}

  private final Shared shared;
  private @Nullable OpenSession warm;

  /** The same, for people who look. */
  private volatile NodeSync.@Nullable Warm warmShown;

  /** What runs now, for the thread that stops it. */
  private volatile @Nullable OpenSession running;

  private volatile boolean stopped;

  SlotWorker(Shared shared) {
    this.shared = shared;
  }

  @Override
  public void run() {
    try {
      while (!stopped) {
        Optional<Lease> lease =
            shared.board().take(this::fitsWarm, shared.settings().idleSession());
        if (lease.isPresent()) {
          work(lease.get());
          shared.signal().raise();
        } else {
          leaveWarm();
        }
      }
    } catch (InterruptedException e) {
      // Stopped.
    } finally {
      leaveAtOnce();
    }
  }

  /** Ends what runs now, and then {@link #run}. */
  void stop() {
    stopped = true;
    OpenSession now = running;
    if (now != null) {
      now.session().cancel(true);
    }
  }

  private void leaveAtOnce() {
    OpenSession now = warm;
    warm = null;
    warmShown = null;
    if (now != null) {
      try {
        now.leave(false);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private boolean fitsWarm(Lease lease) {
    OpenSession session = warm;
    return session != null
        && lease.prepared().getNow(null) instanceof Prepared.Ready ready
        && session.fits(ready.key());
  }

  private void leaveWarm() throws InterruptedException {
    OpenSession now = warm;
    warm = null;
    warmShown = null;
    if (now != null) {
      now.leave(!stopped);
    }
  }

  private void work(Lease lease) throws InterruptedException {
    Prepared prepared;
    try {
      prepared = lease.prepared().get();
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    }
    switch (prepared) {
      case Prepared.Dropped _ -> {}
      case Prepared.NoSpace _ -> {
        if (shared.isHalted().getAsBoolean()) {
          shared.board().giveBack(lease);
        } else {
          failAll(
              lease,
              new Failure(
                  "disk-room",
                  "The job's files do not fit on this node's disk.",
                  RetryClass.ELSEWHERE));
        }
      }
      case Prepared.Impossible(Failure failure) -> failAll(lease, failure);
      case Prepared.Ready ready -> {
        try {
          new LeaseRun(this, shared, lease, ready).run();
          if (ready.holdsCounted()) {
            leaveWarm();
          }
        } catch (IOException | CasException e) {
          stuck(lease, e);
        } catch (RuntimeException e) {
          LOG.error("Rendering '{}' failed in the node itself", lease.grant().jobName(), e);
          leaveWarm();
          failAll(
              lease,
              new Failure(
                  "node-error",
                  "The node failed while it rendered: " + e.getMessage() + ".",
                  RetryClass.ELSEWHERE));
        } finally {
          ready.release();
        }
      }
    }
  }

  /** The disk does not take what it must: nobody's fault but this computer's. */
  private void stuck(Lease lease, Exception e) throws InterruptedException {
    LOG.error(
        "Cannot go on with '{}': {}. Its frames go back to the farm",
        lease.grant().jobName(),
        e.getMessage());
    leaveWarm();
    if (shared.isHalted().getAsBoolean()) {
      shared.board().giveBack(lease);
    } else {
      failAll(
          lease,
          new Failure(
              "node-disk",
              "The node's disk failed: " + e.getMessage() + ".",
              RetryClass.ELSEWHERE));
    }
  }

  private void failAll(Lease lease, Failure failure) {
    LOG.warn("'{}' cannot be rendered here: {}", lease.grant().jobName(), failure.message());
    long now = shared.clock().millis();
    for (int index : lease.pending()) {
      try {
        shared
            .outbox()
            .put(
                new Result(
                    lease.key(index),
                    "failed",
                    List.of(),
                    null,
                    new NodeSync.FailureInfo(
                        failure.code(), failure.message(), failure.retry().word()),
                    now,
                    now,
                    null,
                    null,
                    null,
                    null));
      } catch (IOException e) {
        shared.outbox().giveBack(lease.key(index));
      }
      lease.finished(index);
    }
  }

  /** The session that is open, warm or at work. */
  Optional<NodeSync.Warm> warmSession() {
    return Optional.ofNullable(warmShown);
  }

  boolean isStopped() {
    return stopped;
  }

  /** The warm session if it fits, else a new one that is not entered yet, kept as the warm one. */
  record Warm(OpenSession session, boolean entered) {}

  Warm warmFor(Prepared.Ready ready, NodeSync.Grant grant)
      throws IOException, InterruptedException {
    OpenSession now = warm;
    if (now != null && now.fits(ready.key())) {
      try {
        now.bring(ready, shared.cache());
        return new Warm(now, true);
      } catch (CasException e) {
        LOG.warn("A session of '{}' ends early: {}", ready.job().name(), e.getMessage());
      }
    }
    leaveWarm();
    OpenSession opened = OpenSession.open(shared.place(), ready, shared.cache(), false);
    warm = opened;
    warmShown =
        new NodeSync.Warm(
            grant.job(), grant.jobName(), ready.rendererLabel(), shared.clock().millis());
    return new Warm(opened, false);
  }

  /** The warm session has failed or was cancelled. */
  void endWarm() throws InterruptedException {
    leaveWarm();
  }

  /** Tells {@link #stop} what to end; null: nothing. */
  void runs(@Nullable OpenSession session) {
    running = session;
    if (session != null && stopped) {
      session.session().cancel(true);
    }
  }
}
