package blenderer.core;

import java.util.Objects;

/**
 * Whether a node gets no more of a job because too much of it went wrong there. That holds only
 * while another node could do it: a job is never left without any.
 */
final class Blocks {

  private final Farm farm;
  private final Fitness fitness;

  Blocks(Farm farm, Fitness fitness) {
    this.farm = farm;
    this.fitness = fitness;
  }

  /** Costs a look at all nodes, but only where something went wrong. */
  boolean keepsAway(NodeEntry node, StepEntry step) {
    String job = step.job.id();
    return node.health.isBadFor(job)
        && farm.nodes.values().stream()
            .anyMatch(
                other ->
                    !Objects.equals(other, node)
                        && other.takesWork()
                        && !other.health.isBadFor(job)
                        && fitness.fits(other, step));
  }
}
