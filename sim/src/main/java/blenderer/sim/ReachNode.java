package blenderer.sim;

import blenderer.core.Decision;
import blenderer.core.Event;
import blenderer.model.HostNeeds;
import blenderer.model.Outcome;
import java.math.BigDecimal;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * A node that calls as real ones do: a request waits at the server until something happens; when
 * something happens here meanwhile, a newer one goes out beside it. A call that fails is repeated
 * after a pause that grows; rendering goes on, and results wait.
 */
final class ReachNode {

  private static final long SHORTEST_ROUND = 5_000;
  private static final long FIRST_PAUSE = 200_000;
  private static final long LONGEST_PAUSE = 1_500_000;
  private static final long HEARTBEAT_MILLIS = 5_000;
  private static final long PARK_MILLIS = 25_000;

  /** A request under way, until an answer to it leaves the server, or it fails. */
  static final class Call {
    private final ReachNode node;
    private final Event.Synced event;
    private final boolean first;
    private boolean over = false;

    private Call(ReachNode node, Event.Synced event, boolean first) {
      this.node = node;
      this.event = event;
      this.first = first;
    }

    ReachNode node() {
      return node;
    }

    Event.Synced event() {
      return event;
    }

    /** Whether it goes over a new connection. */
    boolean isFirst() {
      return first;
    }

    boolean isOver() {
      return over;
    }

    void end() {
      over = true;
    }
  }

  private static final class Lease {
    final String id;
    final Decision.Grant grant;
    final ArrayDeque<Decision.GrantedTask> left;
    boolean busy = false;

    Lease(String id, Decision.Grant grant) {
      this.id = id;
      this.grant = grant;
      left = new ArrayDeque<>(grant.tasks());
    }
  }

  /** A result that is not acknowledged. */
  private record Result(Event.Report report, long endedAt) {}

  private final String id;
  private final int slots;
  private final double taskMicros;
  private final Timeline time;
  private final SplittableRandom random;
  private final ReachServer server;
  private final ReachMeter meter;
  private final Map<String, Lease> held = new LinkedHashMap<>();
  private final List<Result> outbox = new ArrayList<>();
  private final List<Call> underWay = new ArrayList<>(2);
  private int working = 0;
  private int begun = 0;
  private long sequence = 0;
  private long applied = 0;
  private long version = 0;
  private long builtAt = -1;
  private long notBefore = 0;
  private boolean waking = false;
  private boolean factsKnown = false;
  private int newConnections = 2;
  private int failures = 0;
  private int takenBy = 1;

  /**
   * @param taskMicros how long half of its tasks take at most
   */
  ReachNode(
      String id,
      int slots,
      double taskMicros,
      Timeline time,
      SplittableRandom random,
      ReachServer server,
      ReachMeter meter) {
    this.id = id;
    this.slots = slots;
    this.taskMicros = taskMicros;
    this.time = time;
    this.random = random;
    this.server = server;
    this.meter = meter;
  }

  /** Calls for the first time. */
  void start() {
    call();
  }

  List<Call> underWay() {
    return List.copyOf(underWay);
  }

  /** The call of that number; null: it has ended. */
  @Nullable Call underWay(long sequence) {
    for (Call call : underWay) {
      if (call.event.sequence() == sequence) {
        return call;
      }
    }
    return null;
  }

  private void happened() {
    version++;
    call();
  }

  /** Sends a request if one is due; later if the last one is too fresh. */
  private void call() {
    if (!underWay.isEmpty() && (version == builtAt || underWay.size() == 2)) {
      return;
    }
    if (time.now() < notBefore) {
      if (!waking) {
        waking = true;
        time.at(
            notBefore,
            () -> {
              waking = false;
              call();
            });
      }
      return;
    }
    notBefore = time.now() + SHORTEST_ROUND;
    builtAt = version;
    boolean first = newConnections > 0;
    newConnections -= first ? 1 : 0;
    Call call = new Call(this, event(), first);
    underWay.add(call);
    server.send(call);
  }

  private Event.Synced event() {
    List<Event.Held> leases = new ArrayList<>(held.size());
    for (Lease lease : held.values()) {
      leases.add(new Event.Held(lease.id, lease.busy));
    }
    List<Event.Report> reports = new ArrayList<>(outbox.size());
    outbox.forEach(result -> reports.add(result.report()));
    return new Event.Synced(
        id,
        "boot",
        ++sequence,
        leases.isEmpty() ? PARK_MILLIS : HEARTBEAT_MILLIS,
        slots,
        false,
        leases,
        reports,
        factsKnown ? null : facts());
  }

