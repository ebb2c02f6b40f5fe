package blenderer.server.trust;

import blenderer.api.Secrets;
import blenderer.api.Sessions;
import blenderer.core.Journal;
import blenderer.journal.AccountStore.Identity;
import blenderer.journal.SessionStore;
import blenderer.journal.SessionStore.Live;
import blenderer.journal.SessionStore.Opening;
import blenderer.model.Digest;
import blenderer.server.http.Exchange;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The sessions of browsers: opens them, knows them by their cookie, ends them. Remembers those it
 * has met. Safe for many threads.
 */
public final class Browsers {

  private static final Logger LOG = LoggerFactory.getLogger(Browsers.class);
  private static final long USED_EVERY_MILLIS = 3_600_000;

  private final SessionStore store;
  private final String cookie;
  private final InstantSource clock;
  private final Map<String, Live> met = new HashMap<>();
  private final Map<String, Long> used = new HashMap<>();
  private long endings;

  /**
   * @param farm tells this farm's cookie from those of others on the same host: browsers do not
   *     tell ports apart
   */
  public Browsers(SessionStore store, String farm, InstantSource clock) {
    this.store = store;
    this.clock = clock;
    cookie =
        "__Host-blenderer-"
            + Digest.of(farm.getBytes(StandardCharsets.UTF_8)).hex().substring(0, 8);
  }

  /** What the request shows as its session, if it shows anything. */
  Optional<String> token(Exchange exchange) {
    for (String pair : exchange.header("Cookie").orElse("").split(";", -1)) {
      String one = pair.strip();
      if (one.startsWith(cookie + "=")) {
        String token = one.substring(cookie.length() + 1);
        return token.isEmpty() ? Optional.empty() : Optional.of(token);
      }
    }
    return Optional.empty();
  }

  /** The session that a token stands for, if it has not ended. */
  Optional<Live> find(String token) {
    String hash = Secrets.hash(token);
    long now = clock.millis();
    long before;
    synchronized (this) {
      Live known = met.get(hash);
      if (known != null) {
        return known.expiresAt() > now ? Optional.of(known) : Optional.empty();
      }
      before = endings;
    }
    Optional<Live> found = store.byHash(hash, now);
    synchronized (this) {
      // What ended since it was read must not be remembered.
      if (found.isPresent() && before == endings) {
        met.put(hash, found.get());
      }
    }
    return found;
  }

  /** It was used; written once an hour. */
  void use(Live session) {
    long now = clock.millis();
    synchronized (this) {
      Long last = used.get(session.id());
      if (last != null && now - last < USED_EVERY_MILLIS) {
        return;
      }
      used.put(session.id(), now);
    }
    try {
      store.used(session.id(), now);
    } catch (Journal.JournalException e) {
      // No reason to refuse a look at the farm.
      LOG.debug("when session {} was used is not written", session.id(), e);
    }
  }

  /**
   * Whether the page of this very server sent the request. A page of another origin can send
   * neither the header nor a matching {@code Origin}.
   */
  static boolean isOfPage(Exchange exchange) {
    return isOfOrigin(exchange)
        && exchange.header(Sessions.PAGE_HEADER).orElse("").equals("1")
        && exchange
            .header("Origin")
            .orElse("")
            .equalsIgnoreCase("https://" + exchange.header("Host").orElse(""));
  }

  /** Whether no page of another origin asks; a person may have typed the address. */
  static boolean isOfOrigin(Exchange exchange) {
    String site = exchange.header("Sec-Fetch-Site").orElse("none");
    return site.equals("same-origin") || site.equals("none");
  }

  /** A new link for a key. */
  public Sessions.Link link(String keyId) {
    String secret = Secrets.newLink();
    long expiresAt = clock.millis() + Sessions.LINK_SECONDS * 1000;
    store.link(Secrets.hash(secret), keyId, expiresAt);
    return new Sessions.Link(secret, expiresAt);
  }

  /** Opens a session with a link, and gives the browser its cookie. */
  Opening open(Exchange exchange, String link, String newId) {
    String token = Secrets.newToken();
    Opening opening =
        store.open(
            Secrets.hash(link), session(exchange, newId), Secrets.hash(token), clock.millis());
    if (opening instanceof Opening.Opened) {
      give(exchange, token, Sessions.LIFE_SECONDS);
    }
    return opening;
  }

  /** Begins a session of a key, and gives the browser its cookie. */
  void begin(Exchange exchange, Identity identity, String newId) {
    String token = Secrets.newToken();
    store.begin(identity.id(), session(exchange, newId), Secrets.hash(token), clock.millis());
    give(exchange, token, Sessions.LIFE_SECONDS);
  }

  private SessionStore.New session(Exchange exchange, String newId) {
    return new SessionStore.New(
        newId, BrowserName.of(exchange.header("User-Agent").orElse("")), expiry());
  }

  /** When a session ends that begins now. */
  public long expiry() {
    return clock.millis() + Sessions.LIFE_SECONDS * 1000;
  }

  private void give(Exchange exchange, String token, long seconds) {
    exchange.answerHeader(
        "Set-Cookie",
        cookie + "=" + token + "; Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age=" + seconds);
  }

  /** Has the browser forget its cookie. */
  public void forget(Exchange exchange) {
    give(exchange, "", 0);
  }

  /** All sessions that have not ended. */
  public List<SessionStore.Session> all() {
    return store.sessions(clock.millis());
  }

  /** Ends a session, at once; false if there is none. */
  public boolean end(String id) {
    boolean ended = store.end(id);
    synchronized (this) {
      endings++;
      met.values().removeIf(session -> session.id().equals(id));
      used.remove(id);
    }
    return ended;
  }

  /** The key was revoked, and its sessions with it. */
  synchronized void revoked(String keyId) {
    endings++;
    met.values().removeIf(session -> session.identity().id().equals(keyId));
  }

  /** Another server may have ended some: each is looked up anew. */
  public synchronized void forgetAll() {
    endings++;
    met.clear();
  }

  /** Forgets what is over. */
  public void tidy() {
    long now = clock.millis();
    store.forget(now);
    synchronized (this) {
      met.values().removeIf(session -> session.expiresAt() <= now);
    }
  }
}
