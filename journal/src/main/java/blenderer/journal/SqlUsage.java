package blenderer.journal;

import java.sql.SQLException;
import java.util.List;

/**
 * Usage in SQL. Nothing is written when a task ends: its attempt is a row already. When a deleted
 * job's attempts are swept away they are added to a table that stays, in the same transaction.
 */
final class SqlUsage implements UsageLog {

  private static final String SUMS =
      "SUM(CASE WHEN ended_at > started_at THEN ended_at - started_at ELSE 0 END) AS millis,"
          + " SUM(CASE WHEN outcome = 'succeeded' THEN 1 ELSE 0 END) AS succeeded,"
          + " SUM(CASE WHEN outcome IN ('failed', 'lost') THEN 1 ELSE 0 END) AS failed";

  private final Readers readers;

  SqlUsage(Readers readers) {
    this.readers = readers;
  }

  @Override
  public List<Row> usage(int firstDay, int lastDay) {
    return readers.readLong(
        handle ->
            handle
                .createQuery(
                    "SELECT day, person, project, node, SUM(millis) AS millis,"
                        + " SUM(succeeded) AS succeeded, SUM(failed) AS failed FROM ("
                        + "SELECT ended_at / 86400000 AS day, owner AS person, project, node, "
                        + SUMS
                        + " FROM attempts JOIN (SELECT id, owner, project FROM jobs"
                        + " UNION ALL SELECT job, owner, project FROM deleted_jobs) whose"
                        + " ON whose.id = attempts.job GROUP BY 1, 2, 3, 4"
                        + " UNION ALL SELECT * FROM usage_days) every_day"
                        + " WHERE day BETWEEN :first AND :last"
                        + " GROUP BY day, person, project, node"
                        + " ORDER BY day, person, project, node")
                .bind("first", firstDay)
                .bind("last", lastDay)
                .map(
                    (row, _) ->
                        new Row(
                            row.getInt("day"),
                            row.getString("person"),
                            row.getString("project"),
                            row.getString("node"),
                            row.getLong("millis"),
                            row.getLong("succeeded"),
                            row.getLong("failed")))
                .list());
  }

  /** Remembers whose a job was that is about to be deleted. */
  static void note(WriteSession session, String job) throws SQLException {
    session.update(
        "INSERT INTO deleted_jobs (job, owner, project)"
            + " SELECT id, owner, project FROM jobs WHERE id = ? ON CONFLICT DO NOTHING",
        job);
  }

  /** Keeps the sums of the next {@code bite} attempts of a deleted job, which go then. */
  static void keep(WriteSession session, String job, int bite) throws SQLException {
    session.update(
        "INSERT INTO usage_days (day, person, project, node, millis, succeeded, failed)"
            + " SELECT bite.ended_at / 86400000, d.owner, d.project, bite.node, "
            + SUMS
            + " FROM (SELECT * FROM attempts WHERE job = ? ORDER BY number LIMIT ?) bite"
            + " JOIN deleted_jobs d ON d.job = bite.job WHERE true GROUP BY 1, 2, 3, 4"
            + " ON CONFLICT (day, person, project, node) DO UPDATE SET"
            + " millis = usage_days.millis + excluded.millis,"
            + " succeeded = usage_days.succeeded + excluded.succeeded,"
            + " failed = usage_days.failed + excluded.failed",
        job,
        bite);
  }
}
