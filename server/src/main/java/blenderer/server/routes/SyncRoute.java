package blenderer.server.routes;

import blenderer.api.LiveLogs;
import blenderer.api.NodeSync;
import blenderer.cas.BlobRow;
import blenderer.cas.ContentStore;
import blenderer.core.Decision;
import blenderer.core.Event;
import blenderer.core.History;
import blenderer.core.MadePaths;
import blenderer.core.Row;
import blenderer.core.Settings;
import blenderer.journal.AccountStore.Identity;
import blenderer.model.Digest;
import blenderer.model.Failure;
import blenderer.model.Look;
import blenderer.model.Outcome;
import blenderer.model.PictureGrid;
import blenderer.model.RetryClass;
import blenderer.model.WorkspacePath;
import blenderer.server.http.Exchange;
import blenderer.server.http.HttpError;
import blenderer.server.replicas.Standing;
import blenderer.server.scheduling.LiveFarm;
import blenderer.server.scheduling.SchedulerLoop;
import blenderer.server.trust.Action;
import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** {@code POST /v1/node/sync}: between wire and core. */
final class SyncRoute {

  private static final int MOST_SLOTS = 1024;

  /** The names of devices are cut to this length. */
  private static final int LONGEST_NAME = 200;

  private static final int MOST_WARM = 64;

  /** A node's clock may differ by so much: it takes time to hear what it says. */
  private static final long CLOCK_TOLERANCE_MILLIS = 5_000;

  /** A hold that lasts this long outlives the commit of a report. */
  private static final long SURE_MILLIS = 60L * 60 * 1000;

  private final SchedulerLoop scheduler;
  private final ContentStore store;
  private final LiveFarm farm;
  private final History history;
  private final LeaseBlobs leases;
  private final ArchiveBoard archives;
  private final Settings settings;
  private final NodeDoubles doubles;
  private final LogBoard logs;
  private final Standing standing;
  private final InstantSource clock;

  SyncRoute(
      SchedulerLoop scheduler,
      ContentStore store,
      LiveFarm farm,
      History history,
      LeaseBlobs leases,
      ArchiveBoard archives,
      Settings settings,
      NodeDoubles doubles,
      LogBoard logs,
      Standing standing,
      InstantSource clock) {
    this.scheduler = scheduler;
    this.store = store;
    this.farm = farm;
    this.history = history;
    this.leases = leases;
    this.archives = archives;
    this.settings = settings;
    this.doubles = doubles;
    this.logs = logs;
    this.standing = standing;
    this.clock = clock;
  }

  Endpoint endpoint() {
    return new Endpoint("POST", "/v1/node/sync", Action.WORK, this::sync);
  }

  private void sync(Exchange exchange, Identity caller) throws IOException {
    NodeSync.Request request = exchange.json(NodeSync.Request.class);
    if (request.protocol() != NodeSync.PROTOCOL && request.protocol() != NodeSync.PROTOCOL - 1) {
      throw HttpError.of(
          409,
          "protocol-unsupported",
          "Node '"
              + caller.name()
              + "' speaks version "
              + request.protocol()
              + " of the protocol, this server versions "
              + (NodeSync.PROTOCOL - 1)
              + " to "
              + NodeSync.PROTOCOL
              + ".",
          "Run the same version of Blenderer at the server and at its nodes.");
    }
    Event.Synced event;
    List<NodeSync.Ack> acks = new ArrayList<>();
    try {
      event = event(caller.name(), request, acks);
    } catch (IllegalArgumentException e) {
      throw HttpError.of(
          422,
          "bad-sync",
          "The node's state makes no sense: " + e.getMessage() + ".",
          "Run the same version of Blenderer at the server and at its nodes.");
    }
    if (doubles.isRefused(caller.name(), event.boot(), event.sequence())) {
      throw HttpError.of(
          409,
          "node-twice",
          "Another computer works as node '"
              + caller.name()
              + "' already: both have the same key, most likely because one's data folder was"
              + " copied from the other's.",
          "Give this one an empty data folder (--data) and an invite of its own.");
    }
    farm.heard(caller.name(), clock.millis(), host(request.host()), request.leases());
    PulsedAnswer.send(
        exchange,
        scheduler.sync(event),
        event.parkMillis(),
        standing::leads,
        answer -> answer(answer, acks, caller.name()));
  }

