package blenderer.server.trust;

import blenderer.api.Farm;
import blenderer.api.Secrets;
import blenderer.api.Sessions;
import blenderer.core.Journal;
import blenderer.journal.AccountStore;
import blenderer.journal.AccountStore.Enrolment;
import blenderer.journal.AccountStore.Identity;
import blenderer.journal.SessionStore.Live;
import blenderer.journal.SessionStore.Opening;
import blenderer.model.Role;
import blenderer.server.http.Exchange;
import blenderer.server.http.HttpError;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets callers in by their key, or by the session of their browser, and refuses what their role may
 * not do. Safe for many threads.
 */
public final class Gate {

  private static final Logger LOG = LoggerFactory.getLogger("blenderer.access");
  private static final Pattern NAME = Pattern.compile("[\\p{L}\\p{N}][\\p{L}\\p{N} ._@-]{0,62}");
  private static final Pattern HASH = Pattern.compile("[0-9a-f]{64}");
  private static final long USED_EVERY_MILLIS = 60_000;
  private static final String BEARER = "Bearer ";
  private static final String FOREIGN = "not-from-the-page";
  private static final String FOREIGN_TITLE = "This request did not come from the farm's own page.";
  private static final String FOREIGN_NEXT =
      "Use the page at this server's address; programs use a key.";

  private final AccountStore accounts;
  private final Browsers browsers;
  private final InstantSource clock;
  private final Throttle throttle;
  private final Map<String, Identity> live = new HashMap<>();
  private final Map<String, Long> used = new HashMap<>();
  private long revocations;

  public Gate(AccountStore accounts, Browsers browsers, InstantSource clock) {
    this.accounts = accounts;
    this.browsers = browsers;
    this.clock = clock;
    throttle = new Throttle(clock);
  }

  /**
   * Who calls, if they may do {@code action}.
   *
   * @throws HttpError 401 without a live key or session, 403 for a role that may not and for a
   *     session that another page uses, 429 after many failures
   */
  public Identity admit(Exchange exchange, Action action) {
    Optional<String> token = shown(exchange);
    Identity identity =
        token.isPresent()
            ? identifyBrowser(exchange, token.get())
            : identify(exchange, bearer(exchange));
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

  /** The token of a browser that shows no key beside it. */
  private Optional<String> shown(Exchange exchange) {
    return exchange.header("Authorization").isPresent()
        ? Optional.empty()
        : browsers.token(exchange);
  }

  private Identity identifyBrowser(Exchange exchange, String token) {
    Optional<Live> session = browsers.find(token);
    if (session.isEmpty()) {
      browsers.forget(exchange);
      throw unauthorized(
          exchange,
          "session-over",
          "This browser is not signed in any more.",
          "Sign in again: 'blenderer open' makes a link.");
    }
    Identity identity = session.get().identity();
    boolean changes = !exchange.method().equals("GET") && !exchange.method().equals("HEAD");
    if (!Browsers.isOfOrigin(exchange) || (changes && !Browsers.isOfPage(exchange))) {
      throw refuse(exchange, identity, FOREIGN, FOREIGN_TITLE, FOREIGN_NEXT);
    }
    browsers.use(session.get());
    synchronized (this) {
      markUsed(identity);
    }
    return identity;
  }

  /** The session that a call came with; empty if it came with a key. */
  public Optional<Live> session(Exchange exchange) {
    return shown(exchange).flatMap(browsers::find);
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
    Identity found = known(Secrets.hash(secret)).orElse(null);
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
      markUsed(found);
    }
    return found;
  }

