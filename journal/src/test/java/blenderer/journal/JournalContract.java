package blenderer.journal;

import static blenderer.journal.Samples.attempt;
import static blenderer.journal.Samples.job;
import static blenderer.journal.Samples.judgement;
import static blenderer.journal.Samples.lease;
import static blenderer.journal.Samples.look;
import static blenderer.journal.Samples.node;
import static blenderer.journal.Samples.omitting;
import static blenderer.journal.Samples.output;
import static blenderer.journal.Samples.step;
import static blenderer.journal.Samples.task;
import static blenderer.journal.Samples.withoutInputs;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import blenderer.core.Film;
import blenderer.core.History;
import blenderer.core.History.Found;
import blenderer.core.History.JobFilter;
import blenderer.core.History.JobView;
import blenderer.core.History.Numbered;
import blenderer.core.History.OutputView;
import blenderer.core.History.Place;
import blenderer.core.History.TaskFilter;
import blenderer.core.History.TaskView;
import blenderer.core.Journal;
import blenderer.core.Journal.JournalException;
import blenderer.core.Row;
import blenderer.model.IndexRanges;
import blenderer.model.JobState;
import blenderer.model.LookState;
import blenderer.model.NodeState;
import blenderer.model.Outcome;
import blenderer.model.Permission;
import blenderer.model.StepState;
import blenderer.model.TaskState;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What every record of the scheduler must do, writing and reading. */
abstract class JournalContract {

  static final TaskFilter ANY = new TaskFilter(null, null, null);
  static final JobFilter ANY_JOB = new JobFilter(null, null, null);

  /** An empty record, the same for the whole test. */
  abstract Journal journal();

  /** What {@link #journal} has written. */
  abstract History history();

  /** The same. */
  abstract Film film();

  private void commit(long revision, Row... rows) {
    journal().commit(revision, List.of(rows));
  }

  @Test
  void an_empty_journal_has_revision_zero_and_nothing_in_it() {
    assertThat(journal().load())
        .isEqualTo(new Journal.Snapshot(0, List.of(), List.of(), List.of(), List.of()));
    assertThat(history().revision()).isZero();
    assertThat(history().jobs(ANY_JOB, null, 10)).isEmpty();
    assertThat(history().job("01a")).isEmpty();
    assertThat(history().tasks("01a", ANY, null, 10)).isEmpty();
    assertThat(history().meanTaskMillis("01a")).isZero();
    assertThat(journal().loadJob("01a")).isEmpty();
  }

  @Test
  void what_was_committed_is_loaded_whole() {
    Row.Job job = job("01a", JobState.RUNNING);
    Row.Step first = step("01a", 0, 20, StepState.RUNNING);
    Row.Step second = omitting(step("01a", 1, 4, StepState.BLOCKED), IndexRanges.of(3));
    Row.Lease lease = lease("l1", "rack-1", "01a", 0, IndexRanges.range(6, 7));
    Row.Task leased = task("01a", 0, 6, 1, TaskState.LEASED, "l1");
    Row.Task ready = task("01a", 0, 9, 2, TaskState.READY, null);
    commit(
        3,
        node("rack-1", NodeState.ONLINE),
        job,
        second,
        first,
        lease,
        leased,
        ready,
        task("01a", 0, 2, TaskState.DONE),
        task("01a", 0, 0, TaskState.DONE),
        task("01a", 0, 1, 3, TaskState.DONE, null),
        task("01a", 0, 4, TaskState.FAILED),
        task("01a", 0, 10, TaskState.CANCELLED),
        task("01a", 0, 12, TaskState.SKIPPED),
        look("01a", 0, 1, 2),
        look("01a", 0, 1, 3),
        look("01a", 0, 4, 1),
        judgement("01a", 0, 1, 3, LookState.FLAGGED));
    Journal.JobSnapshot loaded =
        new Journal.JobSnapshot(
            withoutInputs(job),
            List.of(
                new Journal.StepSnapshot(
                    first,
                    IndexRanges.range(0, 2),
                    IndexRanges.of(4),
                    IndexRanges.of(10),
                    IndexRanges.of(12),
                    Map.of(1, 3),
                    List.of(leased, ready),
                    List.of(
                        new Journal.Looked(
                            look("01a", 0, 1, 3), judgement("01a", 0, 1, 3, LookState.FLAGGED)))),
                new Journal.StepSnapshot(
                    second,
                    IndexRanges.empty(),
                    IndexRanges.empty(),
                    IndexRanges.empty(),
                    IndexRanges.empty(),
                    Map.of(),
                    List.of(),
                    List.of())));
    assertThat(journal().load())
        .isEqualTo(
            new Journal.Snapshot(
                3,
                List.of(loaded),
                List.of(lease),
                List.of(node("rack-1", NodeState.ONLINE)),
                List.of()));
    assertThat(journal().loadJob("01a")).contains(loaded);
  }

