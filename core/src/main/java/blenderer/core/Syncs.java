package blenderer.core;

import blenderer.model.Failure;
import blenderer.model.IndexRanges;
import blenderer.model.NodeState;
import blenderer.model.RetryClass;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The server's side of the sync: what a node's state changes, and when it is answered. */
final class Syncs {

  private static final int FORMER_BOOTS = 8;

  private final Farm farm;
  private final Ledger ledger;
  private final Now now;
  private final Tasks tasks;
  private final Placement placement;
  private final Compatibility compatibility;
  private final Reservations reservations;
  private final Quarantine quarantine;

  /**
   * A sync that is answered at the end of the event, when nothing of the answer changes any more.
   */
  private record Called(NodeEntry node, long sequence, List<Decision.Ack> acks) {}

  private @Nullable Called called;

  Syncs(
      Farm farm,
      Ledger ledger,
      Now now,
      Tasks tasks,
      Placement placement,
      Compatibility compatibility) {
    this.farm = farm;
    this.ledger = ledger;
    this.now = now;
    this.tasks = tasks;
    this.placement = placement;
    this.compatibility = compatibility;
    this.reservations = new Reservations(farm);
    this.quarantine = new Quarantine(farm, ledger, tasks);
  }

  void synced(Event.Synced sync) {
    NodeEntry node = farm.nodes.get(sync.node());
    if (node == null) {
      node = new NodeEntry(sync.node(), farm.settings.faults());
      farm.nodes.put(node.id, node);
      ledger.node(node);
    }
    List<Decision.Ack> acks = new ArrayList<>();
    for (Event.Report report : sync.reports()) {
      acks.add(
          new Decision.Ack(
              report.lease(), report.index(), report.generation(), receive(node, report)));
    }
    quarantine.review();
    if (isOutdated(node, sync)) {
      // Its reports count, as they name their lease; what it says of the node does not. The node
      // may hear this answer before that to its newer call, and drop whatever is not in it.
      List<Decision.Wanted> wanted =
          sync.boot().equals(node.boot)
              ? node.leases.values().stream().map(this::wanted).toList()
              : List.of();
      ledger.answer(
          new Decision.Answer(node.id, sync.boot(), sync.sequence(), node.wish, wanted, acks));
      return;
    }
    answerParked(node);
    greet(node, sync);
    if (sync.selfTest() != null) {
      quarantine.tested(node, sync.selfTest());
    }
    renew(node, sync);
    compatibility.review();
    if (!sync.leaving()) {
      placement.fillSlots(node);
      placement.prefetch(node);
    }
    if (sync.parkMillis() > 0 && acks.isEmpty() && !sync.leaving() && !hasNews(node)) {
      long park = Math.min(sync.parkMillis(), farm.settings.parkMillis());
      node.parked = new NodeEntry.Parked(sync.sequence(), now.instant() + park, List.copyOf(acks));
      if (node.takesWork()) {
        farm.hungry.add(node);
      }
    } else {
      called = new Called(node, sync.sequence(), acks);
    }
  }

  private static boolean isOutdated(NodeEntry node, Event.Synced sync) {
    NodeEntry.FormerBoot former = node.formerBoots.get(sync.boot());
    return (former != null && sync.sequence() <= former.sequence())
        || (sync.boot().equals(node.boot) && sync.sequence() < node.sequence);
  }

