package blenderer.core;

import blenderer.model.Failure;
import blenderer.model.IndexRanges;
import blenderer.model.JobState;
import blenderer.model.Look;
import blenderer.model.LookState;
import blenderer.model.Outcome;
import blenderer.model.RetryClass;
import blenderer.model.StepState;
import blenderer.model.TaskState;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What can happen to a task once it is chosen: it gets a lease, finishes, fails, comes back, is
 * lost or stopped; and what follows for its step and job. Every change goes into the ledger.
 */
final class Tasks {

  private final Farm farm;
  private final Ledger ledger;
  private final Now now;

  Tasks(Farm farm, Ledger ledger, Now now) {
    this.farm = farm;
    this.ledger = ledger;
    this.now = now;
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
    farm.begin(lease);
    farm.shares.settle(lease, now.instant());
    farm.touched.add(node);
    ledger.lease(lease);
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
  void succeed(TaskEntry task, Event.Report report) {
    StepEntry step = task.step;
    Failure conflict = step.job.made.conflict(step, task.index, report.files());
    if (conflict != null) {
      fail(task, report.failed(conflict), conflict);
      return;
    }
    LeaseEntry lease = dropRight(task);
    lease.node.health.done(step.job.id());
    for (String other : task.triedOn) {
      NodeEntry blamed = other.equals(lease.node.id) ? null : farm.nodes.get(other);
      if (blamed != null) {
        blamed.health.proven(step.job.id(), step.job.id() + "/" + step.number() + "/" + task.index);
        farm.accused.add(blamed);
      }
    }
    step.observe(report.endedAt() - report.startedAt());
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
    look(task, report.look());
    settle(step);
  }

  private void look(TaskEntry task, @Nullable Look look) {
    StepEntry step = task.step;
    if (look == null) {
      judged(step, step.pictures.addNone(task.index));
      return;
    }
    Row.Look row = new Row.Look(step.job.id(), step.number(), task.index, task.generation, look);
    ledger.look(row);
    // What a template of a person's own makes may look like anything.
    if (!step.job.row().foreign()) {
      judged(step, step.pictures.add(task.index, new Pictures.Seen(row, null)));
    }
  }

  private void judged(StepEntry step, Set<Integer> changed) {
    for (int index : changed) {
      Pictures.Seen picture = step.pictures.at(index);
      if (picture != null) {
        judgement(step, index, picture, null);
      }
    }
  }

  private void judgement(StepEntry step, int index, Pictures.Seen picture, @Nullable String by) {
    ledger.judgement(
        new Row.Judgement(
            step.job.id(),
            step.number(),
            index,
            picture.generation,
            picture.state,
            picture.flags,
            by,
            by == null ? null : now.wall()));
  }

  /** A person takes a flagged picture. */
  void accept(StepEntry step, int index, String by) {
    Pictures.Seen picture = step.pictures.at(index);
    if (picture != null) {
      picture.state = LookState.ACCEPTED;
      judgement(step, index, picture, by);
    }
  }

  /** The task is rendered again. */
  void forgetPicture(StepEntry step, int index) {
    Pictures.Seen picture = step.pictures.remove(index);
    if (picture != null && picture.isFlagged()) {
      picture.state = LookState.RETRIED;
      judgement(step, index, picture, null);
    }
  }

  /** Says that a job waits for a person, once its first results are there. */
  void sayIfHeld(StepEntry step) {
    if (step.waitsForApproval()) {
      step.job.say(
          "The first results are there: look at them, then 'blenderer approve' renders the rest");
      ledger.job(step.job);
    }
  }

  /** Records a fault; the task is tried again or has failed. */
  void fail(TaskEntry task, Event.Report report, Failure failure) {
    StepEntry step = task.step;
    LeaseEntry lease = dropRight(task);
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
    settle(step);
  }

  /** The node is not to blame; nor is the task, as long as there is a node with more. */
  private void outOfMemory(TaskEntry task, NodeEntry node, Failure failure) {
    switch (new MemoryNeed(farm, ledger, this).learn(task.step, node, failure)) {
      case MemoryNeed.Advice.NoMore(Failure last) -> fault(task, node.id, last);
      case MemoryNeed.Advice.More() -> {
        task.failure = failure;
        task.move(TaskMoves.Move.TRY_AGAIN);
        reopen(task);
      }
    }
  }

  private void fault(TaskEntry task, String node, Failure failure) {
    task.tries++;
    task.failure = failure;
    task.triedOn(node);
    if (failure.retry() == RetryClass.NEVER || task.tries >= farm.settings.tries()) {
      task.move(TaskMoves.Move.GIVE_UP);
      close(task, task.step.failed);
    } else {
      task.move(TaskMoves.Move.TRY_AGAIN);
      reopen(task);
    }
  }

  /** Takes a task back without fault. */
  void requeue(TaskEntry task) {
    dropRight(task);
    task.move(TaskMoves.Move.REQUEUE);
    reopen(task);
    settle(task.step);
  }

  /**
   * The node that held the task is gone for good. The first loss is free; later ones count as
   * tries, so that a scene that kills nodes cannot drain the farm.
   */
  void lose(TaskEntry task) {
    LeaseEntry lease = dropRight(task);
    task.losses++;
    ledger.attempt(
        new Row.Attempt(
            lease.id,
            task.step.job.id(),
            task.step.number(),
            task.index,
            task.generation,
            task.attempt(),
            lease.node.id,
            Outcome.LOST,
            null,
            null,
            lease.grantedAt,
            now.wall(),
            null,
            null,
            null));
    if (task.losses > farm.settings.freeLosses()) {
      fault(
          task,
          lease.node.id,
          new Failure(
              "node-lost",
              "node '" + lease.node.id + "' was lost while it worked on the task",
              RetryClass.ELSEWHERE));
      stopIfHopeless(task.step);
    } else {
      task.move(TaskMoves.Move.REQUEUE);
      reopen(task);
    }
    settle(task.step);
  }

  /** A new generation of a finished task; one that never ran just becomes fresh again. */
  void wake(StepEntry step, int index) {
    if (step.withheld.remove(index) || step.omitted.remove(index)) {
      step.fresh.add(index);
      return;
    }
    forgetPicture(step, index);
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
      dropRight(task);
      task.move(TaskMoves.Move.REQUEUE);
    }
    task.move(TaskMoves.Move.SKIP);
    close(task, step.skipped);
  }