  private Event.Facts facts() {
    return Drafts.facts(slots, 65_536, Map.of(HostNeeds.VCPU, BigDecimal.valueOf(slots)), Map.of());
  }

  /**
   * The server told it to come again, or the connection broke.
   *
   * @param broken the latter: the next call makes a new one
   */
  void failed(Call call, boolean broken) {
    underWay.remove(call);
    // A server that was away may have lost what it only remembered.
    factsKnown = false;
    if (broken) {
      newConnections = Math.min(2, newConnections + 1);
    }
    long most = Math.min(LONGEST_PAUSE, FIRST_PAUSE << Math.min(failures, 16));
    failures++;
    notBefore = time.now() + most / 2 + random.nextLong(most / 2 + 1);
    call();
  }

  /** A leader has taken a call, and all that follows is written. */
  void takenBy(int epoch) {
    if (takenBy < epoch) {
      takenBy = epoch;
      meter.taken();
    }
  }

  void hear(Call call, Decision.Answer answer) {
    underWay.remove(call);
    failures = 0;
    // Acknowledgements hold for ever; the wanted leases only until a newer answer.
    for (Decision.Ack ack : answer.acks()) {
      acknowledged(ack);
    }
    if (answer.sequence() > applied) {
      applied = answer.sequence();
      factsKnown |= call.event.facts() != null;
      take(answer.leases());
      work();
    }
    call();
  }

  private void acknowledged(Decision.Ack ack) {
    for (Iterator<Result> all = outbox.iterator(); all.hasNext(); ) {
      Result result = all.next();
      if (result.report().lease().equals(ack.lease()) && result.report().index() == ack.index()) {
        all.remove();
        meter.acknowledged(time.now() - result.endedAt());
      }
    }
  }

  /**
   * Makes the leases be what the server wants; one that ended here stays until it is not listed.
   */
  private void take(List<Decision.Wanted> wanted) {
    Map<String, Decision.Wanted> listed = new LinkedHashMap<>();
    wanted.forEach(lease -> listed.put(lease.lease(), lease));
    held.values()
        .removeIf(
            lease -> {
              boolean gone = !listed.containsKey(lease.id);
              if (gone) {
                lease.left.clear();
              }
              return gone;
            });
    for (Decision.Wanted lease : wanted) {
      Decision.Grant grant = lease.grant();
      if (grant != null && !held.containsKey(lease.lease())) {
        Lease mine = new Lease(lease.lease(), grant);
        for (Result result : outbox) {
          if (result.report().lease().equals(mine.id)) {
            mine.left.removeIf(task -> task.index() == result.report().index());
          }
        }
        held.put(mine.id, mine);
      }
      Lease mine = held.get(lease.lease());
      if (mine != null) {
        mine.left.removeIf(task -> !lease.wanted().contains(task.index()));
      }
    }
  }

  private void work() {
    boolean news = false;
    for (Lease lease : held.values()) {
      if (working == slots) {
        break;
      }
      if (!lease.busy && !lease.left.isEmpty()) {
        begin(lease);
        news = true;
      }
    }
    if (news) {
      // The server hears which leases run.
      version++;
    }
  }

  private void begin(Lease lease) {
    Decision.GrantedTask task = lease.left.removeFirst();
    lease.busy = true;
    working++;
    meter.working(1);
    double micros = taskMicros * Math.exp(0.25 * random.nextGaussian() - 0.25 * 0.25 / 2);
    if (begun++ < slots) {
      // Not all nodes shall end their first tasks at once.
      micros *= random.nextDouble();
    }
    long taken = Math.max(1, Math.round(micros));
    time.after(taken, () -> end(lease, task, taken));
  }

  private void end(Lease lease, Decision.GrantedTask task, long taken) {
    lease.busy = false;
    working--;
    meter.working(-1);
    meter.rendered();
    if (held.get(lease.id) == lease) {
      outbox.add(
          new Result(
              new Event.Report(
                  lease.id,
                  task.index(),
                  task.generation(),
                  Outcome.SUCCEEDED,
                  List.of(),
                  null,
                  null,
                  0,
                  Math.max(1, taken / 1_000),
                  null,
                  null,
                  null,
                  null),
              time.now()));
    }
    work();
    happened();
  }
}
