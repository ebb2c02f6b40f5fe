package blenderer.core;

import blenderer.model.Look;
import blenderer.model.LookState;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Keeps the pictures of results, and writes down what is thought of them. */
final class Judgements {

  private final Ledger ledger;
  private final Now now;

  Judgements(Ledger ledger, Now now) {
    this.ledger = ledger;
    this.now = now;
  }

  /** A task has this result; null: one without a picture. */
  void look(TaskEntry task, @Nullable Look look) {
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

  /** Writes down the verdicts that are others now. */
  void judged(StepEntry step, Set<Integer> changed) {
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
}
