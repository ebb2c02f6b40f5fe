package blenderer.server.replicas;

import blenderer.api.Json;
import blenderer.core.Journal;
import blenderer.journal.CommitTail;
import blenderer.journal.Database;
import blenderer.journal.Election;
import blenderer.journal.Replicas;
import blenderer.server.http.Exchange;
import blenderer.server.scheduling.Follower;
import blenderer.server.scheduling.LiveFarm;
import blenderer.server.scheduling.SchedulerLoop;
import blenderer.server.scheduling.SoftFarm;
import blenderer.server.scheduling.Unavailable;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** This server among several. Safe for many threads. */
public final class Replication implements Standing, AutoCloseable {

  /** What servers say to each other; those that differ by more than one do not work together. */
  public static final int PROTOCOL = 1;

  /** Where a server that leads tells the others what stands in no row. */
  public static final String SOFT = "/v1/replicas/soft";

  private static final Logger LOG = LoggerFactory.getLogger(Replication.class);
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(4);
  private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(50);
  private static final long TELL_NANOS = TimeUnit.SECONDS.toNanos(4);
  private static final long LOOK_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final long SOFT_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final long SELDOM_NANOS = TimeUnit.SECONDS.toNanos(5);
  private static final long LONGEST_SOFT_NANOS = TimeUnit.SECONDS.toNanos(10);
  private static final long WATCHED_NANOS = TimeUnit.SECONDS.toNanos(20);
  private static final Duration LOADING = Duration.ofMinutes(1);
  private static final ObjectMapper JSON = Json.mapper();

  /** Hears what this server is among the others. Each call is on a thread of this class. */
  public interface Listener {

    /** It begins to lead. What it does here is done before it is said to be ready. */
    void leads();

    /**
     * Other servers are there than before.
     *
     * @param all where they and this one listen, such as {@code farm1:8443}
     */
    void servers(List<String> all);
  }

  /** What a server that follows noted for the one that leads: when keys were used. */
  public record Uses(Map<String, Long> keys) {}

  private final Database.Shared shared;
  private final String id;
  private final String version;
  private final String store;
  private final Forwarder forwarder;
  private final String secret;
  private final AtomicLong passed = new AtomicLong();
  private volatile @Nullable SchedulerLoop loop;
  private volatile List<Replicas.Replica> live = List.of();
  private volatile CommitTail.Leader last = new CommitTail.Leader(0, "");
  private volatile String addresses = "";
  private volatile long watchedAt = System.nanoTime();
  private volatile @Nullable LiveFarm farm;
  private volatile @Nullable Listener listener;
  private volatile @Nullable Thread keeper;
  private volatile @Nullable Thread softMirror;
  private volatile boolean begun;
  private volatile boolean closed;

  /**
   * @param id this server's, never given before
   * @param store where it keeps the farm's files, by a name that is the same at all servers
   * @param secret of calls among the farm's servers
   * @param trust in the farm's authority
   */
  public Replication(
      Database.Shared shared,
      String id,
      String version,
      String store,
      String secret,
      SSLContext trust) {
    this.shared = shared;
    this.id = id;
    this.version = version;
    this.store = store;
    this.secret = secret;
    forwarder = new Forwarder(secret, trust);
  }

  /**
   * What the scheduler's thread follows.
   *
   * @param besideChanged hears that keys, sessions or archives are not what they were
   */
  public Follower follower(Runnable besideChanged) {
    return new JournalFollower(shared.tail(), this::heardOf, besideChanged, this::isWatched);
  }

  /** Whether somebody asked lately, or reads events. */
  private boolean isWatched() {
    LiveFarm known = farm;
    return System.nanoTime() - watchedAt < WATCHED_NANOS || known != null && known.isWatched();
  }

  private void heardOf(CommitTail.Leader leader) {
    CommitTail.Leader before = last;
    last = leader;
    if (before.epoch() != leader.epoch()) {
      // The one before may be stopped and answer never.
      forwarder.abandon();
      LockSupport.unpark(keeper);
    }
  }

