package blenderer.core;

import org.jspecify.annotations.Nullable;

/**
 * Nodes that are kept free for work that needs more of a node than is ever free at once: small
 * leases would follow each other there for ever, each of them fitting into what the one before
 * left. INV-6.
 *
 * <p>Work of a kind that was next on a node, and for {@link #PATIENCE_MILLIS} got no lease because
 * others hold what it needs, has one such node kept. It gets nothing else but work of a higher
 * priority, and what should end before the node is free, until the kind has got a lease. Soft: a
 * restart begins to count anew.
 */
final class KeptNodes {

  static final long PATIENCE_MILLIS = 60_000;

  /** What fills in should end so much sooner. */
  static final double MARGIN = 1.25;

  private final Farm farm;
  private final Fitness fitness;

  KeptNodes(Farm farm) {
    this.farm = farm;
    this.fitness = new Fitness(farm);
  }

  /** What the node is kept for; null: it is not. */
  @Nullable Kind keptFor(NodeEntry node) {
    Kind kind = node.keptFor;
    if (kind == null || isKept(kind, node)) {
      return kind;
    }
    free(kind);
    return null;
  }

  private boolean isKept(Kind kind, NodeEntry node) {
    return kind.keptNode == node
        && kind.waiting > 0
        && node.takesWork()
        && fitness.fits(node, kind);
  }

  /**
   * Work was next on the node, which has too little left for it now.
   *
   * @return whether the node has to be kept for it from now on
   */
  boolean passedOver(NodeEntry node, StepEntry step) {
    Kind kind = step.kind;
    if (kind.shortSince < 0) {
      kind.shortSince = farm.instant;
    }
    if (farm.instant - kind.shortSince < PATIENCE_MILLIS || keptFor(node) != null) {
      return false;
    }
    NodeEntry before = kind.keptNode;
    if (before != null && isKept(kind, before)) {
      return false;
    }
    free(kind);
    kind.keptNode = node;
    node.keptFor = kind;
    node.keptRank = step.job.rank();
    return true;
  }

  /**
   * When all that the node runs should have ended, in milliseconds from now; 0: at once, or that is
   * not known.
   */
  static double freeInMillis(Farm farm, NodeEntry node) {
    double longest = 0;
    for (LeaseEntry lease : node.leases.values()) {
      Weights weights = lease.step.weights;
      if (weights.count() < farm.settings.twins().leastKnown()
          || !lease.started
          || lease.currentSince < 0) {
        return 0;
      }
      double all = lease.rights.size() * weights.mean() * node.pace.factor();
      longest = Math.max(longest, all - (farm.instant - lease.currentSince));
    }
    return Math.max(0, longest);
  }

  /** The kind has got a lease. */
  static void served(Kind kind) {
    kind.shortSince = -1;
    free(kind);
  }

  private static void free(Kind kind) {
    NodeEntry node = kind.keptNode;
    if (node != null && node.keptFor == kind) {
      node.keptFor = null;
    }
    kind.keptNode = null;
  }
}
