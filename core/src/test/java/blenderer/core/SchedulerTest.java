package blenderer.core;

import static blenderer.core.TestFarm.done;
import static blenderer.core.TestFarm.failed;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import blenderer.model.IndexRanges;
import blenderer.model.JobState;
import blenderer.model.NodeState;
import blenderer.model.Outcome;
import blenderer.model.Requirement;
import blenderer.model.RetryClass;
import blenderer.model.TaskState;
import java.util.List;
import org.junit.jupiter.api.Test;

class SchedulerTest {

  private final TestFarm farm = new TestFarm();

  private static Decision.Grant granted(Decision.Wanted wanted) {
    return requireNonNull(wanted.grant());
  }

  private String leaseTo(String node) {
    return farm.work(node).getFirst().lease();
  }

  @Test
  void a_node_gets_one_lease_to_run_and_one_to_prepare() {
    farm.submit("a", 20, 4);
    List<Decision.Wanted> leases = farm.work("n1");
    assertThat(leases).hasSize(2);
    assertThat(leases.getFirst().wanted()).isEqualTo(IndexRanges.range(0, 3));
    assertThat(leases.get(1).wanted()).isEqualTo(IndexRanges.range(4, 7));
    assertThat(leases.getFirst().grant()).isNotNull();
  }

  @Test
  void chunks_shrink_towards_the_end_of_a_step() {
    farm.submit("a", 10, 8);
    List<Decision.Wanted> leases = farm.work("n1");
    assertThat(leases.getFirst().wanted()).isEqualTo(IndexRanges.range(0, 4));
    assertThat(leases.get(1).wanted()).isEqualTo(IndexRanges.range(5, 7));
  }

  @Test
  void the_job_of_higher_priority_goes_first_and_equal_ones_in_order_of_submission() {
    farm.apply(new Event.Submitted(TestFarm.job("b", 50), List.of(TestFarm.step("b", 0, 1, 1))));
    farm.apply(new Event.Submitted(TestFarm.job("a", 50), List.of(TestFarm.step("a", 0, 1, 1))));
    farm.apply(new Event.Submitted(TestFarm.job("c", 60), List.of(TestFarm.step("c", 0, 1, 1))));
    List<Decision.Wanted> leases = farm.work("n1");
    assertThat(leases).extracting(w -> granted(w).job().id()).containsExactly("c", "a");
  }

  @Test
  void a_repeated_report_changes_nothing() {
    farm.submit("a", 2, 1);
    String lease = leaseTo("n1");
    assertThat(farm.report("n1", done(lease, 0, 1))).isEqualTo(Decision.Receipt.RECORDED);
    int rows = farm.rows.size();
    assertThat(farm.report("n1", done(lease, 0, 1))).isEqualTo(Decision.Receipt.STALE);
    assertThat(farm.rows.subList(rows, farm.rows.size())).noneMatch(Row.Output.class::isInstance);
  }

  @Test
  void a_report_by_another_node_than_the_holder_is_stale() {
    farm.submit("a", 1, 1);
    String lease = leaseTo("n1");
    assertThat(farm.report("n2", done(lease, 0, 1))).isEqualTo(Decision.Receipt.STALE);
    assertThat(farm.stateOf("a")).isEqualTo(JobState.RUNNING);
  }

  @Test
  void the_last_result_finishes_step_and_job() {
    farm.submit("a", 1, 1);
    farm.report("n1", done(leaseTo("n1"), 0, 1));
    assertThat(farm.stateOf("a")).isEqualTo(JobState.DONE);
    assertThat(farm.scheduler.farm.jobs).isEmpty();
  }

  @Test
  void a_late_lease_keeps_its_right_until_the_task_is_leased_again() {
    farm.submit("a", 1, 1);
    String lease = leaseTo("n1");
    farm.tick(30_000);
    assertThat(farm.report("n1", done(lease, 0, 1))).isEqualTo(Decision.Receipt.RECORDED);
  }

