package blenderer.sim;

import blenderer.core.Decision;
import blenderer.core.Event;
import blenderer.core.Row;
import blenderer.model.Digest;
import blenderer.model.Failure;
import blenderer.model.HostNeeds;
import blenderer.model.NodeState;
import blenderer.model.Outcome;
import blenderer.model.RetryClass;
import java.math.BigDecimal;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * A node as a model: fetches, renders, uploads, reports, repeats what was not acknowledged. It may
 * be slow, it may lie, and it may be killed; its outbox is on disk and outlives it.
 */
final class FarmNode {

  /** How a node goes wrong by itself. */
  enum Lie {
    /** Reports digests of bytes that it never uploads. */
    NEVER_UPLOADS,
    /** Uploads other bytes than the digest says. */
    WRONG_BYTES,
    /** Goes on reporting what was acknowledged, and sometimes the contrary. */
    REPORTS_AGAIN,
    /** Keeps results for long. */
    REPORTS_LATE,
    /** Reports and holds leases that belong to others. */
    TAKES_OTHERS,
    /** Takes leases and is not heard of for minutes. */
    FALLS_SILENT
  }

  /**
   * What a node is.
   *
   * @param kinds values of {@link #KIND}
   * @param pace how much longer than usual its tasks take
   * @param faults the share of its tasks that fail
   */
  record Spec(
      String id,
      int slots,
      List<String> kinds,
      double pace,
      double faults,
      @Nullable Lie lie,
      Network.Weather weather) {}

  static final String KIND = "attr.custom.kind";
  static final String CARD = "amount.custom.card";
  static final int CPUS = 2;
  static final int CARDS = 1;

  private static final long HEARTBEAT = 5_000;
  private static final long PARK = 25_000;
  private static final long PATIENCE = 8_000;

  /** A lease at the node. */
  private static final class Held {
    final Row.Job job;
    final Row.Step step;
    final Map<Integer, Decision.GrantedTask> left = new LinkedHashMap<>();
    boolean busy;

    Held(Row.Job job, Row.Step step) {
      this.job = job;
      this.step = step;
    }
  }

  /** A result that is not acknowledged, and what its digests stand for. */
  private record Result(Event.Report report, Map<Digest, Long> contents) {}

  final Spec spec;
  private final String name;
  private final Timeline time;
  private final SplittableRandom random;
  private final Network network;
  private final FarmServer server;
  private final Store store;
  private final Audit audit;
  private final Map<String, Held> held = new LinkedHashMap<>();
  private final List<Result> outbox = new ArrayList<>();
  private final ArrayDeque<Event.Report> old = new ArrayDeque<>();

  /** Leases of others that came to the ear of a node that lies. */
  private final ArrayDeque<String> heard;

  private @Nullable Lie lie;
  private double faults;
  private double pace;
  private int slots;
  private List<String> kinds;
  private boolean alive = true;
  private String boot;
  private int boots = 0;
  private long sequence = 0;

  /** The newest call whose answer said which leases are wanted. */
  private long applied = 0;

  private boolean answered = true;
  private long lastSend = 0;
  private boolean factsKnown = false;
  private boolean testing = false;
  private Event.@Nullable SelfTest selfTest;

  FarmNode(
      Spec spec,
      String name,
      Timeline time,
      SplittableRandom random,
      FarmServer server,
      Store store,
      Audit audit,
      ArrayDeque<String> heard) {
    this.spec = spec;
    this.time = time;
    this.random = random;
    this.network = new Network(time, random.split(), spec.weather());
    this.server = server;
    this.store = store;
    this.audit = audit;
    this.heard = heard;
    this.boot = name + "-0";
    this.name = name;
    lie = spec.lie();
    faults = spec.faults();
    pace = spec.pace();
    slots = spec.slots;
    kinds = spec.kinds();
    sync();
  }

  Network network() {
    return network;
  }

  boolean isIdle() {
    return held.isEmpty() && outbox.isEmpty();
  }

  /** Ends the process; leases and what runs are forgotten. */
  void kill() {
    alive = false;
    held.clear();
    boot = name + "-" + ++boots;
    sequence = 0;
    applied = 0;
    factsKnown = false;
    testing = false;
    selfTest = null;
  }

  void start() {
    if (!alive) {
      alive = true;
      sync();
    }
  }

  /** The disk is lost with all results on it. */
  void loseDisk() {
    outbox.clear();
  }

  /** The owner gives it other properties; it starts anew with them. */
  void becomes(int slots, List<String> kinds) {
    this.slots = slots;
    kill();
    this.kinds = kinds;
    start();
  }

  /** Gives everything back and takes nothing. */
  void leave() {
    if (alive) {
      send(true, 0);
      kill();
    }
  }

  /** From now on it is honest, quick and complete. */
  void heal() {
    lie = null;
    faults = 0;
    pace = Math.min(pace, 2);
    old.clear();
    network.weather(Network.Weather.FAIR);
    network.cut(false);
    becomes(slots, List.of("a", "b", "c"));
  }