  /** Whose key has that hash; remembered until a key is revoked. */
  private Optional<Identity> known(String hash) {
    long before;
    synchronized (this) {
      Identity known = live.get(hash);
      if (known != null) {
        return Optional.of(known);
      }
      before = revocations;
    }
    Optional<Identity> found = accounts.byHash(hash);
    synchronized (this) {
      // A key revoked since it was read must not be remembered.
      if (found.isPresent() && before == revocations) {
        live.put(hash, found.get());
      }
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
    Identity identity = enrol(exchange, bearer(exchange), enrol, newId);
    return new Farm.Identity(identity.id(), identity.name(), identity.role().word());
  }

  /**
   * Signs a browser in, with a link or with an invite, and gives it its cookie.
   *
   * @param newId makes ids
   */
  public Sessions.SignedIn signIn(
      Exchange exchange, Sessions.SignIn wanted, Supplier<String> newId) {
    if (!Browsers.isOfPage(exchange)) {
      LOG.warn("403 {} POST {} from {}", FOREIGN, exchange.path(), exchange.peer());
      throw HttpError.of(403, FOREIGN, FOREIGN_TITLE, FOREIGN_NEXT);
    }
    String secret = wanted.secret();
    Identity identity =
        secret.startsWith(Secrets.INVITE_PREFIX)
            ? signInInvited(exchange, secret, wanted.name(), newId)
            : signInLinked(exchange, secret, newId);
    LOG.info(
        "{} '{}' signed in with a browser from {}",
        identity.role(),
        identity.name(),
        exchange.peer());
    return new Sessions.SignedIn(
        identity.id(), identity.name(), identity.role().word(), browsers.expiry());
  }

  private Identity signInLinked(Exchange exchange, String secret, Supplier<String> newId) {
    return switch (browsers.open(exchange, secret, newId.get())) {
      case Opening.Opened(Identity identity) -> identity;
      case Opening.Unknown() ->
          throw unauthorized(
              exchange,
              "link-unknown",
              "This link was used already, or it is none of this farm.",
              "Make another one with 'blenderer open', or ask an admin.");
      case Opening.Expired() ->
          throw unauthorized(
              exchange,
              "link-expired",
              "This link is too old.",
              "Make another one with 'blenderer open', or ask an admin.");
    };
  }

  /** The person gets a key whose secret nobody has: it stands for the sessions. */
  private Identity signInInvited(
      Exchange exchange, String invite, @Nullable String name, Supplier<String> newId) {
    Optional<Role> role = accounts.invited(Secrets.hash(invite), clock.millis());
    if (role.isPresent() && role.get() == Role.NODE) {
      throw HttpError.of(
          422,
          "invite-for-nodes",
          "This invite is for computers that render, not for people.",
          "Start a node with it, or ask an admin for an invite of another role.");
    }
    if (role.isPresent() && (name == null || name.isEmpty())) {
      throw HttpError.of(
          422, "name-missing", "An invite needs a name.", "Say what you want to be called.");
    }
    Farm.Enrol enrol =
        new Farm.Enrol(name == null ? "nobody" : name, Secrets.hash(Secrets.newKey()));
    Identity identity = enrol(exchange, invite, enrol, newId.get());
    browsers.begin(exchange, identity, newId.get());
    return identity;
  }

  private Identity enrol(Exchange exchange, String secret, Farm.Enrol enrol, String newId) {
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
    String invite = Secrets.hash(secret);
    return switch (accounts.enrol(invite, newId, enrol.name(), enrol.keyHash(), clock.millis())) {
      case Enrolment.Enrolled(Identity identity) -> identity;
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
    browsers.revoked(keyId);
    return revoked;
  }

  /** Another server may have revoked some keys: each is looked up anew. */
  public void forgetAll() {
    synchronized (this) {
      revocations++;
      live.clear();
    }
    browsers.forgetAll();
  }

  /** Whether a caller who was let in earlier would be let in now; for long streams. */
  public boolean isLive(Exchange exchange, Identity identity) {
    try {
      Optional<String> token = shown(exchange);
      return token.isPresent()
          ? browsers.find(token.get()).isPresent()
          : known(Secrets.hash(bearer(exchange))).filter(identity::equals).isPresent();
    } catch (Journal.JournalException e) {
      // A database that is away for a moment ends no stream.
      return true;
    }
  }
}
