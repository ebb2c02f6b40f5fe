package blenderer.core;

import static org.assertj.core.api.Assertions.assertThat;

import blenderer.model.IndexRanges;
import blenderer.model.JobPart;
import blenderer.model.JobState;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** INV-5 beside clean-up: what a job that lives needs is never let go. */
class CleanedTest {

  private final TestFarm farm = new TestFarm();

  private Decision clean(JobPart part) {
    return farm.apply(new Event.Cleaned("a", part));
  }

  private static String refusal(Decision decision) {
    return decision.verdict() instanceof Decision.Verdict.Refused(String code, String _)
        ? code
        : "none";
  }

  @Test
  void a_job_that_is_not_finished_loses_nothing() {
    farm.submit("a", 4, 1);
    for (Event event : List.of(new Event.Paused("a"), new Event.Resumed("a"))) {
      for (JobPart part : JobPart.values()) {
        Decision decision = clean(part);
        assertThat(refusal(decision)).isEqualTo("job-not-finished");
        assertThat(decision.rows()).isEmpty();
      }
      farm.apply(event);
    }
  }

  @Test
  void a_part_of_a_finished_job_goes() {
    farm.submit("a", 4, 1);
    farm.apply(new Event.Cancelled("a"));
    assertThat(clean(JobPart.FRAMES).rows())
        .containsExactly(new Row.Cleaned("a", JobPart.FRAMES, farm.now().wall()));
  }

  private Decision retried(Set<JobPart> cleaned) {
    Row.Job row = TestFarm.job("a", 50).withInputs(List.of());
    farm.apply(
        new Event.Revived(
            new Journal.JobSnapshot(
                finished(row),
                List.of(
                    new Journal.StepSnapshot(
                        TestFarm.step("a", 0, 4, 1),
                        IndexRanges.of(0, 1, 2, 3),
                        IndexRanges.empty(),
                        IndexRanges.empty(),
                        IndexRanges.empty(),
                        java.util.Map.of(),
                        List.of(),
                        List.of())),
                cleaned)));
    return farm.apply(new Event.Retried("a", 0, IndexRanges.of(1), false));
  }

  private static Row.Job finished(Row.Job row) {
    return new Row.Job(
        row.id(),
        row.name(),
        row.owner(),
        row.project(),
        row.priority(),
        JobState.DONE,
        row.submittedAt(),
        1L,
        2L,
        null,
        row.template(),
        null,
        row.parameters(),
        row.requirements(),
        row.settings(),
        List.of(),
        row.permission(),
        false,
        List.of(),
        row.terms());
  }

  @Test
  void a_job_without_its_scene_or_its_frames_stays_finished() {
    for (JobPart part : Set.of(JobPart.SCENES, JobPart.FRAMES)) {
      assertThat(refusal(retried(Set.of(part)))).as(part.word()).isEqualTo("job-cleaned");
      assertThat(clean(JobPart.LOGS).verdict()).isInstanceOf(Decision.Verdict.Done.class);
    }
  }

  @Test
  void a_job_without_its_logs_can_be_rendered_again() {
    assertThat(retried(Set.of(JobPart.LOGS)).verdict()).isInstanceOf(Decision.Verdict.Done.class);
    assertThat(refusal(clean(JobPart.SCENES))).isEqualTo("job-not-finished");
  }
}
