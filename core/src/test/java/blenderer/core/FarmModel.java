package blenderer.core;

import static org.assertj.core.api.Assertions.assertThat;

import blenderer.model.Digest;
import blenderer.model.HostNeeds;
import blenderer.model.IndexRanges;
import blenderer.model.Outcome;
import blenderer.model.Permission;
import blenderer.model.StepState;
import blenderer.model.TaskState;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A whole farm in one thread: the real scheduler and the journal's twin, with modelled nodes,
 * network, store and people. Requests and answers are lost, repeated and reordered; the server
 * crashes before and after commits; nodes are killed. INV-1 to INV-6 are asserted.
 */
final class FarmModel {

  private static final String LICENCE = "amount.custom.licence";
  private static final String CARD = "amount.custom.card";
  private static final List<String> PEOPLE = List.of("ann", "ben");
  private static final List<String> RULES =
      List.of(
          Caps.PERSON_SHARE + "ann",
          Caps.PROJECT_SHARE + "film",
          Caps.PERSON_SLOTS + "ann",
          Caps.PROJECT_SLOTS + "default",
          Caps.PREEMPTING_PRIORITY);

  private final SplittableRandom random;
  private final Map<Digest, byte[]> store = new HashMap<>();
  private final MemoryJournal journal = new MemoryJournal();
  private final List<ModelNode> nodes = new ArrayList<>();
  private final List<Event.Synced> requests = new ArrayList<>();
  private final List<Decision.Answer> answers = new ArrayList<>();
  private final Set<String> promised = new HashSet<>();
  private final Set<Row.Output> committed = new HashSet<>();
  private Scheduler scheduler;
  private long clock = 0;
  private long revision = 0;
  private int jobs = 0;
  private int loads = 0;
  private int changes = 0;

  /** What was held of the licences when this was last looked at, since the server's start. */
  private BigDecimal licencesUsed = BigDecimal.ZERO;

  /** No more crashes: a restart puts things right that must come right without one. */
  private boolean steady = false;

  FarmModel(long seed) {
    random = new SplittableRandom(seed);
    scheduler = load();
    double faults = random.nextInt(3) == 0 ? 0 : random.nextDouble() * 0.3;
    for (int i = 0; i < 1 + random.nextInt(4); i++) {
      ModelNode node = new ModelNode("n" + i, 1 + random.nextInt(2), random.split(), store, faults);
      node.kinds = random.nextBoolean() ? List.of("a") : List.of("a", "b");
      nodes.add(node);
    }
    serve(new Event.LimitSet(LICENCE, BigDecimal.ONE));
  }

  private Now now() {
    return new Now(clock, clock);
  }

  private Scheduler load() {
    // A new process: its monotonic clock starts anywhere.
    clock += random.nextInt(100_000);
    Journal.Snapshot snapshot = journal.load();
    revision = snapshot.revision();
    answers.clear();
    licencesUsed = BigDecimal.ZERO;
    return new Scheduler(
        Settings.defaults().withTwins(new TwinLimits(1, 100, 1.1, 500)),
        snapshot,
        "l" + ++loads,
        now());
  }

  /** Applies, commits and answers, with a crash at one of the points between, sometimes. */
  private Optional<Decision> serve(Event event) {
    int crash = steady ? -1 : random.nextInt(200);
    Decision decision = scheduler.apply(event, now());
    if (crash == 0) {
      scheduler = load();
      return Optional.empty();
    }
    if (crash == 1) {
      journal.failNextCommit();
    }
    try {
      if (!decision.rows().isEmpty()) {
        journal.commit(++revision, decision.rows());
      }
    } catch (Journal.JournalException e) {
      scheduler = load();
      return Optional.empty();
    }
    note(decision.rows());
    if (crash == 2) {
      scheduler = load();
      return Optional.empty();
    }
    answers.addAll(decision.answers());
    return Optional.of(decision);
  }

