package blenderer.node.agent;

import blenderer.api.NodeSync;
import blenderer.model.IndexRanges;
import blenderer.node.outbox.Outbox;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Every lease that this node holds. A lease stays until the server stops listing it, also when all
 * its tasks are done: the server grants anew what it wants and the node does not list.
 */
final class LeaseBoard {

  private static final Logger LOG = LoggerFactory.getLogger("blenderer.node");

  private final Outbox outbox;
  private final Consumer<Lease> whenGranted;
  private final Map<String, Lease> leases = new LinkedHashMap<>();
  private boolean halted;
  private boolean closed;

  /**
   * @param whenGranted called for each new lease; must not block
   */
  LeaseBoard(Outbox outbox, Consumer<Lease> whenGranted) {
    this.outbox = outbox;
    this.whenGranted = whenGranted;
  }

  /** Makes the leases be what the server wants. */
  void apply(List<NodeSync.WantedLease> wanted) {
    List<Lease> granted = new ArrayList<>();
    List<Lease> gone = new ArrayList<>();
    Map<Lease, IndexRanges> changed = new LinkedHashMap<>();
    synchronized (this) {
      if (closed) {
        return;
      }
      Map<String, Lease> now = new LinkedHashMap<>();
      for (NodeSync.WantedLease one : wanted) {
        Lease held = leases.get(one.lease());
        try {
          IndexRanges indexes = IndexRanges.parse(one.wanted());
          NodeSync.Grant grant = one.grant();
          Long hang = one.hangMillis();
          if (held != null) {
            changed.put(held, indexes);
            if (hang != null) {
              held.hangs(hang);
            }
          } else if (grant != null) {
            held = new Lease(one.lease(), grant, indexes);
            skipWhatIsDone(held);
            granted.add(held);
          }
        } catch (IllegalArgumentException e) {
          // The others shall not suffer; the server will lease it again when its term is over.
          LOG.error("The server sent a lease that makes no sense: {}", e.getMessage());
        }
        if (held != null) { // else an answer that crossed the end of a lease
          now.put(one.lease(), held);
        }
      }
      leases.forEach(
          (id, lease) -> {
            if (!now.containsKey(id)) {
              gone.add(lease);
            }
          });
      leases.clear();
      leases.putAll(now);
    }
    // Outside the lock: these run the listeners of slots.
    changed.forEach(Lease::want);
    gone.forEach(LeaseBoard::drop);
    granted.forEach(whenGranted);
    if (!granted.isEmpty()) {
      synchronized (this) {
        notifyAll();
      }
    }
  }

  /** After a restart the server may grant again what already lies in the outbox. */
  private void skipWhatIsDone(Lease lease) {
    for (NodeSync.GrantedTask task : lease.grant().tasks()) {
      if (outbox.holds(lease.key(task.index()))) {
        lease.finished(task.index());
      }
    }
  }

  private static void drop(Lease lease) {
    if (lease.isTaken() && !lease.pending().isEmpty()) {
      LOG.info("The server takes back '{}'", lease.grant().jobName());
    }
    lease.drop();
  }

  /**
   * Waits for a lease to work on, one that {@code preferred} likes if there is any.
   *
   * @return empty when there was none in time, or the board is closed
   */
  synchronized Optional<Lease> take(Predicate<Lease> preferred, Duration most)
      throws InterruptedException {
    long deadline = System.nanoTime() + most.toNanos();
    while (!closed) {
      Optional<Lease> found = halted ? Optional.empty() : find(preferred);
      if (found.isPresent()) {
        return found;
      }
      long left = (deadline - System.nanoTime()) / 1_000_000;
      if (left <= 0) {
        return Optional.empty();
      }
      wait(left);
    }
    return Optional.empty();
  }

  private Optional<Lease> find(Predicate<Lease> preferred) {
    for (Lease lease : leases.values()) {
      if (!lease.isTaken() && preferred.test(lease) && lease.take()) {
        return Optional.of(lease);
      }
    }
    return leases.values().stream().filter(Lease::take).findFirst();
  }

  /** While halted, no lease can be taken. */
  synchronized void halt(boolean now) {
    halted = now;
    notifyAll();
  }

  /** Gives back, without fault, every lease that no slot has taken. */
  void giveBackUntaken() {
    List<Lease> all;
    synchronized (this) {
      all = List.copyOf(leases.values());
    }
    all.stream().filter(Lease::take).forEach(this::giveBack);
  }

  /** Gives back, without fault, what is still to do of a lease. */
  void giveBack(Lease lease) {
    for (int index : lease.pending()) {
      outbox.giveBack(lease.key(index));
      lease.finished(index);
    }
  }

  synchronized List<NodeSync.HeldLease> held() {
    return leases.values().stream().map(Lease::toHeld).toList();
  }

  synchronized boolean isClosed() {
    return closed;
  }

  /** The node stops: every lease is dropped. */
  void close() {
    List<Lease> all;
    synchronized (this) {
      closed = true;
      all = List.copyOf(leases.values());
      notifyAll();
    }
    all.forEach(Lease::drop);
  }
}