  @Test
  void only_unfinished_jobs_are_loaded_but_a_finished_one_on_request() {
    commit(1, job("01a", JobState.DONE), job("01b", JobState.PAUSED), job("01c", JobState.HELD));
    commit(2, job("01d", JobState.FAILED), job("01e", JobState.CANCELLED));
    assertThat(journal().load().jobs())
        .extracting(snapshot -> snapshot.job().id())
        .containsExactly("01b", "01c");
    assertThat(journal().loadJob("01d")).isPresent();
  }

  @Test
  void a_row_replaces_the_one_with_its_key_and_the_last_of_a_commit_wins() {
    commit(1, job("01a", JobState.WAITING), step("01a", 0, 3, StepState.READY));
    commit(
        2,
        withoutInputs(job("01a", JobState.RUNNING)),
        step("01a", 0, 5, StepState.RUNNING),
        task("01a", 0, 0, TaskState.LEASED),
        task("01a", 0, 0, TaskState.DONE),
        node("rack-1", NodeState.ONLINE),
        node("rack-1", NodeState.PAUSED));
    JobView view = history().job("01a").orElseThrow();
    assertThat(view.job()).isEqualTo(withoutInputs(job("01a", JobState.RUNNING)));
    assertThat(view.revision()).isEqualTo(2);
    assertThat(view.steps())
        .containsExactly(
            new History.StepView(
                step("01a", 0, 5, StepState.RUNNING),
                Map.of(TaskState.DONE, 1, TaskState.READY, 4)));
    assertThat(history().nodes()).containsExactly(node("rack-1", NodeState.PAUSED));
  }

  @Test
  void of_thousands_of_rows_in_a_commit_the_last_of_each_thing_counts() {
    int size = 3_001;
    List<Row> rows = new ArrayList<>(List.of(job("01a", JobState.RUNNING)));
    rows.add(step("01a", 0, size, StepState.RUNNING));
    List<Row.Task> last = new ArrayList<>();
    List<Row.Lease> held = new ArrayList<>();
    for (int index = 0; index < size; index++) {
      String id = "l" + index;
      Row.Lease lease = lease(id, "rack-1", "01a", 0, IndexRanges.of(index));
      rows.addAll(List.of(lease, task("01a", 0, index, 1, TaskState.LEASED, id)));
      if (index % 3 == 0) {
        held.add(lease);
        last.add(task("01a", 0, index, 1, TaskState.LEASED, id));
      } else {
        boolean failed = index % 3 == 1;
        last.add(task("01a", 0, index, failed ? TaskState.FAILED : TaskState.DONE));
        rows.add(attempt(id, "01a", 0, index, 1, failed ? Outcome.FAILED : Outcome.SUCCEEDED));
        rows.addAll(List.of(last.getLast(), new Row.LeaseEnded(id)));
      }
    }
    journal().commit(1, rows);
    assertThat(history().tasks("01a", ANY, null, size))
        .extracting(TaskView::task)
        .containsExactlyElementsOf(last);
    assertThat(history().job("01a").orElseThrow().steps().getFirst().tasks())
        .isEqualTo(Map.of(TaskState.LEASED, 1_001, TaskState.FAILED, 1_000, TaskState.DONE, 1_000));
    assertThat(journal().load().leases()).containsExactlyInAnyOrderElementsOf(held);
    Row again = attempt("l1", "01a", 0, 1, 1, Outcome.FAILED);
    List<Row> more = new ArrayList<>();
    held.forEach(lease -> more.add(new Row.LeaseEnded(lease.id())));
    more.add(again);
    assertThatThrownBy(() -> journal().commit(2, more)).isInstanceOf(JournalException.class);
    assertThat(journal().load().leases()).hasSize(held.size());
  }