  /** INV-2 and INV-4, at the moment of the commit. */
  private void note(List<Row> rows) {
    Set<String> results = new HashSet<>();
    for (Row row : rows) {
      if (row instanceof Row.Output output) {
        assertThat(committed.stream().filter(old -> sameTask(old, output)))
            .as("INV-2: one result for %s", output)
            .isEmpty();
        committed.add(output);
        byte[] bytes = store.get(output.digest());
        assertThat(bytes).as("INV-4: the bytes of %s", output).isNotNull();
        assertThat(Digest.of(Objects.requireNonNull(bytes))).isEqualTo(output.digest());
      } else if (row instanceof Row.Attempt attempt && attempt.outcome() == Outcome.SUCCEEDED) {
        assertThat(results.add(attempt.job() + attempt.step() + "/" + attempt.index())).isTrue();
      } else if (row instanceof Row.JobDeleted deleted) {
        promised.remove(deleted.id());
        committed.removeIf(output -> output.job().equals(deleted.id()));
      }
    }
  }

  private static boolean sameTask(Row.Output a, Row.Output b) {
    return a.job().equals(b.job())
        && a.step() == b.step()
        && a.index() == b.index()
        && a.generation() == b.generation();
  }

  void step() {
    clock += random.nextInt(3_000);
    switch (random.nextInt(14)) {
      case 0 -> submit();
      case 1 -> person();
      case 2 -> killNode();
      case 3 -> serve(new Event.Tick());
      case 4 -> collectGarbage();
      case 5, 6, 7 -> anyNode().work();
      case 8, 9, 10 -> send(anyNode());
      default -> deliver(true);
    }
    check();
  }

  private ModelNode anyNode() {
    return nodes.get(random.nextInt(nodes.size()));
  }

  private void submit() {
    if (jobs >= 6) {
      return;
    }
    String id = "job" + jobs++;
    byte[] scene = id.getBytes();
    store.put(Digest.of(scene), scene);
    Row.Job plain = TestFarm.job(id, random.nextInt(3) * 50);
    Row.Job job =
        new Row.Job(
            id,
            id,
            PEOPLE.get(random.nextInt(PEOPLE.size())),
            random.nextInt(3) == 0 ? "film" : "default",
            plain.priority(),
            plain.state(),
            clock,
            null,
            null,
            null,
            TestFarm.TEMPLATE,
            null,
            Map.of(),
            List.of(),
            Map.of(),
            List.of(Digest.of(scene)),
            Permission.TEMPLATES,
            false,
            List.of(),
            terms(id));
    List<Row.Step> steps = new ArrayList<>();
    for (int step = 0; step <= random.nextInt(2); step++) {
      Integer[] before = step == 0 ? new Integer[0] : new Integer[] {0};
      steps.add(
          withNeeds(
              TestFarm.step(id, step, 1 + random.nextInt(12), 1 + random.nextInt(5), before)));
    }
    serve(new Event.Submitted(job, steps)).ifPresent(done -> promised.add(id));
  }

  /** Jobs wait only for older ones. */
  private Row.Terms terms(String id) {
    int number = Integer.parseInt(id.substring(3));
    return new Row.Terms(
        random.nextInt(4) == 0 ? 1 + random.nextInt(2) : null,
        random.nextInt(4) == 0 ? clock + random.nextInt(60_000) : null,
        number > 0 && random.nextInt(4) == 0 ? List.of("job" + random.nextInt(number)) : List.of(),
        random.nextInt(3) == 0 ? clock + random.nextInt(120_000) : null,
        random.nextInt(6) == 0 ? random.nextInt(4) : null,
        null,
        null,
        random.nextInt(4) == 0 ? random.nextBoolean() : null,
        random.nextInt(4) == 0 ? true : null,
        random.nextInt(4) == 0 ? List.of("attr.custom.kind=b") : null);
  }