  @Test
  void late_report_of_a_lost_attempt_does_not_touch_the_new_one() {
    farm.submit("a", 1, 1);
    String old = leaseTo("n1");
    farm.tick(30_000);
    String fresh = leaseTo("n2");
    assertThat(fresh).isNotEqualTo(old);
    assertThat(farm.report("n1", done(old, 0, 1))).isEqualTo(Decision.Receipt.STALE);
    assertThat(farm.task("a", 0).state()).isEqualTo(TaskState.LEASED);
    assertThat(farm.report("n2", done(fresh, 0, 1))).isEqualTo(Decision.Receipt.RECORDED);
    assertThat(farm.rows(Row.Output.class)).hasSize(1);
  }

  @Test
  void a_sync_renews_a_late_lease_that_nobody_took() {
    farm.submit("a", 1, 1);
    String lease = leaseTo("n1");
    farm.tick(30_000);
    farm.sync("n1", "boot", 0, List.of(lease), List.of());
    assertThat(farm.work("n2")).isEmpty();
  }

  @Test
  void taking_one_task_back_leaves_the_others() {
    farm.submit("a", 8, 4);
    String lease = leaseTo("n1");
    farm.tick(30_000);
    farm.work("n2");
    Decision.Answer answer =
        TestFarm.answerOf(farm.sync("n1", "boot", 0, List.of(lease), List.of()), "n1");
    IndexRanges wanted = answer.leases().getFirst().wanted();
    assertThat(wanted.size()).isBetween(1, 3);
    assertThat(wanted.contains(0)).isFalse();
  }

  @Test
  void the_first_loss_of_a_task_is_free_and_later_ones_count_as_tries() {
    farm.submit("a", 1, 1);
    for (int node = 1; node <= 5; node++) {
      farm.work("n" + node);
      farm.tick(30_000);
    }
    assertThat(farm.stateOf("a")).isEqualTo(JobState.FAILED);
    assertThat(farm.rows(Row.Attempt.class)).allMatch(row -> row.outcome() == Outcome.LOST);
    assertThat(farm.task("a", 0).tries()).isEqualTo(3);
  }

  @Test
  void a_failure_that_asks_for_another_node_gets_one() {
    farm.submit("a", 1, 1);
    String lease = leaseTo("n1");
    farm.work("n2");
    farm.report("n1", failed(lease, 0, 1, RetryClass.ELSEWHERE));
    assertThat(farm.work("n1")).isEmpty();
    assertThat(farm.work("n2")).hasSize(1);
  }

  @Test
  void a_farm_of_one_node_tries_three_times_in_place() {
    farm.submit("a", 1, 1);
    for (int tries = 1; tries <= 3; tries++) {
      farm.report("n1", failed(leaseTo("n1"), 0, 1, RetryClass.ELSEWHERE));
    }
    assertThat(farm.task("a", 0).state()).isEqualTo(TaskState.FAILED);
    assertThat(farm.stateOf("a")).isEqualTo(JobState.FAILED);
  }

  @Test
  void the_last_try_goes_to_a_second_node_even_if_the_fault_was_transient() {
    farm.submit("a", 1, 1);
    String first = leaseTo("n1");
    farm.work("n2");
    farm.report("n1", failed(first, 0, 1, RetryClass.HERE));
    LeaseEntry second = farm.scheduler.farm.leases().getFirst();
    assertThat(second.node.id).isEqualTo("n1");
    farm.report("n1", failed(second.id, 0, 1, RetryClass.HERE));
    assertThat(farm.work("n1")).isEmpty();
    assertThat(farm.work("n2")).hasSize(1);
  }

  @Test
  void a_failure_of_class_never_is_not_tried_again() {
    farm.submit("a", 2, 1);
    farm.report("n1", failed(leaseTo("n1"), 0, 1, RetryClass.NEVER));
    assertThat(farm.task("a", 0).state()).isEqualTo(TaskState.FAILED);
    assertThat(farm.stateOf("a")).isEqualTo(JobState.RUNNING);
  }

