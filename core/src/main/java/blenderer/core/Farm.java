package blenderer.core;

import blenderer.model.Digest;
import blenderer.model.JobState;
import blenderer.model.StepState;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** All live state, and the board of steps that have work to give away. */
final class Farm {

  final Settings settings;
  final Map<String, JobEntry> jobs = new TreeMap<>();
  final Map<String, NodeEntry> nodes = new LinkedHashMap<>();

  /** Steps with something to lease. Kept by {@link #refresh}. */
  final Board board = new Board();

  final Shares shares;

  /** What admins have said of people and projects. */
  final Caps caps = new Caps();

  /** Kinds of steps that are in memory. */
  final Map<Kind.Asks, Kind> kinds = new HashMap<>();

  /** Kinds of which some node only prepares a lease. */
  final Set<Kind> withPrepared = new LinkedHashSet<>();

  final Likes.Groups likes = new Likes.Groups();

  /** The time of the event under way, as in {@link Now#instant}. */
  long instant;

  /** The time of the event under way, as in {@link Now#wall}. */
  long wall;

  /** Jobs whose time has not come yet. */
  final Set<JobEntry> early = new LinkedHashSet<>();

  /** Jobs that wait for another one, by that one's id. */
  private final Map<String, Set<JobEntry>> waiting = new HashMap<>();

  /** How jobs of late ended that were not done. */
  private final Map<String, JobState> spoiled = new LinkedHashMap<>();

  /** How much of what the whole farm has, by the name of the amount. */
  final Map<String, BigDecimal> limits = new TreeMap<>();

  /** What leases hold of each of {@link #limits}. Kept by {@link #leasesChanged}. */
  final Map<String, BigDecimal> limitUse = new HashMap<>();

  /** Steps of which this event made unsure whether any node fits. */
  final Set<StepEntry> suspects = new LinkedHashSet<>();

  /** Nodes with a parked sync that could take more, the longest waiting first. */
  final Set<NodeEntry> hungry = new LinkedHashSet<>();

  /** Leases whose tasks may be shared with idle nodes. */
  final Set<LeaseEntry> divisible = Tails.none();

  /** Steps that nodes have left to better ones, and that have got no lease since. */
  final Set<StepEntry> left = new LinkedHashSet<>();

  /** Who got the files of which manifest, the latest last. */
  private final Map<Digest, Set<NodeEntry>> holders = new LinkedHashMap<>();

  private static final int MOST_MANIFESTS = 4_096;

  /** Nodes whose leases or wish this event changed. */
  final Set<NodeEntry> touched = new LinkedHashSet<>();

  /** Nodes of which this event said something bad. */
  final Set<NodeEntry> accused = new LinkedHashSet<>();

  /** Set when the board has got something that parked nodes may want. */
  boolean workAppeared = false;

  private static final int MOST_SPOILED = 10_000;

  private final String leasePrefix;
  private long leasesMade = 0;
  private int slots = 0;
  private long onlineChanges = 0;

  Farm(Settings settings, String leasePrefix, long instant) {
    this.settings = settings;
    this.leasePrefix = leasePrefix;
    this.instant = instant;
    this.shares = new Shares(board, this::leases, instant);
  }

  /** All live leases; those of a node in the order of their grants. */
  List<LeaseEntry> leases() {
    List<LeaseEntry> all = new ArrayList<>();
    nodes.values().forEach(node -> all.addAll(node.leases.values()));
    return all;
  }

  /** The node has the lease from now on. */
  void begin(LeaseEntry lease) {
    lease.node.leases.put(lease.id, lease);
    lease.live = true;
    Tails.note(divisible, lease);
    recount(lease);
    leasesChanged(lease.node);
  }

  /** There is no such lease any more. */
  void end(LeaseEntry lease) {
    lease.live = false;
    divisible.remove(lease);
    lease.node.leases.remove(lease.id);
    unprepare(lease);
    recount(lease);
    leasesChanged(lease.node);
  }

  /**
   * Must be called when a lease of the node starts, or is late or no longer so, and when the node
   * has another number of slots.
   */
  void leasesChanged(NodeEntry node) {
    for (String limit : limits.keySet()) {
      countUse(node, limit);
    }
    node.prepared.clear();
    int seats = node.seats();
    int place = 0;
    for (LeaseEntry lease : node.leases.values()) {
      if (place++ >= seats && !lease.started) {
        prepare(lease);
        node.prepared.add(lease);
        continue;
      }
      unprepare(lease);
      if (place <= seats && lease.since < 0) {
        lease.since = instant;
        lease.currentSince = instant;
        Shares.notePaid(lease);
      }
    }
  }