  private Row.Step withNeeds(Row.Step step) {
    List<HostNeeds.Amount> amounts = new ArrayList<>();
    List<HostNeeds.Attribute> attributes = new ArrayList<>();
    if (random.nextInt(3) == 0) {
      amounts.add(amount(HostNeeds.VCPU, 1 + random.nextInt(2)));
    }
    if (random.nextInt(3) == 0) {
      amounts.add(amount(CARD, 1));
    }
    if (random.nextInt(3) == 0) {
      amounts.add(amount(LICENCE, 1 + random.nextInt(2)));
    }
    if (random.nextInt(3) == 0) {
      String kind = List.of("a", "b", "c").get(random.nextInt(3));
      attributes.add(new HostNeeds.Attribute("attr.custom.kind", List.of(kind), List.of()));
    }
    Row.Cut cut = Row.Cut.values()[random.nextInt(3)];
    IndexRanges breaks =
        step.size() > 2 && random.nextBoolean()
            ? IndexRanges.of(1 + random.nextInt(step.size() - 1))
            : IndexRanges.empty();
    Row.Probe probe =
        random.nextInt(4) == 0
            ? new Row.Probe(IndexRanges.of(0, step.size() - 1), random.nextBoolean(), null)
            : random.nextInt(3) == 0 ? Row.Probe.PREVIEW : Row.Probe.NONE;
    return new Row.Step(
        step.job(),
        step.step(),
        step.name(),
        step.label(),
        step.size(),
        step.chunk(),
        step.run(),
        step.dependsOn(),
        step.state(),
        step.withheld(),
        new Row.Plan(new HostNeeds(amounts, attributes), cut, 3, breaks, probe),
        null);
  }

  private static HostNeeds.Amount amount(String name, int min) {
    return new HostNeeds.Amount(name, BigDecimal.valueOf(min), null);
  }

  private void person() {
    if (random.nextInt(10) == 0) {
      serve(new Event.LimitSet(LICENCE, BigDecimal.valueOf(random.nextInt(4))));
    }
    if (random.nextInt(10) == 0) {
      String rule = RULES.get(random.nextInt(RULES.size()));
      BigDecimal value =
          rule.startsWith("share")
              ? BigDecimal.valueOf(1 + random.nextInt(3))
              : BigDecimal.valueOf(random.nextInt(3));
      serve(new Event.LimitSet(rule, random.nextInt(3) == 0 ? null : value));
    }
    if (random.nextInt(10) == 0) {
      serve(new Event.NodePooled(anyNode().id, random.nextBoolean() ? null : List.of("x")));
    }
    if (jobs == 0) {
      return;
    }
    String job = "job" + random.nextInt(jobs);
    Event event =
        switch (random.nextInt(14)) {
          case 0 -> new Event.Cancelled(job);
          case 1 -> new Event.Deleted(job);
          case 2 -> new Event.Paused(job);
          case 3, 4 -> new Event.Resumed(job);
          case 5 ->
              new Event.Changed(
                  job,
                  random.nextBoolean() ? random.nextInt(100) : null,
                  null,
                  random.nextBoolean() ? terms(job) : null);
          case 6 -> new Event.Retried(job, null, null, false);
          case 7 -> new Event.Retried(job, null, null, true);
          case 8 -> new Event.Approved(job, "ann");
          case 9 -> new Event.Accepted(job, null, null, "ann");
          case 10 -> new Event.Changed(job, null, null, null, frames(job));
          case 11 ->
              new Event.Changed(
                  job, null, null, null, null, random.nextBoolean() ? List.of() : List.of("x"));
          default -> new Event.Retried(job, 0, IndexRanges.of(0, random.nextInt(3)), false);
        };
    Optional<Decision> decision = serve(event);
    if (decision.isPresent()
        && decision.get().verdict() instanceof Decision.Verdict.NotLoaded
        && journal.loadJob(job).isPresent()) {
      serve(new Event.Revived(journal.loadJob(job).orElseThrow()))
          .ifPresent(revived -> serve(event));
    }
  }

  /** Other frames for a job's first step, as they stand in the journal. */
  private Event.@Nullable NewFrames frames(String id) {
    Journal.JobSnapshot job = journal.loadJob(id).orElse(null);
    if (job == null) {
      return null;
    }
    Row.Frames before = job.job().terms().frames();
    Row.Step step = job.steps().getFirst().step();
    List<String> added = new ArrayList<>(before == null ? List.of() : before.added());
    int size = step.size() + random.nextInt(4);
    if (size > step.size()) {
      added.add(step.size() + "-" + (size - 1));
    }
    IndexRanges left = some(step.size());
    return new Event.NewFrames(
        before,
        new Row.Frames(added, "v" + changes++),
        List.of(
            new Event.StepFrames(
                0,
                size,
                size,
                size > step.size() ? IndexRanges.of(step.size()) : step.plan().breaks(),
                left,
                some(step.size()))));
  }