  @Test
  void a_step_whose_first_tasks_all_failed_is_stopped() {
    farm.submit("a", 1_000_000, 1);
    for (int i = 0; i < 4; i++) {
      Decision.Answer answer =
          TestFarm.answerOf(farm.sync("n1", "boot", 0, List.of(), List.of()), "n1");
      for (Decision.Wanted wanted : answer.leases()) {
        farm.report(
            "n1", failed(wanted.lease(), wanted.wanted().toList().getFirst(), 1, RetryClass.NEVER));
      }
      if (answer.leases().isEmpty()) {
        break;
      }
    }
    assertThat(farm.stateOf("a")).isEqualTo(JobState.FAILED);
    assertThat(farm.rows(Row.Task.class).size()).isLessThan(20);
    assertThat(farm.rows(Row.Job.class).getLast().message())
        .contains("none succeeded")
        .contains("of 1000000 tasks failed");
  }

  @Test
  void a_retry_raises_the_generation_and_keeps_the_old_result() {
    farm.submit("a", 2, 1);
    farm.report("n1", done(leaseTo("n1"), 0, 1));
    farm.apply(new Event.Retried("a", null, IndexRanges.of(0), false));
    assertThat(farm.task("a", 0).generation()).isEqualTo(2);
    List<Decision.Wanted> leases = farm.work("n1");
    assertThat(leases)
        .extracting(w -> granted(w).tasks().getFirst())
        .contains(new Decision.GrantedTask(0, 2, 1));
    assertThat(farm.rows).noneMatch(Row.JobDeleted.class::isInstance);
  }

  @Test
  void cancelling_a_job_of_a_million_fresh_tasks_writes_few_rows() {
    farm.submit("a", 1_000_000, 10);
    farm.work("n1");
    int before = farm.rows.size();
    farm.apply(new Event.Cancelled("a"));
    assertThat(farm.rows.size() - before).isLessThan(40);
    assertThat(farm.stateOf("a")).isEqualTo(JobState.CANCELLED);
    assertThat(farm.work("n1")).isEmpty();
  }

  @Test
  void a_parked_node_hears_of_a_new_job_at_once() {
    assertThat(farm.sync("n1", "boot", 25_000, List.of(), List.of()).answers()).isEmpty();
    Decision decision = farm.submit("a", 4, 2);
    assertThat(TestFarm.answerOf(decision, "n1").leases()).isNotEmpty();
  }

  @Test
  void a_parked_node_is_answered_when_its_time_is_over() {
    farm.sync("n1", "boot", 25_000, List.of(), List.of());
    assertThat(farm.tick(24_999).answers()).isEmpty();
    assertThat(farm.tick(1).answers()).hasSize(1);
  }

  @Test
  void a_newer_sync_answers_the_parked_one() {
    farm.sync("n1", "boot", 25_000, List.of(), List.of());
    Decision decision = farm.sync("n1", "boot", 25_000, List.of(), List.of());
    assertThat(decision.answers()).extracting(Decision.Answer::sequence).containsExactly(1L);
  }

  @Test
  void an_idle_node_takes_over_what_another_only_prepares() {
    farm.submit("a", 2, 1);
    List<Decision.Wanted> leases = farm.work("n1");
    assertThat(leases).hasSize(2);
    List<Decision.Wanted> taken = farm.work("n2");
    assertThat(taken).hasSize(1);
    assertThat(taken.getFirst().wanted()).isEqualTo(leases.get(1).wanted());
    assertThat(farm.task("a", 1).tries()).isZero();
  }

  @Test
  void a_leaving_node_gives_its_leases_back_without_fault() {
    farm.submit("a", 2, 2);
    String lease = leaseTo("n1");
    farm.apply(
        new Event.Synced(
            "n1", "boot", 99, 0, 1, true, List.of(new Event.Held(lease, true)), List.of(), null));
    assertThat(farm.task("a", 0).state()).isEqualTo(TaskState.READY);
    assertThat(farm.task("a", 0).losses()).isZero();
    assertThat(farm.scheduler.onlineNodes()).isEmpty();
    assertThat(farm.work("n2")).isNotEmpty();
    farm.sync("n1", "boot2", 0, List.of(), List.of());
    assertThat(farm.scheduler.onlineNodes()).containsExactlyInAnyOrder("n1", "n2");
  }