  private void prepare(LeaseEntry lease) {
    int rank = lease.step.job.rank();
    if (lease.prepared && lease.preparedRank == rank) {
      return;
    }
    unprepare(lease);
    Kind kind = lease.step.kind;
    lease.prepared = true;
    lease.preparedRank = rank;
    kind.prepared.add(lease);
    withPrepared.add(kind);
  }

  private void unprepare(LeaseEntry lease) {
    if (lease.prepared) {
      Kind kind = lease.step.kind;
      lease.prepared = false;
      kind.prepared.remove(lease);
      if (kind.prepared.isEmpty()) {
        withPrepared.remove(kind);
      }
    }
  }

  /** Must be called when a lease begins, ends, or is late or no longer so. */
  void recount(LeaseEntry lease) {
    boolean counts = !lease.late && lease.live;
    if (counts != lease.counted) {
      lease.counted = counts;
      Account person = lease.step.job.account;
      // Who had all that is allowed may go on.
      workAppeared |= !counts && (caps.isFull(person) || caps.isFull(Shares.projectOf(person)));
      caps.count(person, counts ? 1 : -1);
      lease.step.job.slots += counts ? 1 : -1;
      if (lease.step.job.row().terms().slots() != null) {
        refresh(lease.step.job);
      }
    }
  }

  private void countUse(NodeEntry node, String limit) {
    BigDecimal now = Reservations.heldOfLimit(node, limit);
    BigDecimal before =
        Objects.requireNonNullElse(
            now.signum() == 0 ? node.limitUse.remove(limit) : node.limitUse.put(limit, now),
            BigDecimal.ZERO);
    if (now.compareTo(before) != 0) {
      limitUse.merge(limit, now.subtract(before), BigDecimal::add);
    }
  }

  /** Must be called when the farm counts something that it did not count before, or no more. */
  void limitChanged(String limit) {
    limitUse.remove(limit);
    for (NodeEntry node : nodes.values()) {
      node.limitUse.remove(limit);
      if (limits.containsKey(limit)) {
        countUse(node, limit);
      }
    }
    likes.forget();
    kinds.values().forEach(kind -> kind.fitsSome = null);
  }

  String newLeaseId() {
    return leasePrefix + "_" + ++leasesMade;
  }

  @Nullable JobEntry job(String id) {
    return jobs.get(id);
  }

  /** Takes a job into memory. */
  void add(JobEntry job) {
    jobs.put(job.id(), job);
    job.account = shares.of(job.row());
    Digest files = job.row().manifest();
    if (files != null) {
      job.holders = holders.computeIfAbsent(files, _ -> new LinkedHashSet<>());
      if (holders.size() > MOST_MANIFESTS) {
        holders.remove(holders.keySet().iterator().next());
      }
    }
    for (StepEntry step : job.steps) {
      step.kind = kinds.computeIfAbsent(Kind.Asks.of(job.row(), step.row()), Kind::new);
      step.kind.steps.add(step);
    }
  }

  /** The job leaves memory. */
  void remove(JobEntry job) {
    jobs.remove(job.id());
    refresh(job);
    for (String before : job.waitsFor) {
      Set<JobEntry> others = waiting.get(before);
      if (others != null) {
        others.remove(job);
        if (others.isEmpty()) {
          waiting.remove(before);
        }
      }
    }
    nodes.values().forEach(node -> node.health.forget(job.id()));
    for (StepEntry step : job.steps) {
      step.kind.steps.remove(step);
      if (step.kind.steps.isEmpty()) {
        kinds.remove(step.kind.asks);
      }
    }
  }

  /** Takes up which unfinished jobs the job waits for; all of them must be in memory. */
  void await(JobEntry job) {
    for (String before : job.row().terms().after()) {
      if (jobs.containsKey(before)) {
        job.waitsFor.add(before);
        waiting.computeIfAbsent(before, _ -> new LinkedHashSet<>()).add(job);
      }
    }
    refresh(job);
  }

