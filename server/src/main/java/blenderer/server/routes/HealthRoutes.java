package blenderer.server.routes;

import blenderer.journal.AccountStore;
import blenderer.server.http.Exchange;
import blenderer.server.http.HttpError;
import blenderer.server.replicas.Replication;
import blenderer.server.replicas.Standing;
import blenderer.server.scheduling.LiveFarm;
import blenderer.server.scheduling.SchedulerLoop;
import blenderer.server.trust.Action;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/** Whether this server lives and can serve, and what servers ask each other. */
final class HealthRoutes {

  /** A server that follows and has read nothing for so long shows what is not true any more. */
  private static final long LONGEST_SILENCE_MILLIS = 5_000;

  private final SchedulerLoop scheduler;
  private final Standing standing;
  private final LiveFarm farm;
  private final AccountStore accounts;

  HealthRoutes(SchedulerLoop scheduler, Standing standing, LiveFarm farm, AccountStore accounts) {
    this.scheduler = scheduler;
    this.standing = standing;
    this.farm = farm;
    this.accounts = accounts;
  }

  List<Endpoint> endpoints() {
    return List.of(
        Endpoint.open("GET", "/healthz", Action.CHECK_HEALTH, this::ready),
        Endpoint.open("GET", "/readyz", Action.CHECK_HEALTH, this::ready),
        Endpoint.open("GET", "/livez", Action.CHECK_HEALTH, this::live),
        Endpoint.open("POST", Replication.SOFT, Action.CHECK_HEALTH, this::soft));
  }

  /** The process answers: starting it anew would not help. */
  private void live(Exchange exchange) throws IOException {
    exchange.json(200, Map.of("status", "ok"));
  }

  private void ready(Exchange exchange) throws IOException {
    if (scheduler.isReadOnly()) {
      throw HttpError.retryable(
          503,
          "read-only",
          "The server cannot use its journal.",
          "Look at its disk or its database, and at its log; it goes on by itself.");
    }
    if (scheduler.isFollowing()
        && (scheduler.followedMillisAgo() > LONGEST_SILENCE_MILLIS
            || (standing.leader().isEmpty() && !standing.leads()))) {
      throw HttpError.retryable(
          503,
          "no-leader",
          "The server knows of none that leads its farm.",
          "Another one takes over in seconds; otherwise look at the other servers.");
    }
    exchange.json(200, Map.of("status", "ok", "role", standing.leads() ? "leader" : "follower"));
  }

  /** For servers of this farm alone: what of the live farm stands in no row. */
  private void soft(Exchange exchange) throws IOException {
    if (!standing.isFromReplica(exchange)) {
      throw HttpError.of(
          403, "not-a-server", "Only servers of this farm ask that.", "There is no need to.");
    }
    exchange.json(Replication.Uses.class).keys().forEach(accounts::used);
    exchange.json(200, farm.soft());
  }
}
