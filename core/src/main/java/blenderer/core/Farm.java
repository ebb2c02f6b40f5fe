package blenderer.core;

import blenderer.model.StepState;
import java.math.BigDecimal;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** All live state, and the board of steps that have work to give away. */
final class Farm {

  private static final Comparator<StepEntry> BY_RANK =
      Comparator.<StepEntry>comparingInt(step -> -step.job.priority())
          .thenComparing(step -> step.job.id())
          .thenComparingInt(StepEntry::number);

  final Settings settings;
  final Map<String, JobEntry> jobs = new TreeMap<>();
  final Map<String, NodeEntry> nodes = new LinkedHashMap<>();
  final Map<String, LeaseEntry> leases = new LinkedHashMap<>();

  /** Steps with something to lease, best first. Kept by {@link #refresh}. */
  final TreeSet<StepEntry> board = new TreeSet<>(BY_RANK);

  /** How much of what the whole farm has, by the name of the amount. */
  final Map<String, BigDecimal> limits = new TreeMap<>();

  /** What leases hold of limits, as far as it was asked; forgotten whenever a lease changes. */
  final Map<String, BigDecimal> limitUse = new HashMap<>();

  /** Steps of which this event made unsure whether any node fits. */
  final Set<StepEntry> suspects = new LinkedHashSet<>();

  /** Nodes with a parked sync that could take more, the longest waiting first. */
  final Set<NodeEntry> hungry = new LinkedHashSet<>();

  /** Nodes whose leases or wish this event changed. */
  final Set<NodeEntry> touched = new LinkedHashSet<>();

  /** Set when the board has got something that parked nodes may want. */
  boolean workAppeared = false;

  private final String leasePrefix;
  private long leasesMade = 0;
  private int slots = -1;

  Farm(Settings settings, String leasePrefix) {
    this.settings = settings;
    this.leasePrefix = leasePrefix;
  }

  /** Must be called when a lease begins, ends, or is late or no longer so. */
  void leasesChanged() {
    limitUse.clear();
  }

  String newLeaseId() {
    return leasePrefix + "_" + ++leasesMade;
  }

  @Nullable JobEntry job(String id) {
    return jobs.get(id);
  }

  /** Puts the step on the board or takes it off, as its state is now. */
  void refresh(StepEntry step) {
    boolean wanted =
        jobs.get(step.job.id()) == step.job
            && step.job.isActive()
            && !step.isFinished()
            && step.state() != StepState.BLOCKED
            && step.state() != StepState.INCOMPATIBLE
            && step.leasable() > 0;
    if (!wanted) {
      board.remove(step);
    } else if (board.add(step)) {
      workAppeared = true;
    }
  }

  void refresh(JobEntry job) {
    job.steps.forEach(this::refresh);
  }

  /** Changes what the board is sorted by. */
  void rerank(JobEntry job, Runnable change) {
    board.removeAll(job.steps);
    change.run();
    refresh(job);
  }

  /** Must be called when a node begins or ceases to take work, or has other slots. */
  void slotsChanged() {
    slots = -1;
  }

  /** Slots of all nodes that take work; at least 1. */
  int slots() {
    if (slots < 0) {
      slots =
          Math.max(
              1,
              nodes.values().stream()
                  .filter(NodeEntry::takesWork)
                  .mapToInt(node -> node.slots)
                  .sum());
    }
    return slots;
  }
}
