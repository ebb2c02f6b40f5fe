package blenderer.core;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What speaks for and against a node: the results of late, and tasks that failed there and were
 * done by others. After a restart of the server it is learned anew from the newest attempts of
 * unfinished jobs; see {@link Lessons}.
 */
final class NodeHealth {

  /** How the tasks of one job fared here since the first that failed. */
  private static final class Tally {
    int done = 0;
    int failed = 0;
  }

  private final FaultLimits limits;
  private final Map<String, Tally> byJob = new HashMap<>();
  private final Set<String> jobsInARow = new TreeSet<>();
  private int faultsInARow = 0;
  private int goodInARow = 0;
  private final Set<String> proven = new HashSet<>();
  private final Set<String> jobsOfProven = new TreeSet<>();

  NodeHealth(FaultLimits limits) {
    this.limits = limits;
  }

  void done(String job) {
    Tally tally = byJob.isEmpty() ? null : byJob.get(job);
    if (tally != null) {
      tally.done++;
    }
    faultsInARow = 0;
    jobsInARow.clear();
    if (++goodInARow >= limits.goodInARow()) {
      forgive();
    }
  }

  void failed(String job) {
    byJob.computeIfAbsent(job, _ -> new Tally()).failed++;
    goodInARow = 0;
    faultsInARow++;
    jobsInARow.add(job);
  }

  /** A task that failed here was done by another node. */
  void proven(String job, String task) {
    if (proven.add(task)) {
      jobsOfProven.add(job);
    }
  }

  /** Whether so much of the job went wrong here that another node had better do it. */
  boolean isBadFor(String job) {
    Tally tally = byJob.get(job);
    return tally != null && tally.failed >= limits.blockAfter() && 4 * tally.failed > tally.done;
  }

  /** How many tasks of the job failed here. */
  int failedOf(String job) {
    Tally tally = byJob.get(job);
    return tally == null ? 0 : tally.failed;
  }

  /** The job is no more. */
  void forget(String job) {
    byJob.remove(job);
  }

  /** Why the node itself seems to be at fault, as a clause; null: it does not. */
  @Nullable String suspicion() {
    if (proven.size() >= limits.provenFaults() && jobsOfProven.size() > 1) {
      return proven.size()
          + " tasks of "
          + jobsOfProven.size()
          + " jobs failed here that other nodes then did";
    }
    return faultsInARow >= limits.faultsInARow() && jobsInARow.size() > 1
        ? faultsInARow + " tasks in a row, of " + jobsInARow.size() + " jobs, failed here"
        : null;
  }

  /** It begins anew. */
  void forgive() {
    byJob.clear();
    faultsInARow = 0;
    goodInARow = 0;
    jobsInARow.clear();
    proven.clear();
    jobsOfProven.clear();
  }
}
