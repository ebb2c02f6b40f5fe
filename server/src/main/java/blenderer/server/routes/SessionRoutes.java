package blenderer.server.routes;

import blenderer.api.Sessions;
import blenderer.journal.AccountStore;
import blenderer.journal.AccountStore.Identity;
import blenderer.journal.SessionStore;
import blenderer.model.Role;
import blenderer.server.http.Exchange;
import blenderer.server.http.HttpError;
import blenderer.server.scheduling.Ulid;
import blenderer.server.trust.Action;
import blenderer.server.trust.Browsers;
import blenderer.server.trust.Gate;
import java.io.IOException;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/** Signing in and out with a browser. */
final class SessionRoutes {

  private final AccountStore accounts;
  private final Browsers browsers;
  private final Gate gate;
  private final InstantSource clock;

  SessionRoutes(AccountStore accounts, Browsers browsers, Gate gate, InstantSource clock) {
    this.accounts = accounts;
    this.browsers = browsers;
    this.gate = gate;
    this.clock = clock;
  }

  List<Endpoint> endpoints() {
    return List.of(
        Endpoint.open("POST", "/v1/sign-in", Action.ENROL, this::signIn),
        new Endpoint("POST", "/v1/sign-out", Action.SIGN_IN, this::signOut),
        new Endpoint("POST", "/v1/sign-in-links", Action.SIGN_IN, this::link),
        new Endpoint("GET", "/v1/sessions", Action.SIGN_IN, this::list),
        new Endpoint("DELETE", "/v1/sessions/{id}", Action.SIGN_IN, this::end));
  }

  private void signIn(Exchange exchange) throws IOException {
    Sessions.SignIn wanted = exchange.json(Sessions.SignIn.class);
    Query.need(wanted.secret(), "secret");
    exchange.json(200, gate.signIn(exchange, wanted, () -> Ulid.next(clock.millis())));
  }

  private void signOut(Exchange exchange, Identity caller) throws IOException {
    SessionStore.Live session =
        gate.session(exchange)
            .orElseThrow(
                () ->
                    HttpError.of(
                        409,
                        "no-session",
                        "This call came with a key, not from a browser that is signed in.",
                        "Revoke the key to end it."));
    browsers.end(session.id());
    browsers.forget(exchange);
    exchange.empty(204);
  }

  private void link(Exchange exchange, Identity caller) throws IOException {
    String person = exchange.json(Sessions.NewLink.class).person();
    if (person != null && !person.equals(caller.name()) && caller.role() != Role.ADMIN) {
      throw gate.refuse(
          exchange,
          caller,
          "not-your-name",
          "Only admins make links for others.",
          "Leave the name out, or ask an admin.");
    }
    String name = person == null ? caller.name() : person;
    AccountStore.Key key =
        accounts.keys().stream()
            .filter(one -> one.revokedAt() == null && one.role() != Role.NODE)
            .filter(one -> one.name().equals(name))
            .findAny()
            .orElseThrow(
                () ->
                    HttpError.of(
                        404,
                        "person-not-found",
                        "There is nobody called '" + name + "' with a key.",
                        "List the keys, or make an invite."));
    exchange.json(201, browsers.link(key.id()));
  }

  private void list(Exchange exchange, Identity caller) throws IOException {
    String current = gate.session(exchange).map(SessionStore.Live::id).orElse("");
    exchange.json(
        200,
        new Sessions.SessionList(
            browsers.all().stream()
                .filter(session -> isFor(session, caller))
                .map(session -> view(session, current))
                .toList()));
  }

  private static boolean isFor(SessionStore.Session session, Identity caller) {
    return caller.role() == Role.ADMIN || session.identity().equals(caller);
  }

  private static Sessions.Session view(SessionStore.Session session, String current) {
    return new Sessions.Session(
        session.id(),
        session.identity().name(),
        session.identity().role().word(),
        session.browser(),
        session.createdAt(),
        session.lastUsedAt(),
        session.expiresAt(),
        session.id().equals(current));
  }

  private void end(Exchange exchange, Identity caller) throws IOException {
    String id = exchange.param("id");
    Optional<SessionStore.Session> session =
        browsers.all().stream().filter(one -> one.id().equals(id)).findAny();
    // To others, somebody's session looks the same as none.
    if (session.filter(one -> isFor(one, caller)).isEmpty()) {
      throw HttpError.of(
          404, "session-not-found", "There is no session " + id + ".", "List the sessions.");
    }
    browsers.end(id);
    exchange.empty(204);
  }
}
