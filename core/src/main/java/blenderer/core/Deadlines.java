package blenderer.core;

import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Jobs that should be done by a time. One that would be late at the pace it has goes first among
 * jobs of its priority until it would not be, or until its time has passed. What it takes is known
 * only once tasks of it, or of its owner, are done; until then nothing is concluded.
 */
final class Deadlines {

  /** Without a margin a job would be lifted and let fall with every task. */
  private static final double MARGIN = 0.1;

  private static final String CANNOT = "It cannot be done by ";

  private final Farm farm;
  private final Ledger ledger;

  Deadlines(Farm farm, Ledger ledger) {
    this.farm = farm;
    this.ledger = ledger;
  }

  /** Looks at every job that has a deadline. */
  void review() {
    for (JobEntry job : farm.jobs.values()) {
      if (job.row().terms().finishBy() != null || job.hurried) {
        review(job);
      }
    }
  }

  private void review(JobEntry job) {
    Long by = job.row().terms().finishBy();
    Outlook outlook = by == null ? null : outlook(job);
    boolean hurried = by != null && outlook != null && isLate(job, by, outlook);
    if (hurried != job.hurried) {
      farm.rerank(job, () -> job.hurried = hurried);
    }
    say(job, by, outlook);
  }

  /** Whether it is to be hurried: it could have slots, its time has not passed, and is too near. */
  private boolean isLate(JobEntry job, long by, Outlook outlook) {
    double margin = job.hurried ? MARGIN * (outlook.atPace() - farm.wall) : 0;
    return by > farm.wall && job.isOpen(farm.wall) && outlook.atPace() + margin > by;
  }

  private void say(JobEntry job, @Nullable Long by, @Nullable Outlook outlook) {
    String sentence =
        by == null || outlook == null || outlook.atBest() <= by || !job.isActive()
            ? null
            : CANNOT + Instant.ofEpochMilli(by) + ", not even on the whole farm";
    String now = job.row().message();
    boolean mine = now == null || now.startsWith(CANNOT);
    if (mine && !Objects.equals(now, sentence)) {
      job.say(sentence);
      ledger.job(job);
    }
  }

  /**
   * When a job would be done; wall times.
   *
   * @param atPace on the slots that it has now, at least one
   * @param atBest on all slots of the farm
   */
  record Outlook(long atPace, long atBest) {}

  /** Null: it is not known how long its tasks take. */
  @Nullable Outlook outlook(JobEntry job) {
    double work = 0;
    double longest = 0;
    int tasks = 0;
    for (StepEntry step : job.steps) {
      int left = step.isFinished() ? 0 : step.fresh.size() + step.open.size();
      double each = left == 0 ? 0 : farm.shares.expectedMillis(step);
      if (left > 0 && step.meanMillis() == 0 && job.account.meanMillis == 0) {
        return null;
      }
      work += left * each;
      longest = Math.max(longest, each);
      tasks += left;
    }
    int pace = Math.max(1, job.slots);
    int best = Math.max(1, Math.min(farm.slots(), tasks));
    Integer most = job.row().terms().slots();
    best = most == null ? best : Math.min(best, most);
    return new Outlook(
        farm.wall + Math.round(Math.max(work / pace, longest)),
        farm.wall + Math.round(Math.max(work / best, longest)));
  }

  /** What there is to say of the job's deadline; null: nothing. */
  @Nullable String sentence(JobEntry job) {
    Long by = job.row().terms().finishBy();
    if (by == null) {
      return null;
    }
    String should = "The job should be done by " + Instant.ofEpochMilli(by);
    Outlook outlook = outlook(job);
    if (by <= farm.wall) {
      return should + ", which has passed.";
    }
    if (outlook == null) {
      return should + "; how long its tasks take is not known yet.";
    }
    String then = seconds(outlook.atPace());
    return outlook.atBest() > by
        ? should
            + "; that cannot be, not even on the whole farm, which would take it until about "
            + seconds(outlook.atBest())
            + "."
        : job.hurried
            ? should
                + "; at its pace it would be at about "
                + then
                + ", so it goes first among jobs of its priority."
            : should + "; at its pace it will be by about " + then + ".";
  }

  private static String seconds(long wall) {
    return Instant.ofEpochMilli(wall / 1000 * 1000).toString();
  }
}
