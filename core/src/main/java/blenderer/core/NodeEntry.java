package blenderer.core;

import blenderer.model.Digest;
import blenderer.model.HostNeeds;
import blenderer.model.HostOffer;
import blenderer.model.NodeState;
import blenderer.model.Permission;
import blenderer.model.Renderer;
import java.math.BigDecimal;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The live state of a node. */
final class NodeEntry {

  /**
   * A boot that came before.
   *
   * @param sequence the last number heard of it
   * @param facts what it had said of the node: another boot's late message may have said otherwise,
   *     and a boot that is alive says it only once
   */
  record FormerBoot(long sequence, Event.Facts facts) {}

  /** A sync that waits for something new. */
  record Parked(long sequence, long until, List<Decision.Ack> acks) {}

  final String id;
  final NodeHealth health;
  NodeState wish = NodeState.ONLINE;

  /** Why the farm wants that, as a clause; null: a person knows. */
  @Nullable String message;

  /** When all that was held against it was forgotten, wall time; null: never. */
  @Nullable Long forgivenAt;

  /** The pools that an admin has put it in; null: those that its owner named. */
  @Nullable List<String> pools;

  int slots = 1;

  /** The last number of slots above 0. */
  int lastSlots = 1;

  String version = "";
  String os = "";
  int cpus = 0;
  long memoryBytes = 0;
  List<Renderer> renderers = List.of();
  List<Digest> templates = List.of();
  HostOffer offer = HostOffer.NONE;
  Permission accepts = Permission.SCRIPTS;
  String sandbox = "";

  @Nullable String boot;

  /**
   * Boots that came before: their late messages must not undo what the newest one said. A boot that
   * goes on counting is alive after all: the message that made it a former one was itself late.
   */
  final Map<String, FormerBoot> formerBoots = new LinkedHashMap<>();

  /** What the journal knew of it at the start: what a boot said that was not heard of since. */
  final Event.@Nullable Facts loaded;

  long sequence = -1;

  /** Its key was revoked, and it has not called with a new one. Soft. */
  boolean removed = false;

  /**
   * Whether it called within a term, and did not say that it leaves; set by {@link Farm#setOnline}.
   */
  boolean online = false;

  long seenInstant = Long.MIN_VALUE / 2;
  @Nullable Parked parked;

  /** Its leases in the order of their grants. */
  final Map<String, LeaseEntry> leases = new LinkedHashMap<>();

  /** Those of them that only wait for a slot. Kept by {@link Farm#leasesChanged}. */
  final List<LeaseEntry> prepared = new ArrayList<>();

  /** The step of its last lease: what it has loaded. */
  @Nullable StepEntry lastStep;

  /**
   * Since when it has gone on with what it has loaded though another job is next; -1: it has not.
   */
  long strayedSince = -1;

  /**
   * No lease of it takes longer than it was charged for before that instant; see {@link Shares}.
   */
  double overrunAt = Double.POSITIVE_INFINITY;

  /** What it is kept free for, from which rank down; see {@link KeptNodes}. */
  @Nullable Kind keptFor;

  int keptRank = 0;

  /** What its leases hold of the farm's limits. Kept by {@link Farm#leasesChanged}. */
  final Map<String, BigDecimal> limitUse = new HashMap<>();

  /** Its slots as they are counted in the farm's. */
  int countedSlots = 0;

  /** What a lease takes of its processors by default; null: has to be found out. */
  @Nullable BigDecimal share;

  int shareSeats = 0;

  /** What it shares with all nodes that are like it; null: has to be found out. */
  @Nullable Likes likes;

  /** How many leases it listed when it last called, those included that it does not have. */
  int listed = 0;

  NodeState toldWish = NodeState.ONLINE;

  NodeEntry(String id, FaultLimits limits) {
    this.id = id;
    health = new NodeHealth(limits);
    loaded = null;
  }

  NodeEntry(Row.Node row, FaultLimits limits) {
    id = row.id();
    health = new NodeHealth(limits);
    wish = row.wish();
    message = row.message();
    forgivenAt = row.forgivenAt();
    pools = row.pools();
    slots = row.slots();
    lastSlots = Math.max(1, slots);
    version = row.version();
    os = row.os();
    cpus = row.cpus();
    memoryBytes = row.memoryBytes();
    renderers = row.renderers();
    templates = row.templates();
    offer = row.offer();
    accepts = row.accepts();
    sandbox = row.sandbox();
    loaded = facts();
  }

  Row.Node row(Now now) {
    return new Row.Node(
        id,
        wish,
        slots,
        version,
        os,
        cpus,
        memoryBytes,
        renderers,
        templates,
        now.wall(),
        offer,
        accepts,
        sandbox,
        message,
        forgivenAt,
        pools);
  }

  /** It begins anew, also after a restart of the server. */
  void forgive(long wall) {
    health.forgive();
    forgivenAt = wall;
  }

  /** What it said of itself. */
  Event.Facts facts() {
    return new Event.Facts(
        version, os, cpus, memoryBytes, renderers, templates, offer, accepts, sandbox);
  }

  /** Whether new leases may be given to it. */
  boolean takesWork() {
    return online && wish == NodeState.ONLINE;
  }

  /** How many leases it can run at once, also while it takes none for a moment. */
  int seats() {
    return Math.max(1, slots == 0 ? lastSlots : slots);
  }

  /** How much of an amount it has of its own; 0 of what it never heard of. */
  BigDecimal amount(String name) {
    BigDecimal offered = offer.amounts().get(name);
    if (offered != null) {
      return offered;
    }
    // A node of an older version says only this much.
    return switch (name) {
      case HostNeeds.VCPU -> BigDecimal.valueOf(cpus);
      case "amount.worker.memory" -> BigDecimal.valueOf(memoryBytes >> 20);
      default -> BigDecimal.ZERO;
    };
  }

  /** How much memory it gives to a session; an older version does not say. */
  long sessionMemoryMib() {
    BigDecimal offered = offer.amounts().get(HostNeeds.SESSION_MEMORY);
    return offered == null ? memoryBytes >> 20 : offered.longValue();
  }

  /** How much longer its tasks take than usual, learned from them. Soft. */
  final Pace pace = new Pace();

  /** Since when each of its latest losses is held against it, oldest first. Soft. */
  final ArrayDeque<Long> losses = new ArrayDeque<>();

  /** It has gone away with work in its hands. */
  void lostAt(long instant) {
    losses.addLast(instant);
    if (losses.size() > MOST_LOSSES) {
      losses.removeFirst();
    }
  }

  /** Whether it comes and goes, so that it had better not get much at once. */
  boolean isFlapping(long instant, FaultLimits limits) {
    while (!losses.isEmpty() && losses.getFirst() + limits.flapMillis() <= instant) {
      losses.removeFirst();
    }
    return losses.size() >= limits.flaps();
  }

  private static final int MOST_LOSSES = 32;

  /** The values of an attribute; none of what it never heard of. */
  List<String> attribute(String name) {
    List<String> given = pools;
    if (given != null && name.equals(HostNeeds.POOL)) {
      return given;
    }
    List<String> offered = offer.attributes().get(name);
    return offered != null
        ? offered
        : name.equals("attr.worker.os.family") && !os.isEmpty() ? List.of(os) : List.of();
  }

  /** What placement asks of it; another value may make steps fit, or no longer fit. */
  List<Object> traits() {
    return List.of(
        os,
        cpus,
        memoryBytes,
        renderers,
        templates,
        offer,
        accepts,
        version,
        Optional.ofNullable(pools));
  }
}