  /**
   * Says where this server listens, and begins to ask for the lead.
   *
   * @param mine such as {@code farm1:8443}
   * @param farm what this server knows of the live farm
   */
  public void start(SchedulerLoop scheduler, List<String> mine, LiveFarm farm, Listener listener) {
    this.loop = scheduler;
    this.farm = farm;
    this.listener = listener;
    addresses = String.join(",", mine);
    live = shared.replicas().live();
    tell();
    keeper = Thread.ofPlatform().daemon().name("replicas").start(this::keep);
    softMirror = Thread.ofVirtual().name("replicas-soft").start(() -> mirror(farm));
    shared
        .election()
        .start(
            new Election.Listener() {
              @Override
              public void leads(long epoch) {
                scheduler.lead();
                Thread.ofVirtual().name("began to lead").start(Replication.this::beganToLead);
              }

              @Override
              public void follows() {
                begun = false;
                scheduler.follow();
              }
            });
  }

  /**
   * Looks whether this server and the others can be one farm's.
   *
   * @throws IncompatibleServersException when they are too old or too new, or keep the files
   *     elsewhere
   */
  public void agree() {
    // One that died says nothing more of how the farm is run.
    shared.replicas().heard().forEach(this::agree);
  }

  private void agree(Replicas.Replica other) {
    if (Math.abs(other.protocol() - PROTOCOL) > 1) {
      throw IncompatibleServersException.versions(other.addresses(), other.version(), version);
    }
    if (!other.store().isEmpty() && !other.store().equals(store)) {
      throw IncompatibleServersException.stores(other.addresses(), other.store(), store);
    }
  }

  /**
   * Waits until this server leads, and has done what it does first, or knows who leads; false if
   * that takes too long.
   */
  public boolean awaitLeader(Duration patience) {
    return await(patience, () -> begun || leader().isPresent());
  }

