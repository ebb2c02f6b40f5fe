package blenderer.core;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import blenderer.model.Failure;
import blenderer.model.IndexRanges;
import blenderer.model.JobState;
import blenderer.model.Outcome;
import blenderer.model.RetryClass;
import blenderer.model.TaskState;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** An idle node does what another one is slow at. */
class TwinsTest {

  private final TestFarm farm = new TestFarm();
  private final Map<String, List<String>> held = new HashMap<>();

  /** The node that has the last task. */
  private String slow = "n1";

  private String idle = "n2";

  /** The node calls with all it holds, holds what it is told, and is parked if it waits. */
  private List<Decision.Wanted> call(String node, long park, Event.Report... reports) {
    List<Event.Held> list = new ArrayList<>();
    held.getOrDefault(node, List.of()).forEach(id -> list.add(new Event.Held(id, list.isEmpty())));
    Decision decision =
        farm.apply(
            new Event.Synced(
                node,
                "boot",
                farm.sequences.merge(node, 1L, Long::sum),
                park,
                1,
                false,
                list,
                List.of(reports),
                TestFarm.facts("3.4.1")));
    return hear(node, decision);
  }

  private List<Decision.Wanted> hear(String node, Decision decision) {
    List<Decision.Wanted> leases =
        decision.answers().stream()
            .filter(answer -> answer.node().equals(node))
            .reduce((_, last) -> last)
            .map(Decision.Answer::leases)
            .orElse(null);
    if (leases == null) {
      return List.of();
    }
    held.put(node, leases.stream().map(Decision.Wanted::lease).toList());
    return leases;
  }

  private String lease(String node) {
    return held.getOrDefault(node, List.of()).getFirst();
  }

  private static Event.Report took(String lease, int index, long millis) {
    return new Event.Report(
        lease,
        index,
        1,
        Outcome.SUCCEEDED,
        List.of(new Event.File("f" + index, TestFarm.digest(lease), 1)),
        null,
        null,
        0,
        millis,
        null,
        null,
        null,
        null);
  }

  private void submit(Row.Terms terms, boolean foreign) {
    Row.Job job = TestFarm.job("a", 50).withTerms(terms);
    farm.apply(
        new Event.Submitted(
            foreign
                ? new Row.Job(
                    job.id(),
                    job.name(),
                    job.owner(),
                    job.project(),
                    job.priority(),
                    job.state(),
                    job.submittedAt(),
                    null,
                    null,
                    null,
                    job.template(),
                    null,
                    Map.of(),
                    List.of(),
                    Map.of(),
                    job.inputs(),
                    job.permission(),
                    true,
                    List.of(),
                    terms)
                : job,
            List.of(TestFarm.step("a", 0, 8, 1))));
  }

  /** Both nodes have done three tasks of ten seconds; the slow one is at the last, number 7. */
  private void toTheLast(Row.Terms terms, boolean foreign) {
    submit(terms, foreign);
    call(slow, 0);
    call(idle, 0);
    for (int round = 0; farm.rows(Row.Attempt.class).size() < 7; round++) {
      assertThat(round).as("rounds").isLessThan(20);
      farm.clock += 5_000;
      String node = round % 2 == 0 ? slow : idle;
      if (!held.getOrDefault(node, List.of()).isEmpty() && indexOf(lease(node)) != 7) {
        call(node, 0, took(lease(node), indexOf(lease(node)), 10_000));
      }
      call(node, 0);
    }
    if (held.getOrDefault(slow, List.of()).isEmpty()) {
      String other = slow;
      slow = idle;
      idle = other;
    }
    assertThat(farm.task("a", 7).lease()).isEqualTo(lease(slow));
    call(slow, 0);
    call(idle, 25_000);
  }

  private int indexOf(String lease) {
    return farm.rows(Row.Lease.class).stream()
        .filter(row -> row.id().equals(lease))
        .findFirst()
        .orElseThrow()
        .tasks()
        .toList()
        .getFirst();
  }

  /** Until the idle node gets a twin; the slow one goes on calling. */
  private void untilTwin() {
    for (int i = 0; held.getOrDefault(idle, List.of()).isEmpty(); i++) {
      assertThat(i).as("seconds").isLessThan(100);
      Decision decision = farm.tick(1_000);
      hear(idle, decision);
      if (i % 5 == 4) {
        call(slow, 0);
      }
      if (decision.answers().stream().anyMatch(answer -> answer.node().equals(idle))
          && held.getOrDefault(idle, List.of()).isEmpty()) {
        call(idle, 25_000);
      }
    }
    call(idle, 0);
  }

