package blenderer.core;

import blenderer.model.IndexRanges;
import blenderer.model.JobPart;
import blenderer.model.JobState;
import blenderer.model.StepState;
import java.util.List;
import java.util.Objects;
import java.util.PrimitiveIterator;
import org.jspecify.annotations.Nullable;

/** What people do to jobs and nodes. */
final class People {

  private final Farm farm;
  private final Ledger ledger;
  private final Now now;
  private final Tasks tasks;
  private final Compatibility compatibility;

  People(Farm farm, Ledger ledger, Now now, Tasks tasks, Compatibility compatibility) {
    this.farm = farm;
    this.ledger = ledger;
    this.now = now;
    this.tasks = tasks;
    this.compatibility = compatibility;
  }

  void submitted(Row.Job row, List<Row.Step> steps) {
    if (farm.jobs.containsKey(row.id())) {
      ledger.refuse("job-exists", "there is a job " + row.id() + " already");
      return;
    }
    JobEntry job = new JobEntry(row);
    ledger.submitted(row);
    ledger.job(job);
    for (Row.Step stepRow : steps) {
      StepEntry step = new StepEntry(job, stepRow, farm.settings.looks());
      step.state(stepRow.dependsOn().isEmpty() ? StepState.READY : StepState.BLOCKED);
      job.steps.add(step);
      ledger.step(step);
      farm.suspects.add(step);
    }
    farm.add(job);
    farm.await(job);
    JobEntry.Spoiled spoiled = farm.spoiledFor(job);
    if (spoiled != null) {
      // It ended while this one was on its way here.
      tasks.endings.hold(job, spoiled.id(), spoiled.state());
      farm.refresh(job);
    }
  }

  private @Nullable JobEntry loaded(String id) {
    JobEntry job = farm.job(id);
    if (job == null) {
      ledger.notLoaded(id);
    }
    return job;
  }

  /** A finished job that was loaded for one action leaves memory again. */
  private void release(JobEntry job) {
    if (job.state().isFinished()) {
      farm.remove(job);
    }
  }

  void cancelled(String id) {
    JobEntry job = loaded(id);
    if (job == null) {
      return;
    }
    if (job.state().isFinished()) {
      release(job);
      ledger.refuse("job-finished", "job '" + job.row().name() + "' is finished already");
      return;
    }
    stop(job);
    tasks.endings.finish(job, JobState.CANCELLED, null);
  }

  private void stop(JobEntry job) {
    for (StepEntry step : job.steps) {
      if (!step.isFinished()) {
        tasks.cancel(step);
        step.state(StepState.CANCELLED);
        ledger.step(step);
      }
    }
  }

  void paused(String id) {
    JobEntry job = loaded(id);
    if (job == null) {
      return;
    }
    if (!job.isActive()) {
      release(job);
      ledger.refuse(
          "job-not-running",
          "job '" + job.row().name() + "' is " + job.state().word() + " and cannot be paused");
      return;
    }
    job.state(JobState.PAUSED, null, now);
    ledger.job(job);
    farm.refresh(job);
  }

  void resumed(String id) {
    JobEntry job = loaded(id);
    if (job == null) {
      return;
    }
    if (job.state() != JobState.PAUSED && job.state() != JobState.HELD) {
      release(job);
      ledger.refuse(
          "job-not-paused",
          "job '" + job.row().name() + "' is " + job.state().word() + ", not paused");
      return;
    }
    job.state(job.row().startedAt() == null ? JobState.WAITING : JobState.RUNNING, null, now);
    if (job.waitsFor.isEmpty() && !job.row().terms().after().isEmpty()) {
      // One of them was not done, and a person wants this one all the same.
      Row.Terms terms = job.row().terms();
      job.terms(terms.withAfter(List.of()));
    }
    ledger.job(job);
    job.steps.forEach(tasks.endings::sayIfHeld);
    farm.refresh(job);
    farm.workAppeared = true;
  }

  void approved(Event.Approved approval) {
    JobEntry job = loaded(approval.job());
    if (job == null) {
      return;
    }
    List<StepEntry> held =
        job.steps.stream().filter(step -> step.isHeld() && !step.isFinished()).toList();
    if (held.isEmpty()) {
      release(job);
      ledger.refuse(
          "nothing-to-approve", "job '" + job.row().name() + "' waits for nobody's approval");
      return;
    }
    for (StepEntry step : held) {
      step.approve(approval.by());
      ledger.step(step);
    }
    job.say(null);
    ledger.job(job);
    farm.refresh(job);
    farm.workAppeared = true;
  }

