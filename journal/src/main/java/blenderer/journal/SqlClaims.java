package blenderer.journal;

import java.sql.SQLException;
import java.util.Optional;

/** Claims in SQL; the transaction that writes a job marks its claim as created. */
final class SqlClaims implements ClaimStore {

  private final Writer writer;

  SqlClaims(Writer writer) {
    this.writer = writer;
  }

  private record Row(String bodyHash, String job, boolean created) {}

  @Override
  public Claim claim(String person, String key, String bodyHash, String newId, long now) {
    return writer.write(session -> claim(session, person, key, bodyHash, newId, now));
  }

  private static Claim claim(
      WriteSession session, String person, String key, String bodyHash, String newId, long now)
      throws SQLException {
    session.update("DELETE FROM claims WHERE claimed_at <= ?", now - KEPT_MILLIS);
    Optional<Row> found =
        session.first(
            "SELECT body_hash, job, created FROM claims WHERE person = ? AND claim_key = ?",
            row -> new Row(row.getString(1), row.getString(2), row.getInt(3) != 0),
            person,
            key);
    if (found.isEmpty()) {
      session.update(
          "INSERT INTO claims (person, claim_key, body_hash, job, created, claimed_at)"
              + " VALUES (?, ?, ?, ?, 0, ?)",
          person,
          key,
          bodyHash,
          newId,
          now);
      return new Claim.Create(newId);
    }
    Row row = found.get();
    if (!row.bodyHash().equals(bodyHash)) {
      return new Claim.OtherBody();
    }
    return row.created() ? new Claim.Created(row.job()) : new Claim.Create(row.job());
  }
}
