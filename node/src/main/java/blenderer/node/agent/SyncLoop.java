package blenderer.node.agent;

import blenderer.api.ApiException;
import blenderer.api.Archives;
import blenderer.api.FarmException;
import blenderer.api.LiveLogs;
import blenderer.api.NodeSync;
import blenderer.node.outbox.Outbox;
import blenderer.node.outbox.ResultKey;
import blenderer.node.selftest.Probation;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The conversation with the server. A request waits there until something happens; when something
 * happens here meanwhile, a newer request goes out on a second line and the server answers the
 * older one at once. So there are two requests under way at most, and both for a moment only.
 */
final class SyncLoop {

  private static final Logger LOG = LoggerFactory.getLogger("blenderer.node");
  private static final Duration FIRST_PAUSE = Duration.ofMillis(200);

  /** Keeps a server that answers at once, for whatever reason, from being asked without end. */
  private static final Duration SHORTEST_ROUND = Duration.ofMillis(5);

  /** Something that the loop's thread has to look at. */
  private sealed interface Event {
    record Answered(FarmLink.Line line, NodeSync.Request request, NodeSync.Answer answer)
        implements Event {}

    record Failed(FarmLink.Line line, NodeSync.Request request, RuntimeException reason)
        implements Event {}

    record Woken() implements Event {}
  }

  private final FarmLink farm;
  private final LeaseBoard board;
  private final Outbox outbox;
  private final Signal signal;
  private final IntSupplier slots;
  private final Supplier<NodeSync.Facts> facts;
  private final Consumer<List<Archives.Archive>> archives;
  private final Consumer<@Nullable List<LiveLogs.Followed>> followed;
  private final Probation probation;
  private final KnownServers servers;
  private final Supplier<Optional<NodeSync.Host>> host;
  private final String boot;
  private final InstantSource clock;
  private final NodeSettings settings;
  private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();
  private final Deque<FarmLink.Line> idleLines = new ArrayDeque<>();

  private int underWay;
  private long sequence;
  private long builtAt = -1;
  private long applied = -1;
  private NodeSync.@Nullable Facts factsKnown;
  private long heartbeatMillis;
  private long parkMillis;
  private String state = "";
  private String notice = "";
  private int failures;
  private boolean away;
  private volatile boolean stopped;

  /**
   * @param slots how many leases the node takes now
   * @param facts told again whenever they are others
   * @param archives hears what the server has of renderers
   * @param followed hears which attempts' logs somebody follows; null: none that is new
   * @param probation hears whether the farm has this node in quarantine
   * @param servers keeps where the farm's servers are
   * @param host tells how the computer is, when it is time to
   * @param boot random, new with every start
   */
  SyncLoop(
      FarmLink farm,
      LeaseBoard board,
      Outbox outbox,
      Signal signal,
      IntSupplier slots,
      Supplier<NodeSync.Facts> facts,
      Consumer<List<Archives.Archive>> archives,
      Consumer<@Nullable List<LiveLogs.Followed>> followed,
      Probation probation,
      KnownServers servers,
      Supplier<Optional<NodeSync.Host>> host,
      String boot,
      InstantSource clock,
      NodeSettings settings) {
    this.farm = farm;
    this.board = board;
    this.outbox = outbox;
    this.signal = signal;
    this.slots = slots;
    this.facts = facts;
    this.archives = archives;
    this.followed = followed;
    this.probation = probation;
    this.servers = servers;
    this.host = host;
    this.boot = boot;
    this.clock = clock;
    this.settings = settings;
    this.heartbeatMillis = settings.firstPark().toMillis();
    this.parkMillis = settings.firstPark().toMillis();
    idleLines.add(farm.openLine());
    idleLines.add(farm.openLine());
    signal.listen(() -> events.add(new Event.Woken()));
  }

  /**
   * Talks until {@link #stop}.
   *
   * @return why the server will have nothing more to do with this node; empty after a stop
   */
  Optional<ApiException> run() throws InterruptedException {
    long notBefore = System.nanoTime();
    while (!stopped) {
      long now = System.nanoTime();
      boolean due = underWay == 0 || (signal.version() != builtAt && underWay < 2);
      if (due && now >= notBefore) {
        send();
        notBefore = now + SHORTEST_ROUND.toNanos();
      }
      Event event =
          due && now < notBefore
              ? events.poll(notBefore - now, TimeUnit.NANOSECONDS)
              : events.take();
      switch (event) {
        case null -> {}
        case Event.Woken _ -> {}
        case Event.Answered(
                FarmLink.Line line,
                NodeSync.Request request,
                NodeSync.Answer answer) -> {
          idleLines.add(line);
          underWay--;
          try {
            apply(request, answer);
            reached(request);
          } catch (RuntimeException e) {
            // A node that stopped calling would lose all it has.
            notBefore = System.nanoTime() + pauseAfter(e);
          }
        }
        case Event.Failed(
                FarmLink.Line line,
                NodeSync.Request request,
                RuntimeException reason) -> {
          idleLines.add(line);
          underWay--;
          if (reason instanceof ApiException refusal && isFinal(refusal)) {
            return Optional.of(refusal);
          }
          // Of one that a newer answer has overtaken, nothing is missed.
          if (request.sequence() > applied) {
            // The other line may wait where this one was lost, so it is no reason to wait, too.
            builtAt = -1;
            notBefore = System.nanoTime() + pauseAfter(reason);
          }
        }
      }
    }
    return Optional.empty();
  }