  private NodeSync.Answer answer(Decision.Answer answer, List<NodeSync.Ack> acks, String node) {
    List<LiveLogs.Followed> follow = logs.followedAt(node);
    return answer(
        answer, acks, doubles.notice(node).orElse(null), follow.isEmpty() ? null : follow);
  }

  private Event.Synced event(String node, NodeSync.Request request, List<NodeSync.Ack> acks) {
    String boot = Query.need(request.boot(), "boot");
    if (boot.isEmpty() || boot.length() > 64) {
      throw new IllegalArgumentException("the boot id has " + boot.length() + " letters");
    }
    if (request.slots() < 0 || request.slots() > MOST_SLOTS) {
      throw new IllegalArgumentException(request.slots() + " slots");
    }
    List<Event.Held> held = new ArrayList<>();
    for (NodeSync.HeldLease lease : Query.need(request.leases(), "leases")) {
      Query.need(lease.progress(), "leases/progress");
      held.add(new Event.Held(Query.need(lease.lease(), "leases/lease"), lease.started()));
    }
    List<Event.Report> reports = new ArrayList<>();
    long ahead = ahead(request.clock());
    for (NodeSync.Report report : Query.need(request.reports(), "reports")) {
      Event.Report read = report(report, ahead);
      Set<Digest> blobs = blobs(read);
      Map<Digest, BlobRow> rows = blobs.isEmpty() ? Map.of() : store.find(blobs);
      Set<Digest> missing = missing(node, read, rows);
      if (missing.isEmpty()) {
        reports.add(withoutConflict(withTrueSizes(read, rows)));
      } else {
        acks.add(
            new NodeSync.Ack(
                read.lease(),
                read.index(),
                read.generation(),
                "missing-files",
                missing.stream().map(Digest::hex).toList()));
      }
    }
    return new Event.Synced(
        node,
        boot,
        request.sequence(),
        // What is missing has to be told at once.
        acks.isEmpty() ? Math.clamp(request.parkMillis(), 0, settings.parkMillis()) : 0,
        request.slots(),
        request.leaving(),
        held,
        reports,
        facts(request.facts()),
        selfTest(request.selfTest()));
  }

  /** No more of it than a node can have, and names that are short. */
  private static NodeSync.@Nullable Host host(NodeSync.@Nullable Host host) {
    List<NodeSync.Warm> warm = host == null ? null : host.warm();
    return host == null || warm == null
        ? host
        : new NodeSync.Host(
            host.load(),
            host.memoryFree(),
            host.cacheBytes(),
            host.cacheLimit(),
            warm.stream()
                .limit(MOST_WARM)
                .map(
                    one ->
                        new NodeSync.Warm(
                            cut(Query.need(one.job(), "host/warm/job")),
                            cut(Query.need(one.name(), "host/warm/name")),
                            shortened(one.renderer()),
                            one.since()))
                .toList());
  }

  private static String cut(String text) {
    return text.length() <= LONGEST_NAME ? text : text.substring(0, LONGEST_NAME);
  }

  private static Event.@Nullable SelfTest selfTest(NodeSync.@Nullable SelfTest test) {
    return test == null ? null : new Event.SelfTest(shortened(test.failure()));
  }

  /** A report's files, log and preview. */
  private static Set<Digest> blobs(Event.Report report) {
    Set<Digest> blobs = new LinkedHashSet<>();
    report.files().forEach(file -> blobs.add(file.digest()));
    if (report.log() != null) {
      blobs.add(report.log());
    }
    Look look = report.look();
    if (look != null && look.preview() != null) {
      blobs.add(look.preview());
    }
    return blobs;
  }