  private IndexRanges some(int size) {
    return IndexRanges.of(IntStream.range(0, size).filter(_ -> random.nextInt(4) == 0).toArray());
  }

  private void killNode() {
    ModelNode node = anyNode();
    if (random.nextInt(3) == 0) {
      node.slots = 1 + random.nextInt(2);
    }
    if (random.nextInt(3) == 0) {
      node.kinds =
          List.of(List.of("a"), List.of("b"), List.of("a", "b", "c")).get(random.nextInt(3));
    }
    if (random.nextInt(3) == 0) {
      requests.add(node.sync(true, 0));
      node.restart();
    } else if (node.alive && random.nextBoolean()) {
      node.alive = false;
    } else {
      node.restart();
    }
  }

  private void send(ModelNode node) {
    if (node.alive) {
      requests.add(node.sync(false, random.nextBoolean() ? 0 : 5_000));
    }
  }

  /** Takes any request and any answer from the network, sometimes losing or repeating it. */
  private void deliver(boolean faulty) {
    if (!requests.isEmpty()) {
      Event.Synced request =
          faulty && random.nextInt(20) == 0
              ? requests.get(random.nextInt(requests.size()))
              : requests.remove(faulty ? random.nextInt(requests.size()) : 0);
      if (!faulty || random.nextInt(15) > 0) {
        serve(request);
      }
    }
    if (!answers.isEmpty()) {
      Decision.Answer answer = answers.remove(faulty ? random.nextInt(answers.size()) : 0);
      if (!faulty || random.nextInt(15) > 0) {
        nodes.stream()
            .filter(node -> node.id.equals(answer.node()) && node.alive)
            .forEach(node -> node.hear(answer));
      }
    }
  }

  /** Frees what no job needs. What a node has just uploaded is held, as a real store holds it. */
  private void collectGarbage() {
    Set<Digest> held = new HashSet<>();
    nodes.forEach(
        node ->
            node.outbox.forEach(report -> report.files().forEach(file -> held.add(file.digest()))));
    requests.forEach(
        request ->
            request
                .reports()
                .forEach(report -> report.files().forEach(file -> held.add(file.digest()))));
    store
        .keySet()
        .removeAll(
            journal.unreferenced(
                store.keySet().stream().filter(digest -> !held.contains(digest)).toList()));
  }

  private void check() {
    for (String job : promised) {
      assertThat(journal.job(job)).as("INV-1: %s was answered", job).isPresent();
    }
    Set<TaskEntry> owned = new HashSet<>();
    for (LeaseEntry lease : scheduler.farm.leases()) {
      assertThat(lease.rights).as("a lease without rights is over: %s", lease.id).isNotEmpty();
      lease.rights.forEach(
          task -> {
            if (lease.twin) {
              assertThat(task.twin).as("INV-3: one twin a task").isSameAs(lease);
              assertThat(task.lease).as("INV-3: a twin stands beside a first right").isNotNull();
              assertThat(task.leases()).extracting(one -> one.node).doesNotHaveDuplicates();
              assertThat(Twins.wants(lease.step.job.row())).as("twins are wanted").isTrue();
            } else {
              assertThat(owned.add(task)).as("INV-3: one live lease a task").isTrue();
              assertThat(task.lease).isSameAs(lease);
            }
            assertThat(task.state).isEqualTo(TaskState.LEASED);
          });
    }
    for (JobEntry job : scheduler.farm.jobs.values()) {
      for (StepEntry step : job.steps) {
        for (TaskEntry task : step.open.values()) {
          task.leases().forEach(lease -> assertThat(lease.rights).contains(task));
          assertThat(step.again.contains(task.index))
              .as("what may be leased of %s", step.row())
              .isEqualTo(!task.isInGoodHands());
        }
      }
    }
    checkReservations();
    checkAccounts();
    for (JobEntry job : scheduler.farm.jobs.values()) {
      for (Digest need : journal.digestsOf(job.id())) {
        assertThat(store.containsKey(need) || need.equals(TestFarm.TEMPLATE))
            .as("INV-5: %s needs %s", job.id(), need)
            .isTrue();
      }
      job.steps.forEach(this::check);
    }
  }

