package blenderer.core;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What running leases have not begun yet, and idle nodes could do. A node works on the tasks of a
 * lease one by one, the smallest index first: so the later half of what is left may be taken away
 * without fault.
 *
 * <p>Only of shipped templates, whose tasks end one by one; and only where that is worth the
 * loading of a scene.
 */
final class Tails {

  /** What a lease has left, its current task excepted, must take so long. */
  static final double LEAST_LEFT_MILLIS = 10_000;

  private static final int MOST_LOOKED_AT = 64;

  private final Farm farm;

  Tails(Farm farm) {
    this.farm = farm;
  }

  /** Must be called when a lease begins, has another number of tasks, or ends. */
  static void note(Set<LeaseEntry> divisible, LeaseEntry lease) {
    if (lease.live
        && lease.rights.size() > 1
        && lease.step.row().plan().cut() == Row.Cut.SHRINKING) {
      divisible.add(lease);
    } else {
      divisible.remove(lease);
    }
  }

  static Set<LeaseEntry> none() {
    return new LinkedHashSet<>();
  }

  /** The lease that has most left to be shared; null: none has. */
  @Nullable LeaseEntry longest(@Nullable Predicate<LeaseEntry> suits) {
    LeaseEntry longest = null;
    double most = 0;
    int seen = 0;
    for (LeaseEntry lease : farm.divisible) {
      double left = (lease.rights.size() - 1) * eachMillis(lease);
      if (left > most
          && left >= LEAST_LEFT_MILLIS
          && lease.started
          && !lease.late
          && lease.step.job.isOpen(farm.wall)
          && !lease.step.job.isFull()
          && (suits == null || suits.test(lease))) {
        longest = lease;
        most = left;
      }
      if (++seen == MOST_LOOKED_AT) {
        break;
      }
    }
    return longest;
  }

  /** What a task of the lease takes there: no less than the current one has taken. */
  private double eachMillis(LeaseEntry lease) {
    double mean = lease.step.meanMillis();
    return mean == 0 || lease.currentSince < 0
        ? mean
        : Math.max(mean, (double) (farm.instant - lease.currentSince));
  }

  /** The later half of what is left. */
  static List<TaskEntry> of(LeaseEntry lease) {
    List<TaskEntry> all = lease.rights.copy();
    return all.subList((all.size() + 1) / 2, all.size());
  }
}
