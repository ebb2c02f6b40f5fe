package blenderer.bench.crowd;

import blenderer.api.FarmClient;
import blenderer.api.FarmException;
import blenderer.api.NodeSync;
import blenderer.api.SyncLine;
import blenderer.model.HostOffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A simulated node of one slot whose tasks take time, and that talks as a real one does while they
 * do: its request waits at the server until there is something new, and when a task ends a newer
 * one goes out beside it. So what is only prepared can be taken back in time. Its own threads do
 * all; any may {@link #stop}.
 */
final class TimedNode implements AutoCloseable {

  /** Hears what the node does; from many threads. */
  interface Log {
    void begun(String job, long nanos);

    void ended(String job, long fromNanos, long toNanos);

    /** The server has recorded a result. */
    void recorded(String job);

    /** The server took a lease back that the node was working on. */
    void takenBack();

    void failed(String what);
  }

  private static final long FIRST_PARK_MILLIS = 1_000;
  private static final long PAUSE_MILLIS = 100;

  private final String name;
  private final FarmClient client;
  private final long taskMillis;
  private final Log log;
  private final String boot = UUID.randomUUID().toString();
  private final List<SyncLine> lines;

  // Guarded by this, from here on.
  private final Deque<SyncLine> idle;
  private final Map<String, NodeSync.Grant> held = new LinkedHashMap<>();
  private final Set<String> over = new HashSet<>();
  private final Map<String, String> jobs = new HashMap<>();
  private final List<NodeSync.Report> reports = new ArrayList<>();
  private final List<Thread> threads = new ArrayList<>();
  private @Nullable String running;
  private long heartbeatMillis = FIRST_PARK_MILLIS;
  private long version;
  private long builtAt = -1;
  private long sequence;
  private long applied;
  private int underWay;
  private boolean stopped;

  /**
   * @param client with the node's own key
   */
  TimedNode(String name, FarmClient client, long taskMillis, Log log) {
    this.name = name;
    this.client = client;
    this.taskMillis = taskMillis;
    this.log = log;
    this.lines = List.of(client.syncLine(), client.syncLine());
    this.idle = new ArrayDeque<>(lines);
  }

  synchronized void start() {
    threads.add(Thread.ofVirtual().name(name + " talks").start(this::talk));
    threads.add(Thread.ofVirtual().name(name + " works").start(this::work));
  }

  private void talk() {
    try {
      while (true) {
        SyncLine line;
        NodeSync.Request request;
        synchronized (this) {
          while (!stopped && underWay > 0 && (version == builtAt || underWay == lines.size())) {
            wait();
          }
          if (stopped) {
            return;
          }
          line = idle.removeFirst();
          underWay++;
          builtAt = version;
          request = request();
        }
        Thread.ofVirtual().name(name + " asks").start(() -> ask(line, request));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void ask(SyncLine line, NodeSync.Request request) {
    try {
      take(request, line.sync(request));
    } catch (FarmException e) {
      synchronized (this) {
        if (stopped) {
          return;
        }
      }
      log.failed(name + ": " + e.getMessage());
      pause();
    } finally {
      synchronized (this) {
        underWay--;
        idle.addLast(line);
        notifyAll();
      }
    }
  }

  private static void pause() {
    try {
      Thread.sleep(PAUSE_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private synchronized NodeSync.Request request() {
    List<NodeSync.HeldLease> leases = new ArrayList<>();
    held.keySet()
        .forEach(
            lease -> leases.add(new NodeSync.HeldLease(lease, lease.equals(running), List.of())));
    sequence++;
    return new NodeSync.Request(
        NodeSync.PROTOCOL,
        boot,
        sequence,
        heartbeatMillis,
        1,
        false,
        leases,
        List.copyOf(reports),
        sequence == 1 ? facts() : null);
  }

  private synchronized void take(NodeSync.Request request, NodeSync.Answer answer) {
    for (NodeSync.Ack ack : answer.acks()) {
      reports.removeIf(
          report -> report.lease().equals(ack.lease()) && report.index() == ack.index());
      String job = jobs.get(ack.lease());
      switch (ack.verdict()) {
        case "recorded" -> log.recorded(job == null ? "unknown" : job);
        // Two requests told of it, or the server had taken the lease back before it was over.
        case "repeated", "stale" -> {}
        default -> log.failed(name + ": task " + ack.index() + " is " + ack.verdict());
      }
    }
    if (request.sequence() < applied) {
      return;
    }
    applied = request.sequence();
    heartbeatMillis = answer.heartbeatMillis();
    Set<String> wanted = new HashSet<>();
    answer.leases().forEach(lease -> wanted.add(lease.lease()));
    boolean news = held.keySet().removeIf(lease -> !wanted.contains(lease));
    for (NodeSync.WantedLease lease : answer.leases()) {
      NodeSync.Grant grant = lease.grant();
      if (grant != null && !over.contains(lease.lease())) {
        news |= held.putIfAbsent(lease.lease(), grant) == null;
      }
    }
    if (news) {
      version++;
      notifyAll();
    }
  }

  private void work() {
    try {
      while (true) {
        Map.Entry<String, NodeSync.Grant> lease = next();
        if (lease == null) {
          return;
        }
        String job = lease.getValue().job();
        for (NodeSync.GrantedTask task : lease.getValue().tasks()) {
          long wall = System.currentTimeMillis();
          long from = System.nanoTime();
          log.begun(job, from);
          boolean whole = false;
          try {
            whole = renders(lease.getKey());
          } finally {
            log.ended(job, from, System.nanoTime());
          }
          if (!whole) {
            log.takenBack();
            break;
          }
          report(lease.getKey(), job, task, wall);
        }
        end(lease.getKey());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** The lease to work on; null: stopped. */
  private synchronized Map.@Nullable Entry<String, NodeSync.Grant> next()
      throws InterruptedException {
    while (!stopped && held.isEmpty()) {
      wait();
    }
    if (stopped) {
      return null;
    }
    Map.Entry<String, NodeSync.Grant> first = Map.Entry.copyOf(held.entrySet().iterator().next());
    running = first.getKey();
    version++;
    notifyAll();
    return first;
  }

  /** Takes a task's time; false: the server has taken the lease back meanwhile. */
  private synchronized boolean renders(String lease) throws InterruptedException {
    long end = System.nanoTime() + taskMillis * 1_000_000;
    for (long left = taskMillis; left > 0; left = (end - System.nanoTime()) / 1_000_000) {
      if (!held.containsKey(lease)) {
        return false;
      }
      wait(left);
    }
    return held.containsKey(lease);
  }

  private synchronized void report(
      String lease, String job, NodeSync.GrantedTask task, long begunAt) {
    jobs.put(lease, job);
    reports.add(
        new NodeSync.Report(
            lease,
            task.index(),
            task.generation(),
            "succeeded",
            List.of(),
            null,
            null,
            begunAt,
            System.currentTimeMillis(),
            null,
            null,
            null,
            null));
  }

  private synchronized void end(String lease) {
    held.remove(lease);
    over.add(lease);
    running = null;
    version++;
    notifyAll();
  }

  private static NodeSync.Facts facts() {
    return new NodeSync.Facts(
        "bench",
        "linux",
        8,
        16L << 30,
        List.of(),
        List.of(),
        HostOffer.NONE,
        "commands",
        "bubblewrap");
  }

  /** Leaves what it is at and says nothing more. */
  void stop() {
    List<Thread> all;
    synchronized (this) {
      stopped = true;
      all = List.copyOf(threads);
      notifyAll();
    }
    all.forEach(Thread::interrupt);
    lines.forEach(SyncLine::close);
  }

  @Override
  public void close() {
    stop();
    client.close();
  }
}