  @Test
  void a_new_boot_that_forgot_its_leases_loses_what_it_had_started() {
    farm.submit("a", 1, 1);
    String lease = leaseTo("n1");
    farm.sync("n1", "boot", 0, List.of(lease), List.of());
    Decision.Answer answer =
        TestFarm.answerOf(farm.sync("n1", "boot2", 0, List.of(), List.of()), "n1");
    assertThat(farm.task("a", 0).losses()).isEqualTo(1);
    assertThat(answer.leases().getFirst().lease()).isNotEqualTo(lease);
  }

  @Test
  void a_call_that_was_overtaken_by_a_newer_one_takes_nothing_back() {
    farm.submit("a", 4, 1);
    Decision.Wanted running = farm.work("n1").getFirst();
    farm.apply(call("n1", 7, running.lease()));
    Decision.Answer late = TestFarm.answerOf(farm.apply(call("n1", 6, running.lease())), "n1");
    assertThat(late.sequence()).isEqualTo(6);
    assertThat(late.leases())
        .extracting(Decision.Wanted::lease)
        .contains(running.lease())
        .hasSize(requireNonNull(farm.scheduler.farm.nodes.get("n1")).leases.size());
  }

  private static Event.Synced call(String node, long sequence, String lease) {
    return new Event.Synced(
        node, "boot", sequence, 0, 1, false, List.of(new Event.Held(lease, true)), List.of(), null);
  }

  @Test
  void a_late_message_of_a_former_boot_does_not_undo_the_new_one() {
    farm.submit("a", 1, 1);
    farm.sync("n1", "old", 0, List.of(), List.of());
    farm.sync("n1", "new", 0, List.of(), List.of());
    String lease = farm.scheduler.farm.leases().getFirst().id;
    farm.apply(new Event.Synced("n1", "old", 1, 0, 1, false, List.of(), List.of(), null));
    assertThat(farm.scheduler.farm.leases()).extracting(left -> left.id).contains(lease);
    assertThat(requireNonNull(farm.scheduler.farm.nodes.get("n1")).boot).isEqualTo("new");
  }

  @Test
  void a_boot_taken_for_a_former_one_is_heard_again_when_it_goes_on_counting() {
    farm.submit("a", 1, 1);
    farm.sync("n1", "alive", 0, List.of(), List.of());
    farm.sync("n1", "late message of one before", 0, List.of(), List.of());
    farm.sync("n1", "alive", 0, List.of(), List.of());
    assertThat(requireNonNull(farm.scheduler.farm.nodes.get("n1")).boot).isEqualTo("alive");
  }

  @Test
  void a_living_process_keeps_what_it_said_though_a_dead_ones_message_comes_late() {
    farm.apply(facts("old", 1, "3.4.1"));
    farm.apply(facts("new", 1, "4.3.2"));
    // The last words of the old process; the new one says only once what it has.
    farm.apply(facts("old", 2, "3.4.1"));
    farm.apply(new Event.Synced("n1", "new", 2, 0, 1, false, List.of(), List.of(), null));
    assertThat(requireNonNull(farm.scheduler.farm.nodes.get("n1")).renderers.getFirst().version())
        .isEqualTo("4.3.2");
  }

  private static Event.Synced facts(String boot, long sequence, String version) {
    return new Event.Synced(
        "n1", boot, sequence, 0, 1, false, List.of(), List.of(), TestFarm.facts(version));
  }