  @Test
  void a_job_keeps_the_revision_of_its_own_last_row() {
    commit(4, job("01a", JobState.RUNNING));
    commit(5, task("01a", 0, 0, TaskState.LEASED), node("rack-1", NodeState.ONLINE));
    assertThat(history().job("01a").orElseThrow().revision()).isEqualTo(4);
    assertThat(history().revision()).isEqualTo(5);
  }

  @Test
  void a_revision_that_does_not_grow_is_refused_and_changes_nothing() {
    commit(4, job("01a", JobState.WAITING));
    assertThatThrownBy(() -> commit(4, job("01b", JobState.WAITING)))
        .isInstanceOf(JournalException.class)
        .hasMessageContaining("revision 4");
    assertThatThrownBy(() -> commit(3)).isInstanceOf(JournalException.class);
    assertThat(history().job("01b")).isEmpty();
    assertThat(history().revision()).isEqualTo(4);
    commit(9);
    assertThat(journal().load().revision()).isEqualTo(9);
  }

  @Test
  void a_second_result_for_the_same_place_is_refused_with_everything_beside_it() {
    Row.Attempt attempt = attempt("l1", "01a", 0, 0, 1, Outcome.SUCCEEDED);
    commit(1, job("01a", JobState.RUNNING), attempt, output("01a", 0, 0, 1));
    assertThatThrownBy(() -> commit(2, task("01a", 0, 0, TaskState.DONE), attempt))
        .isInstanceOf(JournalException.class);
    assertThatThrownBy(() -> commit(2, task("01a", 0, 0, TaskState.DONE), output("01a", 0, 0, 1)))
        .isInstanceOf(JournalException.class);
    assertThat(history().tasks("01a", ANY, null, 10)).isEmpty();
    assertThat(history().meanTaskMillis("01a")).isEqualTo(1_000);
    commit(2, output("01a", 0, 0, 2));
    assertThat(history().outputs("01a", 0, 10))
        .extracting(Numbered::number)
        .containsExactly(1L, 2L);
  }

  @Test
  void an_ended_lease_is_gone() {
    Row.Lease lease = lease("l1", "rack-1", "01a", 0, IndexRanges.of(1));
    Row.Lease other = lease("l2", "rack-1", "01a", 0, IndexRanges.of(2));
    commit(1, lease, other);
    commit(2, new Row.LeaseEnded("l1"), new Row.LeaseEnded("unknown"));
    assertThat(journal().load().leases()).containsExactly(other);
  }

  @Test
  void the_newest_attempts_of_a_job_are_loaded_with_it() {
    commit(1, job("01a", JobState.RUNNING), step("01a", 0, 200, StepState.RUNNING));
    List<Row.Attempt> all = new ArrayList<>();
    for (int index = 0; index < Journal.RECENT + 3; index++) {
      Row.Attempt one = attempt("l" + index, "01a", 0, index, 1, Outcome.SUCCEEDED);
      all.add(one);
      commit(index + 2, one);
    }
    assertThat(journal().load().jobs().getFirst().recent())
        .containsExactlyElementsOf(all.subList(3, all.size()));
  }

  @Test
  void a_twin_is_known_as_one_until_it_has_the_first_right() {
    Row.Lease twin = new Row.Lease("l1", "rack-1", "01a", 0, IndexRanges.of(1), 4_000, false, true);
    commit(1, twin);
    assertThat(journal().load().leases()).containsExactly(twin);
    Row.Lease first = lease("l1", "rack-1", "01a", 0, IndexRanges.of(1));
    commit(2, first);
    assertThat(journal().load().leases()).containsExactly(first);
  }

  @Test
  void a_deleted_job_takes_everything_with_it() {
    commit(
        1,
        job("01a", JobState.RUNNING),
        step("01a", 0, 3, StepState.RUNNING),
        task("01a", 0, 0, TaskState.DONE),
        lease("l1", "rack-1", "01a", 0, IndexRanges.of(1)),
        attempt("l1", "01a", 0, 0, 1, Outcome.SUCCEEDED),
        output("01a", 0, 0, 1),
        job("01b", JobState.RUNNING),
        lease("l2", "rack-1", "01b", 0, IndexRanges.of(1)));
    commit(2, task("01a", 0, 1, TaskState.LEASED), new Row.JobDeleted("01a"));
    assertThat(history().job("01a")).isEmpty();
    assertThat(history().find("01a")).isEqualTo(new Found.None());
    assertThat(history().tasks("01a", ANY, null, 10)).isEmpty();
    assertThat(history().attempts("01a", ANY, 0, 10)).isEmpty();
    assertThat(history().outputs("01a", 0, 10)).isEmpty();
    assertThat(history().meanTaskMillis("01a")).isZero();
    assertThat(journal().loadJob("01a")).isEmpty();
    assertThat(journal().load().leases()).extracting(Row.Lease::id).containsExactly("l2");
    assertThat(journal().load().jobs()).hasSize(1);
  }

