package blenderer.core;

import blenderer.model.StepState;
import java.util.List;

/**
 * Says of steps that no node could ever run them, and takes it back when one comes that could. A
 * farm without any node says nothing: its first one may still be on its way.
 */
final class Compatibility {

  private final Farm farm;
  private final Ledger ledger;
  private final Fitness fitness;

  Compatibility(Farm farm, Ledger ledger) {
    this.farm = farm;
    this.ledger = ledger;
    this.fitness = new Fitness(farm);
  }

  /**
   * A node is new or says something else of itself: whom it does not fit may have lost its last.
   */
  void nodeChanged(NodeEntry node) {
    for (JobEntry job : farm.jobs.values()) {
      for (StepEntry step : job.steps) {
        if (isWaiting(step)
            && (step.state() == StepState.INCOMPATIBLE || !fitness.fits(node, step))) {
          farm.suspects.add(step);
        }
      }
    }
  }

  /** A node is gone for good: whom it fitted may have lost its last. */
  void nodeGone(NodeEntry node) {
    for (JobEntry job : farm.jobs.values()) {
      for (StepEntry step : job.steps) {
        if (isWaiting(step) && fitness.fits(node, step)) {
          farm.suspects.add(step);
        }
      }
    }
  }

  /** The farm has more or less of something than before. */
  void limitChanged(String name) {
    for (JobEntry job : farm.jobs.values()) {
      for (StepEntry step : job.steps) {
        if (isWaiting(step)
            && step.row().plan().needs().amounts().stream()
                .anyMatch(amount -> amount.name().equals(name))) {
          farm.suspects.add(step);
        }
      }
    }
  }

  private static boolean isWaiting(StepEntry step) {
    return !step.isFinished() && step.state() != StepState.BLOCKED;
  }

  /** Looks at every step of which it is not sure any more that some node fits. */
  void review() {
    for (StepEntry step : List.copyOf(farm.suspects)) {
      if (farm.jobs.get(step.job.id()) == step.job && isWaiting(step)) {
        review(step);
      }
    }
    farm.suspects.clear();
  }

  private void review(StepEntry step) {
    List<NodeEntry> known = farm.nodes.values().stream().filter(node -> !node.removed).toList();
    if (known.isEmpty()) {
      return;
    }
    boolean fits = known.stream().anyMatch(node -> fitness.fits(node, step));
    if (fits && step.state() == StepState.INCOMPATIBLE) {
      step.state(StepState.READY);
      changed(step);
      farm.workAppeared = true;
    } else if (!fits && step.open.values().stream().noneMatch(task -> task.lease != null)) {
      String reason = reason(step, known);
      if (step.state() != StepState.INCOMPATIBLE || !reason.equals(step.row().message())) {
        step.state(StepState.INCOMPATIBLE, reason);
        changed(step);
      }
    }
  }

  private void changed(StepEntry step) {
    ledger.step(step);
    farm.refresh(step);
  }

  /** What the node that is nearest to fitting lacks. */
  private String reason(StepEntry step, List<NodeEntry> known) {
    List<String> nearest = List.of();
    for (NodeEntry node : known) {
      List<String> lacks = fitness.sentences(node, step);
      if (nearest.isEmpty() || lacks.size() < nearest.size()) {
        nearest = lacks;
      }
    }
    return "No node of the farm could ever run this step. " + String.join(" ", nearest);
  }
}