  /** What is kept of accounts and their slots is what one gets by counting. */
  private void checkAccounts() {
    Map<String, Integer> counted = new HashMap<>();
    for (LeaseEntry lease : scheduler.farm.leases()) {
      assertThat(lease.counted).as("a live lease counts, a late one not").isEqualTo(!lease.late);
      assertThat(lease.paidMillis).as("what is paid ahead").isBetween(0.0, 1e9);
      if (!lease.late) {
        if (lease.since >= 0) {
          assertThat(lease.node.overrunAt)
              .as("when %s is looked at again", lease.id)
              .isLessThanOrEqualTo(Math.max(lease.accounted, lease.since) + lease.paidMillis);
        }
        counted.merge("person " + lease.step.job.row().owner(), 1, Integer::sum);
        counted.merge("project " + lease.step.job.row().project(), 1, Integer::sum);
      }
    }
    Set<Account> accounts = new HashSet<>();
    for (JobEntry job : scheduler.farm.jobs.values()) {
      accounts.add(job.account);
      accounts.add(Shares.projectOf(job.account));
      assertThat(job.joined).as("%s takes part in the shares", job.id()).isEqualTo(isOpen(job));
      assertThat(job.slots)
          .as("slots of %s", job.id())
          .isEqualTo(
              (int)
                  scheduler.farm.leases().stream()
                      .filter(lease -> lease.step.job == job && !lease.late)
                      .count());
      for (String before : job.waitsFor) {
        assertThat(scheduler.farm.jobs).as("%s waits for it", job.id()).containsKey(before);
      }
    }
    for (Account account : accounts) {
      String name = (account.isPerson() ? "person " : "project ") + account.name;
      int now = counted.getOrDefault(name, 0);
      assertThat(scheduler.farm.caps.held(account)).as("slots of %s", name).isEqualTo(now);
      assertThat(account.used).as("slot time of %s", name).isBetween(0.0, 1e15);
      assertThat(account.jobs)
          .as("jobs of %s", name)
          .isEqualTo(
              scheduler.farm.jobs.values().stream()
                  .filter(this::isOpen)
                  .filter(job -> job.account == account || Shares.projectOf(job.account) == account)
                  .count());
    }
    checkPrepared();
  }

  /** Time goes on between ticks; jobs are let in by them. */
  private boolean isOpen(JobEntry job) {
    return job.isOpen(scheduler.farm.wall) && !scheduler.farm.early.contains(job);
  }

  private void checkPrepared() {
    for (NodeEntry node : scheduler.farm.nodes.values()) {
      List<LeaseEntry> waiting =
          node.leases.values().stream().skip(node.seats()).filter(lease -> !lease.started).toList();
      assertThat(node.prepared).as("what %s only prepares", node.id).isEqualTo(waiting);
      waiting.forEach(
          lease -> {
            assertThat(lease.step.kind.prepared.contains(lease)).isTrue();
            assertThat(lease.preparedRank).isEqualTo(lease.step.job.rank());
            assertThat(scheduler.farm.withPrepared).contains(lease.step.kind);
          });
    }
  }

  /** INV-8, for nodes whose amounts never change and for licences whose number people change. */
  private void checkReservations() {

    Reservations reservations = new Reservations(scheduler.farm);
    for (NodeEntry node : scheduler.farm.nodes.values()) {
      for (String name : List.of(HostNeeds.VCPU, CARD)) {
        assertThat(reservations.held(node, name))
            .as("INV-8: %s of %s", name, node.id)
            .isLessThanOrEqualTo(node.amount(name));
      }
    }
    BigDecimal limit = scheduler.farm.limits.getOrDefault(LICENCE, BigDecimal.ZERO);
    BigDecimal used = reservations.used(LICENCE);
    assertThat(used).as("INV-8: licences").isLessThanOrEqualTo(limit.max(licencesUsed));
    licencesUsed = used;
  }