  private void sync() {
    if (!alive) {
      return;
    }
    boolean something = !outbox.isEmpty() || !held.isEmpty();
    send(false, something && random.nextInt(3) > 0 ? 0 : something ? HEARTBEAT : PARK);
  }

  private void send(boolean leaving, long park) {
    long mine = ++sequence;
    lastSend = time.now();
    answered = false;
    Event.Synced event = event(leaving, park);
    network.send(
        () -> server.sync(event, reply -> network.send(() -> hear(event.boot(), mine, reply))));
    String at = boot;
    time.after(
        park + PATIENCE,
        () -> {
          if (alive && at.equals(boot) && mine == sequence && !answered) {
            factsKnown = false;
            sync();
          }
        });
  }

  private Event.Synced event(boolean leaving, long park) {
    int place = 0;
    List<Event.Held> list = new ArrayList<>();
    for (String lease : held.keySet()) {
      list.add(new Event.Held(lease, place++ < slots));
    }
    List<Event.Report> reports = new ArrayList<>();
    outbox.forEach(result -> reports.add(result.report()));
    if (lie == Lie.REPORTS_AGAIN) {
      for (Event.Report report : old) {
        reports.add(
            random.nextBoolean()
                ? report
                : report.failed(new Failure("changed-my-mind", "it broke", RetryClass.HERE)));
      }
    }
    if (lie == Lie.TAKES_OTHERS && !heard.isEmpty()) {
      String other = heard.getFirst();
      list.add(new Event.Held(other, true));
      reports.add(done(other, random.nextInt(3), 1, Map.of(), 1_000));
    }
    return new Event.Synced(
        spec.id(),
        boot,
        sequence,
        park,
        slots,
        leaving,
        leaving ? List.of() : list,
        reports,
        factsKnown ? null : facts(),
        selfTest);
  }

  /** A node in quarantine tests itself after a while, and says how it went until it is let in. */
  private void obey(NodeState wish) {
    if (wish != NodeState.QUARANTINED) {
      selfTest = null;
      testing = false;
    } else if (!testing) {
      testing = true;
      String at = boot;
      time.after(
          1_000 + random.nextLong(20_000),
          () -> {
            if (alive && at.equals(boot) && testing) {
              testing = false;
              selfTest =
                  new Event.SelfTest(random.nextDouble() < faults ? "the picture is wrong" : null);
              sync();
            }
          });
    }
  }

  /** How much a node gives to a session: some nodes more than others. */
  static long memoryMib(String node) {
    return 1_000L << Math.floorMod(node.hashCode(), 3);
  }

  private Event.Facts facts() {
    return Drafts.facts(
        CPUS,
        8_192,
        Map.of(
            HostNeeds.VCPU,
            BigDecimal.valueOf(CPUS),
            CARD,
            BigDecimal.valueOf(CARDS),
            HostNeeds.SESSION_MEMORY,
            BigDecimal.valueOf(memoryMib(spec.id()))),
        Map.of(KIND, kinds));
  }

  private void hear(String toBoot, long toSequence, FarmServer.NodeReply reply) {
    if (!alive || !toBoot.equals(boot)) {
      return;
    }
    factsKnown = true;
    Decision.Answer answer = reply.answer();
    for (Decision.Ack ack : answer.acks()) {
      outbox.removeIf(
          result -> {
            boolean mine =
                result.report().lease().equals(ack.lease())
                    && result.report().index() == ack.index()
                    && result.report().generation() == ack.generation();
            if (mine) {
              remember(result.report());
            }
            return mine;
          });
    }
    for (FarmServer.Missing missing : reply.missing()) {
      uploadAgain(missing);
    }
    // As the real one: acknowledgements hold for ever, the wanted leases until a newer answer. A
    // call has one answer there; here the network may bring a second.
    if (toSequence <= applied) {
      return;
    }
    applied = toSequence;
    obey(answer.wish());
    take(answer.leases());
    if (toSequence != sequence) {
      // The newer call is still under way.
      run();
      return;
    }
    answered = true;
    if (lie == Lie.FALLS_SILENT && !held.isEmpty() && random.nextInt(4) == 0) {
      // Nothing is sent and nothing is done until the next patience ends.
      long pause = 20_000 + random.nextLong(80_000);
      String at = boot;
      time.after(
          pause,
          () -> {
            if (at.equals(boot)) {
              run();
              sync();
            }
          });
      return;
    }
    run();
    if (held.isEmpty() && outbox.isEmpty()) {
      sync();
    } else {
      String at = boot;
      time.after(
          outbox.isEmpty() || lie != null ? HEARTBEAT : 50,
          () -> {
            if (alive && at.equals(boot) && answered) {
              sync();
            }
          });
    }
  }

  private void remember(Event.Report report) {
    if (lie == Lie.REPORTS_AGAIN) {
      old.addLast(report);
      if (old.size() > 3) {
        old.removeFirst();
      }
    }
  }