  /** Stops everything of a step that is not finished. */
  void cancel(StepEntry step) {
    for (TaskEntry task : new ArrayList<>(step.open.values())) {
      if (task.lease != null) {
        dropRight(task);
      }
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

  /** Ends the task's right under its lease, and the lease with its last right. */
  private LeaseEntry dropRight(TaskEntry task) {
    LeaseEntry lease = task.lease;
    if (lease == null) {
      throw new IllegalStateException("task " + task.index + " has no lease");
    }
    task.lease = null;
    task.step.again.remove(task.index);
    lease.drop(task);
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
    return lease;
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
      judged(step, step.pictures.addNone(task.index));
    }
  }

  private void attempt(TaskEntry task, LeaseEntry lease, Outcome outcome, Event.Report report) {
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
            report.failure(),
            report.log(),
            report.startedAt(),
            report.endedAt(),
            report.renderer(),
            report.memoryBytes(),
            report.device()));
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
            settle(one);
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

  /** Finishes the step if nothing of it is left, and then looks at the job. */
  void settle(StepEntry step) {
    sayIfHeld(step);
    if (step.isFinished() || !step.open.isEmpty() || !step.fresh.isEmpty()) {
      return;
    }
    step.state(
        !step.failed.isEmpty()
            ? StepState.FAILED
            : step.cancelled.isEmpty() && step.withheld.isEmpty()
                ? StepState.DONE
                : StepState.CANCELLED);
    ledger.step(step);
    farm.refresh(step);
    settle(step.job);
  }

  private void settle(JobEntry job) {
    for (StepEntry step : job.steps) {
      if (step.state() == StepState.BLOCKED
          && step.row().dependsOn().stream()
              .allMatch(before -> job.steps.get(before).state() == StepState.DONE)) {
        step.state(StepState.READY);
        ledger.step(step);
        farm.suspects.add(step);
        farm.refresh(step);
      }
    }
    boolean goesOn =
        job.steps.stream()
            .anyMatch(
                s ->
                    s.state() == StepState.READY
                        || s.state() == StepState.RUNNING
                        || s.state() == StepState.INCOMPATIBLE);
    if (goesOn) {
      return;
    }
    boolean failed = job.steps.stream().anyMatch(s -> s.state() == StepState.FAILED);
    boolean done = job.steps.stream().allMatch(s -> s.state() == StepState.DONE);
    finish(
        job,
        failed ? JobState.FAILED : done ? JobState.DONE : JobState.CANCELLED,
        failed ? failureSentence(job) : null);
  }

  /** A job that was to run after one that was not done waits for a person. */
  void hold(JobEntry job, String before, JobState state) {
    if (!job.state().isFinished()) {
      job.state(
          JobState.HELD,
          "job '"
              + before
              + "', after which this one was to run, "
              + (state == JobState.FAILED ? "failed" : "was cancelled")
              + ": resume this one to run it all the same",
          now);
      ledger.job(job);
    }
  }

  /** Ends the job; it leaves memory. */
  void finish(JobEntry job, JobState state, @Nullable String message) {
    job.state(state, message, now);
    ledger.job(job);
    farm.remove(job);
    for (JobEntry other : farm.ended(job, state)) {
      if (state != JobState.DONE) {
        hold(other, job.row().name(), state);
      }
      farm.refresh(other);
    }
  }

  private static String failureSentence(JobEntry job) {
    int failed = 0;
    int stopped = 0;
    int done = 0;
    int total = 0;
    for (StepEntry step : job.steps) {
      failed += step.failed.size();
      stopped += step.withheld.size() + step.cancelled.size();
      done += step.done.size();
      total += step.row().size();
    }
    String sentence = failed + " of " + total + " tasks failed";
    if (stopped == 0) {
      return sentence;
    }
    String so = ", so the other " + stopped + " were not tried";
    Integer most = job.row().terms().maxFailures();
    return done == 0 && (most == null || failed <= most)
        ? sentence + " and none succeeded" + so
        : most != null && failed > most
            ? sentence + ", more than the " + most + " that may fail" + so
            : failed >= done ? sentence + ", no fewer than were done" + so : sentence;
  }
}
