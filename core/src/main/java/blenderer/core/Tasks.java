package blenderer.core;

import blenderer.model.Failure;
import blenderer.model.IndexRanges;
import blenderer.model.JobState;
import blenderer.model.Outcome;
import blenderer.model.RetryClass;
import blenderer.model.StepState;
import blenderer.model.TaskState;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What can happen to a task once it is chosen: it gets a lease, finishes, fails, comes back, is
 * lost or stopped; and what follows for its step and job. Every change goes into the ledger.
 */
final class Tasks {

  private final Farm farm;
  private final Ledger ledger;
  private final Now now;
  final Judgements judgements;
  final Endings endings;

  Tasks(Farm farm, Ledger ledger, Now now) {
    this.farm = farm;
    this.ledger = ledger;
    this.now = now;
    this.judgements = new Judgements(ledger, now);
    this.endings = new Endings(farm, ledger, now);
  }

  /** Gives the node the right to the given leasable tasks. INV-3: any older right ends here. */
  LeaseEntry grant(NodeEntry node, StepEntry step, List<Integer> indexes) {
    LeaseEntry lease = new LeaseEntry(farm.newLeaseId(), node, step, ranges(indexes), now.wall());
    lease.deadline = now.instant() + farm.settings.termMillis();
    for (int index : indexes) {
      TaskEntry task = step.open.get(index);
      if (task == null) {
        step.fresh.remove(index);
        task = new TaskEntry(step, index, 1);
        step.open.put(index, task);
      }
      step.again.remove(index);
      task.move(TaskMoves.Move.LEASE);
      task.lease = lease;
      task.startedAt = now.wall();
      lease.grant(task);
      ledger.task(task, null);
    }
    KeptNodes.served(step.kind);
    step.leftSince = -1;
    if (step.job.row().manifest() != null) {
      step.job.holders.add(node);
    }
    begin(lease);
    if (step.state() == StepState.READY) {
      step.state(StepState.RUNNING);
      ledger.step(step);
    }
    if (step.job.state() == JobState.WAITING) {
      step.job.state(JobState.RUNNING, null, now);
      ledger.job(step.job);
    }
    farm.refresh(step);
    return lease;
  }

  /**
   * Gives the node a second right to a task that another node has. INV-3: whichever report comes
   * first ends the other right.
   */
  LeaseEntry grantTwin(NodeEntry node, TaskEntry task) {
    LeaseEntry lease =
        new LeaseEntry(farm.newLeaseId(), node, task.step, IndexRanges.of(task.index), now.wall());
    lease.twin = true;
    lease.deadline = now.instant() + farm.settings.termMillis();
    task.twin = lease;
    lease.grant(task);
    begin(lease);
    farm.refresh(task.step);
    return lease;
  }

  private void begin(LeaseEntry lease) {
    farm.begin(lease);
    farm.shares.settle(lease, now.instant());
    farm.touched.add(lease.node);
    ledger.lease(lease);
  }

  private static IndexRanges ranges(List<Integer> indexes) {
    int first = indexes.getFirst();
    int last = indexes.getLast();
    return last - first + 1 == indexes.size()
        ? IndexRanges.range(first, last)
        : IndexRanges.of(indexes.stream().mapToInt(Integer::intValue).toArray());
  }

  /**
   * Records a result for good. INV-2: the caller has checked that the lease has the right to it.
   */
  void succeed(TaskEntry task, LeaseEntry lease, Event.Report report) {
    StepEntry step = task.step;
    Failure conflict = step.job.made.conflict(step, task.index, report.files());
    if (conflict != null) {
      fail(task, lease, report.failed(conflict), conflict);
      return;
    }
    for (LeaseEntry other : task.leases()) {
      if (other != lease) {
        outrun(task, other);
      }
    }
    dropRight(task, lease);
    lease.node.health.done(step.job.id());
    for (String other : task.triedOn) {
      NodeEntry blamed = other.equals(lease.node.id) ? null : farm.nodes.get(other);
      if (blamed != null) {
        blamed.health.proven(step.job.id(), step.job.id() + "/" + step.number() + "/" + task.index);
        farm.accused.add(blamed);
      }
    }
    step.observe(report.endedAt() - report.startedAt(), lease.node.pace);
    farm.shares.observe(step, report.endedAt() - report.startedAt());
    step.job.made.add(task, report.files());
    task.move(TaskMoves.Move.SUCCEED);
    attempt(task, lease, Outcome.SUCCEEDED, report);
    for (Event.File file : report.files()) {
      ledger.output(
          new Row.Output(
              step.job.id(),
              step.number(),
              task.index,
              task.generation,
              file.path(),
              file.digest(),
              file.size(),
              now.wall()));
    }
    close(task, step.done);
    judgements.look(task, report.look());
    endings.settle(step);
  }

