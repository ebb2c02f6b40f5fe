package blenderer.journal;

import blenderer.journal.AccountStore.Identity;
import blenderer.model.Role;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** Sessions in SQL. */
final class SqlSessions implements SessionStore {

  private final Writer writer;
  private final Readers readers;

  SqlSessions(Writer writer, Readers readers) {
    this.writer = writer;
    this.readers = readers;
  }

  @Override
  public void link(String linkHash, String keyId, long expiresAt) {
    writer.write(
        session ->
            session.update(
                "INSERT INTO sign_in_links (hash, key_id, expires_at) VALUES (?, ?, ?)",
                linkHash,
                keyId,
                expiresAt));
  }

  private record Link(Identity identity, long expiresAt) {}

  @Override
  public Opening open(String linkHash, New wanted, String tokenHash, long now) {
    return writer.write(session -> open(session, linkHash, wanted, tokenHash, now));
  }

  private static Opening open(
      WriteSession session, String linkHash, New wanted, String tokenHash, long now)
      throws SQLException {
    Optional<Link> found =
        session.first(
            "SELECT l.expires_at, k.id, k.name, k.role FROM sign_in_links l"
                + " JOIN access_keys k ON k.id = l.key_id AND k.revoked_at IS NULL"
                + " WHERE l.hash = ?",
            row -> new Link(identity(row), row.getLong("expires_at")),
            linkHash);
    session.update("DELETE FROM sign_in_links WHERE hash = ?", linkHash);
    if (found.isEmpty()) {
      return new Opening.Unknown();
    }
    Link link = found.get();
    if (link.expiresAt() <= now) {
      return new Opening.Expired();
    }
    begin(session, link.identity().id(), wanted, tokenHash, now);
    return new Opening.Opened(link.identity());
  }

  @Override
  public void begin(String keyId, New wanted, String tokenHash, long now) {
    writer.write(session -> begin(session, keyId, wanted, tokenHash, now));
  }

  private static int begin(
      WriteSession session, String keyId, New wanted, String tokenHash, long now)
      throws SQLException {
    return session.update(
        "INSERT INTO sessions (id, key_id, hash, browser, created_at, expires_at)"
            + " VALUES (?, ?, ?, ?, ?, ?)",
        wanted.id(),
        keyId,
        tokenHash,
        wanted.browser(),
        now,
        wanted.expiresAt());
  }

  private static Identity identity(ResultSet row) throws SQLException {
    return new Identity(
        Objects.requireNonNull(row.getString("id")),
        row.getString("name"),
        Role.ofWord(row.getString("role")));
  }

  @Override
  public Optional<Live> byHash(String tokenHash, long now) {
    return readers.read(
        handle ->
            handle
                .createQuery(
                    "SELECT k.id, k.name, k.role, s.id AS session, s.expires_at FROM sessions s"
                        + " JOIN access_keys k ON k.id = s.key_id AND k.revoked_at IS NULL"
                        + " WHERE s.hash = :hash AND s.expires_at > :now")
                .bind("hash", tokenHash)
                .bind("now", now)
                .map(
                    (row, _) ->
                        new Live(
                            row.getString("session"), identity(row), row.getLong("expires_at")))
                .findOne());
  }

  @Override
  public void used(String sessionId, long now) {
    writer.write(
        session ->
            session.update("UPDATE sessions SET last_used_at = ? WHERE id = ?", now, sessionId));
  }

  @Override
  public List<Session> sessions(long now) {
    return readers.read(
        handle ->
            handle
                .createQuery(
                    "SELECT k.id, k.name, k.role, s.id AS session, s.browser, s.created_at,"
                        + " s.last_used_at, s.expires_at FROM sessions s"
                        + " JOIN access_keys k ON k.id = s.key_id AND k.revoked_at IS NULL"
                        + " WHERE s.expires_at > :now ORDER BY s.id")
                .bind("now", now)
                .map(
                    (row, _) ->
                        new Session(
                            row.getString("session"),
                            identity(row),
                            row.getString("browser"),
                            row.getLong("created_at"),
                            RowReader.longOrNull(row, "last_used_at"),
                            row.getLong("expires_at")))
                .list());
  }

  @Override
  public boolean end(String sessionId) {
    return writer.write(
        session -> {
          Beside.changed(session);
          return session.update("DELETE FROM sessions WHERE id = ?", sessionId) > 0;
        });
  }

  @Override
  public void forget(long now) {
    writer.write(
        session ->
            session.update(
                    "DELETE FROM sessions WHERE expires_at <= ? OR key_id IN"
                        + " (SELECT id FROM access_keys WHERE revoked_at IS NOT NULL)",
                    now)
                + session.update(
                    "DELETE FROM sign_in_links WHERE expires_at <= ? OR key_id IN"
                        + " (SELECT id FROM access_keys WHERE revoked_at IS NOT NULL)",
                    now));
  }
}