  void accepted(Event.Accepted acceptance) {
    JobEntry job = loaded(acceptance.job());
    if (job == null) {
      return;
    }
    int accepted = 0;
    for (StepEntry step : job.steps) {
      if (acceptance.step() == null || acceptance.step() == step.number()) {
        for (int index : flagged(step, acceptance.indexes())) {
          tasks.judgements.accept(step, index, acceptance.by());
          accepted++;
        }
      }
    }
    if (accepted == 0) {
      ledger.refuse(
          "nothing-flagged",
          (acceptance.indexes() == null ? "no picture" : "none of these pictures")
              + " of job '"
              + job.row().name()
              + "' is flagged");
    } else {
      ledger.job(job);
    }
    release(job);
  }

  /** Tasks whose picture is flagged. */
  private static List<Integer> flagged(StepEntry step, @Nullable IndexRanges wanted) {
    return step.pictures.flagged().stream()
        .filter(index -> wanted == null || wanted.contains(index))
        .toList();
  }

  void changed(Event.Changed change) {
    JobEntry job = loaded(change.job());
    if (job == null) {
      return;
    }
    Event.NewFrames frames = change.frames();
    if (frames != null && isGone(job)) {
      return;
    }
    if (frames != null && !Objects.equals(frames.before(), job.row().terms().frames())) {
      release(job);
      ledger.refuse(
          "frames-changed",
          "somebody else has changed the frames of job '" + job.row().name() + "' just now");
      return;
    }
    if (frames != null && job.state() == JobState.CANCELLED) {
      release(job);
      ledger.refuse(
          "job-finished", "job '" + job.row().name() + "' was cancelled: submit a new one");
      return;
    }
    Row.Terms terms = change.terms();
    farm.rerank(
        job,
        () -> {
          job.change(change.priority(), change.name());
          if (terms != null) {
            job.terms(terms.withFrames(job.row().terms().frames()));
            farm.waitNoMore(job);
          }
        });
    if (terms != null && !job.state().isFinished()) {
      farm.await(job);
    }
    if (change.pools() != null) {
      move(job, change.pools());
    }
    farm.workAppeared = true;
    ledger.job(job);
    if (frames != null) {
      new Reframing(farm, ledger, now, tasks).change(job, frames);
    }
    release(job);
  }

  /** A finished job is not in memory: the journal knows whether there is one. */
  void cleaned(String id, JobPart part) {
    JobEntry job = farm.job(id);
    if (job != null) {
      if (!job.state().isFinished()) {
        ledger.refuse(
            "job-not-finished",
            "job '" + job.row().name() + "' is not finished and needs all it has");
        return;
      }
      job.cleaned.add(part);
      release(job);
    }
    ledger.cleaned(new Row.Cleaned(id, part, now.wall()));
  }

  /** Whether the job cannot come to life again, because too little of it is left. */
  private boolean isGone(JobEntry job) {
    if (!job.cleaned.contains(JobPart.SCENES) && !job.cleaned.contains(JobPart.FRAMES)) {
      return false;
    }
    release(job);
    ledger.refuse(
        "job-cleaned",
        "the "
            + (job.cleaned.contains(JobPart.SCENES) ? "scene's files" : "frames")
            + " of job '"
            + job.row().name()
            + "' were cleaned up: submit it again");
    return true;
  }

  /** What other nodes only prepare of it goes back; what they run goes on. */
  private void move(JobEntry job, List<String> pools) {
    Fitness fitness = new Fitness(farm);
    for (StepEntry step : job.steps) {
      step.pools(pools);
      farm.rekind(step);
      ledger.step(step);
      List<LeaseEntry> leases =
          step.open.values().stream().flatMap(task -> task.leases().stream()).distinct().toList();
      for (LeaseEntry lease : leases) {
        if (!lease.started && !fitness.fits(lease.node, step)) {
          tasks.giveBack(lease);
        }
      }
    }
  }

  void deleted(String id) {
    JobEntry job = farm.job(id);
    if (job != null) {
      stop(job);
      tasks.endings.finish(job, JobState.CANCELLED, null);
    }
    ledger.deleted(id);
  }

