package blenderer.sim;

import blenderer.core.Decision;
import blenderer.core.Event;
import blenderer.core.Journal;
import blenderer.core.Now;
import blenderer.core.Row;
import blenderer.core.Scheduler;
import blenderer.core.Settings;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * The leader and its database as a model: some cores read calls and write answers, one thread takes
 * batches of events, decides, commits all rows in one transaction, and only then lets anyone be
 * answered. It dies when told to; the other servers keep calls waiting until the next one leads.
 */
final class ReachServer {

  // What things cost, in microseconds. Where each is from stands in docs/scaling.md.
  private static final long CALL = 80;
  private static final long HANDSHAKE = 1_000;
  private static final long NETWORK = 250;
  private static final double RESULT = 11;
  private static final double OTHER_CALL = 4;
  private static final double TICK_A_NODE = 0.2;
  private static final long COMMIT = 1_000;
  private static final double ROW = 16;
  private static final int WAYS = 11;

  private static final long TICK = Reach.SECOND / 2;
  private static final int QUEUE = 8_192;
  private static final long HOLD = 3 * Reach.SECOND;

  private final Timeline time;
  private final Reach.Question question;
  private final Journal journal;
  private final LeanJournal counts;
  private final Map<String, ReachNode> nodes;
  private final ReachMeter meter;
  private final SplittableRandom random;
  private final Cores cores;
  private final ArrayDeque<ReachNode.Call> queue = new ArrayDeque<>();
  private final ArrayDeque<ReachNode.Call> waiting = new ArrayDeque<>();
  private @Nullable Scheduler scheduler;
  private int epoch = 0;
  private long revision = 0;
  private boolean busy = false;
  private boolean tickDue = false;

  /**
   * @param journal where it is written
   * @param counts the same, or what stands behind it
   */
  ReachServer(
      Timeline time,
      Reach.Question question,
      Journal journal,
      LeanJournal counts,
      Map<String, ReachNode> nodes,
      ReachMeter meter) {
    this.time = time;
    this.question = question;
    this.journal = journal;
    this.counts = counts;
    this.nodes = nodes;
    this.meter = meter;
    random = Plan.randomOf(question.seed(), 4);
    cores = new Cores(Cores.forCalls(question.cores()));
    lead();
    time.after(TICK, this::tick);
  }

  private Now now() {
    long millis = time.now() / 1_000;
    return new Now(millis, 1_700_000_000_000L + millis);
  }

  private long way() {
    return NETWORK + random.nextLong(NETWORK);
  }

  private void lead() {
    epoch++;
    Journal.Snapshot snapshot = journal.load();
    revision = snapshot.revision();
    scheduler = new Scheduler(Settings.defaults(), snapshot, "l" + epoch + "x", now());
    List<ReachNode.Call> held = List.copyOf(waiting);
    waiting.clear();
    held.forEach(this::admit);
  }

  /** The leader's process is killed: its connections break, and its transaction is rolled back. */
  void die() {
    scheduler = null;
    busy = false;
    tickDue = false;
    queue.clear();
    cores.clear(time.now());
    for (ReachNode node : nodes.values()) {
      for (ReachNode.Call call : node.underWay()) {
        fail(call, true);
      }
    }
    time.after(question.takeOverMicros(), this::lead);
  }

  private void fail(ReachNode.Call call, boolean broken) {
    if (!call.isOver()) {
      call.end();
      time.after(way(), () -> call.node().failed(call, broken));
    }
  }

  private void tick() {
    tickDue = scheduler != null;
    work();
    time.after(TICK, this::tick);
  }

  /** A job that is there before the first node calls. */
  void submit(Event.Submitted job) {
    Scheduler leading = scheduler;
    if (leading != null) {
      journal.commit(++revision, leading.apply(job, now()).rows());
    }
  }

  void send(ReachNode.Call call) {
    time.after(way(), () -> arrive(call));
  }

  private void arrive(ReachNode.Call call) {
    if (!call.isOver()) {
      time.at(core(CALL / 2 + (call.isFirst() ? HANDSHAKE : 0)), () -> admit(call));
    }
  }

  private long core(long micros) {
    meter.call(micros);
    return cores.doneAt(time.now(), micros);
  }

  private void admit(ReachNode.Call call) {
    if (call.isOver()) {
      return;
    }
    if (scheduler == null) {
      waiting.add(call);
      time.after(
          HOLD,
          () -> {
            if (waiting.remove(call)) {
              refuse(call);
            }
          });
    } else if (queue.size() >= QUEUE) {
      refuse(call);
    } else {
      queue.add(call);
      work();
    }
  }

  private void refuse(ReachNode.Call call) {
    meter.refused();
    fail(call, false);
  }

  private void work() {
    Scheduler leading = scheduler;
    if (busy || leading == null || (queue.isEmpty() && !tickDue)) {
      return;
    }
    busy = true;
    Now now = now();
    List<Row> rows = new ArrayList<>();
    List<Decision.Answer> answers = new ArrayList<>();
    List<ReachNode> callers = new ArrayList<>();
    double cost = 0;
    while (callers.size() < question.batch() && !queue.isEmpty()) {
      ReachNode.Call call = queue.remove();
      callers.add(call.node());
      Event.Synced event = call.event();
      cost += event.reports().isEmpty() ? OTHER_CALL : RESULT * event.reports().size();
      take(leading.apply(event, now), rows, answers);
    }
    if (tickDue) {
      tickDue = false;
      cost += TICK_A_NODE * nodes.size();
      take(leading.apply(new Event.Tick(), now), rows, answers);
    }
    long decided = Math.max(1, Math.round(cost));
    long committed =
        rows.isEmpty()
            ? 0
            : COMMIT + WAYS * question.databaseMicros() + Math.round(ROW * rows.size());
    int mine = epoch;
    time.after(
        decided + committed,
        () -> {
          if (mine == epoch && scheduler != null) {
            finish(decided, committed, rows, callers, answers);
          }
        });
  }

  private static void take(Decision decision, List<Row> rows, List<Decision.Answer> answers) {
    rows.addAll(decision.rows());
    answers.addAll(decision.answers());
  }

  private void finish(
      long decided,
      long committed,
      List<Row> rows,
      List<ReachNode> callers,
      List<Decision.Answer> answers) {
    if (!rows.isEmpty()) {
      journal.commit(++revision, rows);
    }
    meter.batch(decided, committed, counts.done());
    callers.forEach(caller -> caller.takenBy(epoch));
    answers.forEach(this::answer);
    busy = false;
    work();
  }

  private void answer(Decision.Answer answer) {
    ReachNode node = nodes.get(answer.node());
    ReachNode.Call call = node == null ? null : node.underWay(answer.sequence());
    if (call == null) {
      return;
    }
    time.at(
        core(CALL / 2),
        () -> {
          if (!call.isOver()) {
            call.end();
            time.after(way(), () -> call.node().hear(call, answer));
          }
        });
  }
}
