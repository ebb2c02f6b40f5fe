package blenderer.core;

import static blenderer.core.TestFarm.done;
import static org.assertj.core.api.Assertions.assertThat;

import blenderer.model.JobState;
import blenderer.model.RetryClass;
import java.util.List;
import org.junit.jupiter.api.Test;

/** When jobs run, and on how much of the farm. */
class TermsTest {

  private static final long HOUR = 3_600_000;

  private final TestFarm farm = new TestFarm();

  private Decision submit(String id, int size, Row.Terms terms) {
    return farm.apply(
        new Event.Submitted(
            TestFarm.job(id, 50).withTerms(terms), List.of(TestFarm.step(id, 0, size, 1))));
  }

  private static Row.Terms after(String... jobs) {
    return new Row.Terms(null, null, List.of(jobs));
  }

  @Test
  void a_job_has_no_more_slots_than_its_terms_say_and_prepares_nothing() {
    submit("a", 10, new Row.Terms(2, null, List.of()));
    String lease = farm.work("n1").getFirst().lease();
    assertThat(farm.work("n1", lease)).hasSize(1);
    assertThat(farm.work("n2")).hasSize(1);
    assertThat(farm.work("n3")).isEmpty();
    assertThat(farm.scheduler.why("a"))
        .containsExactly(
            "The job has 2 slots now, the most that it may have: 'blenderer set a --slots N'"
                + " changes it.");
    farm.sync("n1", "boot", 0, List.of(), List.of(done(lease, 0, 1)));
    // Its own next one: the slot is free for whoever calls first.
    assertThat(farm.work("n3")).isEmpty();
    farm.apply(new Event.Changed("a", null, null, Row.Terms.NONE));
    assertThat(farm.work("n3")).hasSize(2);
  }

  @Test
  void a_parked_node_takes_the_slot_that_a_capped_job_gets_back() {
    submit("a", 10, new Row.Terms(1, null, List.of()));
    String lease = farm.work("n1").getFirst().lease();
    farm.work("n1", lease);
    farm.sync("n2", "boot", 25_000, List.of(), List.of());
    Decision decision = farm.apply(new Event.NodeWished("n1", blenderer.model.NodeState.PAUSED));
    assertThat(decision.answers()).isEmpty();
    decision = farm.sync("n1", "boot", 0, List.of(lease), List.of(done(lease, 0, 1)));
    assertThat(TestFarm.answerOf(decision, "n2").leases()).hasSize(1);
  }

  @Test
  void nothing_starts_before_its_time_and_a_parked_node_begins_then() {
    long start = farm.now().wall() + HOUR;
    submit("a", 1, new Row.Terms(null, start, List.of()));
    farm.sync("n1", "boot", 25_000, List.of(), List.of());
    assertThat(farm.scheduler.why("a"))
        .containsExactly("The job does not start before 1970-01-01T01:16:40Z.");
    for (long waited = 0; waited < HOUR - 20_000; waited += 20_000) {
      farm.tick(20_000);
      assertThat(farm.work("n1")).isEmpty();
    }
    farm.sync("n1", "boot", 25_000, List.of(), List.of());
    assertThat(TestFarm.answerOf(farm.tick(20_000), "n1").leases()).hasSize(1);
  }

  @Test
  void a_job_waits_until_the_one_before_it_is_done() {
    submit("a", 1, Row.Terms.NONE);
    submit("b", 1, after("a"));
    List<Decision.Wanted> leases = farm.work("n1");
    assertThat(leases).hasSize(1);
    assertThat(farm.scheduler.why("b"))
        .containsExactly("The job waits until job 'shot a' is done.");
    Decision decision =
        farm.sync("n1", "boot", 0, List.of(), List.of(done(leases.getFirst().lease(), 0, 1)));
    assertThat(TestFarm.answerOf(decision, "n1").leases()).hasSize(1);
  }

  @Test
  void a_job_whose_forerunner_failed_waits_for_a_person_who_may_want_it_all_the_same() {
    submit("a", 1, Row.Terms.NONE);
    submit("b", 1, after("a"));
    String lease = farm.work("n1").getFirst().lease();
    farm.report("n1", TestFarm.failed(lease, 0, 1, RetryClass.NEVER));
    assertThat(farm.stateOf("b")).isEqualTo(JobState.HELD);
    assertThat(farm.rows(Row.Job.class).getLast().message()).contains("failed: resume this one");
    assertThat(farm.work("n1")).isEmpty();
    farm.apply(new Event.Resumed("b"));
    assertThat(farm.work("n1")).hasSize(1);
    assertThat(farm.rows(Row.Job.class).getLast().terms()).isEqualTo(Row.Terms.NONE);
  }

  @Test
  void a_job_that_ended_while_its_follower_was_on_its_way_is_known() {
    submit("a", 1, Row.Terms.NONE);
    farm.apply(new Event.Cancelled("a"));
    submit("b", 1, after("a"));
    assertThat(farm.stateOf("b")).isEqualTo(JobState.HELD);
    submit("c", 1, Row.Terms.NONE);
    farm.report("n1", done(farm.work("n1").getFirst().lease(), 0, 1));
    submit("d", 1, after("c"));
    assertThat(farm.work("n1")).hasSize(1);
  }

  @Test
  void what_waits_takes_no_part_in_the_shares() {
    submit("a", 1, new Row.Terms(null, farm.now().wall() + HOUR, List.of()));
    JobEntry job = farm.scheduler.farm.jobs.get("a");
    assertThat(job).isNotNull().matches(entry -> !entry.joined);
    farm.tick(HOUR);
    assertThat(job).matches(entry -> entry.joined);
  }
}
