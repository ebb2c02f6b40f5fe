package blenderer.journal;

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

  /** An invite, without its secret. It ends at {@code expiresAt}. */
  record Invite(String id, Role role, int usesLeft, long createdAt, long expiresAt) {}

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
