package blenderer.core;

import blenderer.model.Digest;
import blenderer.model.HostNeeds;
import blenderer.model.Permission;
import blenderer.model.Requirement;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
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
   */
  record Asks(
      Permission permission,
      @Nullable Digest template,
      List<Requirement> requirements,
      HostNeeds needs) {

    static Asks of(Row.Job job, Row.Step step) {
      return new Asks(
          job.permission(),
          job.foreign() ? null : job.template(),
          job.requirements(),
          step.plan().needs());
    }
  }

  private static final Comparator<LeaseEntry> DEAREST_FIRST =
      Comparator.<LeaseEntry>comparingInt(lease -> -lease.preparedRank)
          .thenComparing(lease -> lease.id);

  final Asks asks;

  /** All steps of the kind that are in memory. */
  final Set<StepEntry> steps = new LinkedHashSet<>();

  /** Leases of the kind that their nodes only prepare, those of the highest priority first. */
  final TreeSet<LeaseEntry> prepared = new TreeSet<>(DEAREST_FIRST);

  /** Whether any known node fits; null: has to be found out. */
  @Nullable Boolean fitsSome;

  /** Notes of the search under way; see {@link Board}. */
  long searched = 0;

  Board.Fit fit = Board.Fit.NEVER;

  Kind(Asks asks) {
    this.asks = asks;
  }
}
