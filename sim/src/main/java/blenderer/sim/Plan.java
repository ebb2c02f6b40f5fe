package blenderer.sim;

import blenderer.core.Caps;
import blenderer.core.Event;
import blenderer.core.Row;
import blenderer.model.Digest;
import blenderer.model.HostNeeds;
import blenderer.model.IndexRanges;
import blenderer.model.NodeState;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;

/**
 * What a seed stands for: a farm's nodes, jobs, people's actions and faults, in order of time.
 *
 * @param tickMillis how often the server's shell looks at the time
 * @param longestCommit how long the disk takes at most
 * @param chaosEvents after so many events the faults end, though items may be left
 */
record Plan(long seed, List<Item> items, long tickMillis, long longestCommit, int chaosEvents) {

  static final String LICENCE = "amount.custom.licence";

  /** What admins say of people and projects. */
  static final List<String> RULES =
      List.of(
          "share.person.person0",
          "share.project.project1",
          "slots.person.person0",
          "slots.person.person1",
          "slots.project.project0",
          Caps.PREEMPTING_PRIORITY);

  Plan {
    items = List.copyOf(items);
  }

  /** How often what happens to a farm; zero leaves it out. */
  private record Mix(int people, int nodeFaults, int serverFaults, int cuts, int garbage) {}

  /** Randomness of its own for each seed and use: neighbours have nothing in common. */
  static SplittableRandom randomOf(long seed, long use) {
    long z = seed * 0xd1342543de82ef95L + use * 0xaf251af3b0f025b5L + 0x2545f4914f6cdd1dL;
    z = (z ^ (z >>> 32)) * 0xd6e8feb86659fd93L;
    return new SplittableRandom(z ^ (z >>> 32));
  }

  static Plan of(long seed) {
    return new Maker(seed).make();
  }

  private static final class Maker {
    private final long seed;
    private final SplittableRandom random;

    /** Of its own, so that all else of a plan is as it was before there were twins. */
    private final SplittableRandom ofTwins;

    private final List<Item> items = new ArrayList<>();
    private final List<String> nodes = new ArrayList<>();
    private int jobs = 0;

    Maker(long seed) {
      this.seed = seed;
      this.random = randomOf(seed, 0);
      this.ofTwins = randomOf(seed, 1);
    }

    Plan make() {
      long horizon = 60_000 + random.nextLong(300_000);
      joins(horizon);
      items.add(new Item.Act(0, new Event.LimitSet(LICENCE, BigDecimal.ONE)));
      int wantedJobs = 1 + random.nextInt(6);
      for (int i = 0; i < wantedJobs; i++) {
        submit(i == 0 ? random.nextLong(3_000) : random.nextLong(horizon * 3 / 4));
      }
      Mix mix =
          new Mix(
              random.nextInt(4) == 0 ? 0 : random.nextInt(14),
              random.nextInt(3) == 0 ? 0 : random.nextInt(10),
              random.nextInt(3) == 0 ? 0 : random.nextInt(8),
              random.nextInt(2) == 0 ? 0 : random.nextInt(4),
              random.nextInt(6));
      for (int i = 0; i < mix.people(); i++) {
        person(random.nextLong(horizon));
      }
      for (int i = 0; i < mix.nodeFaults(); i++) {
        nodeFault(random.nextLong(horizon));
      }
      for (int i = 0; i < mix.serverFaults(); i++) {
        serverFault(random.nextLong(horizon));
      }
      for (int i = 0; i < mix.cuts(); i++) {
        List<String> cut = nodes.stream().filter(_ -> random.nextBoolean()).toList();
        items.add(new Item.Cut(random.nextLong(horizon), cut, 1_000 + random.nextLong(120_000)));
      }
      for (int i = 0; i < mix.garbage(); i++) {
        items.add(new Item.CollectGarbage(random.nextLong(horizon)));
      }
      items.sort(Comparator.comparingLong(Item::at));
      return new Plan(
          seed,
          items,
          1_000 + random.nextLong(8_000),
          1 + (random.nextInt(10) == 0 ? 1_500 : random.nextLong(40)),
          300 + random.nextInt(1_300));
    }

