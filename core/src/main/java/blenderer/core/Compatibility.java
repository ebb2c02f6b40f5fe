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
    for (Kind kind : farm.kinds.values()) {
      boolean fits = fitness.fits(node, kind);
      Boolean fitted = kind.fitsSome;
      if (fits) {
        kind.fitsSome = true;
      } else if (fitted == null || fitted) {
        kind.fitsSome = null;
      }
      if (!fits || fitted == null || !fitted) {
        farm.suspects.addAll(kind.steps);
      }
    }
  }

  /** A node is gone for good: whom it fitted may have lost its last. */
  void nodeGone(NodeEntry node) {
    for (Kind kind : farm.kinds.values()) {
      if (fitness.fits(node, kind)) {
        kind.fitsSome = null;
        farm.suspects.addAll(kind.steps);
      }
    }
  }

  /** The farm has more or less of something than before. */
  void limitChanged(String name) {
    farm.limitChanged(name);
    for (Kind kind : farm.kinds.values()) {
      if (kind.asks.needs().amounts().stream().anyMatch(amount -> amount.name().equals(name))) {
        farm.suspects.addAll(kind.steps);
      }
    }
  }

  private static boolean isWaiting(StepEntry step) {
    return !step.isFinished() && step.state() != StepState.BLOCKED;
  }

  /** Looks at every step of which it is not sure any more that some node fits. */
  void review() {
    if (farm.suspects.isEmpty()) {
      return;
    }
    for (StepEntry step : List.copyOf(farm.suspects)) {
      boolean sure =
          Boolean.TRUE.equals(step.kind.fitsSome) && step.state() != StepState.INCOMPATIBLE;
      if (!sure && farm.jobs.get(step.job.id()) == step.job && isWaiting(step)) {
        review(step);
      }
    }
    farm.suspects.clear();
  }

  private void review(StepEntry step) {
    if (farm.nodes.values().stream().allMatch(node -> node.removed)) {
      return;
    }
    boolean fits = fitsSome(step.kind);
    if (fits && step.state() == StepState.INCOMPATIBLE) {
      step.state(StepState.READY);
      changed(step);
      farm.workAppeared = true;
    } else if (!fits && step.open.values().stream().noneMatch(task -> task.lease != null)) {
      String reason = reason(step);
      if (step.state() != StepState.INCOMPATIBLE || !reason.equals(step.row().message())) {
        step.state(StepState.INCOMPATIBLE, reason);
        changed(step);
      }
    }
  }

  private boolean fitsSome(Kind kind) {
    Boolean known = kind.fitsSome;
    if (known == null) {
      known =
          farm.nodes.values().stream().anyMatch(node -> !node.removed && fitness.fits(node, kind));
      kind.fitsSome = known;
    }
    return known;
  }

  private void changed(StepEntry step) {
    ledger.step(step);
    farm.refresh(step);
  }

  /** What the node that is nearest to fitting lacks. */
  private String reason(StepEntry step) {
    List<String> nearest = List.of();
    for (NodeEntry node : farm.nodes.values()) {
      if (node.removed) {
        continue;
      }
      List<String> lacks = fitness.sentences(node, step);
      if (nearest.isEmpty() || lacks.size() < nearest.size()) {
        nearest = lacks;
      }
    }
    return "No node of the farm could ever run this step. " + String.join(" ", nearest);
  }
}