  /** Another lease is done first: this one has worked for nothing, without fault. */
  private void outrun(TaskEntry task, LeaseEntry lease) {
    long since = lease.currentSince;
    dropRight(task, lease);
    if (lease.started && since >= 0) {
      long elapsed = now.instant() - since;
      task.step.weights.stopped(elapsed, lease.node.pace);
      attempt(task, lease, Outcome.CANCELLED, null, now.wall() - elapsed);
    }
  }

  /**
   * Records a fault; the task is tried again or has failed. While another lease has a right to it,
   * that one goes on: both together are one try.
   */
  void fail(TaskEntry task, LeaseEntry lease, Event.Report report, Failure failure) {
    StepEntry step = task.step;
    dropRight(task, lease);
    attempt(task, lease, Outcome.FAILED, report);
    if (failure.code().equals(MemoryNeed.CODE)) {
      outOfMemory(task, lease.node, failure);
    } else {
      if (failure.retry() != RetryClass.NEVER) {
        lease.node.health.failed(step.job.id());
        farm.accused.add(lease.node);
      }
      fault(task, lease.node.id, failure);
    }
    stopIfHopeless(step);
    endings.settle(step);
  }

  /** The node is not to blame; nor is the task, as long as there is a node with more. */
  private void outOfMemory(TaskEntry task, NodeEntry node, Failure failure) {
    switch (new MemoryNeed(farm, ledger, this).learn(task.step, node, failure)) {
      case MemoryNeed.Advice.NoMore(Failure last) -> fault(task, node.id, last);
      case MemoryNeed.Advice.More() -> {
        task.failure = failure;
        if (task.lease != null) {
          goOn(task);
        } else if (task.state == TaskState.READY) {
          // A twin that was about to begin it with as little has been taken back.
          reopen(task);
        } else {
          task.move(TaskMoves.Move.TRY_AGAIN);
          reopen(task);
        }
      }
    }
  }

  private void fault(TaskEntry task, String node, Failure failure) {
    task.failure = failure;
    task.triedOn(node);
    if (task.lease != null) {
      goOn(task);
      return;
    }
    task.tries++;
    if (failure.retry() == RetryClass.NEVER || task.tries >= farm.settings.tries()) {
      task.move(TaskMoves.Move.GIVE_UP);
      close(task, task.step.failed);
    } else {
      task.move(TaskMoves.Move.TRY_AGAIN);
      reopen(task);
    }
  }

  /** Takes a task back without fault from all who have it. */
  void requeue(TaskEntry task) {
    task.leases().forEach(lease -> requeue(task, lease));
  }

  /** Takes a task back from a lease without fault. */
  void requeue(TaskEntry task, LeaseEntry lease) {
    dropRight(task, lease);
    if (task.lease != null) {
      goOn(task);
      return;
    }
    task.move(TaskMoves.Move.REQUEUE);
    reopen(task);
    endings.settle(task.step);
  }

  /** Takes back without fault all that a lease has left. */
  void giveBack(LeaseEntry lease) {
    lease.rights.copy().forEach(task -> requeue(task, lease));
  }

  /** Nobody who has the task will be heard of again. */
  void lose(TaskEntry task) {
    task.leases().reversed().forEach(lease -> lose(task, lease));
  }

  /**
   * The node that held the task is gone for good. The first loss is free; later ones count as
   * tries, so that a scene that kills nodes cannot drain the farm.
   */
  void lose(TaskEntry task, LeaseEntry lease) {
    dropRight(task, lease);
    task.losses++;
    attempt(task, lease, Outcome.LOST, null, lease.grantedAt);
    if (task.losses > farm.settings.freeLosses()) {
      fault(
          task,
          lease.node.id,
          new Failure(
              "node-lost",
              "node '" + lease.node.id + "' was lost while it worked on the task",
              RetryClass.ELSEWHERE));
      stopIfHopeless(task.step);
    } else if (task.lease != null) {
      goOn(task);
    } else {
      task.move(TaskMoves.Move.REQUEUE);
      reopen(task);
    }
    endings.settle(task.step);
  }

  /** Another lease has a right to the task still. */
  private void goOn(TaskEntry task) {
    ledger.task(task, null);
    farm.refresh(task.step);
    farm.workAppeared = true;
  }

  /** A new generation of a finished task; one that never ran just becomes fresh again. */
  void wake(StepEntry step, int index) {
    if (step.withheld.remove(index) || step.omitted.remove(index)) {
      step.fresh.add(index);
      return;
    }
    judgements.forgetPicture(step, index);
    step.done.remove(index);
    step.failed.remove(index);
    step.cancelled.remove(index);
    step.skipped.remove(index);
    int generation = step.finishedGeneration(index) + 1;
    step.generations.remove(index);
    TaskEntry task = new TaskEntry(step, index, generation);
    step.open.put(index, task);
    step.again.add(index);
    ledger.task(task, null);
  }

