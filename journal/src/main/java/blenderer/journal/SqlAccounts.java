package blenderer.journal;

import blenderer.model.Permission;
import blenderer.model.Role;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Keys and invites in SQL. Uses of keys gather in memory and are written with whatever is written
 * next, and when the database closes.
 */
final class SqlAccounts implements AccountStore {

  private final UseBoard uses;
  private final Writer writer;
  private final Readers readers;

  SqlAccounts(UseBoard uses, Writer writer, Readers readers) {
    this.uses = uses;
    this.writer = writer;
    this.readers = readers;
  }

  /** The uses of keys that are not written yet. */
  static final class UseBoard {
    private static final long EVERY_NANOS = 60_000_000_000L;

    private final Map<String, Long> waiting = new ConcurrentHashMap<>();
    private long writtenAt = System.nanoTime();

    /** Writes them once a minute. A use that is lost with a failed commit is no loss. */
    int writeSometimes(WriteSession session) throws SQLException {
      if (System.nanoTime() - writtenAt < EVERY_NANOS) {
        return 0;
      }
      writtenAt = System.nanoTime();
      return write(session);
    }

    /** Writes them now. */
    void writeAll(Writer writer) {
      if (!waiting.isEmpty()) {
        writer.write(this::write);
      }
    }

    /** What waits is not written here: another server does. */
    Map<String, Long> take() {
      Map<String, Long> taken = Map.copyOf(waiting);
      taken.forEach(waiting::remove);
      return taken;
    }

    private int write(WriteSession session) throws SQLException {
      int written = 0;
      for (Map.Entry<String, Long> use : waiting.entrySet()) {
        written +=
            session.update(
                "UPDATE access_keys SET last_used_at = ? WHERE id = ?"
                    + " AND (last_used_at IS NULL OR last_used_at < ?)",
                use.getValue(),
                use.getKey(),
                use.getValue());
        waiting.remove(use.getKey(), use.getValue());
      }
      return written;
    }
  }

  private record KeyRow(Key key, String hash, @Nullable String inviteHash) {
    Identity identity() {
      return new Identity(key.id(), key.name(), key.role());
    }

    boolean live() {
      return key.revokedAt() == null;
    }
  }

  @Override
  public Enrolment add(String id, String name, Role role, String keyHash, long now) {
    return writer.write(session -> add(session, id, name, role, keyHash, null, now));
  }

  private Enrolment add(
      WriteSession session,
      String id,
      String name,
      Role role,
      String keyHash,
      @Nullable String inviteHash,
      long now)
      throws SQLException {
    Optional<KeyRow> same = byHash(session, keyHash);
    if (same.isPresent()) {
      KeyRow row = same.get();
      return row.live() && row.key().name().equals(name) && row.key().role() == role
          ? new Enrolment.Enrolled(row.identity())
          : new Enrolment.KeyTaken();
    }
    boolean taken =
        session
            .first(
                "SELECT 1 FROM access_keys WHERE name = ? AND (revoked_at IS NULL OR role <> ?)",
                row -> row.getInt(1),
                name,
                role.word())
            .isPresent();
    if (taken) {
      return new Enrolment.NameTaken();
    }
    session.update(
        "INSERT INTO access_keys (id, name, role, hash, invite_hash, created_at)"
            + " VALUES (?, ?, ?, ?, ?, ?)",
        id,
        name,
        role.word(),
        keyHash,
        inviteHash,
        now);
    return new Enrolment.Enrolled(new Identity(id, name, role));
  }

  @Override
  public Enrolment enrol(String inviteHash, String newId, String name, String keyHash, long now) {
    return writer.write(session -> enrol(session, inviteHash, newId, name, keyHash, now));
  }

  private Enrolment enrol(
      WriteSession session, String inviteHash, String newId, String name, String keyHash, long now)
      throws SQLException {
    Optional<KeyRow> same = byHash(session, keyHash);
    if (same.isPresent()
        && same.get().live()
        && same.get().key().name().equals(name)
        && inviteHash.equals(same.get().inviteHash())) {
      return new Enrolment.Enrolled(same.get().identity());
    }
    Optional<Invite> found =
        session.first("SELECT * FROM invites WHERE hash = ?", SqlAccounts::invite, inviteHash);
    if (found.isEmpty()) {
      return new Enrolment.InviteUnknown();
    }
    Invite invite = found.get();
    if (invite.expiresAt() <= now) {
      return new Enrolment.InviteExpired(invite.expiresAt());
    }
    if (invite.usesLeft() < 1) {
      return new Enrolment.InviteSpent();
    }
    Enrolment enrolment = add(session, newId, name, invite.role(), keyHash, inviteHash, now);
    if (enrolment instanceof Enrolment.Enrolled(Identity identity) && identity.id().equals(newId)) {
      if (invite.may() != null) {
        write(session, new Permit(name, "", invite.may()));
      }
      session.update("UPDATE invites SET uses_left = uses_left - 1 WHERE id = ?", invite.id());
    }
    return enrolment;
  }

