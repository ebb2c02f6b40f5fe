package blenderer.server.routes;

import blenderer.api.Farm;
import blenderer.api.FarmFigures;
import blenderer.api.NodeSync;
import blenderer.cas.ContentStore;
import blenderer.cas.SpaceGuard;
import blenderer.core.Film;
import blenderer.core.History;
import blenderer.core.Settings;
import blenderer.journal.AccountStore;
import blenderer.journal.AccountStore.Identity;
import blenderer.journal.ArchiveStore;
import blenderer.journal.AuditLog;
import blenderer.journal.ClaimStore;
import blenderer.journal.FarmLog;
import blenderer.journal.StorageLog;
import blenderer.journal.UsageLog;
import blenderer.model.Digest;
import blenderer.server.cleaning.Cleaner;
import blenderer.server.http.Exchange;
import blenderer.server.http.HttpError;
import blenderer.server.http.Route;
import blenderer.server.metrics.FarmMetrics;
import blenderer.server.replicas.Standing;
import blenderer.server.scheduling.EventFeed;
import blenderer.server.scheduling.GridNews;
import blenderer.server.scheduling.LiveFarm;
import blenderer.server.scheduling.SchedulerLoop;
import blenderer.server.trust.Action;
import blenderer.server.trust.Browsers;
import blenderer.server.trust.Gate;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** Every route of the server. */
public final class Api {

  /** All that the routes ask. */
  public record Parts(
      String version,
      Settings settings,
      AccountStore accounts,
      ClaimStore claims,
      ArchiveStore archives,
      AuditLog audit,
      UsageLog usage,
      FarmMetrics metrics,
      History history,
      Film film,
      GridNews grids,
      JobBlobs jobBlobs,
      ContentStore store,
      SpaceGuard space,
      TemplateSource templates,
      SchedulerLoop scheduler,
      LiveFarm farm,
      EventFeed feed,
      Gate gate,
      Browsers browsers,
      StorageLog held,
      Cleaner cleaner,
      FarmLog farmLog,
      Supplier<FarmFigures.Health> health,
      Supplier<String> fingerprint,
      long minFree,
      Supplier<Optional<byte[]>> certificate,
      Standing standing,
      InstantSource clock) {}

  private final Parts parts;
  private final ArchiveBoard archives;
  private final List<Endpoint> endpoints = new ArrayList<>();