  private void uploadAgain(FarmServer.Missing missing) {
    for (Result result : outbox) {
      if (result.report().equals(missing.report())) {
        if (lie == Lie.NEVER_UPLOADS || lie == Lie.WRONG_BYTES) {
          // It is caught; an honest node would say that the task failed.
          outbox.remove(result);
          outbox.add(
              new Result(
                  result.report().failed(new Failure("gone", "lost", RetryClass.ELSEWHERE)),
                  Map.of()));
          return;
        }
        upload(result, () -> {});
        return;
      }
    }
  }

  private void take(List<Decision.Wanted> wanted) {
    for (String id : List.copyOf(held.keySet())) {
      if (wanted.stream().noneMatch(lease -> lease.lease().equals(id))) {
        held.remove(id);
        audit.dropped(spec.id(), id);
      }
    }
    for (Decision.Wanted lease : wanted) {
      Decision.Grant grant = lease.grant();
      if (grant != null && !held.containsKey(lease.lease())) {
        Held mine = new Held(grant.job(), grant.step());
        grant.tasks().forEach(task -> mine.left.put(task.index(), task));
        outbox.stream()
            .filter(result -> result.report().lease().equals(lease.lease()))
            .forEach(result -> mine.left.remove(result.report().index()));
        held.put(lease.lease(), mine);
        heard.addLast(lease.lease());
        if (heard.size() > 4) {
          heard.removeFirst();
        }
      }
      Held mine = held.get(lease.lease());
      if (mine != null) {
        mine.left.keySet().removeIf(index -> !lease.wanted().contains(index));
      }
    }
  }

  /** Lets the first leases, one a slot, work on a task each. */
  private void run() {
    int place = 0;
    for (Map.Entry<String, Held> entry : held.entrySet()) {
      if (place++ >= slots) {
        return;
      }
      Held lease = entry.getValue();
      if (lease.busy || lease.left.isEmpty()) {
        continue;
      }
      Decision.GrantedTask task = lease.left.values().iterator().next();
      lease.busy = true;
      audit.fetched(entry.getKey(), lease.job.id(), task.index(), store);
      String at = boot;
      long taken = Math.round((500 + random.nextLong(6_000)) * pace);
      time.after(taken, () -> end(at, entry.getKey(), lease, task, taken));
    }
  }

  private void end(String at, String id, Held lease, Decision.GrantedTask task, long taken) {
    if (!alive || !at.equals(boot)) {
      return;
    }
    lease.busy = false;
    if (held.get(id) != lease || lease.left.remove(task.index()) == null) {
      run();
      return;
    }
    long content =
        Objects.hash(lease.job.id(), lease.step.step(), task.index(), random.nextInt(3), 7);
    Map<Digest, Long> contents = new LinkedHashMap<>();
    Event.Report report;
    if (random.nextDouble() < faults) {
      boolean memory = random.nextInt(5) == 0;
      RetryClass retry =
          !memory && random.nextInt(8) == 0
              ? RetryClass.NEVER
              : random.nextBoolean() ? RetryClass.HERE : RetryClass.ELSEWHERE;
      report =
          new Event.Report(
              id,
              task.index(),
              task.generation(),
              Outcome.FAILED,
              List.of(),
              null,
              new Failure(memory ? "out-of-memory" : "render-error", "it broke", retry),
              0,
              taken,
              null,
              null,
              null,
              null);
    } else {
      contents.put(Store.digestOf(content), content);
      report = done(id, task.index(), task.generation(), contents, taken);
    }
    Result result = new Result(report, contents);
    if (lie == Lie.REPORTS_LATE) {
      time.after(random.nextLong(70_000), () -> finish(at, result));
    } else {
      upload(result, () -> finish(at, result));
    }
    run();
  }

  private void finish(String at, Result result) {
    if (alive && at.equals(boot)) {
      outbox.add(result);
      // One sync in flight; a newer one answers the older at once.
      if (answered || time.now() > lastSend + 40) {
        sync();
      }
    }
  }

  /** Uploads go on until they are there, unless the node lies; the network only delays them. */
  private void upload(Result result, Runnable then) {
    time.after(
        5 + random.nextLong(200),
        () -> {
          for (Map.Entry<Digest, Long> one : result.contents().entrySet()) {
            if (lie == Lie.WRONG_BYTES) {
              store.put(one.getKey(), one.getValue() + 1, time.now());
            } else if (lie != Lie.NEVER_UPLOADS) {
              store.put(one.getKey(), one.getValue(), time.now());
            }
          }
          then.run();
        });
  }

  private static Event.Report done(
      String lease, int index, int generation, Map<Digest, Long> contents, long taken) {
    List<Event.File> files = new ArrayList<>();
    contents.keySet().forEach(digest -> files.add(new Event.File("frame" + index, digest, 9)));
    return new Event.Report(
        lease,
        index,
        generation,
        Outcome.SUCCEEDED,
        List.copyOf(files),
        null,
        null,
        1,
        1 + taken,
        null,
        null,
        null,
        null);
  }
}