  @Override
  public Optional<Role> invited(String inviteHash, long now) {
    return readers.read(
        handle ->
            handle
                .createQuery(
                    "SELECT role FROM invites WHERE hash = :hash AND uses_left > 0"
                        + " AND expires_at > :now")
                .bind("hash", inviteHash)
                .bind("now", now)
                .map((row, _) -> Role.ofWord(row.getString("role")))
                .findOne());
  }

  private static Optional<KeyRow> byHash(WriteSession session, String keyHash) throws SQLException {
    return session.first(
        "SELECT * FROM access_keys WHERE hash = ?",
        row -> new KeyRow(key(row), row.getString("hash"), row.getString("invite_hash")),
        keyHash);
  }

  private static Key key(ResultSet row) throws SQLException {
    return new Key(
        row.getString("id"),
        row.getString("name"),
        Role.ofWord(row.getString("role")),
        row.getLong("created_at"),
        RowReader.longOrNull(row, "last_used_at"),
        RowReader.longOrNull(row, "revoked_at"));
  }

  private static Invite invite(ResultSet row) throws SQLException {
    return new Invite(
        row.getString("id"),
        Role.ofWord(row.getString("role")),
        row.getInt("uses_left"),
        row.getLong("created_at"),
        row.getLong("expires_at"),
        may(row.getString("permission")));
  }

  private static @Nullable Permission may(@Nullable String word) {
    return word == null ? null : Permission.ofWord(word);
  }

  @Override
  public Optional<Identity> byHash(String keyHash) {
    return readers.read(
        handle ->
            handle
                .createQuery(
                    "SELECT id, name, role FROM access_keys"
                        + " WHERE hash = :hash AND revoked_at IS NULL")
                .bind("hash", keyHash)
                .map(
                    (row, _) ->
                        new Identity(
                            row.getString("id"),
                            row.getString("name"),
                            Role.ofWord(row.getString("role"))))
                .findOne());
  }

  @Override
  public void used(String keyId, long now) {
    uses.waiting.merge(keyId, now, Math::max);
  }

  private Key withUse(Key key) {
    Long use = uses.waiting.get(key.id());
    Long written = key.lastUsedAt();
    return use == null || (written != null && written >= use)
        ? key
        : new Key(key.id(), key.name(), key.role(), key.createdAt(), use, key.revokedAt());
  }

  @Override
  public List<Key> keys() {
    return readers
        .read(
            handle ->
                handle
                    .createQuery("SELECT * FROM access_keys ORDER BY id")
                    .map((row, _) -> key(row))
                    .list())
        .stream()
        .map(this::withUse)
        .toList();
  }

  @Override
  public Optional<Key> revoke(String keyId, long now) {
    return writer
        .write(
            session -> {
              session.update(
                  "UPDATE access_keys SET revoked_at = ? WHERE id = ? AND revoked_at IS NULL",
                  now,
                  keyId);
              // Whoever gets the name next shall not get what it might do.
              session.update(
                  "DELETE FROM permits WHERE person IN"
                      + " (SELECT name FROM access_keys WHERE id = ?)"
                      + " AND person NOT IN"
                      + " (SELECT name FROM access_keys WHERE revoked_at IS NULL)",
                  keyId);
              Beside.changed(session);
              return session.first(
                  "SELECT * FROM access_keys WHERE id = ?", SqlAccounts::key, keyId);
            })
        .map(this::withUse);
  }

  @Override
  public void permit(Permit permit) {
    writer.write(session -> write(session, permit));
  }

  private static int write(WriteSession session, Permit permit) throws SQLException {
    return session.update(
        "INSERT INTO permits (person, project, permission) VALUES (?, ?, ?)"
            + " ON CONFLICT (person, project) DO UPDATE SET permission = excluded.permission",
        permit.person(),
        permit.project(),
        permit.permission().word());
  }

  @Override
  public List<Permit> permits() {
    return readers.read(
        handle ->
            handle
                .createQuery("SELECT * FROM permits ORDER BY person, project")
                .map(
                    (row, _) ->
                        new Permit(
                            row.getString("person"),
                            row.getString("project"),
                            Permission.ofWord(row.getString("permission"))))
                .list());
  }

  @Override
  public void invite(Invite invite, String secretHash) {
    writer.write(
        session ->
            session.update(
                "INSERT INTO invites (id, hash, role, uses_left, created_at, expires_at,"
                    + " permission) VALUES (?, ?, ?, ?, ?, ?, ?)",
                invite.id(),
                secretHash,
                invite.role().word(),
                invite.usesLeft(),
                invite.createdAt(),
                invite.expiresAt(),
                invite.may() == null ? null : invite.may().word()));
  }

  @Override
  public List<Invite> invites(long now) {
    return readers.read(
        handle ->
            handle
                .createQuery(
                    "SELECT * FROM invites WHERE uses_left > 0 AND expires_at > :now ORDER BY id")
                .bind("now", now)
                .map((row, _) -> invite(row))
                .list());
  }

  @Override
  public boolean withdraw(String inviteId) {
    return writer.write(
        session -> session.update("DELETE FROM invites WHERE id = ?", inviteId) > 0);
  }
}