  @Test
  void tasks_without_a_row_count_as_their_step_stands() {
    commit(
        1,
        job("01a", JobState.RUNNING),
        step("01a", 0, 10, StepState.CANCELLED, IndexRanges.range(4, 9)),
        omitting(step("01a", 1, 7, StepState.BLOCKED), IndexRanges.of(5, 6)),
        step("01a", 2, 2, StepState.DONE),
        task("01a", 0, 0, TaskState.DONE),
        task("01a", 0, 1, TaskState.CANCELLED),
        task("01a", 2, 0, TaskState.DONE),
        task("01a", 2, 1, TaskState.DONE));
    assertThat(history().job("01a").orElseThrow().steps())
        .extracting(History.StepView::tasks)
        .containsExactly(
            Map.of(TaskState.DONE, 1, TaskState.CANCELLED, 7, TaskState.READY, 2),
            Map.of(TaskState.BLOCKED, 5, TaskState.SKIPPED, 2),
            Map.of(TaskState.DONE, 2));
  }

  @Test
  void a_job_is_found_by_its_id_or_the_unique_start_of_it() {
    commit(1, job("01ab", JobState.DONE), job("01abc", JobState.DONE), job("02x", JobState.DONE));
    assertThat(history().find("02")).isEqualTo(new Found.One("02x"));
    assertThat(history().find("01ab")).isEqualTo(new Found.One("01ab"));
    assertThat(history().find("01")).isEqualTo(new Found.Several(List.of("01ab", "01abc")));
    assertThat(history().find("03")).isEqualTo(new Found.None());
    assertThat(history().find("01_b")).isEqualTo(new Found.None());
    assertThat(history().find("%")).isEqualTo(new Found.None());
    assertThat(history().find("")).isInstanceOf(Found.Several.class);
  }

  @Test
  void jobs_are_listed_newest_first_filtered_and_in_pages() {
    commit(
        1,
        job("01a", JobState.DONE, "ada", "film", List.of()),
        job("01b", JobState.RUNNING, "ada", "test", List.of()),
        job("01c", JobState.DONE, "bo", "film", List.of()),
        job("01d", JobState.DONE, "ada", "film", List.of()));
    assertThat(ids(ANY_JOB, null, 3)).containsExactly("01d", "01c", "01b");
    assertThat(ids(ANY_JOB, "01b", 3)).containsExactly("01a");
    assertThat(ids(new JobFilter(JobState.DONE, "ada", "film"), null, 9))
        .containsExactly("01d", "01a");
    assertThat(ids(new JobFilter(null, "bo", null), null, 9)).containsExactly("01c");
    assertThat(ids(new JobFilter(JobState.RUNNING, null, "film"), null, 9)).isEmpty();
  }

  private List<String> ids(JobFilter filter, @Nullable String before, int limit) {
    return history().jobs(filter, before, limit).stream().map(view -> view.job().id()).toList();
  }

  @Test
  void tasks_are_listed_by_place_filtered_and_in_pages() {
    commit(
        1,
        job("01a", JobState.RUNNING),
        task("01a", 1, 0, TaskState.DONE),
        task("01a", 0, 2, TaskState.LEASED),
        task("01a", 0, 10, TaskState.DONE),
        task("01a", 0, 1, TaskState.DONE),
        task("01b", 0, 1, TaskState.DONE));
    assertThat(places(ANY, null, 9)).containsExactly("0/1", "0/2", "0/10", "1/0");
    assertThat(places(ANY, new Place(0, 2), 1)).containsExactly("0/10");
    assertThat(places(new TaskFilter(0, null, TaskState.DONE), null, 9))
        .containsExactly("0/1", "0/10");
    assertThat(places(new TaskFilter(null, null, TaskState.LEASED), null, 9))
        .containsExactly("0/2");
    assertThat(places(new TaskFilter(null, IndexRanges.of(0, 1, 10), null), null, 2))
        .containsExactly("0/1", "0/10");
    assertThat(places(new TaskFilter(0, IndexRanges.empty(), null), null, 9)).isEmpty();
    assertThat(places(ANY, null, 0)).isEmpty();
  }

