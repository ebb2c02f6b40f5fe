package blenderer.sim;

import static org.assertj.core.api.Assertions.assertThat;

import blenderer.core.Decision;
import blenderer.core.Event;
import blenderer.core.Journal;
import blenderer.core.MemoryJournal;
import blenderer.core.Now;
import blenderer.core.Row;
import blenderer.core.Settings;
import blenderer.model.Digest;
import blenderer.model.HostNeeds;
import blenderer.model.HostOffer;
import blenderer.model.IndexRanges;
import blenderer.model.NodeState;
import blenderer.model.Outcome;
import blenderer.model.TaskState;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * The simulator finds what it is there to find: each test plants one fault in a part of the farm,
 * and says within how many seeds it must show. {@code -Dsim.tell=true} prints how many it took.
 */
class PlantedFaultsTest {

  /** A scheduler that stands between the true one and the server. */
  private interface Deciding {
    Decision apply(Brain brain, Event event, Now now);
  }

  private static void isFound(String invariant, int withinSeeds, Parts parts) {
    isFound(invariant, withinSeeds, () -> parts);
  }

  /**
   * Runs seeds until the fault shows, as a break of the expected invariant; makes the seed small
   * and replays it.
   *
   * @param parts makes the faulty parts of one run
   */
  private static void isFound(String invariant, int withinSeeds, Supplier<Parts> parts) {
    List<String> others = new ArrayList<>();
    for (long seed = 0; seed < withinSeeds; seed++) {
      FaultSearch.Found found = FaultSearch.run(seed, null, parts.get()).found().orElse(null);
      if (found != null && found.invariant().equals(invariant)) {
        FaultSearch.Found small = FaultSearch.shrink(found, parts);
        assertThat(small.invariant()).isEqualTo(invariant);
        assertThat(small.story().lines().count())
            .isLessThanOrEqualTo(found.story().lines().count());
        assertThat(FaultSearch.run(seed, small.kept(), parts.get()).found().orElseThrow().message())
            .as("the replay shows the same")
            .isEqualTo(small.message());
        if (Boolean.getBoolean("sim.tell")) {
          System.out.printf(
              "%s: %d seeds, %d of %d items needed%n",
              small.message(), seed + 1, small.story().lines().count(), small.items());
        }
        return;
      }
      if (found != null) {
        others.add(found.message());
      }
    }
    throw new AssertionError(
        "not found as " + invariant + " within " + withinSeeds + " seeds; found were " + others);
  }

  private static Parts deciding(Deciding deciding) {
    return new Parts() {
      @Override
      public Brain brain(Settings settings, Journal.Snapshot snapshot, String prefix, Now now) {
        Brain brain = Parts.super.brain(settings, snapshot, prefix, now);
        return new Brain() {
          @Override
          public Decision apply(Event event, Now now) {
            return deciding.apply(brain, event, now);
          }

          @Override
          public List<String> why(String job) {
            return brain.why(job);
          }
        };
      }
    };
  }

  /** A scheduler whose rows are spoiled on their way out. */
  private static Parts spoiling(UnaryOperator<List<Row>> spoil) {
    return deciding(
        (brain, event, now) -> {
          Decision decision = brain.apply(event, now);
          return new Decision(spoil.apply(decision.rows()), decision.answers(), decision.verdict());
        });
  }

  private static List<Row> without(List<Row> rows, Class<?>... kinds) {
    return rows.stream().filter(row -> !List.of(kinds).contains(row.getClass())).toList();
  }

  @Test
  void inv_1_a_server_that_answers_before_the_commit() {
    isFound(
        "INV-1",
        20,
        new Parts() {
          @Override
          public boolean answersAfterCommit() {
            return false;
          }
        });
  }