  private void check(StepEntry step) {
    boolean leased = step.open.values().stream().anyMatch(task -> task.lease != null);
    boolean fits =
        scheduler.farm.nodes.values().stream()
            .anyMatch(node -> new Fitness(scheduler.farm).fits(node, step));
    if (step.state() == StepState.INCOMPATIBLE) {
      assertThat(fits).as("nothing fits %s: %s", step.row(), step.row().message()).isFalse();
    } else if (step.state() == StepState.BLOCKED) {
      assertThat(leased).as("a blocked step runs: %s", step.row()).isFalse();
    } else if (!step.isFinished() && !leased && !scheduler.farm.nodes.isEmpty()) {
      assertThat(fits).as("nobody says that nothing fits %s", step.row()).isTrue();
    }
    int parts =
        step.fresh.size()
            + step.open.size()
            + step.done.size()
            + step.failed.size()
            + step.cancelled.size()
            + step.skipped.size()
            + step.withheld.size()
            + step.omitted.size();
    assertThat(parts).as("each task is in one place, %s", step.row()).isEqualTo(step.row().size());
    assertThat(step.open.keySet()).containsAll(step.again);
    Kind kind = Kind.Asks.of(step.job.row(), step.row()).equals(step.kind.asks) ? step.kind : null;
    assertThat(scheduler.farm.kinds.get(step.kind.asks)).as("the kind of %s", step).isSameAs(kind);
    for (NodeEntry node : scheduler.farm.nodes.values()) {
      assertThat(new Fitness(scheduler.farm).fits(node, step))
          .as("what is remembered of %s and %s", node.id, step.row())
          .isEqualTo(new Fitness(scheduler.farm).sentences(node, step).isEmpty());
    }
    step.pictures
        .flagged()
        .forEach(index -> assertThat(step.done.contains(index)).as("only results").isTrue());
    assertThat(scheduler.farm.board.contains(step))
        .isEqualTo(
            isOpen(step.job)
                && !step.job.isFull()
                && !step.isFinished()
                && step.leasable() > 0
                && step.state() != StepState.BLOCKED
                && step.state() != StepState.INCOMPATIBLE);
  }

  /** INV-6: once the network heals and people leave it alone, everything ends. */
  void heal() {
    nodes.forEach(
        node -> {
          node.faults = 0;
          node.kinds = List.of("a", "b", "c");
          node.restart();
        });
    for (int round = 0; round < 300 && !isQuiet(); round++) {
      clock += 5_000;
      steady = round > 20;
      serve(new Event.Tick());
      serve(new Event.LimitSet(LICENCE, BigDecimal.TWO));
      RULES.forEach(rule -> serve(new Event.LimitSet(rule, BigDecimal.ONE)));
      // Again each round: the server may crash before it has heard it.
      scheduler.farm.jobs.values().stream()
          .filter(job -> !job.isActive())
          .map(JobEntry::id)
          .toList()
          .forEach(job -> serve(new Event.Resumed(job)));
      scheduler.farm.jobs.values().stream()
          .filter(job -> job.steps.stream().anyMatch(step -> !pools(step).isEmpty()))
          .map(JobEntry::id)
          .toList()
          .forEach(job -> serve(new Event.Changed(job, null, null, null, null, List.of())));
      scheduler.farm.jobs.values().stream()
          .filter(job -> job.steps.stream().anyMatch(StepEntry::isHeld))
          .map(JobEntry::id)
          .toList()
          .forEach(job -> serve(new Event.Approved(job, "ann")));
      for (ModelNode node : nodes) {
        node.work();
        send(node);
      }
      while (!requests.isEmpty() || !answers.isEmpty()) {
        deliver(false);
      }
      check();
    }
    assertThat(scheduler.farm.jobs.values())
        .as(
            "INV-6: jobs that never ended; why: %s",
            scheduler.farm.jobs.keySet().stream().map(scheduler::why).toList())
        .isEmpty();
    assertThat(journal.load().leases()).isEmpty();
  }

  private static List<HostNeeds.Attribute> pools(StepEntry step) {
    return step.row().plan().needs().attributes().stream()
        .filter(need -> need.name().equals(HostNeeds.POOL))
        .toList();
  }

  private boolean isQuiet() {
    return scheduler.farm.jobs.isEmpty()
        && nodes.stream().allMatch(node -> node.outbox.isEmpty() && node.held.isEmpty());
  }
}
