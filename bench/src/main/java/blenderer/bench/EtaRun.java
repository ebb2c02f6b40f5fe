package blenderer.bench;

import blenderer.core.Decision;
import blenderer.core.Estimate;
import blenderer.core.Event;
import blenderer.core.Journal;
import blenderer.core.Now;
import blenderer.core.Row;
import blenderer.core.Scheduler;
import blenderer.core.Settings;
import blenderer.model.Outcome;
import blenderer.sim.Drafts;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import java.util.TreeMap;

/**
 * One job of an animation on a farm of the real scheduler in virtual time, with the estimates that
 * people would have seen at each tenth of it, and what was true.
 */
final class EtaRun {

  /** How a job's frames differ. */
  enum Shape {
    /** All alike, but for noise. */
    LEVEL,
    /** Heavier or lighter towards the end, by up to three times. */
    TREND,
    /** In waves, as a camera goes around. */
    WAVES,
    /** Shots of their own weight. */
    SHOTS,
    /** A few frames that take many times as long. */
    PEAKS
  }

  /**
   * An estimate and the truth.
   *
   * @param done tasks of ten
   * @param actual seconds that were left
   */
  record Seen(int done, Estimate estimate, double actual) {
    boolean holds() {
      return estimate.low() <= actual && actual <= estimate.high();
    }
  }

  private record Step(long at, int node, boolean task) {}

  private static final class Node {
    final String id;
    final double speed;
    final List<Decision.Wanted> held = new ArrayList<>();
    long sequence;
    long begun;
    boolean away;
    boolean loaded;

    Node(String id, double speed) {
      this.id = id;
      this.speed = speed;
    }
  }

  private static final int CHUNK = 8;

  private final SplittableRandom random;
  final Shape shape;
  private final double[] weights;

  /** What a node's first task takes more, in milliseconds of a usual node. */
  private final double loadMillis;

  private final List<Node> nodes = new ArrayList<>();
  private final Scheduler scheduler =
      new Scheduler(
          Settings.defaults(),
          new Journal.Snapshot(0, List.of(), List.of(), List.of(), List.of()),
          "l",
          new Now(0, 0));
  private final PriorityQueue<Step> steps =
      new PriorityQueue<>(
          (a, b) -> a.at() != b.at() ? Long.compare(a.at(), b.at()) : a.node() - b.node());
  private final List<Estimate.Sample> samples = new ArrayList<>();
  private final Map<Integer, Map.Entry<Long, Estimate>> seen = new TreeMap<>();
  private long now;
  private int done;

  EtaRun(long seed) {
    random = new SplittableRandom(seed * 0x9e3779b97f4a7c15L + 7);
    shape = Shape.values()[random.nextInt(Shape.values().length)];
    int tasks = (int) Math.round(20 * Math.pow(75, random.nextDouble()));
    double median = 2 * Math.pow(300, random.nextDouble());
    weights = weights(tasks, median);
    double load = random.nextInt(2) == 0 ? 0 : 4 * Math.pow(random.nextDouble(), 2);
    loadMillis = 1000 * load * median;
    int count = 1 + (int) (30 * Math.pow(random.nextDouble(), 2));
    boolean alike = random.nextInt(3) == 0;
    for (int i = 0; i < count; i++) {
      nodes.add(new Node("n" + i, alike ? 1 : 0.4 + 1.6 * random.nextDouble()));
    }
  }

  private double[] weights(int tasks, double median) {
    double noise = 0.02 + 0.3 * random.nextDouble() * random.nextDouble();
    double trend = Math.pow(3, 2 * random.nextDouble() - 1);
    double waves = 0.5 + 4 * random.nextDouble();
    double depth = 0.7 * random.nextDouble();
    double phase = random.nextDouble();
    int shots = 2 + random.nextInt(6);
    double[] shot = new double[shots];
    for (int i = 0; i < shots; i++) {
      shot[i] = Math.pow(2.5, 2 * random.nextDouble() - 1);
    }
    double[] all = new double[tasks];
    for (int i = 0; i < tasks; i++) {
      double place = (double) i / tasks;
      double weight =
          switch (shape) {
            case LEVEL -> 1;
            case TREND -> Math.pow(trend, place);
            case WAVES -> 1 + depth * Math.sin(2 * Math.PI * (waves * place + phase));
            case SHOTS -> shot[(int) (place * shots)];
            case PEAKS -> random.nextInt(25) == 0 ? 2 + 6 * random.nextDouble() : 1;
          };
      all[i] = median * weight * Math.exp(noise * random.nextGaussian());
    }
    return all;
  }

  /** Runs the job to its end. */
  List<Seen> run() {
    apply(
        new Event.Submitted(
            Drafts.job("job", "ann", "default", 50, 0, List.of(Drafts.TEMPLATE)),
            List.of(Drafts.step("job", 0, weights.length, CHUNK, List.of(), Row.Plan.PLAIN))));
    for (int i = 0; i < nodes.size(); i++) {
      boolean late = random.nextInt(12) == 0;
      steps.add(new Step(late ? (long) (random.nextDouble() * lengthMillis()) : i, i, false));
      if (random.nextInt(12) == 0 && i > 0) {
        steps.add(new Step((long) (random.nextDouble() * lengthMillis()), -i - 1, false));
      }
    }
    while (done < weights.length) {
      Step step = steps.remove();
      now = step.at();
      if (step.node() < 0) {
        leave(nodes.get(-step.node() - 1));
      } else {
        Node node = nodes.get(step.node());
        if (!node.away) {
          sync(step.node(), node, step.task() ? finish(node) : List.of(), false);
        }
      }
    }
    List<Seen> all = new ArrayList<>();
    seen.forEach(
        (tenth, entry) ->
            all.add(new Seen(tenth, entry.getValue(), (now - entry.getKey()) / 1000.0)));
    return all;
  }

