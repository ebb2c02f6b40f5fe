package blenderer.core;

import blenderer.model.Failure;
import blenderer.model.RetryClass;

/**
 * Learns how much memory the tasks of a step need: where one ran out of it, all that follow go to
 * nodes that give a session twice as much, or as much as the largest node does. The step remembers
 * it for good.
 */
final class MemoryNeed {

  /** What a node says of a session that went beyond its memory. */
  static final String CODE = "out-of-memory";

  private final Farm farm;
  private final Ledger ledger;
  private final Tasks tasks;

  MemoryNeed(Farm farm, Ledger ledger, Tasks tasks) {
    this.farm = farm;
    this.ledger = ledger;
    this.tasks = tasks;
  }

  /** What to do with a task that ran out of memory. */
  sealed interface Advice {
    /** It is tried again where there is more, and that is no fault. */
    record More() implements Advice {}

    /** It has failed for good. */
    record NoMore(Failure failure) implements Advice {}
  }

  /**
   * @param node on which it ran out
   */
  Advice learn(StepEntry step, NodeEntry node, Failure failure) {
    long had = node.sessionMemoryMib();
    if (had < step.row().plan().leastMemoryMib()) {
      // Its lease is older than what is known by now.
      return new Advice.More();
    }
    Fitness fitness = new Fitness(farm);
    long most =
        farm.nodes.values().stream()
            .filter(other -> !other.removed && fitness.fitsWithoutMemory(other, step))
            .mapToLong(NodeEntry::sessionMemoryMib)
            .max()
            .orElse(0);
    if (most <= had) {
      return new Advice.NoMore(
          new Failure(
              failure.code(),
              failure.message() + " No node of the farm that could run it gives a session more.",
              RetryClass.NEVER));
    }
    for (LeaseEntry lease : farm.leases()) {
      if (lease.step == step && !lease.started) {
        tasks.giveBack(lease);
      }
    }
    step.learnMemory(Math.min(2 * had, most));
    farm.rekind(step);
    ledger.step(step);
    return new Advice.More();
  }
}