  @Test
  void inv_1_a_server_that_forgets_a_job_when_it_starts() {
    isFound(
        "INV-1",
        60,
        new Parts() {
          @Override
          public Journal.Snapshot loaded(Journal.Snapshot all) {
            return new Journal.Snapshot(
                all.revision(),
                all.jobs().isEmpty() ? all.jobs() : all.jobs().subList(1, all.jobs().size()),
                all.leases(),
                all.nodes(),
                all.limits());
          }
        });
  }

  @Test
  void inv_2_a_scheduler_that_counts_a_repeated_report_again() {
    isFound(
        "INV-2",
        40,
        () -> {
          Map<String, Row.Attempt> counted = new HashMap<>();
          return deciding(
              (brain, event, now) -> {
                Decision decision = brain.apply(event, now);
                List<Row> rows = new ArrayList<>(decision.rows());
                if (event instanceof Event.Synced sync) {
                  for (Event.Report report : sync.reports()) {
                    Row.Attempt before = counted.get(report.lease() + "/" + report.index());
                    if (before != null) {
                      rows.add(under(before, before.lease() + "-again"));
                    }
                  }
                }
                for (Row row : decision.rows()) {
                  if (row instanceof Row.Attempt attempt) {
                    counted.put(attempt.lease() + "/" + attempt.index(), attempt);
                  }
                }
                return new Decision(rows, decision.answers(), decision.verdict());
              });
        });
  }

  private static Row.Attempt under(Row.Attempt one, String lease) {
    return new Row.Attempt(
        lease,
        one.job(),
        one.step(),
        one.index(),
        one.generation(),
        one.number(),
        one.node(),
        one.outcome(),
        one.failure(),
        one.log(),
        one.startedAt(),
        one.endedAt(),
        one.renderer(),
        one.memoryBytes(),
        null);
  }

  @Test
  void inv_2_a_scheduler_that_says_done_and_keeps_the_result() {
    isFound("INV-2", 10, spoiling(rows -> without(rows, Row.Attempt.class, Row.Output.class)));
  }

  @Test
  void inv_2_a_scheduler_that_undoes_what_is_done() {
    isFound(
        "INV-2",
        20,
        () -> {
          Map<String, Row.Task> done = new LinkedHashMap<>();
          return spoiling(
              rows -> {
                List<Row> all = new ArrayList<>(rows);
                for (Row row : rows) {
                  if (row instanceof Row.Task task) {
                    // With every task that becomes ready, one that was done becomes ready too.
                    if (task.state() == TaskState.READY && !done.isEmpty()) {
                      all.add(ready(done.values().iterator().next()));
                    }
                    if (task.state() == TaskState.DONE) {
                      done.put(task.job() + task.step() + "/" + task.index(), task);
                    }
                  }
                }
                return all;
              });
        });
  }

  private static Row.Task ready(Row.Task task) {
    return new Row.Task(
        task.job(),
        task.step(),
        task.index(),
        task.generation(),
        TaskState.READY,
        task.tries(),
        task.losses(),
        null,
        task.triedOn(),
        task.failure(),
        task.startedAt(),
        null);
  }

  @Test
  void inv_3_a_scheduler_that_tells_two_nodes_of_one_lease() {
    isFound(
        "INV-3",
        20,
        () -> {
          Map<String, Decision.Wanted> given = new LinkedHashMap<>();
          return deciding(
              (brain, event, now) -> {
                Decision decision = brain.apply(event, now);
                List<Decision.Answer> answers = new ArrayList<>();
                for (Decision.Answer answer : decision.answers()) {
                  List<Decision.Wanted> leases = new ArrayList<>(answer.leases());
                  if (leases.isEmpty() && !given.isEmpty()) {
                    leases.add(given.values().iterator().next());
                  }
                  answer.leases().stream()
                      .filter(lease -> lease.grant() != null)
                      .forEach(lease -> given.put(lease.lease(), lease));
                  answers.add(
                      new Decision.Answer(
                          answer.node(),
                          answer.boot(),
                          answer.sequence(),
                          answer.wish(),
                          leases,
                          answer.acks()));
                }
                return new Decision(decision.rows(), answers, decision.verdict());
              });
        });
  }