  private static boolean isFinal(ApiException refusal) {
    return refusal.status() == 401
        || refusal.status() == 403
        || refusal.code().equals("protocol-unsupported")
        || refusal.code().equals("node-twice");
  }

  private void reached(NodeSync.Request request) {
    failures = 0;
    NodeSync.Facts told = request.facts();
    if (told != null && request.sequence() == applied) {
      factsKnown = told;
    }
    if (away) {
      away = false;
      LOG.info("The server is back");
    }
  }

  private long pauseAfter(RuntimeException reason) {
    // A server that was away may have lost what it only remembered.
    factsKnown = null;
    if (!(reason instanceof FarmException known)) {
      if (failures == 0) {
        LOG.error("The conversation with the server failed", reason);
      }
    } else if (!away) {
      away = true;
      LOG.warn("{} Rendering goes on; results wait here", known.sentence());
    }
    long most =
        Math.min(
            settings.longestPause().toMillis(), FIRST_PAUSE.toMillis() << Math.min(failures, 16));
    failures++;
    return TimeUnit.MILLISECONDS.toNanos(
        most / 2 + ThreadLocalRandom.current().nextLong(most / 2 + 1));
  }

  private void send() {
    FarmLink.Line line = idleLines.removeFirst();
    builtAt = signal.version();
    NodeSync.Request request = request(false);
    underWay++;
    Thread.ofVirtual()
        .name("sync")
        .start(
            () -> {
              try {
                events.add(new Event.Answered(line, request, line.sync(request)));
              } catch (RuntimeException e) {
                // Whatever it is, the loop must hear that this request has ended.
                events.add(new Event.Failed(line, request, e));
              }
            });
  }

  private synchronized NodeSync.Request request(boolean leaving) {
    List<NodeSync.HeldLease> held = board.held();
    long park = held.isEmpty() ? parkMillis : heartbeatMillis;
    NodeSync.Facts now = facts.get();
    Probation.Result tested = probation.result();
    return new NodeSync.Request(
        NodeSync.PROTOCOL,
        boot,
        sequence++,
        leaving ? 0 : park,
        slots.getAsInt(),
        leaving,
        leaving ? List.of() : held,
        outbox.ready(),
        now.equals(factsKnown) ? null : now,
        tested == null ? null : new NodeSync.SelfTest(tested.failure()),
        clock.millis(),
        host.get().orElse(null));
  }

  private void apply(NodeSync.Request request, NodeSync.Answer answer) {
    // Acknowledgements hold for ever; the wanted leases only until a newer answer.
    answer.acks().forEach(outbox::acknowledged);
    if (request.sequence() < applied) {
      return;
    }
    applied = request.sequence();
    heartbeatMillis = answer.heartbeatMillis();
    parkMillis = answer.parkMillis();
    if (!answer.state().equals(state)) {
      state = answer.state();
      LOG.info(
          switch (state) {
            case "online" -> "Ready for work";
            case "paused" -> "Paused by the farm: this node gets no new work";
            case "draining" -> "Draining: this node finishes what it has and gets no new work";
            case "quarantined" ->
                "Quarantined by the farm: too much went wrong on this node; it tests itself now";
            default -> "The farm says that this node is " + state;
          });
    }
    String news = answer.notice() == null ? "" : answer.notice();
    if (!news.equals(notice)) {
      notice = news;
      if (!news.isEmpty()) {
        LOG.warn("The server says: {}", news);
      }
    }
    List<String> all = answer.servers();
    if (all != null) {
      servers.heard(all);
    }
    probation.quarantined(state.equals("quarantined"));
    // First, so that a lease which needs a new one finds it.
    List<Archives.Archive> there = answer.archives();
    archives.accept(there == null ? List.of() : there);
    board.apply(answer.leases());
    followed.accept(answer.follow());
    if (outbox.offerUnwanted(key -> isListed(answer, key))) {
      signal.raise();
    }
  }

  /** Whether the server listed the lease; which of its tasks it wants can change while it runs. */
  private static boolean isListed(NodeSync.Answer answer, ResultKey key) {
    return answer.leases().stream().anyMatch(lease -> lease.lease().equals(key.lease()));
  }

  /** Ends {@link #run}. */
  void stop() {
    stopped = true;
    events.add(new Event.Woken());
  }

  /** Says once that the node leaves; call after {@link #stop}. Does not fail. */
  void leave() {
    NodeSync.Request request = request(true);
    Thread say =
        Thread.ofVirtual()
            .start(
                () -> {
                  try (FarmLink.@Nullable Line line = farm.openLine()) {
                    line.sync(request).acks().forEach(outbox::acknowledged);
                  } catch (FarmException e) {
                    LOG.info("The server was not told that this node stops: {}", e.sentence());
                  }
                });
    try {
      say.join(settings.leaving());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
