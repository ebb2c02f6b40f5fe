package blenderer.server.routes;

import blenderer.api.Farm;
import blenderer.api.Secrets;
import blenderer.core.Event;
import blenderer.journal.AccountStore;
import blenderer.journal.AccountStore.Identity;
import blenderer.model.Role;
import blenderer.server.http.Exchange;
import blenderer.server.http.HttpError;
import blenderer.server.scheduling.SchedulerLoop;
import blenderer.server.scheduling.Ulid;
import blenderer.server.trust.Action;
import blenderer.server.trust.Gate;
import java.io.IOException;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Enrolment, invites and keys. */
final class AccountRoutes {

  private static final Logger LOG = LoggerFactory.getLogger(AccountRoutes.class);
  private static final int MOST_USES = 10_000;
  private static final long LONGEST_SECONDS = 366L * 24 * 60 * 60;

  private final AccountStore accounts;
  private final Gate gate;
  private final SchedulerLoop scheduler;
  private final InstantSource clock;
  private final Supplier<Farm.Server> server;

  AccountRoutes(
      AccountStore accounts,
      Gate gate,
      SchedulerLoop scheduler,
      InstantSource clock,
      Supplier<Farm.Server> server) {
    this.accounts = accounts;
    this.gate = gate;
    this.scheduler = scheduler;
    this.clock = clock;
    this.server = server;
  }

  List<Endpoint> endpoints() {
    return List.of(
        Endpoint.open("POST", "/v1/enrol", Action.ENROL, this::enrol),
        new Endpoint("GET", "/v1/whoami", Action.SEE_SELF, AccountRoutes::whoami),
        new Endpoint("GET", "/v1/server", Action.SEE_SELF, (x, _) -> x.json(200, server.get())),
        new Endpoint("POST", "/v1/invites", Action.INVITE, this::invite),
        new Endpoint("GET", "/v1/invites", Action.INVITE, this::invites),
        new Endpoint("DELETE", "/v1/invites/{id}", Action.INVITE, this::withdraw),
        new Endpoint("GET", "/v1/keys", Action.SEE_SELF, this::keys),
        new Endpoint("DELETE", "/v1/keys/{id}", Action.SEE_SELF, this::revoke));
  }

  private void enrol(Exchange exchange) throws IOException {
    Farm.Enrol enrol = exchange.json(Farm.Enrol.class);
    Query.need(enrol.name(), "name");
    Query.need(enrol.keyHash(), "keyHash");
    Farm.Identity identity = gate.enrol(exchange, enrol, Ulid.next(clock.millis()));
    LOG.info("{} '{}' enrolled from {}", identity.role(), identity.name(), exchange.peer());
    exchange.json(200, identity);
  }

  private static void whoami(Exchange exchange, Identity caller) throws IOException {
    exchange.json(200, new Farm.Identity(caller.id(), caller.name(), caller.role().word()));
  }

  private void invite(Exchange exchange, Identity caller) throws IOException {
    Farm.NewInvite wanted = exchange.json(Farm.NewInvite.class);
    Role role;
    try {
      role = Role.ofWord(Query.need(wanted.role(), "role"));
    } catch (IllegalArgumentException e) {
      throw HttpError.of(
          422,
          "bad-role",
          "No role is called '" + wanted.role() + "'.",
          "Use admin, artist, viewer or node.");
    }
    if (wanted.uses() < 1 || wanted.uses() > MOST_USES) {
      throw HttpError.of(
          422,
          "bad-uses",
          "An invite cannot have " + wanted.uses() + " uses.",
          "Give 1 to " + MOST_USES + ".");
    }
    if (wanted.validSeconds() < 1 || wanted.validSeconds() > LONGEST_SECONDS) {
      throw HttpError.of(
          422,
          "bad-validity",
          "An invite cannot be valid for " + wanted.validSeconds() + " s.",
          "Give 1 s to 366 days.");
    }
    long now = clock.millis();
    String secret = Secrets.newInvite();
    AccountStore.Invite invite =
        new AccountStore.Invite(
            Ulid.next(now), role, wanted.uses(), now, now + wanted.validSeconds() * 1000);
    accounts.invite(invite, Secrets.hash(secret));
    LOG.info("'{}' made an invite for role {}", caller.name(), role.word());
    exchange.json(
        201,
        new Farm.Invite(invite.id(), role.word(), invite.usesLeft(), invite.expiresAt(), secret));
  }

  private void invites(Exchange exchange, Identity caller) throws IOException {
    exchange.json(
        200,
        new Farm.InviteList(
            accounts.invites(clock.millis()).stream()
                .map(
                    i ->
                        new Farm.Invite(i.id(), i.role().word(), i.usesLeft(), i.expiresAt(), null))
                .toList()));
  }

  private void withdraw(Exchange exchange, Identity caller) throws IOException {
    if (!accounts.withdraw(exchange.param("id"))) {
      throw HttpError.of(
          404,
          "invite-not-found",
          "There is no invite " + exchange.param("id") + ".",
          "List the invites.");
    }
    exchange.empty(204);
  }

  private void keys(Exchange exchange, Identity caller) throws IOException {
    exchange.json(
        200,
        new Farm.KeyList(
            accounts.keys().stream()
                .filter(key -> caller.role() == Role.ADMIN || isOwn(key, caller))
                .map(
                    key ->
                        new Farm.Key(
                            key.id(),
                            key.name(),
                            key.role().word(),
                            key.createdAt(),
                            key.lastUsedAt(),
                            key.revokedAt()))
                .toList()));
  }

  private static boolean isOwn(AccountStore.Key key, Identity caller) {
    return key.name().equals(caller.name()) && key.role() == caller.role();
  }

  private void revoke(Exchange exchange, Identity caller) throws IOException {
    String id = exchange.param("id");
    AccountStore.Key key =
        accounts.keys().stream().filter(k -> k.id().equals(id)).findAny().orElse(null);
    // To others, somebody's key looks the same as none.
    if (key == null || (caller.role() != Role.ADMIN && !isOwn(key, caller))) {
      throw HttpError.of(404, "key-not-found", "There is no key " + id + ".", "List the keys.");
    }
    if (key.role() == Role.ADMIN && key.revokedAt() == null && isLastAdmin()) {
      throw HttpError.of(
          409,
          "last-admin",
          "The key of '" + key.name() + "' is the last admin's.",
          "Make another admin first.");
    }
    gate.revoke(id);
    LOG.info("'{}' revoked the key of '{}'", caller.name(), key.name());
    if (key.role() == Role.NODE) {
      Waiting.done(scheduler.act(new Event.NodeRemoved(key.name())));
    }
    exchange.empty(204);
  }

  private boolean isLastAdmin() {
    return accounts.keys().stream()
            .filter(key -> key.role() == Role.ADMIN && key.revokedAt() == null)
            .count()
        == 1;
  }
}
