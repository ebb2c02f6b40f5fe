package blenderer.server.routes;

import blenderer.api.Checks;
import blenderer.api.Farm;
import blenderer.core.History;
import blenderer.core.Row;
import blenderer.journal.AccountStore.Identity;
import blenderer.preflight.Finding;
import blenderer.preflight.Preflight;
import blenderer.preflight.Trace;
import blenderer.server.http.Exchange;
import blenderer.server.http.HttpError;
import blenderer.server.trust.Action;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Says what would go wrong with a scene that somebody else has looked into. Opens no scene. */
final class PreflightRoute {

  private static final int KNOWN_VERSION = 1;

  private final History history;
  private final ArchiveBoard archives;
  private final Views views;

  PreflightRoute(History history, ArchiveBoard archives, Views views) {
    this.history = history;
    this.archives = archives;
    this.views = views;
  }

  Endpoint endpoint() {
    return new Endpoint("POST", "/v1/preflight", Action.SEE_FARM, this::judge);
  }

  private void judge(Exchange exchange, Identity caller) throws IOException {
    Checks.Ask ask = exchange.json(Checks.Ask.class);
    Trace trace = Query.need(ask.trace(), "trace");
    if (trace.version() != KNOWN_VERSION) {
      throw HttpError.of(
          422,
          "trace-version",
          "The trace is of version " + trace.version() + "; known is " + KNOWN_VERSION + ".",
          "Trace with the trace.py of this server's version.");
    }
    List<Farm.Node> nodes = new ArrayList<>();
    for (Row.Node node : history.nodes()) {
      nodes.add(views.node(node));
    }
    String scene = ask.scene();
    List<Finding> findings =
        Preflight.judge(trace, scene == null ? "" : scene, Checks.live(nodes, archives.wire()));
    exchange.json(200, new Checks.Answer(findings));
  }
}