    private void joins(long horizon) {
      boolean honest = random.nextInt(3) == 0;
      boolean fair = random.nextInt(4) == 0;
      double faults = random.nextInt(3) == 0 ? 0 : random.nextDouble() * 0.3;
      int count = 1 + random.nextInt(5);
      for (int i = 0; i < count; i++) {
        String id = "n" + i;
        nodes.add(id);
        FarmNode.Lie lie =
            honest || random.nextInt(3) > 0
                ? null
                : FarmNode.Lie.values()[random.nextInt(FarmNode.Lie.values().length)];
        List<String> kinds =
            List.of(List.of("a"), List.of("a", "b"), List.of("b")).get(random.nextInt(3));
        Network.Weather weather =
            fair
                ? Network.Weather.FAIR
                : new Network.Weather(
                    random.nextDouble() * 0.08,
                    random.nextDouble() * 0.08,
                    10 + random.nextInt(600),
                    random.nextInt(3) == 0 ? random.nextDouble() * 0.04 : 0);
        items.add(
            new Item.Join(
                random.nextInt(4) == 0 ? random.nextLong(horizon / 2) : random.nextLong(500),
                new FarmNode.Spec(
                    id,
                    1 + random.nextInt(2),
                    kinds,
                    random.nextInt(4) == 0 ? 1 + random.nextDouble() * 9 : 1,
                    faults,
                    lie,
                    weather)));
      }
    }

    private void submit(long at) {
      String id = "job" + jobs++;
      List<Long> inputs = new ArrayList<>();
      List<Digest> digests = new ArrayList<>();
      for (int i = 0; i <= random.nextInt(3); i++) {
        long content = 1_000_000L * seed + 1_000L * jobs + i;
        inputs.add(content);
        digests.add(Store.digestOf(content));
      }
      List<Row.Step> steps = new ArrayList<>();
      int count = 1 + random.nextInt(random.nextInt(3) == 0 ? 4 : 2);
      for (int number = 0; number < count; number++) {
        List<Integer> before = new ArrayList<>();
        for (int other = 0; other < number; other++) {
          if (random.nextInt(2) == 0) {
            before.add(other);
          }
        }
        int size = 1 + random.nextInt(12);
        steps.add(Drafts.step(id, number, size, 1 + random.nextInt(5), before, needs(size)));
      }
      items.add(
          new Item.Submit(
              at,
              Drafts.job(
                      id,
                      "person" + random.nextInt(3),
                      "project" + random.nextInt(2),
                      random.nextInt(3) * 50,
                      at,
                      digests)
                  .withTerms(terms(at)),
              steps,
              inputs));
    }

    /** No start at a time: clocks are turned by up to an hour. */
    private Row.Terms terms(long at) {
      return new Row.Terms(
          random.nextInt(4) == 0 ? 1 + random.nextInt(2) : null,
          null,
          jobs > 1 && random.nextInt(4) == 0
              ? List.of("job" + random.nextInt(jobs - 1))
              : List.of(),
          random.nextInt(4) == 0 ? at + random.nextLong(300_000) : null,
          random.nextInt(6) == 0 ? random.nextInt(4) : null,
          null,
          null,
          ofTwins.nextInt(4) == 0 ? ofTwins.nextBoolean() : null,
          ofTwins.nextInt(4) == 0 ? true : null,
          ofTwins.nextInt(4) == 0 ? List.of(FarmNode.KIND + "=b") : null);
    }

    private Row.Probe order(int size) {
      return switch (random.nextInt(4)) {
        case 0 -> Row.Probe.PREVIEW;
        case 1 -> new Row.Probe(IndexRanges.of(0, size - 1), false, null);
        default -> Row.Probe.NONE;
      };
    }

