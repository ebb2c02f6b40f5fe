package blenderer.core;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;

/**
 * The scheduler in virtual time with nodes of one slot that render each task in the same time. They
 * call when a task ends and are parked otherwise, as real ones are.
 */
final class TimedFarm {

  private static final long HEARTBEAT = 5_000;

  /** One task's time on a slot. */
  record Work(String job, String owner, String node, int index, long from, long to) {}

  private record Alarm(long at, String node) {}

  private static final class Node {
    final String id;
    final List<Decision.Wanted> held = new ArrayList<>();
    final Map<String, List<Integer>> left = new HashMap<>();
    long sequence = 0;

    /** When it calls next. */
    long next = Long.MAX_VALUE;

    Node(String id) {
      this.id = id;
    }
  }

  final Scheduler scheduler;
  final List<Work> done = new ArrayList<>();
  long clock = 0;
  private final long taskMillis;
  private final Map<String, Long> lasts = new HashMap<>();
  private final Map<String, String> owners = new HashMap<>();
  private final Map<String, Node> nodes = new HashMap<>();
  private final Map<String, Work> running = new HashMap<>();
  private final PriorityQueue<Alarm> alarms =
      new PriorityQueue<>((a, b) -> Long.compare(a.at(), b.at()));
  private long nextTick = 0;

  TimedFarm(int nodes, long taskMillis) {
    this.taskMillis = taskMillis;
    scheduler =
        new Scheduler(
            Settings.defaults(),
            new Journal.Snapshot(0, List.of(), List.of(), List.of(), List.of()),
            "l",
            new Now(0, 0));
    for (int i = 0; i < nodes; i++) {
      Node node = new Node("n" + i);
      this.nodes.put(node.id, node);
      // Not all at once.
      wake(node, i * 37L % 997);
    }
  }

  private void wake(Node node, long at) {
    if (at < node.next) {
      node.next = at;
      alarms.add(new Alarm(at, node.id));
    }
  }

  /** Tasks of the job take so long. */
  void lasts(String job, long millis) {
    lasts.put(job, millis);
  }

  Decision apply(Event event) {
    Decision decision = scheduler.apply(event, new Now(clock, 1_000_000 + clock));
    for (Decision.Answer answer : decision.answers()) {
      hear(requireNonNull(nodes.get(answer.node())), answer);
    }
    return decision;
  }

  void submit(String id, String owner, String project, int priority, int tasks) {
    owners.put(id, owner);
    apply(
        new Event.Submitted(
            TestFarm.job(id, owner, project, priority), List.of(TestFarm.step(id, 0, tasks, 1))));
  }

  /** Nothing happens until that instant: every node is away. */
  void sleep(long until) {
    clock = until;
    nextTick = until;
    alarms.clear();
    for (Node node : nodes.values()) {
      node.next = Long.MAX_VALUE;
      wake(node, until + 1);
    }
  }

  /** Until that instant. */
  void run(long until) {
    while (true) {
      Alarm next = alarms.peek();
      long at = Math.min(next == null ? Long.MAX_VALUE : next.at(), nextTick);
      if (at > until) {
        clock = until;
        return;
      }
      clock = Math.max(clock, at);
      if (at == nextTick) {
        apply(new Event.Tick());
        nextTick += 500;
      } else {
        alarms.remove();
        Node node = requireNonNull(nodes.get(next.node()));
        if (next.at() == node.next) {
          call(node);
        }
      }
    }
  }

  private void call(Node node) {
    node.next = Long.MAX_VALUE;
    List<Event.Report> reports = new ArrayList<>();
    Work work = running.remove(node.id);
    if (work != null) {
      if (clock < work.to()) {
        running.put(node.id, work);
      } else {
        done.add(work);
        Decision.Wanted first = node.held.getFirst();
        reports.add(
            new Event.Report(
                first.lease(),
                work.index(),
                1,
                blenderer.model.Outcome.SUCCEEDED,
                List.of(),
                null,
                null,
                work.from(),
                work.to(),
                null,
                null,
                null,
                null));
        List<Integer> left = requireNonNull(node.left.get(first.lease()));
        left.remove((Integer) work.index());
        if (left.isEmpty()) {
          node.held.removeFirst();
        }
      }
    }
    begin(node);
    wake(node, clock + HEARTBEAT);
    List<Event.Held> held = new ArrayList<>();
    for (Decision.Wanted lease : node.held) {
      held.add(new Event.Held(lease.lease(), held.isEmpty()));
    }
    apply(
        new Event.Synced(
            node.id,
            "boot",
            ++node.sequence,
            held.isEmpty() ? 25_000 : HEARTBEAT,
            1,
            false,
            held,
            reports,
            node.sequence == 1 ? TestFarm.facts("3.4.1") : null));
  }

  private void begin(Node node) {
    Work now = running.get(node.id);
    if (now != null) {
      wake(node, now.to());
    }
    if (!running.containsKey(node.id) && !node.held.isEmpty()) {
      Decision.Wanted lease = node.held.getFirst();
      Decision.Grant grant = requireNonNull(lease.grant());
      String job = grant.job().id();
      int index = requireNonNull(node.left.get(lease.lease())).getFirst();
      long end = clock + lasts.getOrDefault(job, taskMillis);
      running.put(
          node.id, new Work(job, requireNonNull(owners.get(job)), node.id, index, clock, end));
      wake(node, end);
    }
  }

  private void hear(Node node, Decision.Answer answer) {
    if (answer.sequence() != node.sequence) {
      return;
    }
    node.held.removeIf(
        mine -> answer.leases().stream().noneMatch(one -> one.lease().equals(mine.lease())));
    Work work = running.get(node.id);
    if (work != null
        && (node.held.isEmpty()
            || !requireNonNull(node.left.get(node.held.getFirst().lease()))
                .contains(work.index()))) {
      running.remove(node.id);
    }
    for (Decision.Wanted wanted : answer.leases()) {
      if (wanted.grant() != null
          && node.held.stream().noneMatch(mine -> mine.lease().equals(wanted.lease()))) {
        node.held.add(wanted);
        node.left.put(wanted.lease(), new ArrayList<>(wanted.wanted().toList()));
      } else {
        List<Integer> left = requireNonNull(node.left.get(wanted.lease()));
        left.removeIf(index -> !wanted.wanted().contains(index));
      }
    }
    begin(node);
    // It tells at once what it holds, and is parked again.
    wake(node, clock + 1);
  }

  /** How much of the slots a person had between two instants. */
  double slotMillis(String owner, long from, long to) {
    double sum = 0;
    for (Work work : done) {
      if (work.owner().equals(owner)) {
        sum += Math.max(0, Math.min(to, work.to()) - Math.max(from, work.from()));
      }
    }
    for (Work work : running.values()) {
      if (work.owner().equals(owner)) {
        sum += Math.max(0, Math.min(to, clock) - Math.max(from, work.from()));
      }
    }
    return sum;
  }

  /** When the job's first task began. */
  long firstStart(String job) {
    return java.util.stream.Stream.concat(done.stream(), running.values().stream())
        .filter(work -> work.job().equals(job))
        .mapToLong(Work::from)
        .min()
        .orElseThrow();
  }
}