  /** How a job ended that the job waited for and that was not done; null: none did. */
  JobEntry.@Nullable Spoiled spoiledFor(JobEntry job) {
    for (String before : job.row().terms().after()) {
      JobState state = spoiled.get(before);
      if (state != null && !jobs.containsKey(before)) {
        return new JobEntry.Spoiled(before, state);
      }
    }
    return null;
  }

  /** The job has ended; returns the jobs that waited for it. */
  List<JobEntry> ended(JobEntry job, JobState state) {
    if (state == JobState.DONE) {
      spoiled.remove(job.id());
    } else {
      spoiled.put(job.id(), state);
      if (spoiled.size() > MOST_SPOILED) {
        spoiled.remove(spoiled.keySet().iterator().next());
      }
    }
    Set<JobEntry> others = waiting.remove(job.id());
    if (others == null) {
      return List.of();
    }
    others.forEach(other -> other.waitsFor.remove(job.id()));
    return List.copyOf(others);
  }

  /** The job waits for no other one any more. */
  void waitNoMore(JobEntry job) {
    for (String before : List.copyOf(job.waitsFor)) {
      Set<JobEntry> others = waiting.get(before);
      if (others != null) {
        others.remove(job);
      }
    }
    job.waitsFor.clear();
  }

  /** Lets jobs in whose time has come. */
  void letIn() {
    for (JobEntry job : List.copyOf(early)) {
      refresh(job);
    }
  }

  /** The step asks for something else from now on; no node only prepares a lease of it. */
  void rekind(StepEntry step) {
    List<LeaseEntry> prepared =
        step.open.values().stream()
            .flatMap(task -> task.leases().stream())
            .filter(lease -> lease.prepared)
            .distinct()
            .toList();
    prepared.forEach(this::unprepare);
    board.remove(step);
    step.kind.steps.remove(step);
    if (step.kind.steps.isEmpty()) {
      kinds.remove(step.kind.asks);
    }
    step.kind = kinds.computeIfAbsent(Kind.Asks.of(step.job.row(), step.row()), Kind::new);
    step.kind.steps.add(step);
    prepared.forEach(lease -> leasesChanged(lease.node));
    suspects.add(step);
    refresh(step);
    workAppeared = true;
  }

  /** Puts the step on the board or takes it off, as its state is now. */
  void refresh(StepEntry step) {
    boolean wanted =
        step.job.joined
            && !step.job.isFull()
            && !step.isFinished()
            && step.state() != StepState.BLOCKED
            && step.state() != StepState.INCOMPATIBLE
            && step.leasable() > 0;
    if (!wanted) {
      board.remove(step);
    } else if (board.add(step)) {
      workAppeared = true;
    }
  }

  void refresh(JobEntry job) {
    boolean here = jobs.get(job.id()) == job && job.isActive();
    boolean joins = here && job.isOpen(wall);
    Long notBefore = job.row().terms().notBefore();
    if (here && notBefore != null && notBefore > wall) {
      early.add(job);
    } else {
      early.remove(job);
    }
    boolean joined = job.joined;
    job.joined = joins;
    if (joins && !joined) {
      shares.joined(job.account);
    }
    job.steps.forEach(this::refresh);
    if (!joins && joined) {
      shares.left(job.account);
    }
  }

  /** Changes what the board is sorted by. */
  void rerank(JobEntry job, Runnable change) {
    job.steps.forEach(board::remove);
    change.run();
    refresh(job);
    for (StepEntry step : job.steps) {
      step.open.values().stream()
          .flatMap(task -> task.leases().stream())
          .filter(lease -> lease.prepared)
          .map(lease -> lease.node)
          .distinct()
          .toList()
          .forEach(this::leasesChanged);
    }
  }

  void setOnline(NodeEntry node, boolean online) {
    if (node.online != online) {
      node.online = online;
      onlineChanges++;
    }
  }

  /** How often a node came or went. */
  long onlineChanges() {
    return onlineChanges;
  }

  /** Must be called when a node begins or ceases to take work, or has other slots. */
  void slotsChanged(NodeEntry node) {
    int now = node.takesWork() ? node.slots : 0;
    slots += now - node.countedSlots;
    node.countedSlots = now;
  }

  /** Slots of all nodes that take work; at least 1. */
  int slots() {
    return Math.max(1, slots);
  }
}
