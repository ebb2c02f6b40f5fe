package blenderer.server.routes;

import blenderer.api.Farm;
import blenderer.api.Secrets;
import blenderer.api.Sessions;
import blenderer.core.Event;
import blenderer.journal.AccountStore;
import blenderer.journal.AccountStore.Identity;
import blenderer.model.Permission;
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
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
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
        new Endpoint("GET", "/v1/whoami", Action.SEE_SELF, this::whoami),
        new Endpoint("GET", "/v1/server", Action.SEE_SELF, (x, _) -> x.json(200, server.get())),
        new Endpoint("POST", "/v1/invites", Action.INVITE, this::invite),
        new Endpoint("GET", "/v1/invites", Action.INVITE, this::invites),
        new Endpoint("DELETE", "/v1/invites/{id}", Action.INVITE, this::withdraw),
        new Endpoint("GET", "/v1/keys", Action.SEE_SELF, this::keys),
        new Endpoint("DELETE", "/v1/keys/{id}", Action.SEE_SELF, this::revoke),
        new Endpoint("PUT", "/v1/people/{name}/permission", Action.PERMIT, this::permit));
  }

  private void enrol(Exchange exchange) throws IOException {
    Farm.Enrol enrol = exchange.json(Farm.Enrol.class);
    Query.need(enrol.name(), "name");
    Query.need(enrol.keyHash(), "keyHash");
    Farm.Identity identity = gate.enrol(exchange, enrol, Ulid.next(clock.millis()));
    LOG.info("{} '{}' enrolled from {}", identity.role(), identity.name(), exchange.peer());
    exchange.json(200, identity);
  }

  private void whoami(Exchange exchange, Identity caller) throws IOException {
    exchange.json(
        200,
        new Farm.Identity(
            caller.id(),
            caller.name(),
            caller.role().word(),
            gate.session(exchange)
                .map(session -> new Sessions.Own(session.id(), session.expiresAt()))
                .orElse(null),
            caller.role() == Role.ADMIN || caller.role() == Role.ARTIST
                ? accounts.permission(caller, "").word()
                : null));
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
    Permission may = wanted.may() == null ? null : permission(wanted.may());
    if (may != null && (role == Role.NODE || role == Role.VIEWER)) {
      throw HttpError.of(
          422,
          "bad-permission",
          "A " + role.word() + " submits no jobs and needs no permission.",
          "Leave it out.");
    }
    long now = clock.millis();
    String secret = Secrets.newInvite();
    AccountStore.Invite invite =
        new AccountStore.Invite(
            Ulid.next(now), role, wanted.uses(), now, now + wanted.validSeconds() * 1000, may);
    accounts.invite(invite, Secrets.hash(secret));
    LOG.info("'{}' made an invite for role {}", caller.name(), role.word());
    exchange.json(201, view(invite, secret));
  }

  private void invites(Exchange exchange, Identity caller) throws IOException {
    exchange.json(
        200,
        new Farm.InviteList(
            accounts.invites(clock.millis()).stream().map(invite -> view(invite, null)).toList()));
  }

  private static Farm.Invite view(AccountStore.Invite invite, @Nullable String secret) {
    Permission may = invite.may();
    return new Farm.Invite(
        invite.id(),
        invite.role().word(),
        invite.usesLeft(),
        invite.expiresAt(),
        secret,
        may == null ? null : may.word());
  }

  private static Permission permission(String word) {
    try {
      return Permission.ofWord(word);
    } catch (IllegalArgumentException e) {
      throw HttpError.of(
          422,
          "bad-permission",
          "No permission is called '" + word + "'.",
          "Use templates, scripts or commands.");
    }
  }

  private void permit(Exchange exchange, Identity caller) throws IOException {
    Farm.Permit wanted = exchange.json(Farm.Permit.class);
    Permission permission = permission(Query.need(wanted.permission(), "permission"));
    String project = wanted.project() == null ? "" : wanted.project();
    if (wanted.project() != null) {
      JobSubmission.checkText("project", project, 1);
    }
    String name = exchange.param("name");
    AccountStore.Key key =
        accounts.keys().stream()
            .filter(one -> one.name().equals(name) && one.revokedAt() == null)
            .filter(one -> one.role() == Role.ADMIN || one.role() == Role.ARTIST)
            .findAny()
            .orElseThrow(
                () ->
                    HttpError.of(
                        404,
                        "person-not-found",
                        "Nobody called '" + name + "' submits jobs to this farm.",
                        "List the keys to see the names."));
    accounts.permit(new AccountStore.Permit(name, project, permission));
    LOG.info(
        "'{}' lets '{}' go as far as {}{}",
        caller.name(),
        name,
        permission.word(),
        project.isEmpty() ? "" : " in project '" + project + "'");
    exchange.json(200, view(key));
  }

  private Farm.Key view(AccountStore.Key key) {
    boolean submits = key.role() == Role.ADMIN || key.role() == Role.ARTIST;
    Map<String, String> projects = new TreeMap<>();
    for (AccountStore.Permit permit : accounts.permits()) {
      if (submits && permit.person().equals(key.name()) && !permit.project().isEmpty()) {
        projects.put(permit.project(), permit.permission().word());
      }
    }
    return new Farm.Key(
        key.id(),
        key.name(),
        key.role().word(),
        key.createdAt(),
        key.lastUsedAt(),
        key.revokedAt(),
        submits
            ? accounts.permission(new Identity(key.id(), key.name(), key.role()), "").word()
            : null,
        projects.isEmpty() ? null : projects);
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
                .map(this::view)
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
