package blenderer.sim;

import blenderer.core.Decision;
import blenderer.core.Event;
import blenderer.core.Journal;
import blenderer.core.MemoryJournal;
import blenderer.core.Row;
import blenderer.core.Settings;
import blenderer.core.TwinLimits;
import blenderer.model.IndexRanges;
import blenderer.model.JobState;
import blenderer.model.NodeState;
import java.math.BigDecimal;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * One seed: brings the kept items of a plan upon a farm, then lets everything heal and waits for
 * the end. Same seed and items, same run.
 */
final class FaultRun {

  /**
   * What came of it.
   *
   * @param events how many things happened
   * @param millis virtual time
   * @param broken what went wrong; null: nothing did
   */
  record Result(int events, long millis, @Nullable Violation broken) {}

  private static final int MOST_HEALING_EVENTS = 20_000;
  private static final long MOST_HEALING_MILLIS = 3_600_000;
  private static final long PATIENCE = 4_000;

  private final Plan plan;
  private final Timeline time = new Timeline();

  /** Tasks are short here: twins of them must be worth it sooner. */
  private final Settings settings =
      Settings.defaults().withTwins(new TwinLimits(1, 200, 1.1, 1_000));

  private final Audit audit = new Audit(settings.termMillis());
  private final MemoryJournal journal;
  private final Store store;
  private final FarmServer server;
  private final Map<String, FarmNode> nodes = new LinkedHashMap<>();
  private final List<FarmNode> doubles = new ArrayList<>();
  private final ArrayDeque<String> heard = new ArrayDeque<>();
  private final Network people;
  private boolean healing = false;
  private boolean quiet = false;

  private FaultRun(Plan plan, BitSet kept, Parts parts) {
    this.plan = plan;
    journal = parts.journal();
    store = new Store(parts);
    server =
        new FarmServer(
            time, settings, parts, randomOf("server"), journal, store, audit, plan.longestCommit());
    people = new Network(time, randomOf("people"), new Network.Weather(0.03, 0.03, 200, 0));
    for (int i = kept.nextSetBit(0); i >= 0; i = kept.nextSetBit(i + 1)) {
      Item item = plan.items().get(i);
      time.at(
          item.at(),
          () -> {
            if (!healing) {
              bring(item);
            }
          });
    }
    time.after(plan.tickMillis(), this::tick);
  }

  /** Runs what is kept of the plan; {@code parts} may be faulty. */
  static Result of(Plan plan, BitSet kept, Parts parts) {
    FaultRun run = new FaultRun(plan, kept, parts);
    int events = 0;
    try {
      long last = plan.items().isEmpty() ? 0 : plan.items().getLast().at();
      while (events < plan.chaosEvents() && run.time.now() <= last + 30_000) {
        run.time.step();
        events++;
      }
      run.heal();
      long healed = run.time.now();
      int before = events;
      while (!run.quiet) {
        run.time.step();
        events++;
        if (events - before > MOST_HEALING_EVENTS
            || run.time.now() - healed > MOST_HEALING_MILLIS) {
          throw run.neverEnds();
        }
      }
      run.audit.ended(run.journal);
      return new Result(events, run.time.now(), null);
    } catch (Violation e) {
      return new Result(events, run.time.now(), e);
    } catch (RuntimeException e) {
      Violation broken = new Violation("FAULT", "the scheduler threw " + e);
      broken.initCause(e);
      return new Result(events, run.time.now(), broken);
    }
  }

  private SplittableRandom randomOf(String who) {
    return Plan.randomOf(plan.seed(), who.hashCode());
  }

  private void tick() {
    server.tick();
    time.after(plan.tickMillis(), this::tick);
  }

  private void bring(Item item) {
    switch (item) {
      case Item.Join join -> nodes.put(join.spec().id(), node(join.spec(), join.spec().id()));
      case Item.Submit submit -> submit(submit, 0);
      case Item.Act act -> act(act.event(), 0);
      case Item.Reframe reframe ->
          journal.loadJob(reframe.job()).ifPresent(job -> reframe(job, reframe));
      case Item.Kill kill -> {
        FarmNode node = nodes.get(kill.node());
        if (node != null) {
          node.kill();
          if (kill.diskLost()) {
            node.loseDisk();
          }
          time.after(kill.downMillis(), node::start);
        }
      }
      case Item.Leave leave -> {
        FarmNode node = nodes.get(leave.node());
        if (node != null) {
          node.leave();
          time.after(leave.awayMillis(), node::start);
        }
      }
      case Item.Becomes becomes -> {
        FarmNode node = nodes.get(becomes.node());
        if (node != null) {
          node.becomes(becomes.slots(), becomes.kinds());
        }
      }
      case Item.Double twice -> {
        FarmNode node = nodes.get(twice.node());
        if (node != null) {
          audit.doubled(node.spec.id());
          FarmNode second = node(node.spec, node.spec.id() + "-too-" + doubles.size());
          doubles.add(second);
          time.after(twice.forMillis(), second::kill);
        }
      }
      case Item.Cut cut -> {
        for (String name : cut.nodes()) {
          FarmNode node = nodes.get(name);
          if (node != null) {
            node.network().cut(true);
            time.after(cut.forMillis(), () -> node.network().cut(false));
          }
        }
      }
      case Item.Crash crash -> server.crash(crash.downMillis());
      case Item.CrashAtCommit crash -> server.arm(crash.point(), crash.downMillis());
      case Item.TurnClock turn -> server.turnClock(turn.byMillis());
      case Item.CollectGarbage _ ->
          store.collectGarbage(journal, time.now(), (digest, _) -> audit.freed(digest));
    }
  }

