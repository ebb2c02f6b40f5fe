package blenderer.server.trust;

import blenderer.api.Farm;
import blenderer.api.Secrets;
import blenderer.journal.AccountStore;
import blenderer.journal.AccountStore.Enrolment;
import blenderer.journal.AccountStore.Identity;
import blenderer.server.http.Exchange;
import blenderer.server.http.HttpError;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Lets callers in by their key and refuses what their role may not do. Safe for many threads. */
public final class Gate {

  private static final Logger LOG = LoggerFactory.getLogger("blenderer.access");
  private static final Pattern NAME = Pattern.compile("[\\p{L}\\p{N}][\\p{L}\\p{N} ._@-]{0,62}");
  private static final Pattern HASH = Pattern.compile("[0-9a-f]{64}");
  private static final long USED_EVERY_MILLIS = 60_000;
  private static final String BEARER = "Bearer ";

  private final AccountStore accounts;
  private final InstantSource clock;
  private final Throttle throttle;
  private final Map<String, Identity> live = new HashMap<>();
  private final Map<String, Long> used = new HashMap<>();
  private long revocations;

  public Gate(AccountStore accounts, InstantSource clock) {
    this.accounts = accounts;
    this.clock = clock;
    throttle = new Throttle(clock);
  }

  /**
   * Who calls, if they may do {@code action}.
   *
   * @throws HttpError 401 without a live key, 403 for a role that may not, 429 after many failures
   */
  public Identity admit(Exchange exchange, Action action) {
    String secret = bearer(exchange);
    Identity identity = identify(exchange, secret);
    if (!action.isAllowedTo(identity.role())) {
      throw refuse(
          exchange,
          identity,
          "role-not-allowed",
          "A key of role " + identity.role().word() + " may not " + action.words() + ".",
          "Ask an admin for a key of another role.");
    }
    return identity;
  }

  /** A 403 for a caller whose role would do, logged. */
  public HttpError refuse(
      Exchange exchange, Identity caller, String code, String title, String next) {
    LOG.warn(
        "403 {} {} {} from {} by {} '{}'",
        code,
        exchange.method(),
        exchange.path(),
        exchange.peer(),
        caller.role().word(),
        caller.name());
    return HttpError.of(403, code, title, next);
  }

  private String bearer(Exchange exchange) {
    Optional<String> header = exchange.header("Authorization");
    if (header.isEmpty() || !header.get().regionMatches(true, 0, BEARER, 0, BEARER.length())) {
      throw unauthorized(
          exchange, "key-missing", "This call needs a key.", "Log in with a connection string.");
    }
    return header.get().substring(BEARER.length()).trim();
  }

  private Identity identify(Exchange exchange, String secret) {
    String hash = Secrets.hash(secret);
    long before;
    synchronized (this) {
      Identity known = live.get(hash);
      if (known != null) {
        markUsed(known);
        return known;
      }
      before = revocations;
    }
    Identity found = accounts.byHash(hash).orElse(null);
    if (found == null) {
      boolean invite = secret.startsWith(Secrets.INVITE_PREFIX);
      throw unauthorized(
          exchange,
          invite ? "invite-is-no-key" : "key-unknown",
          invite
              ? "This is an invite; it has to be turned into a key first."
              : "The server does not know this key, or it was revoked.",
          invite ? "Run 'blenderer login' with it." : "Ask an admin for a new invite.");
    }
    synchronized (this) {
      // A key revoked since it was read must not be remembered.
      if (before == revocations) {
        live.put(hash, found);
      }
      markUsed(found);
    }
    return found;
  }

  private void markUsed(Identity identity) {
    long now = clock.millis();
    Long last = used.get(identity.id());
    if (last == null || now - last >= USED_EVERY_MILLIS) {
      used.put(identity.id(), now);
      accounts.used(identity.id(), now);
    }
  }

  private HttpError unauthorized(Exchange exchange, String code, String title, String next) {
    switch (throttle.failed(exchange.peer())) {
      case TELL -> log(exchange, code);
      case TELL_LAST -> {
        log(exchange, code);
        LOG.warn("401 from {}: more of them in this minute are not logged", exchange.peer());
      }
      case WAIT -> {
        exchange.answerHeader("Retry-After", "60");
        return HttpError.retryable(
            429,
            "too-many-failures",
            "Too many calls from " + exchange.peer() + " came without a valid key.",
            "Wait a minute.");
      }
    }
    exchange.answerHeader("WWW-Authenticate", "Bearer");
    return HttpError.of(401, code, title, next);
  }

  private static void log(Exchange exchange, String code) {
    LOG.warn("401 {} {} {} from {}", code, exchange.method(), exchange.path(), exchange.peer());
  }

  /**
   * Turns an invite, the bearer of the call, into a key.
   *
   * @param newId for a new key
   */
  public Farm.Identity enrol(Exchange exchange, Farm.Enrol enrol, String newId) {
    if (!NAME.matcher(enrol.name()).matches() || enrol.name().endsWith(" ")) {
      throw HttpError.of(
          422,
          "bad-name",
          "'" + enrol.name() + "' does not do as a name.",
          "Use up to 63 letters, digits, blanks and . _ @ - and begin with a letter or digit.");
    }
    if (!HASH.matcher(enrol.keyHash()).matches()) {
      throw HttpError.of(
          422, "bad-key-hash", "The key's hash is no SHA-256.", "Send 64 lower-case hex digits.");
    }
    String invite = Secrets.hash(bearer(exchange));
    return switch (accounts.enrol(invite, newId, enrol.name(), enrol.keyHash(), clock.millis())) {
      case Enrolment.Enrolled(Identity identity) ->
          new Farm.Identity(identity.id(), identity.name(), identity.role().word());
      case Enrolment.InviteUnknown() ->
          throw unauthorized(
              exchange,
              "invite-unknown",
              "The server does not know this invite.",
              "Ask an admin for a new one.");
      case Enrolment.InviteSpent() ->
          throw unauthorized(
              exchange,
              "invite-spent",
              "This invite was used as often as it may be.",
              "Ask an admin for a new one.");
      case Enrolment.InviteExpired _ ->
          throw unauthorized(
              exchange, "invite-expired", "This invite is too old.", "Ask an admin for a new one.");
      case Enrolment.NameTaken() ->
          throw HttpError.of(
              409,
              "name-taken",
              "The name '" + enrol.name() + "' belongs to another key.",
              "Take another name, or let an admin revoke that key.");
      case Enrolment.KeyTaken() ->
          throw HttpError.of(
              409,
              "key-taken",
              "This key is known already under another name or role, or was revoked.",
              "Make a new key and enrol again.");
    };
  }

  /** Ends a key; from now on it opens nothing. Empty if there is none. */
  public Optional<AccountStore.Key> revoke(String keyId) {
    Optional<AccountStore.Key> revoked = accounts.revoke(keyId, clock.millis());
    synchronized (this) {
      revocations++;
      live.values().removeIf(identity -> identity.id().equals(keyId));
      used.remove(keyId);
    }
    return revoked;
  }

  /** Whether a key that was let in earlier has not been revoked since; for long streams. */
  public synchronized boolean isLive(Identity identity) {
    return live.containsValue(identity);
  }
}
