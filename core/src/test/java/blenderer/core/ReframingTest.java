package blenderer.core;

import static blenderer.core.TestFarm.done;
import static blenderer.core.TestFarm.failed;
import static org.assertj.core.api.Assertions.assertThat;

import blenderer.model.IndexRanges;
import blenderer.model.JobState;
import blenderer.model.RetryClass;
import blenderer.model.StepState;
import blenderer.model.TaskState;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** People give jobs other frames. */
class ReframingTest {

  private final TestFarm farm = new TestFarm();
  private Row.@Nullable Frames frames;

  private Decision change(int size, int border, String left, String back) {
    Row.Frames before = frames;
    Row.Frames now = new Row.Frames(List.of("more"), "now " + size + left + back);
    Decision decision =
        farm.apply(
            new Event.Changed(
                "a",
                null,
                null,
                null,
                new Event.NewFrames(
                    before,
                    now,
                    List.of(
                        new Event.StepFrames(
                            0,
                            size,
                            size,
                            IndexRanges.of(border),
                            IndexRanges.parse(left),
                            IndexRanges.parse(back))))));
    frames = now;
    return decision;
  }

  private void submitWithEncode(int size, int chunk) {
    farm.apply(
        new Event.Submitted(
            TestFarm.job("a", 50),
            List.of(TestFarm.step("a", 0, size, chunk), TestFarm.step("a", 1, 1, 1, 0))));
  }

  private Row.Step step(int number) {
    return farm.rows(Row.Step.class).stream()
        .filter(row -> row.step() == number)
        .reduce((first, second) -> second)
        .orElseThrow();
  }

  /** Renders all that the node gets, until it gets nothing. */
  private void renderAll() {
    for (int round = 0; round < 100; round++) {
      List<Decision.Wanted> work = farm.work("n1");
      if (work.isEmpty()) {
        return;
      }
      Decision.Wanted lease = work.getFirst();
      List<Event.Report> reports =
          Objects.requireNonNull(lease.grant()).tasks().stream()
              .map(task -> done(lease.lease(), task.index(), task.generation()))
              .toList();
      farm.sync("n1", "boot", 0, List.of(), reports);
    }
    throw new AssertionError("it never ends");
  }

  @Test
  void added_tasks_come_last_and_share_no_lease_with_those_before() {
    farm.submit("a", 3, 10);
    change(7, 3, "", "");
    assertThat(farm.work("n1"))
        .extracting(lease -> lease.wanted().toString())
        .containsExactly("0-2", "3-4");
    assertThat(step(0).size()).isEqualTo(7);
  }

  @Test
  void a_removed_task_that_is_rendered_is_taken_from_its_node_and_its_result_is_stale() {
    farm.submit("a", 2, 1);
    List<String> leases = farm.work("n1").stream().map(Decision.Wanted::lease).toList();
    String lease = leases.getFirst();
    farm.sync("n1", "boot", 25_000, leases, List.of());
    Decision decision = change(2, 1, "0", "");
    assertThat(TestFarm.answerOf(decision, "n1").leases())
        .noneMatch(wanted -> wanted.lease().equals(lease));
    assertThat(farm.task("a", 0).state()).isEqualTo(TaskState.SKIPPED);
    assertThat(farm.report("n1", done(lease, 0, 1))).isEqualTo(Decision.Receipt.STALE);
    assertThat(farm.rows(Row.Attempt.class)).isEmpty();
  }

  @Test
  void a_job_without_what_failed_is_done() {
    farm.submit("a", 2, 1);
    String lease = farm.work("n1").getFirst().lease();
    farm.sync("n1", "boot", 0, List.of(), List.of(failed(lease, 0, 1, RetryClass.NEVER)));
    renderAll();
    assertThat(farm.stateOf("a")).isEqualTo(JobState.FAILED);
    assertThat(change(2, 1, "0", "").verdict()).isInstanceOf(Decision.Verdict.NotLoaded.class);
  }

  @Test
  void tasks_that_never_ran_are_left_out_without_a_row_and_come_back_fresh() {
    farm.submit("a", 1_000_000, 10);
    farm.rows.clear();
    change(1_000_000, 1, "10-999999", "");
    assertThat(farm.rows(Row.Task.class)).isEmpty();
    assertThat(step(0).plan().omitted()).hasToString("10-999999");
    change(1_000_000, 1, "", "999999");
    assertThat(step(0).plan().omitted()).hasToString("10-999998");
    assertThat(History.StepView.counting(step(0), java.util.Map.of()).tasks())
        .containsEntry(TaskState.SKIPPED, 999_989)
        .containsEntry(TaskState.READY, 11);
    renderAll();
    assertThat(farm.stateOf("a")).isEqualTo(JobState.DONE);
    assertThat(farm.rows(Row.Attempt.class)).hasSize(11);
  }

  @Test
  void what_is_made_of_the_frames_waits_for_the_new_ones_and_is_made_again() {
    submitWithEncode(1, 1);
    String render = farm.work("n1").getFirst().lease();
    farm.sync("n1", "boot", 0, List.of(), List.of(done(render, 0, 1)));
    String encode = farm.work("n1").getFirst().lease();
    assertThat(step(1).state()).isEqualTo(StepState.RUNNING);
    change(2, 1, "", "");
    assertThat(step(1).state()).isEqualTo(StepState.BLOCKED);
    assertThat(step(0).state()).isEqualTo(StepState.READY);
    assertThat(farm.report("n1", done(encode, 0, 1))).isEqualTo(Decision.Receipt.STALE);
    renderAll();
    assertThat(farm.stateOf("a")).isEqualTo(JobState.DONE);
    assertThat(farm.rows(Row.Attempt.class)).extracting(Row.Attempt::step).containsExactly(0, 0, 1);
  }

  @Test
  void what_was_made_of_removed_frames_is_made_again_without_them() {
    submitWithEncode(2, 1);
    String lease = farm.work("n1").getFirst().lease();
    farm.sync("n1", "boot", 0, List.of(lease), List.of(done(lease, 0, 1)));
    // Frame 1 is the last; without it the video can be made.
    change(2, 1, "1", "");
    assertThat(step(0).state()).isEqualTo(StepState.DONE);
    renderAll();
    assertThat(farm.stateOf("a")).isEqualTo(JobState.DONE);
    assertThat(farm.task("a", 1).state()).isEqualTo(TaskState.SKIPPED);
  }

  @Test
  void of_two_people_who_change_the_frames_at_once_the_second_is_told() {
    farm.submit("a", 2, 1);
    change(3, 2, "", "");
    frames = null;
    assertThat(change(4, 2, "", "").verdict())
        .isEqualTo(
            new Decision.Verdict.Refused(
                "frames-changed", "somebody else has changed the frames of job 'shot a' just now"));
    assertThat(step(0).size()).isEqualTo(3);
  }

  @Test
  void other_terms_leave_the_frames_alone_and_what_is_left_out_is_not_retried() {
    farm.submit("a", 2, 1);
    change(2, 1, "1", "");
    farm.apply(new Event.Changed("a", 60, null, Row.Terms.NONE));
    Row.Job job = farm.rows(Row.Job.class).getLast();
    assertThat(job.terms().frames()).isEqualTo(frames);
    assertThat(farm.apply(new Event.Retried("a", 0, IndexRanges.of(1), false)).verdict())
        .isInstanceOf(Decision.Verdict.Refused.class);
  }
}
