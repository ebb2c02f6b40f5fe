package blenderer.core;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What other nodes have and have not begun, for a node that is idle. */
final class OthersWork {

  private final Farm farm;
  private final Tasks tasks;
  private final Placement placement;
  private final Picks picks;
  private final Fitness fitness;
  private final Reservations reservations;
  private final Blocks blocks;
  private final KeptNodes kept;
  private final Tails tails;

  OthersWork(
      Farm farm,
      Tasks tasks,
      Placement placement,
      Picks picks,
      Fitness fitness,
      Reservations reservations,
      Blocks blocks,
      KeptNodes kept) {
    this.farm = farm;
    this.tasks = tasks;
    this.placement = placement;
    this.picks = picks;
    this.fitness = fitness;
    this.reservations = reservations;
    this.blocks = blocks;
    this.kept = kept;
    this.tails = new Tails(farm);
  }

  /** Whether an idle node might get something of what others have. */
  boolean haveMore() {
    return !farm.withPrepared.isEmpty() || tails.longest(null) != null;
  }

  /** Gives an idle node what another one has not begun; returns whether it got anything. */
  boolean takeFromOthers(NodeEntry idle) {
    return kept.keptFor(idle) == null && (takePrefetched(idle) || takeTail(idle));
  }

  /** Takes tasks that another node has not begun, without fault, and gives them to an idle one. */
  private boolean takeTail(NodeEntry idle) {
    LeaseEntry longest =
        tails.longest(
            lease ->
                fitness.fits(idle, lease.step)
                    && reservations.canHold(idle, lease.step)
                    && !farm.caps.isFull(lease.step.job.account)
                    && !farm.caps.isFull(Shares.projectOf(lease.step.job.account)));
    if (longest == null) {
      return false;
    }
    List<TaskEntry> tail =
        Tails.of(longest).stream().filter(task -> !picks.isBarred(task, idle)).toList();
    if (tail.isEmpty()) {
      return false;
    }
    tail.forEach(task -> tasks.requeue(task, longest));
    return placement.placeOne(idle, false);
  }

  /** Takes a lease that another node only prepares, without fault, and gives it to an idle one. */
  private boolean takePrefetched(NodeEntry idle) {
    LeaseEntry best = null;
    for (Kind kind : farm.withPrepared) {
      if (fitness.fits(idle, kind)) {
        best = dearer(idle, kind, best);
      }
    }
    if (best == null) {
      return false;
    }
    tasks.giveBack(best);
    return placement.placeOne(idle, false);
  }

  /** What to take of the kind, if it has a higher rank than {@code best}, or that. */
  private @Nullable LeaseEntry dearer(NodeEntry idle, Kind kind, @Nullable LeaseEntry best) {
    // Whose lease would be taken matters only for what the whole farm has.
    boolean fits = reservations.canHold(idle, kind, null);
    if (!fits && kind.held.stream().noneMatch(held -> farm.limits.containsKey(held.name()))) {
      return best;
    }
    for (Set<LeaseEntry> ofRank : kind.prepared.byRank().values()) {
      for (LeaseEntry lease : ofRank) {
        if (best != null && lease.preparedRank <= best.preparedRank) {
          return best;
        }
        if (lease.step.job.isActive()
            && !blocks.keepsAway(idle, lease.step)
            && (fits || reservations.canHold(idle, kind, lease))
            && lease.rights.copy().stream().noneMatch(task -> picks.isBarred(task, idle))) {
          return lease;
        }
      }
    }
    return best;
  }
}