  private boolean getsTwin() {
    for (int i = 0; i < 300; i++) {
      Decision decision = farm.tick(1_000);
      if (i % 5 == 4) {
        call(slow, 0);
      }
      if (decision.answers().stream().anyMatch(answer -> answer.node().equals(idle))) {
        if (!hear(idle, decision).isEmpty()) {
          return true;
        }
        call(idle, 25_000);
      }
    }
    return false;
  }

  private List<Row.Attempt> attempts() {
    return farm.rows(Row.Attempt.class).stream().filter(row -> row.index() == 7).toList();
  }

  @Test
  void an_idle_node_gets_a_second_right_to_what_another_is_slow_at() {
    toTheLast(Row.Terms.NONE, false);
    long began = farm.clock;
    untilTwin();
    assertThat(farm.clock - began).as("not before it is clear").isGreaterThan(12_000);
    Row.Lease twin = farm.rows(Row.Lease.class).getLast();
    assertThat(twin.twin()).isTrue();
    assertThat(twin.node()).isEqualTo(idle);
    assertThat(twin.tasks()).isEqualTo(IndexRanges.of(7));
    assertThat(farm.task("a", 7).lease()).as("the first right stays").isEqualTo(lease(slow));
    assertThat(farm.scheduler.why("a"))
        .contains(
            "Node '"
                + slow
                + "' is slow at task 7 of step 'step0', so node '"
                + idle
                + "' works on it, too: whichever is done first counts.");
  }

  @Test
  void the_twin_that_is_first_counts_and_the_other_is_told_to_stop() {
    toTheLast(Row.Terms.NONE, false);
    untilTwin();
    String first = lease(slow);
    String twin = lease(idle);
    call(idle, 0, took(twin, 7, 9_000));
    assertThat(farm.stateOf("a")).isEqualTo(JobState.DONE);
    assertThat(call(slow, 0)).as("nothing more is wanted").isEmpty();
    assertThat(farm.report(slow, took(first, 7, 60_000))).isEqualTo(Decision.Receipt.STALE);
    assertThat(attempts())
        .extracting(Row.Attempt::node, Row.Attempt::outcome)
        .containsExactly(tuple(slow, Outcome.CANCELLED), tuple(idle, Outcome.SUCCEEDED));
    assertThat(farm.rows(Row.LeaseEnded.class)).contains(new Row.LeaseEnded(first));
    assertThat(farm.rows(Row.Output.class).stream().filter(row -> row.index() == 7)).hasSize(1);
  }

  @Test
  void the_first_that_is_done_after_all_counts_and_the_twin_is_told_to_stop() {
    toTheLast(Row.Terms.NONE, false);
    untilTwin();
    String twin = lease(idle);
    call(slow, 0, took(lease(slow), 7, 40_000));
    assertThat(farm.stateOf("a")).isEqualTo(JobState.DONE);
    assertThat(call(idle, 0)).isEmpty();
    assertThat(farm.report(idle, took(twin, 7, 60_000))).isEqualTo(Decision.Receipt.STALE);
  }

  private static Event.Report broke(String lease) {
    return TestFarm.report(
        lease, 7, 1, Outcome.FAILED, new Failure("render-error", "it broke", RetryClass.ELSEWHERE));
  }

  @Test
  void a_twin_that_fails_is_dropped_and_no_try() {
    toTheLast(Row.Terms.NONE, false);
    untilTwin();
    call(idle, 0, broke(lease(idle)));
    assertThat(farm.task("a", 7).state()).isEqualTo(TaskState.LEASED);
    assertThat(farm.task("a", 7).lease()).isEqualTo(lease(slow));
    assertThat(farm.task("a", 7).tries()).isZero();
    held.put(idle, List.of());
    call(idle, 25_000);
    assertThat(getsTwin()).as("not there once more").isFalse();
    call(slow, 0, took(lease(slow), 7, 90_000));
    assertThat(farm.stateOf("a")).isEqualTo(JobState.DONE);
  }