  /** What the store lacks of a report that can count; of others nothing need be there. */
  private Set<Digest> missing(String node, Event.Report report, Map<Digest, BlobRow> rows) {
    if (farm.lease(report.lease()).filter(lease -> lease.node().equals(node)).isEmpty()) {
      return Set.of();
    }
    Set<Digest> needed = blobs(report);
    // What was uploaded a moment ago is held already; holding it again would cost a commit.
    long soon = clock.millis() + SURE_MILLIS;
    needed.removeIf(
        digest -> {
          BlobRow row = rows.get(digest);
          return row != null && row.holdUntil() > soon;
        });
    return needed.isEmpty() ? needed : store.findMissing(needed);
  }

  /** A result that would put other bytes where another task has put its own is a failure. */
  private Event.Report withoutConflict(Event.Report report) {
    LiveFarm.Lease lease = farm.lease(report.lease()).orElse(null);
    if (lease == null || report.outcome() != Outcome.SUCCEEDED) {
      return report;
    }
    for (Event.File file : report.files()) {
      for (Row.Output made : history.madeAt(lease.job(), file.path())) {
        boolean own = made.step() == lease.step() && made.index() == report.index();
        if (own || made.digest().equals(file.digest())) {
          continue;
        }
        List<Row.Step> steps =
            history.job(lease.job()).stream()
                .flatMap(view -> view.steps().stream())
                .map(History.StepView::step)
                .toList();
        if (!steps.isEmpty() && !MadePaths.comesAfter(steps, lease.step(), made.step())) {
          return report.failed(
              MadePaths.conflict(
                  file.path(), steps.get(made.step()).name(), made.index(), report.index()));
        }
      }
    }
    return report;
  }

  private static Event.Report withTrueSizes(Event.Report report, Map<Digest, BlobRow> rows) {
    if (report.files().isEmpty()) {
      return report;
    }
    List<Event.File> files = new ArrayList<>();
    for (Event.File file : report.files()) {
      BlobRow row = rows.get(file.digest());
      files.add(row == null ? file : new Event.File(file.path(), file.digest(), row.size()));
    }
    return new Event.Report(
        report.lease(),
        report.index(),
        report.generation(),
        report.outcome(),
        files,
        report.log(),
        report.failure(),
        report.startedAt(),
        report.endedAt(),
        report.renderer(),
        report.memoryBytes(),
        report.device(),
        report.look());
  }

  /** How far a node's clock is ahead of the server's; 0: near enough. */
  private long ahead(@Nullable Long nodeClock) {
    long ahead = nodeClock == null ? 0 : nodeClock - clock.millis();
    return Math.abs(ahead) <= CLOCK_TOLERANCE_MILLIS ? 0 : ahead;
  }

  /**
   * @param ahead how far the node's clock is ahead
   */
  private static Event.Report report(NodeSync.Report report, long ahead) {
    List<Event.File> files = new ArrayList<>();
    Set<String> paths = new LinkedHashSet<>();
    for (NodeSync.OutputFile file : Query.need(report.files(), "reports/files")) {
      String path = WorkspacePath.check(Query.need(file.path(), "reports/files/path"));
      if (!paths.add(path)) {
        throw new IllegalArgumentException("the output '" + path + "' stands twice in a report");
      }
      files.add(
          new Event.File(
              path, new Digest(Query.need(file.digest(), "reports/files/digest")), file.size()));
    }
    Outcome outcome = Outcome.ofWord(Query.need(report.outcome(), "reports/outcome"));
    if (outcome == Outcome.LOST) {
      throw new IllegalArgumentException("a node cannot report itself as lost");
    }
    String log = report.log();
    return new Event.Report(
        Query.need(report.lease(), "reports/lease"),
        report.index(),
        report.generation(),
        outcome,
        List.copyOf(files),
        log == null ? null : new Digest(log),
        failure(report.failure()),
        report.startedAt() - ahead,
        report.endedAt() - ahead,
        report.renderer(),
        report.memoryBytes(),
        shortened(report.device()),
        outcome == Outcome.SUCCEEDED ? look(report.look()) : null);
  }

