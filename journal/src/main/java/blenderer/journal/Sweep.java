package blenderer.journal;

import blenderer.model.JobPart;
import java.sql.SQLException;
import java.util.Objects;
import java.util.Optional;

/** Removes what deleted jobs have left, a bite at a time, so that no commit waits long for it. */
final class Sweep {

  /** How many rows of a table one bite removes at most. */
  static final int BITE = 2000;

  private Sweep() {}

  /**
   * One bite.
   *
   * @return whether there may be more to remove
   */
  static boolean bite(WriteSession session) throws SQLException {
    Optional<String> found =
        session.first(
            "SELECT job FROM deleted_jobs ORDER BY job LIMIT 1",
            row -> Objects.requireNonNull(row.getString(1)));
    if (found.isEmpty()) {
      return part(session);
    }
    String job = found.get();
    SqlUsage.keep(session, job, BITE);
    int removed =
        session.update(
                "DELETE FROM outputs WHERE job = ? AND number IN"
                    + " (SELECT number FROM outputs WHERE job = ? ORDER BY number LIMIT ?)",
                job,
                job,
                BITE)
            + session.update(
                "DELETE FROM attempts WHERE job = ? AND number IN"
                    + " (SELECT number FROM attempts WHERE job = ? ORDER BY number LIMIT ?)",
                job,
                job,
                BITE)
            + session.update(
                "DELETE FROM looks WHERE job = ? AND (step, idx, generation) IN"
                    + " (SELECT step, idx, generation FROM looks WHERE job = ?"
                    + " ORDER BY step, idx, generation LIMIT ?)",
                job,
                job,
                BITE)
            + session.update(
                "DELETE FROM job_inputs WHERE job = ? AND digest IN"
                    + " (SELECT digest FROM job_inputs WHERE job = ? ORDER BY digest LIMIT ?)",
                job,
                job,
                BITE)
            + session.update(
                "DELETE FROM tasks WHERE job = ? AND (step, idx) IN"
                    + " (SELECT step, idx FROM tasks WHERE job = ? ORDER BY step, idx LIMIT ?)",
                job,
                job,
                BITE);
    if (removed == 0) {
      session.update("DELETE FROM deleted_jobs WHERE job = ?", job);
    }
    return true;
  }

  private record Part(String job, JobPart part, long upto) {}

  /** The same for a part of a job that is not kept any longer. */
  private static boolean part(WriteSession session) throws SQLException {
    Optional<Part> found =
        session.first(
            "SELECT job, part, upto FROM cleaned WHERE swept = 0 ORDER BY job, part LIMIT 1",
            row ->
                new Part(
                    Objects.requireNonNull(row.getString(1)),
                    JobPart.ofWord(row.getString(2)),
                    row.getLong(3)));
    if (found.isEmpty()) {
      return false;
    }
    String job = found.get().job();
    int removed =
        switch (found.get().part()) {
          // By the template and the manifest people still see what it was.
          case SCENES ->
              session.update(
                  "DELETE FROM job_inputs WHERE job = ? AND digest IN (SELECT i.digest FROM"
                      + " job_inputs i JOIN jobs j ON j.id = i.job WHERE i.job = ? AND i.digest <>"
                      + " j.template AND i.digest <> COALESCE(j.manifest, '') AND j.environments"
                      + " NOT LIKE '%' || i.digest || '%' ORDER BY i.digest LIMIT ?)",
                  job, job, BITE);
          case FRAMES ->
              session.update(
                  "DELETE FROM outputs WHERE job = ? AND number IN"
                      + " (SELECT number FROM outputs WHERE job = ? ORDER BY number LIMIT ?)",
                  job,
                  job,
                  BITE);
          case LOGS ->
              session.update(
                  "UPDATE attempts SET log = NULL WHERE job = ? AND number IN"
                      + " (SELECT number FROM attempts WHERE job = ? AND number <= ?"
                      + " AND log IS NOT NULL ORDER BY number LIMIT ?)",
                  job,
                  job,
                  found.get().upto(),
                  BITE);
        };
    if (removed == 0) {
      session.update(
          "UPDATE cleaned SET swept = 1 WHERE job = ? AND part = ?",
          job,
          found.get().part().word());
    }
    return true;
  }
}
