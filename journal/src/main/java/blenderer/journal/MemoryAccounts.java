package blenderer.journal;

import blenderer.model.Role;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Keys and invites in memory: the twin of those in SQL, for tests. Durable in nothing. */
public final class MemoryAccounts implements AccountStore {

  private record KeyRow(Key key, String hash, @Nullable String invite) {
    Identity identity() {
      return new Identity(key.id(), key.name(), key.role());
    }

    boolean live() {
      return key.revokedAt() == null;
    }

    KeyRow with(@Nullable Long lastUsedAt, @Nullable Long revokedAt) {
      return new KeyRow(
          new Key(key.id(), key.name(), key.role(), key.createdAt(), lastUsedAt, revokedAt),
          hash,
          invite);
    }
  }

  private final Map<String, KeyRow> keys = new TreeMap<>();
  private final Map<String, Invite> invites = new TreeMap<>();

  /** By person and project. */
  private final Map<List<String>, Permit> permits = new HashMap<>();

  private final Map<String, String> inviteOfHash = new HashMap<>();

  @Override
  public synchronized Enrolment add(String id, String name, Role role, String keyHash, long now) {
    return add(id, name, role, keyHash, null, now);
  }

  private Enrolment add(
      String id, String name, Role role, String keyHash, @Nullable String invite, long now) {
    for (KeyRow row : keys.values()) {
      if (row.hash().equals(keyHash)) {
        return row.live() && row.key().name().equals(name) && row.key().role() == role
            ? new Enrolment.Enrolled(row.identity())
            : new Enrolment.KeyTaken();
      }
    }
    for (KeyRow row : keys.values()) {
      if (row.key().name().equals(name) && (row.live() || row.key().role() != role)) {
        return new Enrolment.NameTaken();
      }
    }
    KeyRow row = new KeyRow(new Key(id, name, role, now, null, null), keyHash, invite);
    keys.put(id, row);
    return new Enrolment.Enrolled(row.identity());
  }

  @Override
  public synchronized Enrolment enrol(
      String inviteHash, String newId, String name, String keyHash, long now) {
    for (KeyRow row : keys.values()) {
      if (row.live()
          && row.hash().equals(keyHash)
          && row.key().name().equals(name)
          && inviteHash.equals(row.invite())) {
        return new Enrolment.Enrolled(row.identity());
      }
    }
    String id = inviteOfHash.get(inviteHash);
    if (id == null) {
      return new Enrolment.InviteUnknown();
    }
    Invite invite = Objects.requireNonNull(invites.get(id));
    if (invite.expiresAt() <= now) {
      return new Enrolment.InviteExpired(invite.expiresAt());
    }
    if (invite.usesLeft() < 1) {
      return new Enrolment.InviteSpent();
    }
    Enrolment enrolment = add(newId, name, invite.role(), keyHash, inviteHash, now);
    if (enrolment instanceof Enrolment.Enrolled(Identity identity) && identity.id().equals(newId)) {
      invites.put(
          id,
          new Invite(
              id,
              invite.role(),
              invite.usesLeft() - 1,
              invite.createdAt(),
              invite.expiresAt(),
              invite.may()));
      if (invite.may() != null) {
        permit(new Permit(name, "", invite.may()));
      }
    }
    return enrolment;
  }

  @Override
  public synchronized Optional<Role> invited(String inviteHash, long now) {
    return Optional.ofNullable(inviteOfHash.get(inviteHash))
        .map(invites::get)
        .filter(invite -> invite.usesLeft() > 0 && invite.expiresAt() > now)
        .map(Invite::role);
  }

  @Override
  public synchronized Optional<Identity> byHash(String keyHash) {
    return keys.values().stream()
        .filter(row -> row.live() && row.hash().equals(keyHash))
        .map(KeyRow::identity)
        .findAny();
  }

  @Override
  public synchronized void used(String keyId, long now) {
    keys.computeIfPresent(
        keyId,
        (_, row) -> {
          Long before = row.key().lastUsedAt();
          return row.with(before == null ? now : Math.max(before, now), row.key().revokedAt());
        });
  }

  @Override
  public synchronized List<Key> keys() {
    return keys.values().stream().map(KeyRow::key).toList();
  }

  @Override
  public synchronized Optional<Key> revoke(String keyId, long now) {
    KeyRow row =
        keys.computeIfPresent(
            keyId, (_, old) -> old.live() ? old.with(old.key().lastUsedAt(), now) : old);
    if (row != null
        && keys.values().stream()
            .noneMatch(other -> other.live() && other.key().name().equals(row.key().name()))) {
      permits.keySet().removeIf(place -> place.getFirst().equals(row.key().name()));
    }
    return Optional.ofNullable(row).map(KeyRow::key);
  }

  @Override
  public synchronized void permit(Permit permit) {
    permits.put(List.of(permit.person(), permit.project()), permit);
  }

  @Override
  public synchronized List<Permit> permits() {
    return permits.values().stream()
        .sorted(Comparator.comparing(Permit::person).thenComparing(Permit::project))
        .toList();
  }

  @Override
  public synchronized void invite(Invite invite, String secretHash) {
    invites.put(invite.id(), invite);
    inviteOfHash.put(secretHash, invite.id());
  }

  @Override
  public synchronized List<Invite> invites(long now) {
    List<Invite> usable = new ArrayList<>(invites.values());
    usable.removeIf(invite -> invite.usesLeft() < 1 || invite.expiresAt() <= now);
    return List.copyOf(usable);
  }

  @Override
  public synchronized boolean withdraw(String inviteId) {
    inviteOfHash.values().remove(inviteId);
    return invites.remove(inviteId) != null;
  }
}