  @Test
  void after_a_restart_too_a_dead_process_does_not_speak_for_the_living_one() {
    farm.apply(facts("new", 1, "4.3.2"));
    Row.Node row = farm.rows(Row.Node.class).getLast();
    Scheduler restarted =
        new Scheduler(
            farm.settings,
            new Journal.Snapshot(1, List.of(), List.of(), List.of(row), List.of()),
            "m",
            farm.now());
    restarted.apply(facts("old", 7, "3.4.1"), farm.now());
    restarted.apply(
        new Event.Synced("n1", "new", 2, 0, 1, false, List.of(), List.of(), null), farm.now());
    assertThat(requireNonNull(restarted.farm.nodes.get("n1")).renderers.getFirst().version())
        .isEqualTo("4.3.2");
  }

  @Test
  void a_scene_newer_than_a_nodes_blender_is_never_placed_there_and_the_job_says_so() {
    Requirement newer = new Requirement("blender", "4.3", List.of());
    farm.apply(
        new Event.Submitted(TestFarm.job("a", 50, newer), List.of(TestFarm.step("a", 0, 1, 1))));
    assertThat(farm.work("n1")).isEmpty();
    assertThat(farm.scheduler.why("a"))
        .contains("Node 'n1' has only blender 3.4.1; the job needs blender 4.3 or newer.");
  }

  @Test
  void a_job_goes_only_to_the_version_and_the_build_that_it_is_pinned_to() {
    Requirement series = new Requirement("blender", "3.4", List.of(), "3.4", "");
    Requirement other = new Requirement("blender", "3.4", List.of(), "3.3", "");
    Requirement build = new Requirement("blender", "", List.of(), "", "b".repeat(64));
    farm.apply(
        new Event.Submitted(TestFarm.job("a", 50, other), List.of(TestFarm.step("a", 0, 1, 1))));
    farm.apply(
        new Event.Submitted(TestFarm.job("b", 50, build), List.of(TestFarm.step("b", 0, 1, 1))));
    assertThat(farm.work("n1")).isEmpty();
    assertThat(farm.scheduler.why("a"))
        .contains("Node 'n1' has only blender 3.4.1; the job needs blender 3.3.");
    assertThat(farm.scheduler.why("b"))
        .contains(
            "Node 'n1' has only blender 3.4.1; the job needs blender of the build bbbbbbbbbbbb.");
    farm.apply(
        new Event.Submitted(TestFarm.job("c", 50, series), List.of(TestFarm.step("c", 0, 1, 1))));
    assertThat(granted(farm.work("n1").getFirst()).job().id()).isEqualTo("c");
  }

  @Test
  void a_job_without_any_node_says_how_to_get_one() {
    farm.submit("a", 1, 1);
    assertThat(farm.scheduler.why("a").getFirst()).contains("no node yet");
  }

  @Test
  void a_step_waits_for_the_one_it_depends_on() {
    farm.apply(
        new Event.Submitted(
            TestFarm.job("a", 50),
            List.of(TestFarm.step("a", 0, 1, 1), TestFarm.step("a", 1, 1, 1, 0))));
    List<Decision.Wanted> first = farm.work("n1");
    assertThat(first).hasSize(1);
    assertThat(farm.scheduler.why("a")).contains("Step 'step1' waits for step 'step0'.");
    farm.report("n1", done(first.getFirst().lease(), 0, 1));
    assertThat(granted(farm.work("n1").getFirst()).step().step()).isEqualTo(1);
  }

  @Test
  void a_paused_job_gives_nothing_and_a_drained_node_takes_nothing() {
    farm.submit("a", 4, 1);
    farm.apply(new Event.Paused("a"));
    assertThat(farm.work("n1")).isEmpty();
    farm.apply(new Event.Resumed("a"));
    farm.work("n2");
    farm.apply(new Event.NodeWished("n2", NodeState.DRAINING));
    assertThat(farm.work("n2")).isEmpty();
    assertThat(farm.work("n1")).isNotEmpty();
  }

  @Test
  void a_finished_job_must_be_loaded_before_it_is_retried() {
    farm.submit("a", 1, 1);
    farm.report("n1", done(leaseTo("n1"), 0, 1));
    assertThat(farm.apply(new Event.Retried("a", null, IndexRanges.of(0), false)).verdict())
        .isEqualTo(new Decision.Verdict.NotLoaded("a"));
  }
}