  private boolean await(Duration patience, BooleanSupplier condition) {
    long deadline = System.nanoTime() + patience.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > deadline) {
        return false;
      }
      LockSupport.parkNanos(this, PAUSE_NANOS);
    }
    return true;
  }

  private void beganToLead() {
    // Until the scheduler's thread has loaded, nothing is decided here.
    if (!await(LOADING, this::leads)) {
      return;
    }
    Listener known = listener;
    if (known != null) {
      try {
        known.leads();
      } catch (RuntimeException e) {
        LOG.error("what a leading server does first failed", e);
      }
    }
    begun = true;
  }

  private void tell() {
    shared.replicas().tell(new Replicas.Replica(id, addresses, version, PROTOCOL, store));
    live = shared.replicas().live();
  }

  /** Tells the others of this server and looks who they are. */
  private void keep() {
    long told = System.nanoTime();
    List<String> known = List.of();
    while (!closed) {
      LockSupport.parkNanos(this, LOOK_NANOS);
      try {
        if (System.nanoTime() - told > TELL_NANOS) {
          told = System.nanoTime();
          tell();
        } else {
          live = shared.replicas().live();
        }
        known = noteServers(known);
      } catch (Journal.JournalException e) {
        LOG.debug("the other servers are not known now: {}", e.getMessage());
        told -= TELL_NANOS;
        LockSupport.parkNanos(this, LOOK_NANOS);
      }
    }
  }

  private List<String> noteServers(List<String> known) {
    List<String> now = servers();
    Listener hears = listener;
    if (hears != null && !now.equals(known)) {
      try {
        hears.servers(now);
      } catch (RuntimeException e) {
        LOG.warn("other servers are there than before, and that could not be noted", e);
      }
    }
    return now;
  }

  /** Asks the server that leads what stands in no row, often only while somebody looks. */
  private void mirror(LiveFarm farm) {
    while (!closed) {
      long began = System.nanoTime();
      Optional<String> leader = leaderAddress();
      if (leader.isPresent()) {
        try {
          byte[] uses = JSON.writeValueAsBytes(new Uses(shared.database().takeUses()));
          SoftFarm soft =
              JSON.readValue(forwarder.ask("POST", leader.get(), SOFT, uses), SoftFarm.class);
          if (!leads()) {
            farm.take(soft);
          }
        } catch (IOException | RuntimeException e) {
          LOG.debug("what stands in no row is not known now: {}", e.getMessage());
        }
      }
      // What costs much comes seldom; a server that did not answer is not to be missed for long.
      long took = System.nanoTime() - began;
      long least = isWatched() ? SOFT_NANOS : SELDOM_NANOS;
      LockSupport.parkNanos(this, Math.clamp(20 * took, least, LONGEST_SOFT_NANOS));
    }
  }

  @Override
  public boolean isShared() {
    return true;
  }

  /** Whether it was elected and has loaded all that it decides by. */
  @Override
  public boolean leads() {
    SchedulerLoop scheduler = loop;
    return shared.election().leads() && scheduler != null && !scheduler.isFollowing();
  }

  /** The epoch in which this server leads; 0: it follows. */
  public long epoch() {
    return shared.election().epoch();
  }

  /** How many servers the farm has. */
  public int count() {
    return live.size();
  }

  /** How many calls this server passed on. */
  public long passedOn() {
    return passed.get();
  }

  @Override
  public Optional<String> leader() {
    if (shared.election().leads()) {
      return Optional.empty();
    }
    String holder = last.holder();
    return holder.equals(id)
        ? Optional.empty()
        : live.stream()
            .filter(replica -> replica.id().equals(holder))
            .map(Replicas.Replica::addresses)
            .findFirst();
  }

  private Optional<String> leaderAddress() {
    return leader().flatMap(all -> each(all).findFirst());
  }

  private static Stream<String> each(String addresses) {
    return Arrays.stream(addresses.split(",", -1));
  }

  @Override
  public List<String> servers() {
    return live.stream().flatMap(replica -> each(replica.addresses())).distinct().toList();
  }

  @Override
  public Exchange received(Exchange exchange) {
    return PassedOn.received(exchange, secret);
  }

  @Override
  public boolean isFromReplica(Exchange exchange) {
    return PassedOn.isOwn(exchange, secret);
  }

  @Override
  public Optional<Exchange> passOn(Exchange exchange) throws IOException {
    if (PassedOn.is(exchange, secret) && !shared.election().leads()) {
      // The other one thought that this server leads; who does will be known to it soon.
      throw Unavailable.noLeader();
    }
    wake();
    Forwarder.Call call = forwarder.new Call(exchange);
    long deadline = System.nanoTime() + PATIENCE_NANOS;
    while (!leads()) {
      if (passed(call)) {
        passed.incrementAndGet();
        return Optional.empty();
      }
      if (closed || System.nanoTime() > deadline) {
        throw Unavailable.noLeader();
      }
      LockSupport.parkNanos(this, PAUSE_NANOS);
    }
    return Optional.of(call.again());
  }

  private boolean passed(Forwarder.Call call) throws IOException {
    for (String address : leader().stream().flatMap(Replication::each).toList()) {
      try {
        forwarder.pass(call, address);
        return true;
      } catch (Forwarder.NotThere e) {
        LOG.debug("{} does not answer", address, e);
        if (!call.isRepeatable()) {
          throw e;
        }
      }
    }
    return false;
  }

  /** From now on it follows closely, and knows soon who leads. */
  private void wake() {
    boolean slept = !isWatched();
    watchedAt = System.nanoTime();
    SchedulerLoop scheduler = loop;
    if (slept && scheduler != null) {
      scheduler.catchUp();
    }
  }

  @Override
  public void catchUp() {
    watchedAt = System.nanoTime();
    SchedulerLoop scheduler = loop;
    if (scheduler == null || !scheduler.isFollowing()) {
      return;
    }
    CompletableFuture<Boolean> done = scheduler.catchUp();
    try {
      done.get(PATIENCE_NANOS, TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Unavailable.noLeader();
    } catch (ExecutionException e) {
      throw e.getCause() instanceof Unavailable why ? why : Unavailable.noLeader();
    } catch (TimeoutException e) {
      throw Unavailable.noLeader();
    }
  }

  /** Lets others lead from now on, while this one still ends what is under way. */
  public void resign() {
    SchedulerLoop scheduler = loop;
    if (scheduler != null && shared.election().leads()) {
      shared.database().writeUses();
      scheduler.follow();
      await(LOADING, scheduler::isFollowing);
    }
    shared.election().close();
  }

  /** Leaves: the others do not count on this server any more. */
  @Override
  public void close() {
    closed = true;
    LockSupport.unpark(keeper);
    Thread soft = softMirror;
    if (soft != null) {
      LockSupport.unpark(soft);
    }
    forwarder.close();
    try {
      shared.replicas().gone(id);
    } catch (Journal.JournalException e) {
      LOG.debug("the others are not told that this server stops: {}", e.getMessage());
    }
    shared.replicas().close();
  }
}
