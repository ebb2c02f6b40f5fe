package blenderer.sim;

import static org.assertj.core.api.Assertions.assertThat;

import blenderer.core.Journal;
import blenderer.core.MemoryJournal;
import blenderer.core.Row;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ReachTest {

  private static Reach.Question question(double rate, long databaseMicros, int changes) {
    return new Reach.Question(3, 50, 1, 2_000, 1, rate, 256, databaseMicros, changes, 6_600_000, 4);
  }

  private static Reach.Answer answer(double rate, long databaseMicros, int changes) {
    return Reach.of(question(rate, databaseMicros, changes), _ -> {});
  }

  @Test
  void the_same_seed_runs_the_same() {
    assertThat(answer(50, 500, 1)).isEqualTo(answer(50, 500, 1));
  }

  @Test
  void tasks_end_at_the_pace_that_was_asked_for_while_the_server_keeps_up() {
    Reach.Answer answer = answer(100, 0, 0);
    assertThat(answer.tasks()).isEqualTo(2_000);
    assertThat(answer.tasksPerSecond()).isBetween(95.0, 105.0);
    assertThat(answer.idle()).isLessThan(0.02);
    assertThat(answer.wasted()).isLessThan(40);
  }

  @Test
  void a_distant_database_makes_answers_late_and_commits_large() {
    Reach.Answer beside = answer(400, 0, 0);
    Reach.Answer distant = answer(400, 2_000, 0);
    assertThat(distant.commitMillis()).isBetween(22.0, 30.0);
    assertThat(distant.p50()).isBetween(distant.commitMillis(), 3 * distant.commitMillis());
    assertThat(beside.p50()).isLessThan(distant.p50() / 4);
    assertThat(distant.tasksPerCommit()).isGreaterThan(4 * beside.tasksPerCommit());
  }

  @Test
  void a_server_that_gets_more_than_it_can_do_gives_what_it_can() {
    Reach.Question one = new Reach.Question(3, 200, 1, 4_000, 1, 20_000, 8, 2_000, 0, 6_600_000, 4);
    Reach.Answer answer = Reach.of(one, _ -> {});
    // At most eight results in each commit.
    assertThat(answer.tasksPerSecond()).isLessThan(8_000 / answer.commitMillis());
    assertThat(answer.idle()).isGreaterThan(0.5);
  }

  @Test
  void after_a_death_of_the_leader_every_node_is_heard_again_and_no_result_is_lost() {
    Reach.Answer answer = answer(20, 0, 2);
    assertThat(answer.tasks()).isEqualTo(2_000);
    assertThat(answer.changes()).hasSize(2);
    for (Reach.Change change : answer.changes()) {
      // The next one leads 6.6 s after the death; a pause of a node is at most 1.5 s.
      assertThat(change.firstSeconds()).isBetween(6.6, 6.8);
      assertThat(change.allSeconds()).isBetween(change.firstSeconds(), 8.5);
    }
    assertThat(answer.most()).isBetween(6_600.0, 9_000.0);
  }

  @Test
  void what_a_new_leader_loads_is_what_a_whole_record_would_give_it() {
    LeanJournal lean = new LeanJournal();
    MemoryJournal whole = new MemoryJournal();
    int[] loads = {0};
    Reach.of(
        question(25, 500, 2),
        lean,
        new Journal() {
          @Override
          public Snapshot load() {
            loads[0]++;
            Snapshot loaded = lean.load();
            assertThat(inOrder(loaded)).isEqualTo(inOrder(whole.load()));
            return loaded;
          }

          @Override
          public Optional<JobSnapshot> loadJob(String job) {
            return lean.loadJob(job);
          }

          @Override
          public void commit(long revision, List<Row> rows) {
            lean.commit(revision, rows);
            whole.commit(revision, rows);
          }

          @Override
          public void close() {}
        });
    assertThat(loads[0]).isEqualTo(3);
  }

  private static Journal.Snapshot inOrder(Journal.Snapshot snapshot) {
    return new Journal.Snapshot(
        snapshot.revision(),
        snapshot.jobs(),
        snapshot.leases().stream().sorted(Comparator.comparing(Row.Lease::id)).toList(),
        snapshot.nodes().stream().sorted(Comparator.comparing(Row.Node::id)).toList(),
        snapshot.limits());
  }
}