  void retried(Event.Retried retry) {
    JobEntry job = loaded(retry.job());
    if (job == null || isGone(job)) {
      return;
    }
    int woken = 0;
    for (StepEntry step : job.steps) {
      if (retry.step() == null || retry.step() == step.number()) {
        woken += retry(step, retry.indexes(), retry.flagged());
      }
    }
    if (woken == 0) {
      release(job);
      ledger.refuse(
          "nothing-to-retry",
          retry.flagged()
              ? "no such picture of job '" + job.row().name() + "' is flagged"
              : retry.indexes() == null
                  ? "no task of job '" + job.row().name() + "' has failed or was cancelled"
                  : "none of these tasks of job '"
                      + job.row().name()
                      + "' is finished: what still waits or runs needs no retry");
      return;
    }
    if (job.state().isFinished()) {
      job.state(job.row().startedAt() == null ? JobState.WAITING : JobState.RUNNING, null, now);
    }
    ledger.job(job);
    farm.refresh(job);
    farm.workAppeared = true;
  }

  private int retry(StepEntry step, @Nullable IndexRanges wanted, boolean flagged) {
    IndexSet chosen = new IndexSet();
    if (flagged) {
      flagged(step, wanted).forEach(chosen::add);
    } else if (wanted == null) {
      chosen.addAll(step.failed.toRanges());
      chosen.addAll(step.cancelled.toRanges());
      chosen.addAll(step.withheld.toRanges());
    } else {
      PrimitiveIterator.OfInt indexes = wanted.iterator();
      while (indexes.hasNext()) {
        int index = indexes.nextInt();
        boolean leftOut = step.skipped.contains(index) || step.omitted.contains(index);
        if (step.isTaskFinished(index) && !leftOut) {
          chosen.add(index);
        }
      }
    }
    if (chosen.isEmpty()) {
      return 0;
    }
    PrimitiveIterator.OfInt indexes = chosen.toRanges().iterator();
    while (indexes.hasNext()) {
      tasks.wake(step, indexes.nextInt());
    }
    if (step.isFinished()) {
      boolean blocked =
          step.row().dependsOn().stream()
              .anyMatch(before -> step.job.steps.get(before).state() != StepState.DONE);
      step.state(blocked ? StepState.BLOCKED : StepState.READY);
      farm.suspects.add(step);
    }
    ledger.step(step);
    return chosen.size();
  }

  void nodeWished(Event.NodeWished wished) {
    NodeEntry node = farm.nodes.get(wished.node());
    if (node == null) {
      ledger.refuse("node-not-found", "there is no node called '" + wished.node() + "'");
      return;
    }
    new Quarantine(farm, ledger, tasks).wish(node, wished.wish(), null);
  }

  /** What it only prepares of jobs for other pools goes back; what it runs goes on. */
  void nodePooled(Event.NodePooled pooled) {
    NodeEntry node = farm.nodes.get(pooled.node());
    if (node == null) {
      ledger.refuse("node-not-found", "there is no node called '" + pooled.node() + "'");
      return;
    }
    farm.likes.leave(node);
    node.pools = pooled.pools() == null ? null : List.copyOf(pooled.pools());
    ledger.node(node);
    compatibility.nodeChanged(node);
    farm.workAppeared = true;
    Fitness fitness = new Fitness(farm);
    for (LeaseEntry lease : List.copyOf(node.leases.values())) {
      if (!lease.started && !fitness.fits(node, lease.step)) {
        tasks.giveBack(lease);
      }
    }
  }

  void limitSet(Event.LimitSet set) {
    Row.Limit limit = new Row.Limit(set.name(), set.count());
    boolean known;
    if (Caps.isRule(set.name())) {
      known = farm.caps.set(set.name(), set.count(), farm.shares);
    } else if (set.count() == null) {
      known = farm.limits.remove(set.name()) != null;
    } else {
      farm.limits.put(set.name(), set.count());
      known = true;
    }
    if (!known) {
      ledger.refuse("limit-not-found", "the farm has no limit '" + set.name() + "'");
      return;
    }
    ledger.limit(limit);
    compatibility.limitChanged(set.name());
    farm.workAppeared = true;
  }

  void nodeRemoved(String id) {
    NodeEntry node = farm.nodes.get(id);
    if (node != null) {
      farm.setOnline(node, false);
      node.removed = true;
      compatibility.nodeGone(node);
      farm.slotsChanged(node);
      node.parked = null;
      farm.hungry.remove(node);
      giveBack(node);
      ledger.node(node);
      farm.workAppeared = true;
    }
  }

  private void giveBack(NodeEntry node) {
    for (LeaseEntry lease : List.copyOf(node.leases.values())) {
      for (TaskEntry task : lease.rights.copy()) {
        tasks.requeue(task, lease);
      }
    }
  }
}