  /** Takes over who the node is now; a new boot has forgotten what the old one held. */
  private void greet(NodeEntry node, Event.Synced sync) {
    String before = node.boot;
    Event.Facts facts = sync.facts();
    if (before != null && !before.equals(sync.boot())) {
      NodeEntry.FormerBoot known = node.formerBoots.remove(sync.boot());
      if (facts == null) {
        facts = known != null ? known.facts() : node.loaded;
      }
      node.formerBoots.put(before, new NodeEntry.FormerBoot(node.sequence, node.facts()));
      if (node.formerBoots.size() > FORMER_BOOTS) {
        node.formerBoots.remove(node.formerBoots.keySet().iterator().next());
      }
      Set<String> held = sync.held().stream().map(Event.Held::lease).collect(Collectors.toSet());
      boolean hasLost = false;
      for (LeaseEntry lease : List.copyOf(node.leases.values())) {
        if (!held.contains(lease.id)) {
          if (lease.started && !hasLost) {
            hasLost = true;
            node.lostAt(now.instant());
          }
          dropLease(lease, lease.started);
        }
      }
      node.leases.values().forEach(lease -> lease.told = null);
    }
    node.boot = sync.boot();
    node.sequence = sync.sequence();
    node.seenInstant = now.instant();
    if (sync.leaving()) {
      leave(node);
    } else if (!node.online) {
      farm.setOnline(node, true);
      ledger.node(node);
    }
    if (node.slots != sync.slots()) {
      int seats = node.seats();
      node.slots = sync.slots();
      node.lastSlots = node.slots > 0 ? node.slots : node.lastSlots;
      farm.leasesChanged(node);
      ledger.node(node);
      if (node.seats() > seats) {
        giveBackTooMuch(node, seats);
      }
    }
    farm.slotsChanged(node);
    if (node.removed) {
      node.removed = false;
      compatibility.nodeChanged(node);
    }
    if (facts != null) {
      List<Object> traits = node.traits();
      farm.likes.leave(node);
      node.version = facts.version();
      node.os = facts.os();
      node.cpus = facts.cpus();
      node.memoryBytes = facts.memoryBytes();
      node.renderers = facts.renderers();
      node.templates = facts.templates();
      node.offer = facts.offer();
      node.accepts = facts.accepts();
      node.sandbox = facts.sandbox();
      ledger.node(node);
      if (!traits.equals(node.traits())) {
        compatibility.nodeChanged(node);
        farm.workAppeared = true;
      }
    }
  }

  /** Nobody has to wait a term to see that a node which said so is gone. */
  private void leave(NodeEntry node) {
    farm.setOnline(node, false);
    ledger.node(node);
    // Tasks that waited for another node may have to come back to one they failed on.
    farm.workAppeared = true;
  }

  /**
   * INV-8: what waited for a slot held nothing back as long as the leases before it held more. Now
   * that there is a slot for it, it may be too much.
   */
  private void giveBackTooMuch(NodeEntry node, int seats) {
    List<LeaseEntry> waited = node.leases.values().stream().skip(seats).toList().reversed();
    for (LeaseEntry lease : waited) {
      if (!lease.started && reservations.holdsTooMuch(node)) {
        dropLease(lease, false);
      }
    }
  }

  private void dropLease(LeaseEntry lease, boolean lost) {
    if (!lost) {
      tasks.giveBack(lease);
      return;
    }
    lease.rights.copy().forEach(task -> tasks.lose(task, lease));
  }

  /** Notes which leases the node holds, and gives each of its leases a new term. */
  private void renew(NodeEntry node, Event.Synced sync) {
    note(node, sync.held());
    boolean usual = !sync.leaving() && node.wish == NodeState.ONLINE;
    for (LeaseEntry lease : node.leases.values()) {
      lease.deadline = now.instant() + farm.settings.termMillis();
      usual &= !lease.late;
    }
    if (usual) {
      return;
    }
    for (LeaseEntry lease : List.copyOf(node.leases.values())) {
      boolean idle = !lease.started && node.wish != NodeState.ONLINE;
      if (sync.leaving() || idle) {
        dropLease(lease, false);
      } else if (lease.late && !reservations.mayReturn(lease)) {
        // Meanwhile others hold what the farm has of it.
        dropLease(lease, false);
      } else if (lease.late) {
        lease.late = false;
        farm.leasesChanged(node);
        farm.recount(lease);
        farm.shares.resumed(lease, now.instant());
        lease.rights.forEach(lease.step::noteHands);
        farm.refresh(lease.step);
      }
    }
  }

  private void note(NodeEntry node, List<Event.Held> held) {
    for (LeaseEntry lease : node.leases.values()) {
      lease.listed = false;
    }
    node.listed = 0;
    boolean changed = false;
    for (Event.Held one : held) {
      LeaseEntry lease = node.leases.get(one.lease());
      if (lease == null) {
        node.listed++;
      } else {
        node.listed += lease.listed ? 0 : 1;
        lease.listed = true;
        changed |= lease.started != one.started();
        lease.started = one.started();
      }
    }
    if (changed) {
      farm.leasesChanged(node);
    }
  }

