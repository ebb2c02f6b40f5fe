package blenderer.core;

import blenderer.model.Digest;
import blenderer.model.HostNeeds;
import blenderer.model.Permission;
import blenderer.model.Requirement;
import java.math.BigDecimal;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What steps ask of a node, as one value: steps of one kind fit the same nodes. A farm has few
 * kinds, however many jobs and nodes there are, so that what fits is found out once for each.
 */
final class Kind {

  /**
   * What is asked.
   *
   * @param template null: any node can get it
   * @param leastMemoryMib as in {@link Row.Plan}
   */
  record Asks(
      Permission permission,
      @Nullable Digest template,
      List<Requirement> requirements,
      HostNeeds needs,
      long leastMemoryMib) {

    static Asks of(Row.Job job, Row.Step step) {
      return new Asks(
          job.permission(),
          job.foreign() ? null : job.template(),
          job.requirements(),
          step.plan().needs(),
          step.plan().leastMemoryMib());
    }

    Asks withoutMemory() {
      return new Asks(permission, template, requirements, needs, 0);
    }
  }

  /** Leases by rank, the highest first; of one rank, the longest prepared first. */
  static final class Prepared {
    private final TreeMap<Integer, LinkedHashSet<LeaseEntry>> byRank =
        new TreeMap<>(Comparator.reverseOrder());

    void add(LeaseEntry lease) {
      byRank.computeIfAbsent(lease.preparedRank, _ -> new LinkedHashSet<>()).add(lease);
    }

    void remove(LeaseEntry lease) {
      LinkedHashSet<LeaseEntry> equals = byRank.get(lease.preparedRank);
      if (equals != null && equals.remove(lease) && equals.isEmpty()) {
        byRank.remove(lease.preparedRank);
      }
    }

    boolean isEmpty() {
      return byRank.isEmpty();
    }

    /** The highest rank first. */
    NavigableMap<Integer, LinkedHashSet<LeaseEntry>> byRank() {
      return byRank;
    }

    boolean contains(LeaseEntry lease) {
      return byRank.getOrDefault(lease.preparedRank, new LinkedHashSet<>()).contains(lease);
    }
  }

  final Asks asks;

  /** All steps of the kind that are in memory. */
  final Set<StepEntry> steps = new LinkedHashSet<>();

  /** Leases of the kind that their nodes only prepare. */
  final Prepared prepared = new Prepared();

  /**
   * What a lease holds back of an amount.
   *
   * @param reserved more than nothing
   */
  record Held(String name, BigDecimal reserved) {}

  /** All that a lease holds back, but the share of processors of a step that names none. */
  final List<Held> held;

  /** Whether the steps say themselves how many processors they need. */
  final boolean namesProcessors;

  /** Whether any known node fits; null: has to be found out. */
  @Nullable Boolean fitsSome;

  /** How many of its steps stand on the board. Kept by {@link Board}. */
  int waiting = 0;

  /** Since when it was next and got no lease, as others hold what it needs; -1: it was not. */
  long shortSince = -1;

  /** The node that is kept free for it; see {@link KeptNodes}. */
  @Nullable NodeEntry keptNode;

  /** Notes of the search under way; see {@link Board}. */
  long searched = 0;

  Board.Fit fit = Board.Fit.NEVER;

  Kind(Asks asks) {
    this.asks = asks;
    this.held =
        asks.needs().amounts().stream()
            .filter(amount -> amount.reserved().signum() > 0)
            .map(amount -> new Held(amount.name(), amount.reserved()))
            .toList();
    this.namesProcessors = asks.needs().namesProcessors();
  }
}
