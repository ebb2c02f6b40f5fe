package blenderer.bench;

import blenderer.core.Decision;
import blenderer.core.Event;
import blenderer.core.Journal;
import blenderer.core.Now;
import blenderer.core.Row;
import blenderer.core.Scheduler;
import blenderer.core.Settings;
import blenderer.model.HostNeeds;
import blenderer.model.Outcome;
import blenderer.sim.Drafts;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;

/** The scheduler alone, without journal, network and files, with as much work and as many nodes. */
final class CoreRun {

  private static final String GPU = "amount.worker.gpu";
  private static final String KIND = "attr.custom.kind";
  private static final int SLOTS = 4;
  private static final int PEOPLE = 100;
  private static final long PARK = 25_000;

  /**
   * How large.
   *
   * @param mixed whether jobs ask for amounts and attributes that not all nodes have
   */
  record Size(int tasks, int nodes, int jobs, boolean mixed) {}

  /** How many leases were given, and how long that took. */
  record Rate(long placements, double seconds) {
    double perSecond() {
      return placements / Math.max(1e-9, seconds);
    }
  }

  private record Lease(String id, int index, int generation) {}

  /** What a node of the benchmark knows of its leases, the running ones first. */
  private static final class Node {
    final String id;
    final Event.Facts facts;
    final List<Lease> held = new ArrayList<>();
    long sequence;

    Node(String id, Event.Facts facts) {
      this.id = id;
      this.facts = facts;
    }
  }

  private final Size size;
  private final SplittableRandom random = new SplittableRandom(1);
  private final List<Node> nodes = new ArrayList<>();
  private final Scheduler scheduler =
      new Scheduler(
          Settings.defaults(),
          new Journal.Snapshot(0, List.of(), List.of(), List.of(), List.of()),
          "l",
          new Now(0, 0));
  private long millis;
  private int submitted;

  CoreRun(Size size) {
    this.size = size;
    for (int i = 0; i < size.nodes(); i++) {
      Node node = new Node("node" + i, facts(i));
      nodes.add(node);
      sync(node, 0, List.of());
    }
  }

  private static Event.Facts facts(int number) {
    int cpus = 8 << (number % 4);
    return Drafts.facts(
        cpus,
        16_384L << (number % 4),
        Map.of(
            HostNeeds.VCPU,
            BigDecimal.valueOf(cpus),
            "amount.worker.memory",
            BigDecimal.valueOf(16_384L << (number % 4)),
            GPU,
            BigDecimal.valueOf(number % 3)),
        Map.of(KIND, List.of("kind" + number % 5)));
  }

  private Row.Plan plan() {
    if (!size.mixed()) {
      return Row.Plan.PLAIN;
    }
    return switch (random.nextInt(5)) {
      case 0 -> Drafts.plan(Map.of("amount.worker.memory", 24_000), KIND, null);
      case 1 -> Drafts.plan(Map.of(GPU, 1), KIND, null);
      case 2 -> Drafts.plan(Map.of(HostNeeds.VCPU, 4), KIND, "kind" + random.nextInt(5));
      default -> Row.Plan.PLAIN;
    };
  }

  private Decision submit(int tasks) {
    String id = String.format(Locale.ROOT, "job%07d", submitted++);
    return apply(
        new Event.Submitted(
            Drafts.job(
                id,
                "person" + random.nextInt(PEOPLE),
                "default",
                random.nextInt(101),
                millis,
                List.of(Drafts.TEMPLATE)),
            List.of(Drafts.step(id, 0, tasks, 1, List.of(), plan()))));
  }

  private Decision apply(Event event) {
    return scheduler.apply(event, new Now(millis, millis));
  }

  private Decision sync(Node node, long park, List<Event.Report> reports) {
    int place = 0;
    List<Event.Held> held = new ArrayList<>(node.held.size());
    for (Lease lease : node.held) {
      held.add(new Event.Held(lease.id(), place++ < SLOTS));
    }
    return apply(
        new Event.Synced(
            node.id,
            "boot",
            ++node.sequence,
            park,
            SLOTS,
            false,
            held,
            reports,
            node.sequence == 1 ? node.facts : null));
  }

  private static int hear(Node node, Decision decision) {
    int got = 0;
    for (Decision.Answer answer : decision.answers()) {
      if (answer.node().equals(node.id)) {
        for (Decision.Wanted lease : answer.leases()) {
          Decision.Grant grant = lease.grant();
          if (grant != null) {
            Decision.GrantedTask task = grant.tasks().getFirst();
            node.held.add(new Lease(lease.lease(), task.index(), task.generation()));
            got++;
          }
        }
      }
    }
    return got;
  }

  /** Nodes and jobs are there; then each node calls and gets what it can hold. */
  Rate fill() {
    for (int i = 0; i < size.jobs(); i++) {
      submit(size.tasks() / size.jobs());
    }
    long start = System.nanoTime();
    long placements = 0;
    for (Node node : nodes) {
      placements += hear(node, sync(node, 0, List.of()));
    }
    return new Rate(placements, seconds(start));
  }

  /** Nodes in any order report one finished task and get the next lease. */
  Rate cycle(double atMostSeconds) {
    long start = System.nanoTime();
    long placements = 0;
    int rounds = size.tasks() / 2;
    for (int i = 0; i < rounds && (i % 256 != 0 || seconds(start) < atMostSeconds); i++) {
      millis += i % 64 == 0 ? 1 : 0;
      Node node = nodes.get(random.nextInt(nodes.size()));
      if (node.held.isEmpty()) {
        continue;
      }
      Lease ended = node.held.removeFirst();
      Event.Report report =
          new Event.Report(
              ended.id(),
              ended.index(),
              ended.generation(),
              Outcome.SUCCEEDED,
              List.of(),
              null,
              null,
              millis,
              millis + 1,
              null,
              null,
              null,
              null);
      placements += hear(node, sync(node, 0, List.of(report)));
    }
    return new Rate(placements, seconds(start));
  }

  /** How long time itself takes: what the scheduler does twice a second, in milliseconds. */
  double tickMillis() {
    int ticks = 20;
    long start = System.nanoTime();
    for (int i = 0; i < ticks; i++) {
      millis += 1;
      apply(new Event.Tick());
    }
    return seconds(start) * 1e3 / ticks;
  }

  /** All nodes wait for work; jobs of one task come one after the other. */
  Rate idle(double atMostSeconds) {
    for (Node node : nodes) {
      hear(node, sync(node, PARK, List.of()));
    }
    long start = System.nanoTime();
    long placements = 0;
    int rounds = Math.min(size.nodes() / 2, 5_000);
    for (int i = 0; i < rounds && seconds(start) < atMostSeconds; i++) {
      placements +=
          submit(1).answers().stream()
              .flatMap(answer -> answer.leases().stream())
              .filter(lease -> lease.grant() != null)
              .count();
    }
    return new Rate(placements, seconds(start));
  }

  private static double seconds(long startNanos) {
    return (System.nanoTime() - startNanos) / 1e9;
  }
}
