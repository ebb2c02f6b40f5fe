package blenderer.core;

import blenderer.model.JobState;
import blenderer.model.StepState;
import org.jspecify.annotations.Nullable;

/** How steps and jobs end: with their last task, or when a person says so. */
final class Endings {

  private final Farm farm;
  private final Ledger ledger;
  private final Now now;

  Endings(Farm farm, Ledger ledger, Now now) {
    this.farm = farm;
    this.ledger = ledger;
    this.now = now;
  }

  /** Says that a job waits for a person, once its first results are there. */
  void sayIfHeld(StepEntry step) {
    if (step.waitsForApproval()) {
      step.job.say(
          "The first results are there: look at them, then 'blenderer approve' renders the rest");
      ledger.job(step.job);
    }
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