  @Test
  void inv_3_a_scheduler_that_never_says_that_a_lease_has_ended() {
    isFound("INV-3", 10, spoiling(rows -> without(rows, Row.LeaseEnded.class)));
  }

  @Test
  void inv_4_a_store_that_does_not_look_at_the_bytes() {
    isFound(
        "INV-4",
        60,
        new Parts() {
          @Override
          public boolean verifiesUploads() {
            return false;
          }
        });
  }

  @Test
  void inv_4_a_server_that_counts_results_whose_files_are_not_there() {
    isFound(
        "INV-4",
        60,
        new Parts() {
          @Override
          public boolean looksForFiles() {
            return false;
          }
        });
  }

  @Test
  void inv_5_a_garbage_collection_that_takes_all_that_nobody_holds() {
    isFound(
        "INV-5",
        60,
        new Parts() {
          @Override
          public Set<Digest> unreferenced(MemoryJournal journal, Set<Digest> digests) {
            return new HashSet<>(digests);
          }
        });
  }

  @Test
  void inv_6_a_scheduler_that_does_not_hear_of_failures() {
    isFound(
        "INV-6",
        60,
        deciding(
            (brain, event, now) ->
                brain.apply(
                    event instanceof Event.Synced sync
                        ? with(
                            sync,
                            sync.reports().stream()
                                .filter(report -> report.failure() == null)
                                .toList(),
                            sync.facts())
                        : event,
                    now)));
  }

  @Test
  void inv_6_a_server_that_forgets_the_tasks_of_steps_when_it_starts() {
    isFound(
        "INV-6",
        80,
        new Parts() {
          @Override
          public Journal.Snapshot loaded(Journal.Snapshot all) {
            return new Journal.Snapshot(
                all.revision(),
                all.jobs().stream()
                    .map(
                        job ->
                            new Journal.JobSnapshot(
                                job.job(),
                                job.steps().stream()
                                    .map(
                                        step ->
                                            new Journal.StepSnapshot(
                                                step.step(),
                                                step.done(),
                                                step.failed(),
                                                step.cancelled(),
                                                step.skipped(),
                                                step.generations(),
                                                step.open().stream()
                                                    .map(PlantedFaultsTest::leasedToNobody)
                                                    .toList(),
                                                List.of()))
                                    .toList()))
                    .toList(),
                all.leases(),
                all.nodes(),
                all.limits());
          }
        });
  }

  /** A state in which nothing is ever done about it. */
  private static Row.Task leasedToNobody(Row.Task task) {
    return new Row.Task(
        task.job(),
        task.step(),
        task.index(),
        task.generation(),
        task.state() == TaskState.READY ? TaskState.BLOCKED : task.state(),
        task.tries(),
        task.losses(),
        task.lease(),
        task.triedOn(),
        task.failure(),
        task.startedAt(),
        task.endedAt());
  }

  @Test
  void inv_8_a_scheduler_that_takes_nodes_for_twice_as_large() {
    isFound(
        "INV-8",
        40,
        deciding(
            (brain, event, now) -> {
              Decision decision =
                  brain.apply(
                      event instanceof Event.Synced sync && sync.facts() != null
                          ? with(sync, sync.reports(), scaled(sync.facts(), 2))
                          : event,
                      now);
              return new Decision(
                  decision.rows().stream()
                      .map(row -> row instanceof Row.Node node ? asItIs(node) : row)
                      .toList(),
                  decision.answers(),
                  decision.verdict());
            }));
  }

  private static Event.Synced with(
      Event.Synced sync, List<Event.Report> reports, Event.@Nullable Facts facts) {
    return new Event.Synced(
        sync.node(),
        sync.boot(),
        sync.sequence(),
        sync.parkMillis(),
        sync.slots(),
        sync.leaving(),
        sync.held(),
        reports,
        facts,
        sync.selfTest());
  }