  private Decision.Receipt receive(NodeEntry node, Event.Report report) {
    LeaseEntry lease = node.leases.get(report.lease());
    TaskEntry task = lease == null ? null : lease.rights.get(report.index());
    if (lease == null || task == null || task.generation != report.generation()) {
      return Decision.Receipt.STALE;
    }
    switch (report.outcome()) {
      case SUCCEEDED -> {
        tasks.succeed(task, lease, report);
        // Now it is known better how long the rest takes.
        farm.workAppeared |= farm.board.isEmpty() && !farm.divisible.isEmpty();
      }
      case FAILED -> {
        Failure failure = report.failure();
        tasks.fail(
            task,
            lease,
            report,
            failure != null
                ? failure
                : new Failure("unknown", "the node gave no reason", RetryClass.ELSEWHERE));
      }
      case CANCELLED, LOST -> tasks.requeue(task, lease);
    }
    return Decision.Receipt.RECORDED;
  }

  /** Whether an answer would tell the node something that it does not know. */
  private static boolean hasNews(NodeEntry node) {
    if (node.toldWish != node.wish || node.listed != node.leases.size()) {
      return true;
    }
    for (LeaseEntry lease : node.leases.values()) {
      IndexRanges told = lease.told;
      if (!lease.listed || (told != null && !told.equals(lease.wanted()))) {
        return true;
      }
    }
    return false;
  }

  /** Answers the parked sync, if there is one, with what is wanted now. */
  void answerParked(NodeEntry node) {
    NodeEntry.Parked parked = node.parked;
    if (parked != null) {
      answer(node, parked.sequence(), parked.acks());
    }
  }

  /** Offers work to the nodes that wait, if some has appeared, as long as there is any. */
  void offer() {
    boolean given = true;
    while (farm.workAppeared && given) {
      farm.workAppeared = false;
      given = false;
      for (NodeEntry node : farm.hungry) {
        if (farm.board.isEmpty() && !placement.othersHaveMore()) {
          break;
        }
        given |= placement.fillSlots(node);
      }
      for (NodeEntry node : farm.hungry) {
        if (farm.board.isEmpty()) {
          break;
        }
        given |= placement.prefetch(node);
      }
    }
    farm.workAppeared = false;
  }

  /** Answers the node that called, and every parked one to which this event brought something. */
  void tellNews() {
    Called caller = called;
    if (caller != null) {
      answer(caller.node(), caller.sequence(), caller.acks());
    }
    for (NodeEntry node : farm.touched) {
      NodeEntry.Parked parked = node.parked;
      if (parked != null && hasNews(node)) {
        answerParked(node);
      }
    }
    farm.touched.clear();
  }

  /** Answers every node whose sync has been kept long enough. */
  void answerOverdue() {
    for (NodeEntry node : farm.nodes.values()) {
      NodeEntry.Parked parked = node.parked;
      if (parked != null && parked.until() <= now.instant()) {
        answerParked(node);
      }
    }
  }

  private void answer(NodeEntry node, long sequence, List<Decision.Ack> acks) {
    node.toldWish = node.wish;
    node.parked = null;
    farm.hungry.remove(node);
    String boot = node.boot;
    ledger.answer(
        new Decision.Answer(
            node.id,
            boot == null ? "" : boot,
            sequence,
            node.wish,
            wanted(node),
            List.copyOf(acks)));
  }

  private List<Decision.Wanted> wanted(NodeEntry node) {
    List<Decision.Wanted> all = new ArrayList<>(node.leases.size());
    for (LeaseEntry lease : node.leases.values()) {
      all.add(wanted(lease));
      lease.told = lease.wanted();
    }
    return Collections.unmodifiableList(all);
  }

  private Decision.Wanted wanted(LeaseEntry lease) {
    return lease.listed
        ? new Decision.Wanted(lease.id, lease.wanted(), null, hangKnownSince(lease))
        : new Decision.Wanted(lease.id, lease.wanted(), grant(lease));
  }

  /** The first leases of a step are granted before anybody knows how long its tasks take. */
  private @Nullable Long hangKnownSince(LeaseEntry lease) {
    return !lease.timed && lease.step.isTimed()
        ? lease.step.hangMillis(farm.settings.faults())
        : null;
  }

  private Decision.Grant grant(LeaseEntry lease) {
    lease.timed = lease.step.isTimed();
    List<Decision.GrantedTask> tasks = new ArrayList<>(lease.rights.size());
    for (TaskEntry task : lease.rights) {
      tasks.add(new Decision.GrantedTask(task.index, task.generation, task.attempt()));
    }
    return new Decision.Grant(
        lease.step.job.row(),
        lease.step.row(),
        Collections.unmodifiableList(tasks),
        lease.step.hangMillis(farm.settings.faults()));
  }
}
