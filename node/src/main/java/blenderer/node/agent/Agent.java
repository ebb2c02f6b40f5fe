package blenderer.node.agent;

import blenderer.api.ApiException;
import blenderer.api.Archives;
import blenderer.api.NodeSync;
import blenderer.model.Digest;
import blenderer.model.HostOffer;
import blenderer.model.Renderer;
import blenderer.node.cache.BlobCache;
import blenderer.node.cache.DiskRoom;
import blenderer.node.fetched.BoxedAsker;
import blenderer.node.fetched.FarmRenderers;
import blenderer.node.os.Folders;
import blenderer.node.os.ProcessControl;
import blenderer.node.outbox.Outbox;
import blenderer.node.outbox.OutboxSync;
import blenderer.node.outbox.Uploader;
import blenderer.node.render.InstalledRenderer;
import blenderer.node.render.RendererKit;
import blenderer.node.render.ShippedKit;
import blenderer.node.sandbox.Sandbox;
import blenderer.node.sandbox.SandboxStatus;
import blenderer.node.selftest.Probation;
import blenderer.node.selftest.SelfTest;
import blenderer.node.session.SessionPlan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A node at work: everything put together. {@link #run} once, {@link #stop} from any thread. */
public final class Agent {

  private static final Logger LOG = LoggerFactory.getLogger("blenderer.node");

  /** Between two calls with new lines of logs that somebody follows. */
  private static final Duration TELLING = Duration.ofMillis(500);

  /**
   * What a node is set to.
   *
   * @param data its folder; locked by the caller
   * @param cacheBytes how much the cache may hold
   * @param renderersBytes how much of renderers from the farm may lie here, unpacked
   * @param disk how much of the disk it may use
   * @param path the PATH of what it runs
   * @param version the program's
   * @param allowCommands whether its owner lets any command run
   * @param offer attributes and amounts
   */
  public record Config(
      Path data,
      int slots,
      long cacheBytes,
      long renderersBytes,
      DiskRoom disk,
      String path,
      String version,
      NodeSettings settings,
      boolean allowCommands,
      HostOffer offer) {}

  private final Config config;
  private final FarmLink farm;
  private final ProcessControl control;
  private final ProcessControl.Mark mark;
  private final Path sessions;
  private final LeaseBoard board;
  private final Probation probation;
  private final LiveTelling live;
  private final SyncLoop sync;
  private final Uploader uploader;
  private final OutboxSync outboxSync;
  private final List<SlotWorker> workers = new ArrayList<>();
  private final List<Thread> threads = new ArrayList<>();
  private final Thread housekeeping;
  private final AtomicBoolean stopping = new AtomicBoolean();
  private final CountDownLatch stopped = new CountDownLatch(1);

  /**
   * Clears away what an earlier run left, and prepares everything; nothing is asked of the farm
   * yet.
   *
   * @param farm closed by {@link #stop}
   * @param sandbox what sessions run in
   */
  public Agent(
      Config config,
      FarmLink farm,
      ProcessControl control,
      Sandbox sandbox,
      List<RendererKit> kits,
      List<InstalledRenderer> renderers)
      throws IOException {
    this.config = config;
    this.farm = farm;
    this.control = control;
    Path data = config.data().toRealPath();
    this.mark = new ProcessControl.Mark(SessionPlan.NODE_MARK, data.toString());
    int left = control.killMarked(mark);
    if (left > 0) {
      LOG.info("Ended {} processes that an earlier run of this node had left", left);
    }
    this.sessions = emptied(data.resolve("sessions"));
    Path logs = emptied(data.resolve("logs"));
    NodeSettings settings = config.settings();
    Clock clock = Clock.offset(Clock.systemUTC(), settings.clockOffset());
    Outbox outbox = Outbox.open(data.resolve("outbox"), settings.outboxBytes());
    if (outbox.bytes() > 0) {
      LOG.info("Finished frames of an earlier run wait for the server");
    }
    BlobCache cache =
        BlobCache.open(
            data.resolve("cache"), config.cacheBytes(), config.disk(), farm, settings.downloads());
    Signal signal = new Signal();
    FarmRenderers farmRenderers = farmRenderers(data, sandbox, kits, signal);
    Preparation preparation =
        new Preparation(
            kits,
            renderers,
            sandbox.status().permits(config.allowCommands()),
            cache,
            config.disk(),
            farmRenderers);
    this.board = new LeaseBoard(outbox, preparation::begin);
    Housekeeper housekeeper = new Housekeeper(board, outbox, cache, config.disk(), signal);
    this.outboxSync = new OutboxSync(outbox);
    this.uploader = new Uploader(outbox, farm, signal::raise, settings.longestPause());
    this.probation =
        new Probation(
            new SelfTest(
                    sandbox,
                    shipped(kits),
                    renderers,
                    data,
                    config.path(),
                    emptied(data.resolve("selftest")))
                ::run,
            signal::raise,
            settings.retest(),
            settings.longestRetest());
    this.live = new LiveTelling(farm, TELLING);
    this.sync =
        new SyncLoop(
            farm,
            board,
            outbox,
            signal,
            () -> housekeeper.isHalted() ? 0 : config.slots(),
            () -> facts(kits, renderers, farmRenderers.claims(), sandbox.status()),
            farmRenderers::wanted,
            live::follow,
            probation,
            KnownServers.in(data),
            new HostGauge(cache, config.cacheBytes(), this::warm, clock),
            UUID.randomUUID().toString(),
            clock,
            settings);
    this.housekeeping =
        Thread.ofPlatform()
            .daemon()
            .name("housekeeping")
            .unstarted(() -> housekeeper.run(settings.housekeeping()));
    int threadsEach =
        config.slots() == 1
            ? 0
            : Math.max(1, Runtime.getRuntime().availableProcessors() / config.slots());
    SlotWorker.Shared shared =
        new SlotWorker.Shared(
            board,
            outbox,
            new OpenSession.Place(
                sandbox,
                data,
                sessions,
                config.path(),
                threadsEach,
                OpenSession.programs(renderers)),
            cache.files(),
            config.disk(),
            logs,
            live,
            signal,
            clock,
            settings,
            housekeeper::look);
    for (int i = 0; i < config.slots(); i++) {
      SlotWorker worker = new SlotWorker(shared);
      workers.add(worker);
      threads.add(Thread.ofPlatform().daemon().name("slot-" + (i + 1)).unstarted(worker));
    }
  }

  private List<NodeSync.Warm> warm() {
    return workers.stream().flatMap(worker -> worker.warmSession().stream()).toList();
  }

  /**
   * Programs of the farm run behind the wall, or where the owner lets any command run: nobody of
   * this computer has chosen them.
   */
  private FarmRenderers farmRenderers(
      Path data, Sandbox sandbox, List<RendererKit> kits, Signal signal) throws IOException {
    List<ShippedKit> shipped = shipped(kits);
    SandboxStatus.Kind wall = sandbox.status().kind();
    return FarmRenderers.open(
        data.resolve("farm-renderers"),
        config.renderersBytes(),
        config.disk(),
        new BoxedAsker(sandbox, shipped, config.path(), emptied(data.resolve("ask"))),
        signal::raise,
        Archives.Platform.here(),
        wall == SandboxStatus.Kind.BUBBLEWRAP
            || (wall == SandboxStatus.Kind.SWITCHED_OFF && config.allowCommands()));
  }

  private static List<ShippedKit> shipped(List<RendererKit> kits) {
    return kits.stream().filter(ShippedKit.class::isInstance).map(ShippedKit.class::cast).toList();
  }

  private static Path emptied(Path folder) throws IOException {
    Folders.remove(folder);
    return Files.createDirectories(folder);
  }

  private NodeSync.Facts facts(
      List<RendererKit> kits,
      List<InstalledRenderer> renderers,
      List<Renderer> claims,
      SandboxStatus sandbox) {
    List<Renderer> all =
        new ArrayList<>(renderers.stream().map(InstalledRenderer::renderer).toList());
    claims.stream()
        .filter(
            claim ->
                all.stream()
                    .noneMatch(
                        one ->
                            one.name().equals(claim.name()) && one.build().equals(claim.build())))
        .toList()
        .forEach(all::add);
    return new NodeSync.Facts(
        config.version(),
        System.getProperty("os.name", "").toLowerCase(Locale.ROOT),
        Runtime.getRuntime().availableProcessors(),
        control.machineMemory(),
        all,
        kits.stream().map(RendererKit::template).map(Digest::hex).toList(),
        config.offer(),
        sandbox.permits(config.allowCommands()).word(),
        sandbox.toString());
  }

  /**
   * Works until {@link #stop}, or until the server refuses this node for good.
   *
   * @return the refusal, if that ended it
   */
  public Optional<ApiException> run() throws InterruptedException {
    uploader.start();
    outboxSync.start();
    housekeeping.start();
    threads.forEach(Thread::start);
    Optional<ApiException> refusal = sync.run();
    stop();
    return refusal;
  }

  /** Gives everything back and ends; returns when that is done, after a few seconds at most. */
  public void stop() {
    if (stopping.getAndSet(true)) {
      awaitStopped();
      return;
    }
    try {
      workers.forEach(SlotWorker::stop);
      board.close();
      sync.stop();
      probation.close();
      live.close();
      sync.leave();
      uploader.close();
      outboxSync.close();
      housekeeping.interrupt();
      long deadline = System.nanoTime() + config.settings().stopping().toNanos();
      for (Thread thread : threads) {
        long left = Math.max(1, (deadline - System.nanoTime()) / 1_000_000);
        if (thread.isAlive()) {
          thread.join(left);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      control.killMarked(mark);
      farm.close();
      stopped.countDown();
    }
  }

  private void awaitStopped() {
    try {
      stopped.await(
          config.settings().leaving().plus(config.settings().stopping()).toMillis() + 2000,
          TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
