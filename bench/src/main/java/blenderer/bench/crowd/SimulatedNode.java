package blenderer.bench.crowd;

import blenderer.api.FarmClient;
import blenderer.api.FarmException;
import blenderer.api.NodeSync;
import blenderer.api.SyncLine;
import blenderer.api.UnreachableException;
import blenderer.model.HostOffer;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * One node of one slot as the server sees it: syncs with all it holds and all that is not yet
 * acknowledged, works on one lease and keeps another prepared. Used by its own thread, save {@link
 * #stop}.
 */
final class SimulatedNode implements Runnable {

  /** What the nodes of a benchmark do and where they tell of it. */
  interface Play {

    /** Works on a task; returns its files, which are at the server. */
    List<NodeSync.OutputFile> work(SimulatedNode node, NodeSync.Grant grant, int index)
        throws InterruptedException;

    /**
     * A sync was answered.
     *
     * @param reports how many results it told of
     * @param grants how many new leases came
     * @param nanos how long it took
     */
    void answered(SimulatedNode node, int reports, int grants, long nanos);

    /** The server recorded a result, now or before: it counts. */
    void recorded(int index);

    /** Something went wrong; the node tries again. */
    void failed(String what);

    /** A server said nothing for too long, or broke off; the node goes to another one. */
    default void lost(String what) {
      failed(what);
    }
  }

  private static final long PARK_MILLIS = 25_000;
  private static final long PAUSE_MILLIS = 100;

  final String name;
  final FarmClient client;

  /** When the result that is told next was to be there, by {@link System#nanoTime}; 0: at once. */
  long due;

  private final SyncLine line;
  private final Play play;
  private final int facts;
  private final String boot = UUID.randomUUID().toString();
  private final Map<String, NodeSync.Grant> held = new LinkedHashMap<>();
  private final List<NodeSync.Report> reports = new ArrayList<>();
  private long sequence;
  private volatile boolean stopped;

  /** Whether the sync under way may be kept by the server until there is work. */
  private volatile boolean waiting;

  /**
   * @param number makes its facts differ from others'
   */
  SimulatedNode(String name, int number, FarmClient client, Play play) {
    this.name = name;
    this.client = client;
    this.play = play;
    facts = number;
    line = client.syncLine();
  }

  @Override
  public void run() {
    try {
      while (!stopped) {
        try {
          sync();
          if (!stopped) {
            workOnFirst();
          }
        } catch (UnreachableException e) {
          if (!stopped) {
            play.lost(name + ": " + e.getMessage());
            Thread.sleep(PAUSE_MILLIS);
          }
        } catch (FarmException e) {
          if (!stopped) {
            play.failed(name + ": " + e.getMessage());
            Thread.sleep(PAUSE_MILLIS);
          }
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      line.close();
      client.close();
    }
  }

  /**
   * Works no more; a sync that brings results is still answered, one that waits for work is cut.
   */
  void stop() {
    stopped = true;
    if (waiting) {
      line.cut();
    }
  }

  boolean isStopped() {
    return stopped;
  }

  private void sync() {
    List<NodeSync.HeldLease> leases = new ArrayList<>(held.size());
    for (String lease : held.keySet()) {
      boolean first = leases.isEmpty();
      leases.add(new NodeSync.HeldLease(lease, first, first ? begun(lease) : List.of()));
    }
    List<NodeSync.Report> told = List.copyOf(reports);
    NodeSync.Request request =
        new NodeSync.Request(
            NodeSync.PROTOCOL,
            boot,
            ++sequence,
            held.isEmpty() && told.isEmpty() ? PARK_MILLIS : 0,
            1,
            false,
            leases,
            told,
            sequence == 1 ? facts() : null);
    waiting = request.parkMillis() > 0;
    if (stopped && waiting) {
      return;
    }
    // What a node is late counts: the server made it wait before.
    long start = due != 0 && !told.isEmpty() ? due : System.nanoTime();
    NodeSync.Answer answer = line.sync(request);
    long nanos = System.nanoTime() - start;
    waiting = false;
    for (NodeSync.Ack ack : answer.acks()) {
      reports.removeIf(
          report -> report.lease().equals(ack.lease()) && report.index() == ack.index());
      switch (ack.verdict()) {
        case "recorded", "repeated" -> play.recorded(ack.index());
        default -> play.failed(name + ": task " + ack.index() + " is " + ack.verdict());
      }
    }
    int grants = take(answer);
    play.answered(this, told.size(), grants, nanos);
  }

  private List<NodeSync.Progress> begun(String lease) {
    NodeSync.Grant grant = held.get(lease);
    return grant == null
        ? List.of()
        : List.of(new NodeSync.Progress(grant.tasks().getFirst().index(), 0, null, null));
  }

  private int take(NodeSync.Answer answer) {
    Map<String, NodeSync.WantedLease> wanted = new LinkedHashMap<>();
    answer.leases().forEach(lease -> wanted.put(lease.lease(), lease));
    Iterator<String> mine = held.keySet().iterator();
    while (mine.hasNext()) {
      if (!wanted.containsKey(mine.next())) {
        mine.remove();
      }
    }
    int grants = 0;
    for (NodeSync.WantedLease lease : answer.leases()) {
      NodeSync.Grant grant = lease.grant();
      if (grant != null && held.put(lease.lease(), grant) == null) {
        grants++;
      }
    }
    return grants;
  }

  private void workOnFirst() throws InterruptedException {
    Iterator<Map.Entry<String, NodeSync.Grant>> first = held.entrySet().iterator();
    if (!first.hasNext() || !reports.isEmpty()) {
      return;
    }
    Map.Entry<String, NodeSync.Grant> lease = first.next();
    NodeSync.Grant grant = lease.getValue();
    String id = lease.getKey();
    first.remove();
    for (NodeSync.GrantedTask task : grant.tasks()) {
      long begun = System.currentTimeMillis();
      List<NodeSync.OutputFile> files = play.work(this, grant, task.index());
      reports.add(
          new NodeSync.Report(
              id,
              task.index(),
              task.generation(),
              "succeeded",
              files,
              null,
              null,
              begun,
              System.currentTimeMillis(),
              null,
              null,
              null,
              null));
    }
  }

  private NodeSync.Facts facts() {
    return new NodeSync.Facts(
        "bench",
        "linux",
        8 << facts % 3,
        (16L << facts % 3) << 30,
        List.of(),
        List.of(),
        HostOffer.NONE,
        "commands",
        "bubblewrap");
  }
}
