package blenderer.journal;

import blenderer.model.Digest;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;

/**
 * Which blobs the farm needs: what jobs need or made (inputs, outputs, logs, previews), and
 * archives of renderers. Safe for many threads.
 */
public final class BlobReferences {

  /**
   * True if a job that exists needs or made the digest, or it is an archive; the digest is bound
   * {@link #BINDINGS} times.
   */
  static final String REFERENCED =
      "(EXISTS (SELECT 1 FROM job_inputs r JOIN jobs j ON j.id = r.job WHERE r.digest = ?)"
          + " OR EXISTS (SELECT 1 FROM outputs r JOIN jobs j ON j.id = r.job WHERE r.digest = ?)"
          + " OR EXISTS (SELECT 1 FROM attempts r JOIN jobs j ON j.id = r.job WHERE r.log = ?)"
          + " OR EXISTS (SELECT 1 FROM renderer_archives r WHERE r.digest = ?)"
          + " OR EXISTS (SELECT 1 FROM looks r JOIN jobs j ON j.id = r.job WHERE r.preview = ?))";

  static final int BINDINGS = 5;

  private final Readers readers;

  BlobReferences(Readers readers) {
    this.readers = readers;
  }

  /**
   * Those of {@code digests} that nothing needs. A blob may still be held by somebody who is about
   * to submit a job: {@code BlobIndex.removeUnheld} asks for both, in one transaction.
   */
  public Set<Digest> unreferenced(Collection<Digest> digests) {
    return readers.read(
        handle -> {
          Set<Digest> free = new HashSet<>();
          try (PreparedStatement query =
              handle.getConnection().prepareStatement("SELECT 1 WHERE " + REFERENCED)) {
            for (Digest digest : digests) {
              for (int i = 1; i <= BINDINGS; i++) {
                query.setString(i, digest.hex());
              }
              try (ResultSet row = query.executeQuery()) {
                if (!row.next()) {
                  free.add(digest);
                }
              }
            }
          } catch (SQLException e) {
            throw SqlErrors.unreadable(e);
          }
          return free;
        });
  }

  /** Every digest that a job needs or made; empty if there is no such job. */
  public Set<Digest> digestsOf(String job) {
    return readers.readLong(
        handle ->
            new HashSet<>(
                handle
                    .createQuery(
                        "SELECT d.digest FROM (SELECT job, digest FROM job_inputs WHERE job = :job"
                            + " UNION SELECT job, digest FROM outputs WHERE job = :job"
                            + " UNION SELECT job, log FROM attempts"
                            + " WHERE job = :job AND log IS NOT NULL"
                            + " UNION SELECT job, preview FROM looks"
                            + " WHERE job = :job AND preview IS NOT NULL) d"
                            + " JOIN jobs j ON j.id = d.job")
                    .bind("job", job)
                    .map((row, _) -> new Digest(row.getString(1)))
                    .list()));
  }
}