  /** A person leaves a task out; what is done stays. Whoever renders it is told to stop. */
  void skip(StepEntry step, int index) {
    if (step.fresh.remove(index) || step.withheld.remove(index)) {
      step.omitted.add(index);
      return;
    }
    TaskEntry task = step.open.get(index);
    if (task == null) {
      boolean over = step.failed.remove(index) || step.cancelled.remove(index);
      if (!over) {
        return;
      }
      task = new TaskEntry(step, index, step.finishedGeneration(index));
      task.state = TaskState.FAILED;
    } else if (task.lease != null) {
      dropRights(task);
      task.move(TaskMoves.Move.REQUEUE);
    }
    task.move(TaskMoves.Move.SKIP);
    close(task, step.skipped);
  }

  /** Stops everything of a step that is not finished. */
  void cancel(StepEntry step) {
    for (TaskEntry task : new ArrayList<>(step.open.values())) {
      dropRights(task);
      task.move(TaskMoves.Move.CANCEL);
      close(task, step.cancelled);
    }
    withholdFresh(step);
  }

  private void withholdFresh(StepEntry step) {
    step.withheld.addAll(step.fresh.toRanges());
    step.fresh.clear();
    ledger.step(step);
    farm.refresh(step);
  }

  private void dropRights(TaskEntry task) {
    task.leases().forEach(lease -> dropRight(task, lease));
  }

  /**
   * Ends the task's right under a lease, and the lease with its last right. A twin that is left
   * becomes the first.
   */
  private void dropRight(TaskEntry task, LeaseEntry lease) {
    LeaseEntry heir = task.twin;
    if (task.lease == lease) {
      task.lease = heir;
      if (heir != null) {
        heir.twin = false;
        ledger.lease(heir);
      }
    } else if (heir != lease) {
      throw new IllegalStateException("task " + task.index + " is not of lease " + lease.id);
    }
    task.twin = null;
    if (task.lease == null) {
      task.step.again.remove(task.index);
    } else {
      task.step.noteHands(task);
    }
    boolean current = lease.rights.first() == task.index;
    lease.drop(task);
    if (current) {
      lease.currentSince = now.instant();
    }
    farm.suspects.add(task.step);
    farm.touched.add(lease.node);
    if (!lease.late) {
      farm.shares.settle(lease, now.instant());
    }
    if (lease.rights.isEmpty()) {
      ledger.leaseEnded(lease);
      farm.end(lease);
    } else {
      Tails.note(farm.divisible, lease);
    }
  }

  private void reopen(TaskEntry task) {
    task.step.again.add(task.index);
    ledger.task(task, null);
    farm.refresh(task.step);
    farm.workAppeared = true;
  }

  private void close(TaskEntry task, IndexSet to) {
    StepEntry step = task.step;
    step.open.remove(task.index);
    step.again.remove(task.index);
    to.add(task.index);
    if (task.generation > 1) {
      step.generations.put(task.index, task.generation);
    }
    ledger.task(task, now.wall());
    farm.refresh(step);
    if (to != step.done) {
      judgements.judged(step, step.pictures.addNone(task.index));
    }
  }

  private void attempt(TaskEntry task, LeaseEntry lease, Outcome outcome, Event.Report report) {
    attempt(task, lease, outcome, report, report.startedAt());
  }

  /**
   * @param report null: the node has said nothing of it
   */
  private void attempt(
      TaskEntry task,
      LeaseEntry lease,
      Outcome outcome,
      Event.@Nullable Report report,
      long startedAt) {
    ledger.attempt(
        new Row.Attempt(
            lease.id,
            task.step.job.id(),
            task.step.number(),
            task.index,
            task.generation,
            task.attempt(),
            lease.node.id,
            outcome,
            report == null ? null : report.failure(),
            report == null ? null : report.log(),
            startedAt,
            report == null ? now.wall() : report.endedAt(),
            report == null ? null : report.renderer(),
            report == null ? null : report.memoryBytes(),
            report == null ? null : report.device()));
  }

  /** A step whose first tasks all failed would only burn the night: what is left is stopped. */
  private void stopIfHopeless(StepEntry step) {
    if (!step.isFinished()
        && step.done.isEmpty()
        && step.failed.size() >= farm.settings.hopelessAfter()) {
      stopRest(step);
    }
    if (hasFailedTooOften(step.job)) {
      for (StepEntry one : step.job.steps) {
        if (!one.isFinished() && one.state() != StepState.BLOCKED) {
          stopRest(one);
          if (one != step) {
            endings.settle(one);
          }
        }
      }
    }
  }

  /** Whether more tasks have failed than the job's owner, or good sense, lets fail. */
  private boolean hasFailedTooOften(JobEntry job) {
    int failed = 0;
    int done = 0;
    for (StepEntry step : job.steps) {
      failed += step.failed.size();
      done += step.done.size();
    }
    Integer most = job.row().terms().maxFailures();
    return most == null
        ? failed >= farm.settings.faults().jobFailures() && failed >= done
        : failed > most;
  }

  /** What nobody works on is not done any more. */
  private void stopRest(StepEntry step) {
    for (TaskEntry task : new ArrayList<>(step.open.values())) {
      if (task.lease == null) {
        task.move(TaskMoves.Move.CANCEL);
        close(task, step.cancelled);
      }
    }
    withholdFresh(step);
  }
}
