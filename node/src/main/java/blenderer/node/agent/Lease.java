package blenderer.node.agent;

import blenderer.api.NodeSync;
import blenderer.model.IndexRanges;
import blenderer.node.outbox.ResultKey;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A lease that this node holds. Safe for many threads. */
final class Lease {

  private final String id;
  private final NodeSync.Grant grant;
  private final Map<Integer, Integer> generations = new HashMap<>();
  private final Set<Integer> finished = new HashSet<>();
  private final TreeMap<Integer, NodeSync.Progress> progress = new TreeMap<>();
  private final CompletableFuture<Prepared> prepared = new CompletableFuture<>();
  private IndexRanges wanted;
  private boolean taken;
  private boolean dropped;
  private @Nullable Runnable whenLess;
  private volatile NodeSync.Times times;

  /**
   * @throws IllegalArgumentException when the id is none
   */
  Lease(String id, NodeSync.Grant grant, IndexRanges wanted) {
    this.grant = grant;
    this.id = new ResultKey(id, 0, 0).lease();
    this.wanted = wanted;
    NodeSync.Times granted = grant.limits();
    this.times = granted == null ? new NodeSync.Times(null, null) : granted;
    grant.tasks().forEach(task -> generations.put(task.index(), task.generation()));
  }

  String id() {
    return id;
  }

  NodeSync.Grant grant() {
    return grant;
  }

  /** How long its tasks may take, as far as it is known now. */
  NodeSync.Times times() {
    return times;
  }

  /** It has become known what hangs. */
  void hangs(long millis) {
    times = new NodeSync.Times(times.mostMillis(), millis);
  }

  /** Completed when the job's files are here, or it is clear that they will not be. */
  CompletableFuture<Prepared> prepared() {
    return prepared;
  }

  ResultKey key(int index) {
    return new ResultKey(id, index, generations.getOrDefault(index, 0));
  }

  /** The tasks still to do, ascending. */
  synchronized List<Integer> pending() {
    List<Integer> pending = new ArrayList<>();
    if (!dropped) {
      for (NodeSync.GrantedTask task : grant.tasks()) {
        if (wanted.contains(task.index()) && !finished.contains(task.index())) {
          pending.add(task.index());
        }
      }
    }
    return pending;
  }

  synchronized boolean isWanted(int index) {
    return !dropped && wanted.contains(index);
  }

  synchronized boolean isDropped() {
    return dropped;
  }

  /** The result of a task is in the outbox. */
  synchronized void finished(int index) {
    finished.add(index);
    progress.remove(index);
  }

  synchronized void progress(NodeSync.Progress now) {
    if (!finished.contains(now.index())) {
      progress.put(now.index(), now);
    }
  }

  synchronized NodeSync.HeldLease toHeld() {
    return new NodeSync.HeldLease(id, taken, List.copyOf(progress.values()));
  }

  /** A slot takes the lease; false if another has, or it is gone. */
  synchronized boolean take() {
    if (taken || dropped) {
      return false;
    }
    taken = true;
    return true;
  }

  synchronized boolean isTaken() {
    return taken;
  }

  /** Sets what is called, on any thread, when fewer tasks are wanted; null: nothing. */
  synchronized void whenLess(@Nullable Runnable action) {
    whenLess = action;
  }

  void want(IndexRanges now) {
    Runnable call;
    synchronized (this) {
      if (now.equals(wanted)) {
        return;
      }
      wanted = now;
      call = whenLess;
    }
    if (call != null) {
      call.run();
    }
  }

  void drop() {
    Runnable call;
    synchronized (this) {
      if (dropped) {
        return;
      }
      dropped = true;
      call = whenLess;
    }
    if (call != null) {
      call.run();
    }
    prepared.complete(new Prepared.Dropped());
  }
}
