package blenderer.server.routes;

import blenderer.api.Farm;
import blenderer.api.FarmFigures;
import blenderer.core.Event;
import blenderer.core.Film;
import blenderer.core.History;
import blenderer.core.Row;
import blenderer.journal.AccountStore.Identity;
import blenderer.model.NodeState;
import blenderer.model.Outcome;
import blenderer.server.http.Exchange;
import blenderer.server.http.HttpError;
import blenderer.server.scheduling.SchedulerLoop;
import blenderer.server.trust.Action;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Seeing nodes, and saying what they shall do. */
final class NodeRoutes {

  static final String NOT_FOUND = "node-not-found";
  static final String NOT_FOUND_NEXT = "Look for its name in the list of nodes (blenderer nodes).";

  private final History history;
  private final Film film;
  private final SchedulerLoop scheduler;
  private final Views views;
  private final NodeDoubles doubles;

  NodeRoutes(
      History history, Film film, SchedulerLoop scheduler, Views views, NodeDoubles doubles) {
    this.history = history;
    this.film = film;
    this.scheduler = scheduler;
    this.views = views;
    this.doubles = doubles;
  }

  List<Endpoint> endpoints() {
    return List.of(
        new Endpoint("GET", "/v1/nodes", Action.SEE_FARM, this::list),
        new Endpoint("GET", "/v1/nodes/{name}", Action.SEE_FARM, this::see),
        wish("quarantine", NodeState.QUARANTINED),
        new Endpoint("PUT", "/v1/nodes/{name}/pools", Action.RUN_NODES, this::pools),
        wish("pause", NodeState.PAUSED),
        wish("drain", NodeState.DRAINING),
        wish("resume", NodeState.ONLINE));
  }

  private void list(Exchange exchange, Identity caller) throws IOException {
    List<Farm.Node> nodes = new ArrayList<>();
    Map<String, String> idle = Waiting.reply(scheduler.whyIdle(), 0);
    for (Row.Node node : history.nodes()) {
      String twice = doubles.notice(node.id()).map(NodeRoutes::sentence).orElse(null);
      nodes.add(views.node(node, twice == null ? idle.get(node.id()) : twice));
    }
    exchange.json(200, new Farm.NodeList(nodes));
  }

  private void see(Exchange exchange, Identity caller) throws IOException {
    Row.Node row = find(exchange.param("name"));
    String twice = doubles.notice(row.id()).map(NodeRoutes::sentence).orElse(null);
    String idle = twice == null ? Waiting.reply(scheduler.whyIdle(), 0).get(row.id()) : twice;
    List<FarmFigures.Attempt> recent = new ArrayList<>();
    int done = 0;
    int failed = 0;
    for (Row.Attempt attempt : film.newestOf(row.id(), Query.limit(exchange))) {
      done += attempt.outcome() == Outcome.SUCCEEDED ? 1 : 0;
      failed += attempt.outcome() == Outcome.FAILED ? 1 : 0;
      History.JobView job = history.job(attempt.job()).orElse(null);
      if (job != null) {
        recent.add(views.attemptOfNode(job.job(), attempt));
      }
    }
    exchange.json(
        200,
        new FarmFigures.NodePage(
            views.node(row, idle), recent, done, failed, views.host(row.id())));
  }

  private void pools(Exchange exchange, Identity caller) throws IOException {
    String name = exchange.param("name");
    List<String> wanted = exchange.json(Farm.Pools.class).pools();
    List<String> pools = wanted == null ? null : TermsCheck.checkedPools(wanted);
    Waiting.done(scheduler.act(new Event.NodePooled(name, pools)));
    exchange.json(200, views.node(find(name)));
  }

  private static String sentence(String clause) {
    return Character.toUpperCase(clause.charAt(0)) + clause.substring(1) + ".";
  }

  private Endpoint wish(String verb, NodeState wish) {
    return new Endpoint(
        "POST",
        "/v1/nodes/{name}/" + verb,
        Action.RUN_NODES,
        (exchange, _) -> {
          String name = exchange.param("name");
          Waiting.done(scheduler.act(new Event.NodeWished(name, wish)));
          exchange.json(200, views.node(find(name)));
        });
  }

  private Row.Node find(String name) {
    return history.nodes().stream()
        .filter(node -> node.id().equals(name))
        .findAny()
        .orElseThrow(
            () ->
                HttpError.of(
                    404, NOT_FOUND, "There is no node called '" + name + "'.", NOT_FOUND_NEXT));
  }
}
