package blenderer.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import blenderer.core.Retention.Holding;
import blenderer.core.Retention.Item;
import blenderer.model.JobPart;
import blenderer.model.JobState;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RetentionTest {

  private static final long DAY = 24L * 60 * 60 * 1000;
  private static final long NOW = 100 * DAY;

  private static Holding job(String id, JobState state, @Nullable Long finishedDaysAgo) {
    Long at = finishedDaysAgo == null ? null : NOW - finishedDaysAgo * DAY;
    return new Holding(id, "job " + id, "ada", "film", state, at, 10, 100, 5, 1);
  }

  private static CleanRule rule(
      @Nullable JobPart part, @Nullable Integer days, @Nullable Long bytes) {
    return new CleanRule(part, days, bytes, Set.of(JobState.DONE, JobState.CANCELLED), null);
  }

  private static List<String> plan(List<CleanRule> rules, Holding... jobs) {
    return Retention.plan(rules, List.of(jobs), NOW).stream()
        .map(item -> item.holding().job() + " " + item.part() + " " + item.bytes())
        .toList();
  }

  @Test
  void what_is_older_than_a_rule_goes_and_nothing_of_a_job_that_is_not_finished() {
    assertThat(
            plan(
                List.of(rule(JobPart.FRAMES, 30, null)),
                job("a", JobState.DONE, 30L),
                job("b", JobState.DONE, 29L),
                job("c", JobState.FAILED, 90L),
                job("d", JobState.PAUSED, null),
                job("e", JobState.CANCELLED, 40L)))
        .containsExactly("e FRAMES 100", "a FRAMES 100");
  }

  @Test
  void a_rule_of_size_takes_from_the_jobs_that_finished_first_until_the_rest_fits() {
    assertThat(
            plan(
                List.of(rule(JobPart.SCENES, null, 25L)),
                job("a", JobState.DONE, 1L),
                job("b", JobState.DONE, 9L),
                job("c", JobState.DONE, 5L),
                job("d", JobState.RUNNING, null)))
        .containsExactly("b SCENES 10", "c SCENES 10");
  }

  @Test
  void with_age_and_size_both_must_hold() {
    assertThat(
            plan(
                List.of(rule(JobPart.LOGS, 7, 0L)),
                job("a", JobState.DONE, 8L),
                job("b", JobState.DONE, 6L)))
        .containsExactly("a LOGS 1");
  }

  @Test
  void what_goes_with_a_whole_job_does_not_go_again() {
    assertThat(
            plan(
                List.of(rule(JobPart.LOGS, 1, null), rule(null, 50, null)),
                job("a", JobState.DONE, 60L),
                job("b", JobState.DONE, 2L)))
        .containsExactly("a null 116", "b LOGS 1");
  }

  @Test
  void a_rule_may_be_about_one_project_and_says_why() {
    CleanRule other = new CleanRule(JobPart.LOGS, 1, null, Set.of(JobState.DONE), "other");
    assertThat(plan(List.of(other), job("a", JobState.DONE, 60L))).isEmpty();
    List<Item> items =
        Retention.plan(
            List.of(rule(JobPart.FRAMES, 30, null)), List.of(job("a", JobState.DONE, 60L)), NOW);
    assertThat(items.getFirst().why())
        .isEqualTo("finished 60 days ago, and the rule keeps 30 days");
  }

  @Test
  void a_rule_about_everything_or_about_unfinished_jobs_is_none() {
    assertThatThrownBy(() -> rule(JobPart.FRAMES, null, null))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new CleanRule(JobPart.FRAMES, 1, null, Set.of(JobState.RUNNING), null))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