  public Api(Parts parts) {
    this.parts = parts;
    JobSpaces spaces = new JobSpaces(parts.templates(), parts.store());
    Views views = new Views(parts.history(), parts.farm(), spaces, parts.clock());
    LeaseBlobs leases = new LeaseBlobs(parts.farm(), parts.history(), parts.store());
    HealthRoutes health =
        new HealthRoutes(parts.scheduler(), parts.standing(), parts.farm(), parts.accounts());
    endpoints.addAll(health.endpoints());
    endpoints.addAll(
        new AccountRoutes(
                parts.accounts(), parts.gate(), parts.scheduler(), parts.clock(), this::server)
            .endpoints());
    endpoints.add(Endpoint.open("GET", "/ca.crt", Action.SEE_CERTIFICATE, this::certificate));
    endpoints.addAll(
        new SessionRoutes(parts.accounts(), parts.browsers(), parts.gate(), parts.clock())
            .endpoints());
    archives = new ArchiveBoard(parts.archives());
    endpoints.addAll(new BlobRoutes(parts.store(), leases, archives, parts.gate()).endpoints());
    endpoints.addAll(new DirectRoutes(parts.store()).endpoints());
    endpoints.addAll(new ArchiveRoutes(archives, parts.store(), parts.clock()).endpoints());
    JobSubmission submission =
        new JobSubmission(
            parts.store(),
            parts.space(),
            parts.claims(),
            parts.scheduler(),
            parts.history(),
            parts.templates(),
            parts.accounts(),
            views,
            parts.gate(),
            parts.clock());
    endpoints.add(submission.endpoint());
    endpoints.addAll(
        new TemplateRoutes(parts.store(), parts.history(), submission, views).endpoints());
    endpoints.addAll(
        new SceneRoutes(parts.history(), parts.store(), submission, archives, views).endpoints());
    endpoints.addAll(
        new JobRoutes(
                parts.history(),
                parts.scheduler(),
                parts.store(),
                parts.jobBlobs(),
                spaces,
                views,
                parts.gate())
            .endpoints());
    endpoints.addAll(new HistoryRoutes(parts.history(), spaces, views, parts.feed()).endpoints());
    endpoints.addAll(
        new FilmRoutes(parts.history(), parts.film(), parts.grids(), parts.store(), spaces)
            .endpoints());
    endpoints.addAll(new DownloadRoutes(parts.history(), parts.store(), spaces).endpoints());
    endpoints.addAll(
        new CleanUpRoutes(parts.held(), parts.cleaner(), parts.space(), parts.minFree())
            .endpoints());
    endpoints.addAll(
        new FarmRoutes(parts.farmLog(), parts.history(), parts.health(), parts.clock())
            .endpoints());
    endpoints.addAll(new LimitRoutes(parts.history(), parts.scheduler()).endpoints());
    NodeDoubles doubles = new NodeDoubles(parts.clock());
    endpoints.addAll(
        new NodeRoutes(parts.history(), parts.film(), parts.scheduler(), views, doubles)
            .endpoints());
    endpoints.addAll(new ReportRoutes(parts.usage(), parts.audit(), parts.clock()).endpoints());
    endpoints.add(new Endpoint("GET", "/metrics", Action.SEE_FARM, this::metrics));
    endpoints.add(new PreflightRoute(parts.history(), archives, views).endpoint());
    endpoints.add(
        new EventRoute(
                parts.feed(),
                new EventBoard(
                    parts.feed(), new EventText(parts.history(), parts.farm(), views, spaces)),
                parts.gate())
            .endpoint());
    LogBoard logs = new LogBoard();
    endpoints.addAll(new LogRoutes(logs, parts.farm(), parts.history()).endpoints());
    endpoints.add(
        new SyncRoute(
                parts.scheduler(),
                parts.store(),
                parts.farm(),
                parts.history(),
                leases,
                archives,
                parts.settings(),
                doubles,
                logs,
                parts.standing(),
                parts.clock())
            .endpoint());
  }

  /** Every route with the action that it needs. */
  public List<Endpoint> endpoints() {
    return List.copyOf(endpoints);
  }

  /** Every route, guarded. */
  public List<Route> routes() {
    AuditedExchange.Log log = new AuditedExchange.Log(parts.audit(), parts.clock());
    return endpoints.stream()
        .map(endpoint -> endpoint.guarded(parts.gate(), log, parts.standing()))
        .map(parts.metrics()::timed)
        .toList();
  }

  /** Another server has changed what is kept in mind here: it is read anew. */
  public void besideChanged() {
    parts.gate().forgetAll();
    archives.load();
  }

  private Farm.Server server() {
    Standing standing = parts.standing();
    return new Farm.Server(
        parts.version(),
        NodeSync.PROTOCOL,
        parts.templates().digests().stream().map(Digest::hex).toList(),
        parts.history().revision(),
        parts.fingerprint().get(),
        standing.isShared() ? standing.leads() : null,
        standing.leader().orElse(null),
        standing.isShared() ? standing.servers() : null);
  }

  private void metrics(Exchange exchange, Identity caller) throws IOException {
    exchange.send(200, FarmMetrics.TYPE, parts.metrics().text().getBytes(StandardCharsets.UTF_8));
  }

  /** What computers and phones are told to trust, so that browsers know this farm. */
  private void certificate(Exchange exchange) throws IOException {
    byte[] der =
        parts
            .certificate()
            .get()
            .orElseThrow(
                () ->
                    HttpError.of(
                        404,
                        "no-own-authority",
                        "This server shows a certificate that was given to it.",
                        "Trust whoever issued it, if your browser does not yet."));
    // Not as a file to keep: browsers and phones ask at once whether to trust it.
    exchange.send(200, "application/x-x509-ca-cert", der);
  }
}
