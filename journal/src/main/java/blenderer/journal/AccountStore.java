package blenderer.journal;

import blenderer.model.Permission;
import blenderer.model.Role;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Who may call the server: keys of people and nodes, and the invites that make keys. Secrets never
 * come here, only their SHA-256 as 64 lower-case hexadecimal digits. Times are epoch milliseconds.
 *
 * <p>Each method is atomic, and what it changed is durable when it returns, except {@link #used}.
 * Safe for many threads. Throws {@code JournalException} when nothing was changed.
 */
public interface AccountStore {

  /**
   * Puts a key in without an invite, such as that of the first admin.
   *
   * @return {@code Enrolled} (also for a key that is there with this name and role), {@code
   *     NameTaken} or {@code KeyTaken}
   */
  Enrolment add(String id, String name, Role role, String keyHash, long now);

  /**
   * Turns one use of an invite into a key. The same invite, name and key hash succeed again, for as
   * long as the key is live, whatever became of the invite.
   *
   * @param newId the key's id if it is a new one
   */
  Enrolment enrol(String inviteHash, String newId, String name, String keyHash, long now);

  /** Which role an invite gives that can still be used. */
  Optional<Role> invited(String inviteHash, long now);

  /** The live key with that hash. */
  Optional<Identity> byHash(String keyHash);

  /** The key was used. Soft: kept in memory, and written with some later change. */
  void used(String keyId, long now);

  /** All keys, revoked ones too, in the order of their ids. */
  List<Key> keys();

  /**
   * Ends a key for ever; its name is free again for a key of the same role.
   *
   * @return the key as it is now, if there is such a key; a repeat leaves the first time
   */
  Optional<Key> revoke(String keyId, long now);

  /** Says how far a person's jobs may go; replaces what was said for the same project. */
  void permit(Permit permit);

  /** All that was said of how far people's jobs may go, by person and project. */
  List<Permit> permits();

  /**
   * How far a person's jobs may go in a project: what was said of it, else what was said of the
   * person, else admins go all the way and others run what ships with the program.
   */
  default Permission permission(Identity person, String project) {
    Permission all = person.role() == Role.ADMIN ? Permission.COMMANDS : Permission.TEMPLATES;
    for (Permit permit : permits()) {
      if (permit.person().equals(person.name())) {
        if (permit.project().equals(project)) {
          return permit.permission();
        }
        if (permit.project().isEmpty()) {
          all = permit.permission();
        }
      }
    }
    return all;
  }

  /** Makes an invite. */
  void invite(Invite invite, String secretHash);

  /** Invites that can still be used, in the order of their ids. */
  List<Invite> invites(long now);

  /** Takes an invite back. Keys made with it stay. */
  boolean withdraw(String inviteId);

  /**
   * Whose key it is.
   *
   * @param id of the key
   */
  record Identity(String id, String name, Role role) {}

  /** A key, without its secret. */
  record Key(
      String id,
      String name,
      Role role,
      long createdAt,
      @Nullable Long lastUsedAt,
      @Nullable Long revokedAt) {}

  /**
   * An invite, without its secret. It ends at {@code expiresAt}.
   *
   * @param may what a person may do who enrols with it; null: what the role has of itself
   */
  record Invite(
      String id,
      Role role,
      int usesLeft,
      long createdAt,
      long expiresAt,
      @Nullable Permission may) {

    /** An invite that says nothing of what the invited may do. */
    public Invite(String id, Role role, int usesLeft, long createdAt, long expiresAt) {
      this(id, role, usesLeft, createdAt, expiresAt, null);
    }
  }

  /**
   * How far a person's jobs may go.
   *
   * @param person the name of a live key; with that key this ends
   * @param project empty: wherever nothing else is set
   */
  record Permit(String person, String project, Permission permission) {}

  /** What became of an attempt to get a key. */
  sealed interface Enrolment {
    /** The key is live. */
    record Enrolled(Identity identity) implements Enrolment {}

    record InviteUnknown() implements Enrolment {}

    record InviteSpent() implements Enrolment {}

    record InviteExpired(long expiredAt) implements Enrolment {}

    /** Another live key has this name, or a revoked one of another role had it. */
    record NameTaken() implements Enrolment {}

    /** The key is known already, under another name or role, or revoked. */
    record KeyTaken() implements Enrolment {}
  }
}
