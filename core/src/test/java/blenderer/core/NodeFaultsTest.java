package blenderer.core;

import static blenderer.core.TestFarm.done;
import static blenderer.core.TestFarm.failed;
import static org.assertj.core.api.Assertions.assertThat;

import blenderer.model.JobState;
import blenderer.model.NodeState;
import blenderer.model.RetryClass;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What failures say of nodes and of jobs. */
class NodeFaultsTest {

  private final TestFarm farm = new TestFarm();

  /**
   * Lets the node end the first task that it gets; returns of which job it was, null: it got none.
   */
  private @Nullable String next(String node, boolean good) {
    List<Decision.Wanted> work = farm.work(node);
    if (work.isEmpty()) {
      return null;
    }
    Decision.Wanted lease = work.getFirst();
    Decision.Grant grant = Objects.requireNonNull(lease.grant());
    Decision.GrantedTask task = grant.tasks().getFirst();
    farm.sync(
        node,
        "boot",
        0,
        List.of(),
        List.of(
            good
                ? done(lease.lease(), task.index(), task.generation())
                : failed(lease.lease(), task.index(), task.generation(), RetryClass.ELSEWHERE)));
    return grant.job().id();
  }

  private void submit(String id, int size, Row.Terms terms) {
    farm.apply(
        new Event.Submitted(
            TestFarm.job(id, 50).withTerms(terms), List.of(TestFarm.step(id, 0, size, 1))));
  }

  private Row.Node node(String id) {
    return farm.rows(Row.Node.class).stream()
        .filter(row -> row.id().equals(id))
        .reduce((first, second) -> second)
        .orElseThrow();
  }

  /** Node n1 fails what n2 does: three tasks of two jobs. */
  private void quarantine() {
    farm.work("n2");
    farm.submit("a", 3, 1);
    farm.submit("b", 3, 1);
    for (int i = 0; i < 40 && !farm.scheduler.farm.jobs.isEmpty(); i++) {
      next("n1", false);
      next("n2", true);
    }
  }

  @Test
  void the_defaults_are_these() {
    assertThat(FaultLimits.defaults())
        .isEqualTo(new FaultLimits(3, 3, 10, 20, 25, 10, 120_000, 1_800_000, 3, 600_000));
  }

  @Test
  void a_node_that_fails_what_others_do_is_quarantined_with_its_reason() {
    quarantine();
    assertThat(node("n1").wish()).isEqualTo(NodeState.QUARANTINED);
    assertThat(node("n1").message())
        .matches("[34] tasks of 2 jobs failed here that other nodes then did");
    assertThat(farm.stateOf("a")).isEqualTo(JobState.DONE);
    assertThat(farm.stateOf("b")).isEqualTo(JobState.DONE);
    farm.submit("c", 9, 1);
    assertThat(farm.work("n1")).isEmpty();
    assertThat(farm.scheduler.whyIdle().get("n1"))
        .startsWith("It is in quarantine: ")
        .endsWith(
            "; it comes back when it has passed its self-test, or with 'blenderer node-resume"
                + " n1'.");
  }

  @Test
  void it_comes_back_by_its_self_test_and_not_by_a_failed_one() {
    quarantine();
    farm.submit("c", 9, 1);
    farm.apply(test("the picture is wrong"));
    assertThat(node("n1").message()).isEqualTo("its self-test failed: the picture is wrong");
    assertThat(farm.work("n1")).isEmpty();
    Decision decision = farm.apply(test(null));
    assertThat(TestFarm.answerOf(decision, "n1").wish()).isEqualTo(NodeState.ONLINE);
    assertThat(node("n1").message()).isNull();
    assertThat(farm.work("n1")).isNotEmpty();
    // A late word of an earlier test changes nothing.
    farm.apply(new Event.NodeWished("n1", NodeState.PAUSED));
    farm.apply(test(null));
    assertThat(node("n1").wish()).isEqualTo(NodeState.PAUSED);
  }

  private Event.Synced test(@Nullable String failure) {
    return new Event.Synced(
        "n1",
        "boot",
        farm.sequences.merge("n1", 1L, Long::sum),
        0,
        1,
        false,
        List.of(),
        List.of(),
        null,
        new Event.SelfTest(failure));
  }

  @Test
  void a_person_lets_it_in_again() {
    quarantine();
    farm.apply(new Event.NodeWished("n1", NodeState.ONLINE));
    assertThat(node("n1").message()).isNull();
    farm.submit("c", 9, 1);
    assertThat(farm.work("n1")).isNotEmpty();
  }

  @Test
  void a_bad_job_quarantines_nobody() {
    farm.work("n2");
    submit("bad", 40, new Row.Terms(null, null, List.of(), null, 1000, null, null));
    for (int i = 0; i < 60; i++) {
      next("n1", false);
      next("n2", false);
    }
    assertThat(node("n1").wish()).isEqualTo(NodeState.ONLINE);
    assertThat(node("n2").wish()).isEqualTo(NodeState.ONLINE);
  }

  @Test
  void a_lonely_node_that_fails_everything_is_quarantined() {
    for (int i = 0; i < 5; i++) {
      farm.submit("a" + i, 1, 1);
    }
    for (int i = 0; i < 15 && node("n1", NodeState.ONLINE); i++) {
      next("n1", false);
    }
    assertThat(node("n1").message()).isEqualTo("10 tasks in a row, of 4 jobs, failed here");
  }

  private boolean node(String id, NodeState wish) {
    return farm.rows(Row.Node.class).isEmpty() || node(id).wish() == wish;
  }

  @Test
  void a_node_that_fails_one_job_gets_no_more_of_it_while_another_can_do_it() {
    farm.work("n2");
    farm.submit("a", 40, 1);
    for (int i = 0; i < 3; i++) {
      next("n1", false);
    }
    assertThat(farm.work("n1")).isEmpty();
    assertThat(farm.scheduler.whyIdle().get("n1"))
        .isEqualTo("Node 'n1' gets no more of job 'shot a': 3 of its tasks failed there.");
    assertThat(farm.scheduler.why("a"))
        .contains("Node 'n1' gets no more of job 'shot a': 3 of its tasks failed there.");
    farm.submit("b", 1, 1);
    assertThat(next("n1", true)).isEqualTo("b");
    // Nobody else is left: better there than nowhere.
    farm.apply(new Event.NodeWished("n2", NodeState.PAUSED));
    assertThat(next("n1", true)).isEqualTo("a");
  }

  @Test
  void a_job_stops_when_more_has_failed_than_may() {
    submit("a", 30, new Row.Terms(null, null, List.of(), null, 1, null, null));
    next("n1", true);
    for (int i = 0; i < 30 && !farm.scheduler.farm.jobs.isEmpty(); i++) {
      next("n1", false);
    }
    assertThat(farm.stateOf("a")).isEqualTo(JobState.FAILED);
    assertThat(farm.rows(Row.Job.class).getLast().message())
        .isEqualTo(
            "2 of 30 tasks failed, more than the 1 that may fail, so the other 27 were not tried");
  }

  @Test
  void a_job_of_which_most_fails_stops_by_itself() {
    submit("a", 1000, Row.Terms.NONE);
    int failures = 0;
    for (int i = 0; i < 1000 && !farm.scheduler.farm.jobs.isEmpty(); i++) {
      // One of four frames is good, the rest is given up after three tries.
      next("n1", i % 10 == 0);
      failures++;
    }
    assertThat(failures).isLessThan(200);
    assertThat(farm.rows(Row.Job.class).getLast().message())
        .contains("no fewer than were done, so the other");
  }
}