  private List<String> places(TaskFilter filter, @Nullable Place after, int limit) {
    return history().tasks("01a", filter, after, limit).stream()
        .map(view -> view.task().step() + "/" + view.task().index())
        .toList();
  }

  @Test
  void a_task_names_its_node_and_the_files_of_its_newest_result() {
    commit(
        1,
        job("01a", JobState.RUNNING),
        task("01a", 0, 0, 2, TaskState.LEASED, "l9"),
        lease("l9", "rack-9", "01a", 0, IndexRanges.of(0)),
        attempt("l1", "rack-1", "01a", 0, 0, 1, Outcome.SUCCEEDED, 10),
        output("01a", 0, 0, 1));
    assertThat(history().tasks("01a", ANY, null, 9))
        .containsExactly(
            new TaskView(
                task("01a", 0, 0, 2, TaskState.LEASED, "l9"),
                "rack-9",
                List.of(output("01a", 0, 0, 1))));
    commit(
        2,
        task("01a", 0, 0, 2, TaskState.DONE, null),
        new Row.LeaseEnded("l9"),
        attempt("l9", "rack-9", "01a", 0, 0, 2, Outcome.SUCCEEDED, 10),
        output("01a", 0, 0, 2),
        task("01a", 0, 1, TaskState.READY));
    List<TaskView> views = history().tasks("01a", ANY, null, 9);
    assertThat(views.get(0).node()).isEqualTo("rack-9");
    assertThat(views.get(0).files()).containsExactly(output("01a", 0, 0, 2));
    assertThat(views.get(1).node()).isNull();
    assertThat(views.get(1).files()).isEmpty();
  }

  @Test
  void an_older_result_is_not_current_even_if_the_newer_one_has_no_files() {
    commit(
        1,
        job("01a", JobState.RUNNING),
        task("01a", 0, 0, TaskState.DONE),
        output("01a", 0, 0, 1),
        output("01a", 0, 1, 1),
        attempt("l1", "01a", 0, 1, 2, Outcome.FAILED));
    assertThat(current()).containsExactly(true, true);
    commit(2, attempt("l2", "01a", 0, 0, 2, Outcome.SUCCEEDED));
    assertThat(current()).containsExactly(false, true);
    assertThat(history().tasks("01a", ANY, null, 1).getFirst().files()).isEmpty();
    commit(3, output("01a", 0, 1, 2));
    assertThat(current()).containsExactly(false, false, true);
  }

  private List<Boolean> current() {
    return history().outputs("01a", 0, 9).stream()
        .map(Numbered::row)
        .map(OutputView::current)
        .toList();
  }

  @Test
  void the_newest_attempts_that_succeeded_come_first() {
    commit(
        1,
        job("01a", JobState.RUNNING),
        attempt("l1", "01a", 0, 1, 1, Outcome.SUCCEEDED),
        attempt("l2", "01a", 0, 2, 1, Outcome.FAILED),
        attempt("l3", "01a", 0, 3, 1, Outcome.SUCCEEDED),
        attempt("l4", "01a", 0, 4, 1, Outcome.SUCCEEDED));
    assertThat(history().newestSucceeded("01a", 2))
        .extracting(Row.Attempt::index)
        .containsExactly(4, 3);
    assertThat(history().newestSucceeded("01b", 2)).isEmpty();
  }