    private Row.Plan needs(int size) {
      List<HostNeeds.Amount> amounts = new ArrayList<>();
      List<HostNeeds.Attribute> attributes = new ArrayList<>();
      if (random.nextInt(3) == 0) {
        amounts.add(amount(HostNeeds.VCPU, 1 + random.nextInt(2)));
      }
      if (random.nextInt(3) == 0) {
        amounts.add(amount(FarmNode.CARD, 1));
      }
      if (random.nextInt(3) == 0) {
        amounts.add(amount(LICENCE, 1 + random.nextInt(2)));
      }
      if (random.nextInt(3) == 0) {
        String kind = List.of("a", "b", "c").get(random.nextInt(3));
        attributes.add(new HostNeeds.Attribute(FarmNode.KIND, List.of(kind), List.of()));
      }
      IndexRanges breaks =
          size > 2 && random.nextBoolean()
              ? IndexRanges.of(1 + random.nextInt(size - 1))
              : IndexRanges.empty();
      return new Row.Plan(
          new HostNeeds(amounts, attributes),
          Row.Cut.values()[random.nextInt(Row.Cut.values().length)],
          3_000,
          breaks,
          order(size));
    }

    private static HostNeeds.Amount amount(String name, int min) {
      return new HostNeeds.Amount(name, BigDecimal.valueOf(min), null);
    }

    private void person(long at) {
      String job = "job" + random.nextInt(jobs);
      String node = nodes.get(random.nextInt(nodes.size()));
      if (random.nextInt(10) == 0) {
        items.add(new Item.Reframe(at, job, random.nextInt(4), random.nextBoolean()));
        return;
      }
      Event event =
          switch (random.nextInt(16)) {
            case 0 -> new Event.Cancelled(job);
            case 1 -> new Event.Deleted(job);
            case 2 -> new Event.Paused(job);
            case 3, 4 -> new Event.Resumed(job);
            case 5 -> new Event.Changed(job, random.nextInt(100), null, null);
            case 6 -> new Event.Retried(job, null, null, false);
            case 7, 8 -> new Event.Retried(job, 0, IndexRanges.of(0, random.nextInt(3)), false);
            case 9 -> new Event.LimitSet(LICENCE, BigDecimal.valueOf(random.nextInt(4)));
            case 10 -> new Event.NodeRemoved(node);
            case 11 -> {
              String rule = RULES.get(random.nextInt(RULES.size()));
              yield new Event.LimitSet(
                  rule, random.nextInt(4) == 0 ? null : BigDecimal.valueOf(1 + random.nextInt(3)));
            }
            // Often enough that the last node that fits is in quarantine now and then.
            case 12, 13 -> new Event.NodeWished(node, NodeState.QUARANTINED);
            default ->
                new Event.NodeWished(
                    node,
                    List.of(NodeState.ONLINE, NodeState.PAUSED, NodeState.DRAINING)
                        .get(random.nextInt(3)));
          };
      items.add(new Item.Act(at, event));
    }

    private void nodeFault(long at) {
      String node = nodes.get(random.nextInt(nodes.size()));
      items.add(
          switch (random.nextInt(8)) {
            case 0 -> new Item.Leave(at, node, 1_000 + random.nextLong(60_000));
            case 1 ->
                new Item.Becomes(
                    at,
                    node,
                    1 + random.nextInt(2),
                    List.of(List.of("a"), List.of("b"), List.of("a", "b", "c"))
                        .get(random.nextInt(3)));
            case 2 -> new Item.Double(at, node, 5_000 + random.nextLong(60_000));
            default ->
                new Item.Kill(at, node, 100 + random.nextLong(90_000), random.nextInt(4) == 0);
          });
    }

    private void serverFault(long at) {
      long down = 100 + random.nextLong(random.nextInt(4) == 0 ? 60_000 : 5_000);
      FarmServer.CrashPoint[] points = FarmServer.CrashPoint.values();
      items.add(
          switch (random.nextInt(7)) {
            case 0 -> new Item.Crash(at, down);
            case 1 -> new Item.TurnClock(at, random.nextLong(7_200_000) - 3_600_000);
            default -> new Item.CrashAtCommit(at, points[random.nextInt(points.length)], down);
          });
    }
  }
}
