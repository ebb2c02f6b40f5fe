package blenderer.core;

import static org.assertj.core.api.Assertions.assertThat;

import blenderer.model.Outcome;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Jobs that should be done by a time. */
class DeadlinesTest {

  private static final long TASK = 10_000;

  private final TestFarm farm = new TestFarm();

  private void submit(String id, int size, @Nullable Long finishBy) {
    farm.apply(
        new Event.Submitted(
            TestFarm.job(id, 50)
                .withTerms(new Row.Terms(null, null, List.of(), finishBy, null, null, null)),
            List.of(TestFarm.step(id, 0, size, 1))));
  }

  /** The node ends one task in ten seconds; returns of which job. */
  private String work(String node) {
    Decision.Wanted lease = farm.work(node).getFirst();
    Decision.Grant grant = Objects.requireNonNull(lease.grant());
    Decision.GrantedTask task = grant.tasks().getFirst();
    farm.tick(TASK);
    farm.sync(
        node,
        "boot",
        0,
        List.of(),
        List.of(
            new Event.Report(
                lease.lease(),
                task.index(),
                task.generation(),
                Outcome.SUCCEEDED,
                List.of(),
                null,
                null,
                0,
                TASK,
                null,
                null,
                null,
                null)));
    return grant.job().id();
  }

  private @Nullable String message(String job) {
    return farm.rows(Row.Job.class).stream()
        .filter(row -> row.id().equals(job))
        .reduce((first, second) -> second)
        .orElseThrow()
        .message();
  }

  @Test
  void a_job_that_would_be_late_goes_first_among_its_priority_until_it_would_not_be() {
    submit("a", 100, null);
    work("n1");
    submit("b", 10, farm.now().wall() + 12 * TASK);
    assertThat(work("n1")).isEqualTo("a");
    assertThat(farm.scheduler.why("b"))
        .anyMatch(
            reason -> reason.matches("The job should be done by .*; at its pace it will be.*"));
    // It has waited: ten tasks in ten times ten seconds do not fit any more.
    farm.tick(3 * TASK);
    assertThat(farm.scheduler.why("b"))
        .anyMatch(
            reason ->
                reason.endsWith("so it goes first among jobs of its priority.")
                    || reason.contains("that cannot be, not even on the whole farm"));
    // What the node has begun is done, and what it only prepared gives way.
    assertThat(work("n1")).isEqualTo("a");
    assertThat(work("n1")).isEqualTo("b");
  }

  @Test
  void a_job_whose_time_cannot_be_kept_says_so_and_takes_it_back() {
    submit("a", 100, null);
    work("n1");
    submit("b", 10, farm.now().wall() + 3 * TASK);
    farm.tick(1);
    assertThat(message("b"))
        .isEqualTo(
            "It cannot be done by "
                + java.time.Instant.ofEpochMilli(farm.now().wall() - 1 + 3 * TASK)
                + ", not even on the whole farm");
    farm.apply(new Event.Changed("b", null, null, Row.Terms.NONE));
    farm.tick(1);
    assertThat(message("b")).isNull();
  }

  @Test
  void nothing_is_concluded_before_a_task_is_done_nor_after_the_time_has_passed() {
    submit("b", 10, farm.now().wall() + TASK);
    farm.work("n1");
    farm.tick(1);
    assertThat(farm.scheduler.why("b"))
        .anyMatch(reason -> reason.endsWith("how long its tasks take is not known yet."));
    farm.tick(2 * TASK);
    assertThat(farm.scheduler.why("b")).anyMatch(reason -> reason.endsWith("which has passed."));
    assertThat(Objects.requireNonNull(farm.scheduler.farm.job("b")).hurried).isFalse();
  }
}
