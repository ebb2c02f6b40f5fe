package blenderer.core;

import blenderer.model.JobPart;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The farm's mind. One thread calls {@link #apply} with one event after the other; see the
 * package's description for what a caller may do with a decision.
 */
public final class Scheduler {

  final Farm farm;
  private final Ledger ledger = new Ledger();

  /**
   * Goes on from what the journal knows. Every lease gets a full term.
   *
   * @param leasePrefix starts every lease's id; must be new for each load, since ids of leases are
   *     never used twice
   */
  public Scheduler(Settings settings, Journal.Snapshot snapshot, String leasePrefix, Now now) {
    farm = new Farm(settings, leasePrefix, now.instant());
    farm.wall = now.wall();
    new Restore(farm, ledger, now).all(snapshot);
  }

  /** Changes the state as the event says and tells what follows. */
  public Decision apply(Event event, Now now) {
    farm.instant = now.instant();
    farm.wall = now.wall();
    Tasks tasks = new Tasks(farm, ledger, now);
    Placement placement = new Placement(farm, tasks);
    Compatibility compatibility = new Compatibility(farm, ledger);
    Syncs syncs = new Syncs(farm, ledger, now, tasks, placement, compatibility);
    People people = new People(farm, ledger, now, tasks, compatibility);
    switch (event) {
      case Event.Synced sync -> syncs.synced(sync);
      case Event.Tick() -> {
        tick(now);
        new Deadlines(farm, ledger).review();
        syncs.answerOverdue();
      }
      case Event.Submitted(Row.Job job, List<Row.Step> steps) -> people.submitted(job, steps);
      case Event.Cancelled(String job) -> people.cancelled(job);
      case Event.Paused(String job) -> people.paused(job);
      case Event.Resumed(String job) -> people.resumed(job);
      case Event.Changed changed -> people.changed(changed);
      case Event.Cleaned(String job, JobPart part) -> people.cleaned(job, part);
      case Event.Deleted(String job) -> people.deleted(job);
      case Event.Retried retried -> people.retried(retried);
      case Event.Accepted accepted -> people.accepted(accepted);
      case Event.Approved approved -> people.approved(approved);
      case Event.Revived(Journal.JobSnapshot job) -> new Restore(farm, ledger, now).job(job);
      case Event.NodeWished wished -> people.nodeWished(wished);
      case Event.NodePooled pooled -> people.nodePooled(pooled);
      case Event.NodeRemoved(String node) -> people.nodeRemoved(node);
      case Event.LimitSet set -> people.limitSet(set);
    }
    compatibility.review();
    syncs.offer();
    if (event instanceof Event.Tick) {
      new Twins(farm, tasks, placement).give();
    }
    // What an offer found lost may have had its last node.
    compatibility.review();
    syncs.tellNews();
    return ledger.decision(now);
  }

  private void tick(Now now) {
    farm.letIn();
    if (!farm.left.isEmpty()) {
      // Whoever it was left to may have something else meanwhile.
      farm.left.clear();
      farm.workAppeared = true;
    }
    for (NodeEntry node : farm.nodes.values()) {
      farm.shares.overrun(node, now.instant());
      // No term ends sooner than one that began with the node's last call.
      if (node.seenInstant + farm.settings.termMillis() <= now.instant()) {
        becomeLate(node, now);
      }
      if (node.online
          && node.parked == null
          && node.seenInstant + farm.settings.termMillis() <= now.instant()) {
        farm.setOnline(node, false);
        if (!node.leases.isEmpty()) {
          node.lostAt(now.instant());
        }
        farm.slotsChanged(node);
        // Tasks that waited for another node may have to come back to one they failed on.
        farm.workAppeared = true;
      }
    }
  }

  private void becomeLate(NodeEntry node, Now now) {
    for (LeaseEntry lease : List.copyOf(node.leases.values())) {
      if (!lease.late && lease.deadline <= now.instant()) {
        lease.late = true;
        farm.shares.stopped(lease, now.instant());
        farm.recount(lease);
        farm.leasesChanged(node);
        lease.rights.forEach(lease.step::noteHands);
        farm.refresh(lease.step);
        farm.workAppeared = true;
      }
    }
  }

  /** Why the job does not run, or not faster: one sentence each; empty for an unknown job. */
  public List<String> why(String job) {
    return new Explanation(farm).of(job);
  }

  /** Why nodes work on nothing, or on less than they could: one sentence each, by their ids. */
  public Map<String, String> whyIdle() {
    WhyIdle why = new WhyIdle(farm);
    Map<String, String> sentences = new TreeMap<>();
    for (NodeEntry node : farm.nodes.values()) {
      String sentence = why.of(node);
      if (sentence != null) {
        sentences.put(node.id, sentence);
      }
    }
    return sentences;
  }

  /** How often a node came or went: {@link #onlineNodes} are others when it has changed. */
  public long onlineChanges() {
    return farm.onlineChanges();
  }

  /** The nodes that called within a term, and did not say that they leave. */
  public Set<String> onlineNodes() {
    return farm.nodes.values().stream()
        .filter(node -> node.online)
        .map(node -> node.id)
        .collect(Collectors.toUnmodifiableSet());
  }
}