  @Test
  void outputs_and_attempts_come_in_the_order_of_writing_after_a_number() {
    commit(
        1,
        job("01a", JobState.RUNNING),
        job("01b", JobState.RUNNING),
        output("01a", 0, 5, 1),
        output("01b", 0, 0, 1),
        output("01a", 0, 1, 1),
        attempt("l1", "01a", 0, 5, 1, Outcome.FAILED),
        attempt("l1", "01a", 0, 1, 1, Outcome.SUCCEEDED),
        attempt("l2", "01a", 1, 1, 1, Outcome.LOST),
        task("01a", 0, 5, TaskState.READY),
        task("01a", 0, 1, TaskState.DONE));
    assertThat(history().outputs("01a", 0, 9))
        .containsExactly(
            new Numbered<>(1, new OutputView(output("01a", 0, 5, 1), true)),
            new Numbered<>(3, new OutputView(output("01a", 0, 1, 1), true)));
    assertThat(history().outputs("01a", 1, 9)).extracting(Numbered::number).containsExactly(3L);
    assertThat(history().outputs("01a", 0, 1)).extracting(Numbered::number).containsExactly(1L);
    assertThat(history().attempts("01a", ANY, 0, 9))
        .containsExactly(
            new Numbered<>(1, attempt("l1", "01a", 0, 5, 1, Outcome.FAILED)),
            new Numbered<>(2, attempt("l1", "01a", 0, 1, 1, Outcome.SUCCEEDED)),
            new Numbered<>(3, attempt("l2", "01a", 1, 1, 1, Outcome.LOST)));
    assertThat(numbers(new TaskFilter(0, null, null), 0)).containsExactly(1L, 2L);
    assertThat(numbers(new TaskFilter(null, IndexRanges.of(1), null), 2)).containsExactly(3L);
    assertThat(numbers(new TaskFilter(null, null, TaskState.READY), 0)).containsExactly(1L);
  }

  private List<Long> numbers(TaskFilter filter, long after) {
    return history().attempts("01a", filter, after, 9).stream().map(Numbered::number).toList();
  }

  @Test
  void a_frame_is_the_newest_result_of_its_task_with_its_picture_and_what_is_thought_of_it() {
    Row.Attempt old = attempt("l1", "01a", 0, 0, 1, Outcome.SUCCEEDED);
    Row.Attempt again = attempt("l2", "01a", 0, 0, 2, Outcome.SUCCEEDED);
    Row.Attempt plain = attempt("l1", "01a", 0, 1, 1, Outcome.SUCCEEDED);
    commit(
        1,
        job("01a", JobState.RUNNING),
        old,
        look("01a", 0, 0, 1),
        judgement("01a", 0, 0, 1, LookState.FLAGGED),
        attempt("l1", "01a", 0, 2, 1, Outcome.FAILED),
        plain);
    assertThat(history().job("01a").orElseThrow().flagged()).isEqualTo(1);
    assertThat(history().frames("01a", ANY, LookState.FLAGGED, null, 9))
        .containsExactly(
            new History.FrameView(
                old, look("01a", 0, 0, 1), judgement("01a", 0, 0, 1, LookState.FLAGGED)));
    assertThat(history().frames("01a", ANY, null, new Place(0, 0), 9))
        .containsExactly(new History.FrameView(plain, null, null));
    commit(
        2,
        judgement("01a", 0, 0, 1, LookState.RETRIED),
        again,
        look("01a", 0, 0, 2),
        judgement("01a", 0, 0, 2, LookState.FLAGGED));
    commit(3, judgement("01a", 0, 0, 2, LookState.ACCEPTED));
    assertThat(history().job("01a").orElseThrow().flagged()).isZero();
    assertThat(history().frames("01a", ANY, null, null, 1))
        .containsExactly(
            new History.FrameView(
                again, look("01a", 0, 0, 2), judgement("01a", 0, 0, 2, LookState.ACCEPTED)));
    commit(4, judgement("01a", 0, 0, 2, LookState.FINE));
    assertThat(history().frames("01a", ANY, LookState.FINE, null, 9))
        .containsExactly(new History.FrameView(again, look("01a", 0, 0, 2), null));
  }

  @Test
  void a_grid_has_the_state_of_every_task_with_a_row_and_what_is_thought_of_pictures() {
    commit(
        1,
        job("01a", JobState.RUNNING),
        step("01a", 0, 9, StepState.RUNNING),
        task("01a", 0, 0, TaskState.DONE),
        look("01a", 0, 0, 1),
        judgement("01a", 0, 0, 1, LookState.FLAGGED),
        task("01a", 0, 3, TaskState.LEASED));
    Film.Grid grid = film().grid("01a", 0).orElseThrow();
    assertThat(grid.revision()).isEqualTo(1);
    assertThat(grid.step()).isEqualTo(step("01a", 0, 9, StepState.RUNNING));
    assertThat(grid.tasks()).isEqualTo(Map.of(0, TaskState.DONE, 3, TaskState.LEASED));
    assertThat(grid.looks()).isEqualTo(Map.of(0, LookState.FLAGGED));
    assertThat(film().grid("01a", 1)).isEmpty();
    assertThat(film().grid("01b", 0)).isEmpty();
  }