  private static Event.Facts scaled(Event.Facts facts, int factor) {
    Map<String, BigDecimal> amounts = new HashMap<>(facts.offer().amounts());
    amounts.replaceAll((_, amount) -> amount.multiply(BigDecimal.valueOf(factor)));
    return Drafts.facts(
        facts.cpus(), facts.memoryBytes() >> 20, amounts, facts.offer().attributes());
  }

  private static Row.Node asItIs(Row.Node node) {
    Map<String, BigDecimal> amounts = new HashMap<>(node.offer().amounts());
    amounts.replaceAll(
        (name, _) ->
            BigDecimal.valueOf(name.equals(HostNeeds.VCPU) ? FarmNode.CPUS : FarmNode.CARDS));
    return new Row.Node(
        node.id(),
        node.wish(),
        node.slots(),
        node.version(),
        node.os(),
        node.cpus(),
        node.memoryBytes(),
        node.renderers(),
        node.templates(),
        node.seenAt(),
        new HostOffer(amounts, node.offer().attributes()),
        node.accepts(),
        node.sandbox(),
        node.message());
  }

  @Test
  void a_scheduler_that_gives_work_to_a_node_that_people_have_paused() {
    isFound(
        "WISH",
        60,
        deciding(
            (brain, event, now) -> {
              if (event instanceof Event.NodeWished wished) {
                // It writes the wish down and does not heed it.
                Decision decision = brain.apply(wished, now);
                Decision back =
                    brain.apply(new Event.NodeWished(wished.node(), NodeState.ONLINE), now);
                List<Row> rows = new ArrayList<>(without(back.rows(), Row.Node.class));
                rows.addAll(0, decision.rows());
                return new Decision(rows, decision.answers(), decision.verdict());
              }
              return brain.apply(event, now);
            }));
  }

  @Test
  void inv_6_a_scheduler_that_does_not_hear_of_self_tests() {
    isFound(
        "INV-6",
        60,
        deciding(
            (brain, event, now) ->
                brain.apply(
                    event instanceof Event.Synced sync
                        ? new Event.Synced(
                            sync.node(),
                            sync.boot(),
                            sync.sequence(),
                            sync.parkMillis(),
                            sync.slots(),
                            sync.leaving(),
                            sync.held(),
                            sync.reports(),
                            sync.facts())
                        : event,
                    now)));
  }

  @Test
  void inv_2_a_scheduler_that_leaves_out_more_frames_than_it_was_asked_to() {
    isFound(
        "INV-2",
        200,
        deciding(
            (brain, event, now) ->
                brain.apply(
                    event instanceof Event.Changed change && change.frames() != null
                        ? new Event.Changed(
                            change.job(), null, null, null, leavingOutAll(change.frames()))
                        : event,
                    now)));
  }

  private static Event.NewFrames leavingOutAll(Event.NewFrames frames) {
    return new Event.NewFrames(
        frames.before(),
        frames.now(),
        frames.steps().stream()
            .map(
                step ->
                    new Event.StepFrames(
                        step.step(),
                        step.size(),
                        step.run(),
                        step.breaks(),
                        IndexRanges.range(0, step.size() - 1),
                        IndexRanges.empty()))
            .toList());
  }

  @Test
  void inv_3_a_scheduler_that_writes_twins_down_as_first_rights() {
    isFound(
        "INV-3",
        60,
        spoiling(
            rows ->
                rows.stream()
                    .map(row -> row instanceof Row.Lease lease ? asFirst(lease) : row)
                    .toList()));
  }

  private static Row asFirst(Row.Lease lease) {
    return new Row.Lease(
        lease.id(),
        lease.node(),
        lease.job(),
        lease.step(),
        lease.tasks(),
        lease.grantedAt(),
        lease.started());
  }