  private static @Nullable String shortened(@Nullable String text) {
    return text == null || text.length() <= LONGEST_NAME ? text : text.substring(0, LONGEST_NAME);
  }

  private static @Nullable Look look(NodeSync.@Nullable Look look) {
    return look == null
        ? null
        : new Look(
            WorkspacePath.check(Query.need(look.path(), "reports/look/path")),
            look.width(),
            look.height(),
            look.mean(),
            look.black(),
            look.transparent(),
            look.pink(),
            PictureGrid.parse(Query.need(look.grid(), "reports/look/grid")),
            look.preview() == null ? null : new Digest(look.preview()));
  }

  private static @Nullable Failure failure(NodeSync.@Nullable FailureInfo failure) {
    return failure == null
        ? null
        : new Failure(
            Query.need(failure.code(), "reports/failure/code"),
            Query.need(failure.message(), "reports/failure/message"),
            RetryClass.ofWord(Query.need(failure.retry(), "reports/failure/retry")));
  }

  private static Event.@Nullable Facts facts(NodeSync.@Nullable Facts facts) {
    return facts == null
        ? null
        : new Event.Facts(
            Query.need(facts.version(), "facts/version"),
            Query.need(facts.os(), "facts/os"),
            facts.cpus(),
            facts.memoryBytes(),
            Query.need(facts.renderers(), "facts/renderers"),
            Query.need(facts.templates(), "facts/templates").stream().map(Digest::new).toList(),
            HostFacts.offer(facts.offer()),
            HostFacts.accepts(facts.accepts()),
            HostFacts.sandbox(facts.sandbox()));
  }

  private NodeSync.Answer answer(
      Decision.Answer answer,
      List<NodeSync.Ack> missing,
      @Nullable String notice,
      @Nullable List<LiveLogs.Followed> follow) {
    List<NodeSync.Ack> acks = new ArrayList<>(missing);
    for (Decision.Ack ack : answer.acks()) {
      acks.add(
          new NodeSync.Ack(
              ack.lease(),
              ack.index(),
              ack.generation(),
              ack.receipt().name().toLowerCase(Locale.ROOT),
              List.of()));
    }
    return new NodeSync.Answer(
        answer.sequence(),
        answer.wish().word(),
        answer.leases().stream().map(this::wanted).toList(),
        acks,
        settings.heartbeatMillis(),
        settings.parkMillis(),
        settings.termMillis(),
        archives.wire(),
        notice,
        follow,
        standing.isShared() ? standing.servers() : null);
  }

  private static NodeSync.@Nullable Frames frames(Row.@Nullable Frames frames) {
    return frames == null ? null : new NodeSync.Frames(frames.added(), frames.now());
  }

  private static NodeSync.@Nullable Times times(Decision.Grant grant) {
    Long most = grant.job().terms().timeoutMillis();
    return most == null && grant.hangMillis() == null
        ? null
        : new NodeSync.Times(most, grant.hangMillis());
  }

  private NodeSync.WantedLease wanted(Decision.Wanted wanted) {
    Decision.Grant grant = wanted.grant();
    return new NodeSync.WantedLease(
        wanted.lease(),
        wanted.wanted().toString(),
        grant == null ? null : grant(grant),
        wanted.hangMillis());
  }

  private NodeSync.Grant grant(Decision.Grant grant) {
    Digest manifest = grant.job().manifest();
    return new NodeSync.Grant(
        grant.job().id(),
        grant.job().name(),
        grant.step().step(),
        grant.step().name(),
        grant.job().template().hex(),
        manifest == null ? null : manifest.hex(),
        grant.job().parameters(),
        grant.job().requirements(),
        leases.inputs(grant.job().id(), grant.step().step()).stream().map(Views::file).toList(),
        grant.tasks().stream()
            .map(t -> new NodeSync.GrantedTask(t.index(), t.generation(), t.attempt()))
            .toList(),
        grant.job().environments().isEmpty()
            ? null
            : grant.job().environments().stream().map(Digest::hex).toList(),
        grant.job().permission().word(),
        frames(grant.job().terms().frames()),
        times(grant));
  }
}