  private FarmNode node(FarmNode.Spec spec, String name) {
    return new FarmNode(spec, name, time, randomOf(name), server, store, audit, heard);
  }

  /** A person repeats a submit until it is answered; the server knows a repeat by its key. */
  private void submit(Item.Submit submit, int tries) {
    for (long content : submit.inputs()) {
      store.put(Store.digestOf(content), content, time.now());
    }
    boolean[] answered = {false};
    people.send(
        () ->
            server.act(
                new Event.Submitted(submit.job(), submit.steps()),
                reply ->
                    people.send(
                        () -> {
                          if (!answered[0] && !(reply instanceof FarmServer.Reply.Unavailable)) {
                            answered[0] = true;
                            submitted(submit, reply, tries);
                          }
                        })));
    time.after(
        PATIENCE,
        () -> {
          if (!answered[0] && tries < 8) {
            answered[0] = true;
            submit(submit, tries + 1);
          }
        });
  }

  private void submitted(Item.Submit submit, FarmServer.Reply reply, int tries) {
    switch (reply) {
      case FarmServer.Reply.MissingInputs _ -> submit(submit, tries + 1);
      case FarmServer.Reply.Verdict(Decision.Verdict.Done()) -> audit.promise(submit.job().id());
      case FarmServer.Reply.Verdict(Decision.Verdict.Refused(String code, _))
          when code.equals("job-exists") -> {}
      case FarmServer.Reply.Verdict other ->
          throw new Violation("SUBMIT", "a good job was not taken: " + other);
      case FarmServer.Reply.Unavailable _ -> {}
    }
  }

  /** As the server's route works it out of what is committed now. */
  private void reframe(Journal.JobSnapshot job, Item.Reframe item) {
    Row.Frames before = job.job().terms().frames();
    Row.Step step = job.steps().getFirst().step();
    int size = step.size() + item.more();
    IndexRanges odd =
        IndexRanges.of(IntStream.range(0, step.size()).filter(index -> index % 2 == 1).toArray());
    List<String> added = new ArrayList<>(before == null ? List.of() : before.added());
    added.add("more " + size);
    if (item.odd()) {
      odd.toList().forEach(index -> audit.leftOut(item.job(), 0, index));
    }
    act(
        new Event.Changed(
            item.job(),
            null,
            null,
            null,
            new Event.NewFrames(
                before,
                new Row.Frames(added, "at " + item.at()),
                List.of(
                    new Event.StepFrames(
                        0,
                        size,
                        size,
                        item.more() > 0 ? IndexRanges.of(step.size()) : step.plan().breaks(),
                        item.odd() ? odd : IndexRanges.empty(),
                        item.odd() ? IndexRanges.empty() : odd)))),
        0);
  }

  private void act(Event event, int tries) {
    if (event instanceof Event.Deleted(String job)) {
      audit.deleteAsked(job);
    }
    boolean[] answered = {false};
    people.send(
        () ->
            server.act(
                event,
                reply -> {
                  if (!(reply instanceof FarmServer.Reply.Unavailable)) {
                    people.send(() -> answered[0] = true);
                  }
                }));
    time.after(
        PATIENCE,
        () -> {
          if (!answered[0] && tries < 3) {
            act(event, tries + 1);
          }
        });
  }

  /** Faults end: the network is good, nodes are honest and fit for all, people let jobs run. */
  private void heal() {
    healing = true;
    server.disarm();
    doubles.forEach(FarmNode::kill);
    if (nodes.isEmpty()) {
      FarmNode.Spec spec =
          new FarmNode.Spec("n9", 1, List.of("a"), 1, 0, null, Network.Weather.FAIR);
      nodes.put("n9", node(spec, "n9"));
    }
    nodes.values().forEach(FarmNode::heal);
    lookAfter(0);
  }

  private void lookAfter(int round) {
    List<String> open = audit.unfinished();
    if (round % 5 == 0) {
      act(new Event.LimitSet(Plan.LICENCE, BigDecimal.valueOf(3)), 3);
      Plan.RULES.forEach(rule -> act(new Event.LimitSet(rule, null), 3));
      // What is in quarantine has to come back by its self-test.
      nodes.keySet().stream()
          .filter(node -> audit.wish(node) != NodeState.QUARANTINED)
          .forEach(node -> act(new Event.NodeWished(node, NodeState.ONLINE), 3));
      for (String job : open) {
        if (audit.state(job) == JobState.PAUSED || audit.state(job) == JobState.HELD) {
          act(new Event.Resumed(job), 3);
        }
      }
    }
    // A person's last words may still be on their way.
    if (round > 8 && open.isEmpty() && nodes.values().stream().allMatch(FarmNode::isIdle)) {
      quiet = true;
      return;
    }
    time.after(2_000, () -> lookAfter(round + 1));
  }

  private Violation neverEnds() {
    List<String> why = new ArrayList<>();
    for (String job : audit.unfinished()) {
      why.add(
          job
              + " is "
              + audit.state(job)
              + ": "
              + server.brain().map(brain -> brain.why(job)).orElse(List.of("no server")));
    }
    return new Violation(
        "INV-6",
        why.isEmpty()
            ? "a node keeps a lease or a result for ever"
            : "all is well for an hour, and jobs do not end: " + why);
  }
}