  private double lengthMillis() {
    double sum = 0;
    for (double weight : weights) {
      sum += weight;
    }
    return 1000 * sum / nodes.size();
  }

  private void leave(Node node) {
    if (!node.held.isEmpty()) {
      node.away = true;
      node.held.clear();
      sync(nodes.indexOf(node), node, List.of(), true);
    }
  }

  private List<Event.Report> finish(Node node) {
    Decision.Wanted lease = node.held.getFirst();
    List<Decision.GrantedTask> tasks = Objects.requireNonNull(lease.grant()).tasks();
    Decision.GrantedTask task = tasks.getFirst();
    if (tasks.size() == 1) {
      node.held.removeFirst();
    } else {
      node.held.set(
          0,
          new Decision.Wanted(
              lease.lease(),
              lease.wanted(),
              new Decision.Grant(
                  lease.grant().job(),
                  lease.grant().step(),
                  tasks.subList(1, tasks.size()),
                  lease.grant().hangMillis())));
    }
    samples.add(
        new Estimate.Sample(node.id, task.index(), (now - node.begun) / 1000.0, !node.loaded));
    node.loaded = true;
    return List.of(
        new Event.Report(
            lease.lease(),
            task.index(),
            task.generation(),
            Outcome.SUCCEEDED,
            List.of(),
            null,
            null,
            node.begun,
            now,
            null,
            null,
            null,
            null));
  }

  private void sync(int number, Node node, List<Event.Report> reports, boolean leaving) {
    List<Event.Held> held = new ArrayList<>();
    for (Decision.Wanted lease : node.held) {
      held.add(new Event.Held(lease.lease(), held.isEmpty()));
    }
    Decision decision =
        apply(
            new Event.Synced(
                node.id,
                "boot",
                ++node.sequence,
                0,
                1,
                leaving,
                held,
                reports,
                node.sequence == 1 ? Drafts.facts(8, 16_384, Map.of(), Map.of()) : null));
    for (Decision.Answer answer : decision.answers()) {
      if (answer.node().equals(node.id)) {
        hear(node, answer);
      }
    }
    done += reports.size();
    if (!leaving) {
      goOn(number, node);
    }
    if (!reports.isEmpty()) {
      look();
    }
  }

  private void goOn(int number, Node node) {
    if (node.held.isEmpty()) {
      steps.add(new Step(now + 2_000, number, false));
    } else {
      node.begun = now + 30;
      int index = Objects.requireNonNull(node.held.getFirst().grant()).tasks().getFirst().index();
      double millis = 1000 * weights[index] + (node.loaded ? 0 : loadMillis);
      steps.add(new Step(node.begun + Math.max(1, Math.round(millis / node.speed)), number, true));
    }
  }

  private static void hear(Node node, Decision.Answer answer) {
    Map<String, Decision.Wanted> wanted = new LinkedHashMap<>();
    answer.leases().forEach(lease -> wanted.put(lease.lease(), lease));
    node.held.removeIf(lease -> !wanted.containsKey(lease.lease()));
    for (int i = 0; i < node.held.size(); i++) {
      Decision.Wanted mine = node.held.get(i);
      Decision.Grant grant = Objects.requireNonNull(mine.grant());
      List<Decision.GrantedTask> left =
          grant.tasks().stream()
              .filter(
                  t ->
                      Objects.requireNonNull(wanted.get(mine.lease())).wanted().contains(t.index()))
              .toList();
      node.held.set(
          i,
          new Decision.Wanted(
              mine.lease(),
              mine.wanted(),
              new Decision.Grant(grant.job(), grant.step(), left, grant.hangMillis())));
    }
    node.held.removeIf(lease -> Objects.requireNonNull(lease.grant()).tasks().isEmpty());
    for (Decision.Wanted lease : answer.leases()) {
      if (lease.grant() != null) {
        node.held.add(lease);
      }
    }
  }

  /** What a person sees at each tenth. */
  private void look() {
    int tenth = done * 10 / weights.length;
    if (tenth == 0 || tenth > 9 || seen.containsKey(tenth)) {
      return;
    }
    List<Estimate.Slot> slots = new ArrayList<>();
    for (Node node : nodes) {
      if (!node.away && !node.held.isEmpty()) {
        int more = Objects.requireNonNull(node.held.getFirst().grant()).tasks().size() - 1;
        slots.add(new Estimate.Slot(node.id, Math.max(0, now - node.begun) / 1000.0, more));
      }
    }
    List<Estimate.Sample> newest =
        samples.subList(Math.max(0, samples.size() - Estimate.SAMPLES), samples.size());
    int under = slots.stream().mapToInt(slot -> 1 + slot.more()).sum();
    int waiting = Math.max(0, weights.length - done - under);
    Estimate.of(newest, slots, waiting, (double) done / weights.length)
        .ifPresent(estimate -> seen.put(tenth, Map.entry(now, estimate)));
  }

  private Decision apply(Event event) {
    return scheduler.apply(event, new Now(now, now));
  }
}