  @Test
  void inv_3_a_scheduler_that_does_not_end_what_was_done_sooner_by_a_twin() {
    isFound(
        "INV-3",
        60,
        spoiling(
            rows -> {
              Set<String> outrun = new HashSet<>();
              for (Row row : rows) {
                if (row instanceof Row.Attempt attempt && attempt.outcome() == Outcome.CANCELLED) {
                  outrun.add(attempt.lease());
                }
              }
              return rows.stream()
                  .filter(row -> !(row instanceof Row.LeaseEnded(String id) && outrun.contains(id)))
                  .toList();
            }));
  }

  @Test
  void inv_2_a_scheduler_that_counts_the_results_of_both_twins() {
    isFound(
        "INV-2",
        60,
        () -> {
          Map<String, Row.Attempt> outrun = new HashMap<>();
          return deciding(
              (brain, event, now) -> {
                Decision decision = brain.apply(event, now);
                List<Row> rows = new ArrayList<>(decision.rows());
                for (Row row : decision.rows()) {
                  if (row instanceof Row.Attempt attempt
                      && attempt.outcome() == Outcome.CANCELLED) {
                    outrun.put(attempt.lease(), attempt);
                    rows.remove(row);
                  }
                }
                if (event instanceof Event.Synced sync) {
                  for (Event.Report report : sync.reports()) {
                    Row.Attempt late = outrun.remove(report.lease());
                    if (late != null && report.outcome() == Outcome.SUCCEEDED) {
                      rows.add(succeeded(late));
                    }
                  }
                }
                return new Decision(rows, decision.answers(), decision.verdict());
              });
        });
  }

  private static Row.Attempt succeeded(Row.Attempt one) {
    return new Row.Attempt(
        one.lease(),
        one.job(),
        one.step(),
        one.index(),
        one.generation(),
        one.number(),
        one.node(),
        Outcome.SUCCEEDED,
        null,
        null,
        one.startedAt(),
        one.endedAt(),
        null,
        null,
        null);
  }

  @Test
  void a_scheduler_that_gives_twins_to_jobs_whose_owners_want_none() {
    isFound(
        "TWIN",
        100,
        () -> {
          Map<String, Row.Terms> wanted = new HashMap<>();
          return deciding(
              (brain, event, now) -> {
                Event heard = event;
                if (event instanceof Event.Submitted(Row.Job job, List<Row.Step> steps)) {
                  wanted.put(job.id(), job.terms());
                  heard = new Event.Submitted(job.withTerms(job.terms().withTwins(true)), steps);
                }
                Decision decision = brain.apply(heard, now);
                return new Decision(
                    decision.rows().stream()
                        .map(
                            row ->
                                row instanceof Row.Job job && wanted.containsKey(job.id())
                                    ? job.withTerms(
                                        job.terms().withTwins(wanted.get(job.id()).twins()))
                                    : row)
                        .toList(),
                    decision.answers(),
                    decision.verdict());
              });
        });
  }

  @Test
  void a_scheduler_that_answers_an_overtaken_call_as_if_the_node_had_no_leases() {
    isFound(
        "DROP",
        400,
        () -> {
          Map<String, Long> newest = new HashMap<>();
          return deciding(
              (brain, event, now) -> {
                Decision decision = brain.apply(event, now);
                if (!(event instanceof Event.Synced sync)
                    || newest.merge(sync.boot(), sync.sequence(), Math::max) == sync.sequence()) {
                  return decision;
                }
                return new Decision(
                    decision.rows(),
                    decision.answers().stream()
                        .map(
                            answer ->
                                answer.sequence() != sync.sequence()
                                        || !answer.boot().equals(sync.boot())
                                    ? answer
                                    : new Decision.Answer(
                                        answer.node(),
                                        answer.boot(),
                                        answer.sequence(),
                                        answer.wish(),
                                        List.of(),
                                        answer.acks()))
                        .toList(),
                    decision.verdict());
              });
        });
  }
}
