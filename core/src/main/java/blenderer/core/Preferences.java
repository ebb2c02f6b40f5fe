package blenderer.core;

import java.util.List;

/**
 * Which nodes get work first that several could do: those that have what the job prefers, and then
 * those that hold its files. A node leaves work to better ones only while these are idle and could
 * begin all of it at once, so that no time is lost and nobody waits.
 */
final class Preferences {

  /** What better nodes could have begun, and have not for so long, goes to anybody. */
  static final long PATIENCE_MILLIS = 2_000;

  /** Of more work, and more idle nodes, every node gets its part anyway. */
  private static final int MOST_LOOKED_AT = 64;

  private final Farm farm;
  private final Fitness fitness;
  private final Reservations reservations;
  private final Blocks blocks;

  Preferences(Farm farm, Fitness fitness, Reservations reservations, Blocks blocks) {
    this.farm = farm;
    this.fitness = fitness;
    this.reservations = reservations;
    this.blocks = blocks;
  }

  /** Whether better nodes are idle for all that waits of the step. */
  boolean leavesToOthers(NodeEntry node, StepEntry step) {
    int mine = rank(node, step.job);
    if (mine == best(step.job)
        || step.leasable() > MOST_LOOKED_AT
        || (step.leftSince >= 0 && farm.instant - step.leftSince > PATIENCE_MILLIS)) {
      return false;
    }
    int seats = 0;
    int seen = 0;
    for (NodeEntry other : farm.hungry) {
      if (other != node && rank(other, step.job) > mine && couldBegin(other, step)) {
        seats += other.slots - other.leases.size();
        if (seats >= step.leasable()) {
          leave(step);
          return true;
        }
      }
      if (++seen == MOST_LOOKED_AT) {
        break;
      }
    }
    return false;
  }

  private void leave(StepEntry step) {
    if (step.leftSince < 0) {
      step.leftSince = farm.instant;
    }
    farm.left.add(step);
  }

  private boolean couldBegin(NodeEntry node, StepEntry step) {
    return node.takesWork()
        && node.leases.size() < node.slots
        && node.keptFor == null
        && !node.isFlapping(farm.instant, farm.settings.faults())
        && fitness.fits(node, step)
        && reservations.canHold(node, step)
        && !blocks.keepsAway(node, step)
        && step.again.stream()
            .map(step.open::get)
            .noneMatch(task -> task != null && task.triedOn.contains(node.id));
  }

  /** The rank that no node exceeds. */
  private static int best(JobEntry job) {
    return (job.row().terms().prefers() == null ? 0 : 2) + (job.holders.isEmpty() ? 0 : 1);
  }

  private static int rank(NodeEntry node, JobEntry job) {
    List<String> prefers = job.row().terms().prefers();
    return (prefers != null && prefers.stream().allMatch(one -> has(node, one)) ? 2 : 0)
        + (job.holders.contains(node) ? 1 : 0);
  }

  /**
   * Whether the node has what is preferred.
   *
   * @param preferred as {@code name=value}
   */
  static boolean has(NodeEntry node, String preferred) {
    int equals = preferred.indexOf('=');
    return equals > 0
        && node.attribute(preferred.substring(0, equals)).contains(preferred.substring(equals + 1));
  }
}