  @Test
  void when_the_first_fails_the_twin_goes_on_in_its_place() {
    toTheLast(Row.Terms.NONE, false);
    untilTwin();
    String twin = lease(idle);
    call(slow, 0, broke(lease(slow)));
    assertThat(farm.task("a", 7).lease()).isEqualTo(twin);
    assertThat(farm.rows(Row.Lease.class).getLast().twin()).isFalse();
    call(idle, 0, took(twin, 7, 9_000));
    assertThat(farm.stateOf("a")).isEqualTo(JobState.DONE);
  }

  @Test
  void when_both_fail_that_is_one_try() {
    toTheLast(Row.Terms.NONE, false);
    untilTwin();
    String twin = lease(idle);
    call(slow, 0, broke(lease(slow)));
    call(idle, 0, broke(twin));
    assertThat(farm.task("a", 7).tries()).isEqualTo(1);
    assertThat(farm.task("a", 7).triedOn()).containsExactlyInAnyOrder(slow, idle);
  }

  @Test
  void when_the_first_node_is_silent_nobody_else_gets_the_task_while_the_twin_lives() {
    toTheLast(Row.Terms.NONE, false);
    untilTwin();
    String twin = lease(idle);
    for (int i = 0; i < 8; i++) {
      farm.tick(5_000);
      call(idle, 0);
    }
    assertThat(call("third", 0)).as("the twin has it").isEmpty();
    call(idle, 0, took(twin, 7, 50_000));
    assertThat(farm.stateOf("a")).isEqualTo(JobState.DONE);
  }

  @Test
  void when_both_are_silent_a_third_node_gets_the_task_alone() {
    toTheLast(Row.Terms.NONE, false);
    untilTwin();
    farm.tick(31_000);
    List<Decision.Wanted> leases = call("third", 0);
    assertThat(leases).hasSize(1);
    assertThat(farm.task("a", 7).lease()).isEqualTo(leases.getFirst().lease());
    assertThat(farm.report(slow, took(lease(slow), 7, 1))).isEqualTo(Decision.Receipt.STALE);
    assertThat(farm.report(idle, took(lease(idle), 7, 1))).isEqualTo(Decision.Receipt.STALE);
  }

  @Test
  void a_cancelled_job_ends_both() {
    toTheLast(Row.Terms.NONE, false);
    untilTwin();
    farm.apply(new Event.Cancelled("a"));
    assertThat(call(slow, 0)).isEmpty();
    assertThat(call(idle, 0)).isEmpty();
  }

  @Test
  void jobs_have_none_whose_owners_want_none() {
    toTheLast(Row.Terms.NONE.withTwins(false), false);
    assertThat(getsTwin()).isFalse();
  }

  @Test
  void what_a_command_of_ones_own_does_is_done_twice_only_if_its_owner_says_so() {
    toTheLast(Row.Terms.NONE, true);
    assertThat(getsTwin()).isFalse();
    Row.Terms wanted = Row.Terms.NONE.withTwins(true);
    farm.apply(new Event.Changed("a", null, null, wanted));
    assertThat(getsTwin()).isTrue();
  }

  @Test
  void a_twin_takes_no_slot_that_the_job_may_not_have() {
    toTheLast(Row.Terms.NONE, false);
    farm.apply(new Event.LimitSet(Caps.PERSON_SLOTS + "ann", BigDecimal.ONE));
    assertThat(getsTwin()).isFalse();
  }

  @Test
  void a_restart_knows_both_rights_and_ends_a_lease_that_has_none() {
    toTheLast(Row.Terms.NONE, false);
    untilTwin();
    MemoryJournal journal = new MemoryJournal();
    journal.commit(1, farm.rows);
    Row.Lease lost = new Row.Lease("gone", idle, "a", 0, IndexRanges.of(3), farm.clock, true, true);
    journal.commit(2, List.of(lost));
    Scheduler anew = new Scheduler(farm.settings, journal.load(), "m", farm.now());
    Decision decision = anew.apply(new Event.Tick(), farm.now());
    assertThat(decision.rows()).containsExactly(new Row.LeaseEnded("gone"));
    JobEntry job = requireNonNull(anew.farm.jobs.get("a"));
    TaskEntry task = requireNonNull(job.steps.getFirst().open.get(7));
    assertThat(task.leases()).extracting(one -> one.node.id).containsExactly(slow, idle);
    assertThat(task.leases().getLast().twin).isTrue();
  }
}
