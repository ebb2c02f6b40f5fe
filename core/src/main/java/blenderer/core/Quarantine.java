package blenderer.core;

import blenderer.model.NodeState;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Sets nodes aside that seem to be at fault themselves: they get no more work until they have
 * passed their self-test, or a person says so. What they run goes on.
 */
final class Quarantine {

  private final Farm farm;
  private final Ledger ledger;
  private final Tasks tasks;

  Quarantine(Farm farm, Ledger ledger, Tasks tasks) {
    this.farm = farm;
    this.ledger = ledger;
    this.tasks = tasks;
  }

  /** Looks at the nodes of which this event said something bad. */
  void review() {
    if (farm.accused.isEmpty()) {
      return;
    }
    Set<NodeEntry> nodes = new LinkedHashSet<>(farm.accused);
    farm.accused.clear();
    for (NodeEntry node : nodes) {
      String why = node.health.suspicion();
      if (why != null && node.wish == NodeState.ONLINE) {
        node.forgive(farm.wall);
        wish(node, NodeState.QUARANTINED, why);
      } else {
        giveBackBad(node);
      }
    }
  }

  /** The node has tested itself. */
  void tested(NodeEntry node, Event.SelfTest test) {
    if (node.wish != NodeState.QUARANTINED) {
      return;
    }
    String failure = test.failure();
    if (failure == null) {
      wish(node, NodeState.ONLINE, null);
      return;
    }
    String message = "its self-test failed: " + failure;
    if (!message.equals(node.message)) {
      node.message = message;
      ledger.node(node);
    }
  }

  /**
   * Changes what the farm wants of a node.
   *
   * @param message why, as a clause; null: a person knows
   */
  void wish(NodeEntry node, NodeState wish, @Nullable String message) {
    node.wish = wish;
    node.message = message;
    if (wish == NodeState.ONLINE) {
      node.forgive(farm.wall);
    }
    farm.slotsChanged(node);
    ledger.node(node);
    farm.touched.add(node);
    if (wish == NodeState.ONLINE) {
      if (node.parked != null) {
        farm.hungry.add(node);
      }
    } else {
      farm.hungry.remove(node);
      giveBackWaiting(node);
    }
    // What is gone from one may go to another, and who waited for this one may wait no longer.
    farm.workAppeared = true;
  }

  /** What it only prepares of jobs that go wrong there goes to others. */
  private void giveBackBad(NodeEntry node) {
    Blocks blocks = new Blocks(farm, new Fitness(farm));
    for (LeaseEntry lease : List.copyOf(node.leases.values())) {
      if (!lease.started && blocks.keepsAway(node, lease.step)) {
        tasks.giveBack(lease);
      }
    }
  }

  private void giveBackWaiting(NodeEntry node) {
    for (LeaseEntry lease : List.copyOf(node.leases.values())) {
      if (!lease.started) {
        tasks.giveBack(lease);
      }
    }
  }
}
