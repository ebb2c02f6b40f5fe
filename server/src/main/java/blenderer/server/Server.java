package blenderer.server;

import blenderer.api.ConnectionString;
import blenderer.api.FarmFigures;
import blenderer.api.Secrets;
import blenderer.api.ServerTrust;
import blenderer.cas.BlobIndex;
import blenderer.cas.CasException;
import blenderer.cas.ContentStore;
import blenderer.cas.SpaceGuard;
import blenderer.core.Journal;
import blenderer.core.Now;
import blenderer.journal.Database;
import blenderer.journal.DatabaseRefused;
import blenderer.renderers.ShippedRenderers;
import blenderer.s3.S3Backend;
import blenderer.s3.S3Location;
import blenderer.server.cleaning.Cleaner;
import blenderer.server.cleaning.LeftTraces;
import blenderer.server.http.HttpOptions;
import blenderer.server.http.HttpServer;
import blenderer.server.metrics.FarmHistory;
import blenderer.server.metrics.FarmMetrics;
import blenderer.server.page.Page;
import blenderer.server.replicas.IncompatibleServersException;
import blenderer.server.replicas.Replication;
import blenderer.server.replicas.Standing;
import blenderer.server.routes.Api;
import blenderer.server.routes.TemplateSource;
import blenderer.server.scheduling.EventFeed;
import blenderer.server.scheduling.GridNews;
import blenderer.server.scheduling.LiveFarm;
import blenderer.server.scheduling.Publication;
import blenderer.server.scheduling.SchedulerLoop;
import blenderer.server.scheduling.Ulid;
import blenderer.server.trust.AdminFile;
import blenderer.server.trust.Browsers;
import blenderer.server.trust.Gate;
import blenderer.server.trust.Names;
import blenderer.server.trust.PrivateFiles;
import blenderer.server.trust.TlsKeeper;
import blenderer.server.trust.TrustException;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A running server. */
public final class Server implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Server.class);

  /** How long it is remembered who changed what. */
  static final Duration AUDIT_LIFE = Duration.ofDays(400);

  /** The farm's authority among the secrets that its servers share: key and certificate, PEM. */
  private static final String AUTHORITY = "authority";

  /** What its servers show each other. */
  private static final String AMONG_SERVERS = "servers";

  private static final Duration SAMPLE_EVERY = Duration.ofSeconds(10);

  /** What nodes' uploads leave free, so that the journal can still be written. */
  private static final long HARD_RESERVE = 256L << 20;

  private final ServerOptions options;
  private final DataLock lock;
  private final Storage storage;
  private final TlsKeeper tls;
  private final EventFeed feed;
  private final SchedulerLoop scheduler;
  private final Api api;
  private final FarmHistory past;
  private final long startedAt;
  private final HttpServer http;
  private final @Nullable S3Backend bucket;
  private final @Nullable Replication replication;
  private final Standing standing;
  private final Housekeeping housekeeping = new Housekeeping();
  private volatile boolean firstStart;
  private boolean stopped;

  /**
   * Starts a server on its folder.
   *
   * @throws ServerException when it cannot start; nothing runs then
   */
  public static Server start(ServerOptions options) {
    ShippedRenderers shipped = ShippedRenderers.load();
    return start(
        options, data -> storage(options, data), TemplateSource.of(shipped.trustedTemplates()));
  }

  /** With database and files elsewhere there may be other servers. */
  private static Storage storage(ServerOptions options, Path data) {
    if (options.database().isEmpty()) {
      return Storage.sqlite(data);
    }
    return options.blobs().isPresent()
        ? Storage.shared(options.database().get(), Ulid.next(options.clock().millis()))
        : Storage.postgres(options.database().get());
  }

  static Server start(
      ServerOptions options, Function<Path, Storage> storage, TemplateSource templates) {
    DataLock lock = null;
    try {
      PrivateFiles.createFolder(options.data());
      lock = DataLock.take(options.data());
      return new Server(options, lock, storage.apply(options.data()), templates);
    } catch (IOException e) {
      release(lock);
      throw new ServerException("The folder " + options.data() + " cannot be used: " + e, e);
    } catch (DatabaseRefused e) {
      release(lock);
      throw new ServerException(e.code(), String.valueOf(e.getMessage()), e);
    } catch (IncompatibleServersException e) {
      release(lock);
      throw new ServerException("servers-differ", String.valueOf(e.getMessage()), e);
    } catch (TrustException | CasException | Journal.JournalException e) {
      release(lock);
      throw new ServerException(String.valueOf(e.getMessage()), e);
    } catch (RuntimeException e) {
      release(lock);
      throw e;
    }
  }

  /** The bucket of this farm, which no other farm may use and which the journal must know. */
  private S3Backend openBucket(S3Location at, BlobIndex index) {
    boolean mustBeKnown = !index.list(null, 1).isEmpty();
    return S3Backend.open(at, options.clock(), tls.fingerprint(), mustBeKnown);
  }

  private static void release(@Nullable DataLock lock) {
    try {
      if (lock != null) {
        lock.close();
      }
    } catch (IOException e) {
      LOG.warn("the lock was not released", e);
    }
  }

  private Server(ServerOptions options, DataLock lock, Storage storage, TemplateSource templates) {
    this.options = options;
    this.lock = lock;
    this.storage = storage;
    startedAt = options.clock().millis();
    Database.Shared shared = storage.shared();
    SchedulerLoop started = null;
    try {
      Path data = options.data();
      List<String> names = Names.of(options.names(), options.host());
      tls =
          TlsKeeper.open(
              data,
              names,
              options.certificateLife(),
              options.tls(),
              text -> shared == null ? text : shared.replicas().secret(AUTHORITY, text),
              options.clock().instant());
      replication = shared == null ? null : replication(shared);
      standing = replication == null ? Standing.ALONE : replication;
      SpaceGuard space =
          SpaceGuard.of(data, options.minFree(), Math.min(options.minFree(), HARD_RESERVE));
      bucket = options.blobs().map(at -> openBucket(at, storage.blobs())).orElse(null);
      ContentStore store =
          bucket == null
              ? ContentStore.open(data.resolve("blobs"), storage.blobs(), space, options.clock())
              : ContentStore.open(
                  data.resolve("blobs"), bucket, storage.blobs(), space, options.clock());
      feed = new EventFeed();
      LiveFarm farm = new LiveFarm(feed);
      GridNews grids = new GridNews();
      past = new FarmHistory(farm, storage.farmLog(), options.clock());
      FarmMetrics metrics = new FarmMetrics(farm);
      Journal journal = metrics.timed(storage.journal());
      Publication publication = past.beside(metrics.beside(grids.before(farm)));
      AtomicReference<Runnable> besideChanged = new AtomicReference<>(() -> {});
      started =
          replication == null
              ? SchedulerLoop.start(
                  journal, options.settings(), this::now, this::leasePrefix, publication)
              : SchedulerLoop.following(
                  journal,
                  options.settings(),
                  this::now,
                  this::leasePrefix,
                  publication,
                  replication.follower(() -> besideChanged.get().run()));
      scheduler = started;
      metrics.watch(scheduler, space);
      Browsers browsers =
          new Browsers(
              storage.sessions(),
              // The session of a browser is one of the farm, at whichever of its servers.
              shared == null ? tls.fingerprint() + ":" + options.port() : tls.fingerprint(),
              options.clock());
      Cleaner cleaner =
          new Cleaner(
              storage.held(),
              scheduler,
              storage.audit(),
              () -> Housekeeping.tidy(store, storage.blobs(), storage.references()),
              options.clock());
      Gate gate = new Gate(storage.accounts(), browsers, options.clock());
      api =
          new Api(
              new Api.Parts(
                  options.version(),
                  options.settings(),
                  storage.accounts(),
                  storage.claims(),
                  storage.archives(),
                  storage.audit(),
                  storage.usage(),
                  metrics,
                  storage.history(),
                  storage.film(),
                  grids,
                  storage.references(),
                  store,
                  space,
                  templates,
                  scheduler,
                  farm,
                  feed,
                  gate,
                  browsers,
                  storage.held(),
                  cleaner,
                  past.live(),
                  () -> health(space, farm),
                  tls::fingerprint,
                  options.minFree(),
                  tls::authority,
                  standing,
                  options.clock()));
      besideChanged.set(api::besideChanged);
      http = listen();
      if (replication == null) {
        writeAdmin(names);
      } else {
        metrics.watch(replication);
        try {
          join(replication, farm, names);
        } catch (RuntimeException e) {
          http.stop(Duration.ZERO);
          replication.close();
          throw e;
        }
      }
      housekeeping.every(
          Duration.ofHours(1), Duration.ofHours(1), "the check of the certificate", this::checkTls);
      housekeeping.daily(
          Duration.ZERO,
          "tidying",
          whenLeading(() -> Housekeeping.tidy(store, storage.blobs(), storage.references())));
      housekeeping.every(
          SAMPLE_EVERY, SAMPLE_EVERY, "noting how busy the farm is", whenLeading(past::sample));
      housekeeping.daily(
          Duration.ofMinutes(1),
          "forgetting of old days",
          whenLeading(
              () -> storage.farmLog().forget(options.clock().millis() - AUDIT_LIFE.toMillis())));
      housekeeping.daily(Duration.ofMinutes(5), "cleaning up", whenLeading(cleaner::daily));
      housekeeping.daily(
          Duration.ZERO,
          "deleting traces that were left",
          whenLeading(new LeftTraces(storage.history(), scheduler, options.clock())::delete));
      housekeeping.daily(
          Duration.ofMinutes(1), "forgetting of sessions", whenLeading(browsers::tidy));
      housekeeping.daily(
          Duration.ofMinutes(1),
          "forgetting of old calls",
          whenLeading(
              () -> storage.audit().forget(options.clock().millis() - AUDIT_LIFE.toMillis())));
    } catch (RuntimeException e) {
      housekeeping.close();
      if (started != null) {
        started.close();
      }
      if (shared != null) {
        shared.replicas().close();
      }
      storage.journal().close();
      throw e;
    }
  }

  private String leasePrefix() {
    return Ulid.next(options.clock().millis());
  }

  private Runnable whenLeading(Runnable work) {
    return () -> {
      if (standing.leads()) {
        work.run();
      }
    };
  }

  private Replication replication(Database.Shared shared) {
    String secret = shared.replicas().secret(AMONG_SERVERS, Secrets.newKey());
    Replication mine =
        new Replication(
            shared,
            shared.id(),
            options.version(),
            options.blobs().map(S3Location::place).orElse(""),
            secret,
            new ServerTrust(tls.fingerprint()).context());
    mine.agree();
    return mine;
  }

  /** Lets the other servers know of this one, and waits until one of all leads. */
  private void join(Replication mine, LiveFarm farm, List<String> names) {
    List<String> others = names.stream().filter(name -> !Names.isLoopback(name)).toList();
    mine.start(
        scheduler,
        addresses(others.isEmpty() ? names.subList(0, 1) : others).stream()
            .map(Object::toString)
            .toList(),
        farm,
        new Replication.Listener() {
          @Override
          public void leads() {
            writeAdmin(names);
            housekeeping.leads();
          }

          @Override
          public void servers(List<String> all) {
            AdminFile.add(
                options.data(), all.stream().map(ConnectionString.Address::parse).toList());
          }
        });
    if (!mine.awaitLeader(Duration.ofSeconds(10))) {
      LOG.warn("no server of this farm leads yet");
    }
  }

  private List<ConnectionString.Address> addresses(List<String> names) {
    return names.stream().map(name -> new ConnectionString.Address(name, http.port())).toList();
  }

  private HttpServer listen() {
    try {
      return HttpServer.start(
          HttpOptions.at(options.host(), options.port(), headers()),
          tls.identity(),
          api.routes(),
          options.page().map(Page::in).orElseGet(Page::shipped));
    } catch (UncheckedIOException e) {
      throw new ServerException(
          "The server cannot listen on "
              + options.host()
              + ":"
              + options.port()
              + ": "
              + (e.getCause() == null ? e.getMessage() : e.getCause().getMessage())
              + ". Give it another address with --listen.",
          e);
    }
  }

  /**
   * Of every answer. What the API says is data: no page may take it in, and a browser that is led
   * there shows and runs nothing of it.
   */
  private Map<String, String> headers() {
    return Map.of(
        "Blenderer-Version", options.version(),
        "X-Content-Type-Options", "nosniff",
        "Referrer-Policy", "no-referrer",
        "Cross-Origin-Resource-Policy", "same-origin",
        "Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'; sandbox");
  }

  private FarmFigures.Health health(SpaceGuard space, LiveFarm farm) {
    Runtime runtime = Runtime.getRuntime();
    File data = options.data().toFile();
    return new FarmFigures.Health(
        options.version(),
        startedAt,
        scheduler.isReadOnly(),
        space.free().getAsLong(),
        data.getTotalSpace(),
        storage.journalBytes().getAsLong(),
        scheduler.waiting(),
        runtime.totalMemory() - runtime.freeMemory(),
        runtime.maxMemory(),
        farm.onlineNodes(),
        farm.onlineSlots(),
        farm.busySlots(),
        tls.validUntil());
  }

  private void writeAdmin(List<String> names) {
    List<ConnectionString.Address> addresses = new ArrayList<>(addresses(names));
    for (String other : standing.servers()) {
      ConnectionString.Address address = ConnectionString.Address.parse(other);
      if (!addresses.contains(address)) {
        addresses.add(address);
      }
    }
    long now = options.clock().millis();
    try {
      firstStart =
          AdminFile.ensure(
              options.data(),
              storage.accounts(),
              addresses,
              tls.fingerprint(),
              Ulid.next(now),
              now);
    } catch (TrustException e) {
      if (replication == null) {
        http.stop(Duration.ZERO);
      }
      throw e;
    }
  }

  private Now now() {
    return new Now(System.nanoTime() / 1_000_000, options.clock().millis());
  }

  /** Renews the certificate if it is due; called hourly. */
  void checkTls() {
    tls.check(options.clock().instant()).ifPresent(http::reloadTls);
  }

  /** What it is among the servers of its farm. */
  public Standing standing() {
    return standing;
  }

  /** The port it listens on. */
  public int port() {
    return http.port();
  }

  /** Whether this start made the first admin. */
  public boolean isFirstStart() {
    return firstStart;
  }

  /** The file with the admin's connection, if it is still where it was made. */
  public Path adminFile() {
    return AdminFile.in(options.data());
  }

  /** Every route, for tests. */
  Api api() {
    return api;
  }

  /**
   * Takes no new work, answers what is parked, lets what is under way end, then stops.
   *
   * @return whether all of it ended in time
   */
  public synchronized boolean stop() {
    if (stopped) {
      return true;
    }
    stopped = true;
    LOG.info("stopping");
    http.refuseNew();
    feed.close();
    scheduler.drain();
    if (replication != null) {
      if (standing.leads()) {
        past.write();
      }
      replication.resign();
    }
    housekeeping.close();
    boolean all = http.stop(options.drain());
    scheduler.close();
    if (replication == null) {
      past.write();
    } else {
      replication.close();
    }
    storage.journal().close();
    if (bucket != null) {
      bucket.close();
    }
    release(lock);
    LOG.info(all ? "stopped" : "stopped, and cut what had not ended in time");
    return all;
  }

  @Override
  public void close() {
    stop();
  }
}
