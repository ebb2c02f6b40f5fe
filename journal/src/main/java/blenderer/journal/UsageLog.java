package blenderer.journal;

import java.util.List;

/**
 * What people and projects used of the farm: the time of all attempts that have ended, also of jobs
 * that are deleted. Safe for many threads.
 */
public interface UsageLog {

  /**
   * What was used on one day.
   *
   * @param day since 1970-01-01 in UTC, in which the attempts ended
   * @param person the jobs' owner
   * @param millis how long slots were busy with it, whatever came of it
   * @param succeeded attempts
   * @param failed attempts, and those of nodes that were lost
   */
  record Row(
      int day,
      String person,
      String project,
      String node,
      long millis,
      long succeeded,
      long failed) {}

  /**
   * What was used from one day to another, both included, in the order of day, person, project and
   * node. Looks at every attempt that there is: for reports, not for pages that refresh.
   */
  List<Row> usage(int firstDay, int lastDay);
}
