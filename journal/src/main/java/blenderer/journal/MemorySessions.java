package blenderer.journal;

import blenderer.journal.AccountStore.Identity;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Sessions in memory: the twin of those in SQL, for tests. Durable in nothing. */
public final class MemorySessions implements SessionStore {

  private record Row(Session session, String hash) {}

  private record Link(String key, long expiresAt) {}

  private final AccountStore accounts;
  private final Map<String, Row> rows = new TreeMap<>();
  private final Map<String, Link> links = new HashMap<>();

  /**
   * @param accounts whose keys the sessions belong to
   */
  public MemorySessions(AccountStore accounts) {
    this.accounts = accounts;
  }

  private Optional<Identity> key(String id) {
    return accounts.keys().stream()
        .filter(key -> key.id().equals(id) && key.revokedAt() == null)
        .map(key -> new Identity(key.id(), key.name(), key.role()))
        .findAny();
  }

  @Override
  public synchronized void link(String linkHash, String keyId, long expiresAt) {
    links.put(linkHash, new Link(keyId, expiresAt));
  }

  @Override
  public synchronized Opening open(String linkHash, New wanted, String tokenHash, long now) {
    Link link = links.remove(linkHash);
    Optional<Identity> identity = link == null ? Optional.empty() : key(link.key());
    if (link == null || identity.isEmpty()) {
      return new Opening.Unknown();
    }
    if (link.expiresAt() <= now) {
      return new Opening.Expired();
    }
    begin(link.key(), wanted, tokenHash, now);
    return new Opening.Opened(identity.get());
  }

  @Override
  public synchronized void begin(String keyId, New wanted, String tokenHash, long now) {
    rows.put(
        wanted.id(),
        new Row(
            new Session(
                wanted.id(),
                key(keyId).orElseThrow(),
                wanted.browser(),
                now,
                null,
                wanted.expiresAt()),
            tokenHash));
  }

  private boolean isLive(Session session, long now) {
    return session.expiresAt() > now && key(session.identity().id()).isPresent();
  }

  @Override
  public synchronized Optional<Live> byHash(String tokenHash, long now) {
    return rows.values().stream()
        .filter(row -> row.hash().equals(tokenHash) && isLive(row.session(), now))
        .map(Row::session)
        .map(session -> new Live(session.id(), session.identity(), session.expiresAt()))
        .findAny();
  }

  @Override
  public synchronized void used(String sessionId, long now) {
    rows.computeIfPresent(
        sessionId,
        (_, row) ->
            new Row(
                new Session(
                    sessionId,
                    row.session().identity(),
                    row.session().browser(),
                    row.session().createdAt(),
                    now,
                    row.session().expiresAt()),
                row.hash()));
  }

  @Override
  public synchronized List<Session> sessions(long now) {
    return rows.values().stream()
        .map(Row::session)
        .filter(session -> isLive(session, now))
        .toList();
  }

  @Override
  public synchronized boolean end(String sessionId) {
    return rows.remove(sessionId) != null;
  }

  @Override
  public synchronized void forget(long now) {
    rows.values().removeIf(row -> !isLive(row.session(), now));
    links.values().removeIf(link -> link.expiresAt() <= now || key(link.key()).isEmpty());
  }
}