  @Test
  void takes_are_results_in_the_order_of_writing_and_a_job_shows_its_last_picture() {
    commit(
        1,
        job("01a", JobState.RUNNING),
        attempt("l1", "n", "01a", 0, 5, 1, Outcome.SUCCEEDED, 100),
        look("01a", 0, 5, 1),
        output("01a", 0, 5, 1, "a/0005.png"),
        attempt("l2", "n", "01a", 0, 6, 1, Outcome.FAILED, 100));
    commit(
        2,
        attempt("l3", "m", "01a", 0, 2, 1, Outcome.SUCCEEDED, 300),
        output("01a", 0, 2, 1, "a/0003.exr"));
    List<Numbered<Film.Take>> takes = film().takes("01a", 0, 0, 9);
    assertThat(takes)
        .extracting(Numbered::row)
        .extracting(
            Film.Take::index,
            Film.Take::node,
            Film.Take::millis,
            Film.Take::preview,
            Film.Take::picture)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple(5, "n", 100L, true, true),
            org.assertj.core.groups.Tuple.tuple(2, "m", 300L, false, false));
    assertThat(film().takes("01a", 0, takes.getFirst().number(), 9)).hasSize(1);
    assertThat(film().takes("01a", 1, 0, 9)).isEmpty();
    assertThat(history().job("01a").orElseThrow().thumbnail())
        .isEqualTo(look("01a", 0, 5, 1).look().preview());
  }

  @Test
  void jobs_are_found_by_text_and_states_and_traces_are_left_out_if_wanted() {
    Row.Job trace =
        new Row.Job(
            "01c",
            "Trace of x",
            "ada",
            "film",
            50,
            JobState.DONE,
            0,
            null,
            null,
            null,
            job("01a", JobState.DONE).template(),
            null,
            Map.of(),
            List.of(),
            Map.of("purpose", "trace"),
            List.of(),
            Permission.TEMPLATES,
            false,
            List.of(),
            Row.Terms.NONE);
    commit(1, job("01a", JobState.RUNNING), job("01b", JobState.DONE), trace);
    String name = job("01a", JobState.RUNNING).name().toUpperCase(java.util.Locale.ROOT);
    assertThat(found(Set.of(), name, true)).containsExactly("01b", "01a");
    assertThat(found(Set.of(), "01B", true)).containsExactly("01b");
    assertThat(found(Set.of(), "%", true)).isEmpty();
    assertThat(found(Set.of(JobState.DONE, JobState.FAILED), null, true))
        .containsExactly("01c", "01b");
    assertThat(found(Set.of(JobState.DONE), null, false)).containsExactly("01b");
  }

  private List<String> found(Set<JobState> states, @Nullable String text, boolean traces) {
    return history().jobs(new JobFilter(states, null, null, text, traces), null, 9).stream()
        .map(view -> view.job().id())
        .toList();
  }

  @Test
  void the_mean_counts_succeeded_attempts_only() {
    commit(
        1,
        job("01a", JobState.RUNNING),
        attempt("l1", "n", "01a", 0, 0, 1, Outcome.SUCCEEDED, 100),
        attempt("l2", "n", "01a", 0, 1, 1, Outcome.FAILED, 9_000));
    commit(2, attempt("l3", "n", "01a", 0, 2, 1, Outcome.SUCCEEDED, 201));
    assertThat(history().meanTaskMillis("01a")).isEqualTo(150);
  }

  @Test
  void an_answer_does_not_change_with_a_later_commit() {
    commit(1, job("01a", JobState.RUNNING), step("01a", 0, 2, StepState.RUNNING));
    Journal.Snapshot before = journal().load();
    List<JobView> listed = history().jobs(ANY_JOB, null, 9);
    commit(2, withoutInputs(job("01a", JobState.DONE)), task("01a", 0, 0, TaskState.DONE));
    assertThat(before.jobs().getFirst().job().state()).isEqualTo(JobState.RUNNING);
    assertThat(before.jobs().getFirst().steps().getFirst().done()).isEqualTo(IndexRanges.empty());
    assertThat(listed.getFirst().steps().getFirst().tasks()).isEqualTo(Map.of(TaskState.READY, 2));
  }
}
