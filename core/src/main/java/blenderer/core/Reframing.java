package blenderer.core;

import blenderer.model.IndexRanges;
import blenderer.model.JobState;
import blenderer.model.StepState;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.PrimitiveIterator;
import java.util.Set;

/**
 * Gives a job other frames. What was added gets indexes after all others; what was removed is
 * skipped, also while it is being rendered, and what of it is done stays. Steps that wait for the
 * frames are done anew, since what they see is another set.
 */
final class Reframing {

  private final Farm farm;
  private final Ledger ledger;
  private final Now now;
  private final Tasks tasks;

  Reframing(Farm farm, Ledger ledger, Now now, Tasks tasks) {
    this.farm = farm;
    this.ledger = ledger;
    this.now = now;
    this.tasks = tasks;
  }

  /** The caller has checked that {@code frames.before()} is how things are. */
  void change(JobEntry job, Event.NewFrames frames) {
    boolean wasFinished = job.state().isFinished();
    job.terms(job.row().terms().withFrames(frames.now()));
    Set<Integer> changed = new HashSet<>();
    List<StepEntry> affected = new ArrayList<>();
    for (Event.StepFrames one : frames.steps()) {
      StepEntry step = job.steps.get(one.step());
      change(step, one);
      changed.add(one.step());
      affected.add(step);
    }
    List<Row.Step> rows = job.steps.stream().map(StepEntry::row).toList();
    for (StepEntry step : job.steps) {
      Set<Integer> before = MadePaths.allBefore(rows, step.number());
      if (!changed.contains(step.number()) && before.stream().anyMatch(changed::contains)) {
        doAnew(step);
        affected.add(step);
      }
    }
    if (wasFinished) {
      job.state(job.row().startedAt() == null ? JobState.WAITING : JobState.RUNNING, null, now);
    }
    affected.forEach(this::stand);
    ledger.job(job);
    farm.refresh(job);
    affected.forEach(tasks.endings::settle);
    farm.workAppeared = true;
  }

  private void change(StepEntry step, Event.StepFrames frames) {
    step.grow(frames.size(), frames.run(), frames.breaks());
    each(frames.left(), index -> tasks.skip(step, index));
    each(
        frames.back(),
        index -> {
          if (step.skipped.contains(index) || step.omitted.contains(index)) {
            tasks.wake(step, index);
          }
        });
  }

  private interface IndexAction {
    void on(int index);
  }

  private static void each(IndexRanges indexes, IndexAction action) {
    PrimitiveIterator.OfInt all = indexes.iterator();
    while (all.hasNext()) {
      action.on(all.nextInt());
    }
  }

  /** What it has made was made of other frames. */
  private void doAnew(StepEntry step) {
    for (TaskEntry task : new ArrayList<>(step.open.values())) {
      if (task.lease != null) {
        tasks.requeue(task);
      }
    }
    each(step.done.toRanges(), index -> tasks.wake(step, index));
    each(step.failed.toRanges(), index -> tasks.wake(step, index));
    each(step.cancelled.toRanges(), index -> tasks.wake(step, index));
    each(step.withheld.toRanges(), index -> tasks.wake(step, index));
  }

  /** Puts a step where it belongs with the tasks that it has now, as if it had not ended. */
  private void stand(StepEntry step) {
    boolean blocked =
        step.row().dependsOn().stream()
            .map(step.job.steps::get)
            .anyMatch(before -> !isOver(before));
    boolean leased = step.open.values().stream().anyMatch(task -> task.lease != null);
    if (blocked || step.state() != StepState.INCOMPATIBLE) {
      step.state(blocked ? StepState.BLOCKED : leased ? StepState.RUNNING : StepState.READY);
    }
    ledger.step(step);
    farm.suspects.add(step);
    farm.refresh(step);
  }

  /** Whether it is done, with the tasks that it has now. */
  private static boolean isOver(StepEntry step) {
    return step.open.isEmpty()
        && step.fresh.isEmpty()
        && step.failed.isEmpty()
        && step.cancelled.isEmpty()
        && step.withheld.isEmpty();
  }
}
