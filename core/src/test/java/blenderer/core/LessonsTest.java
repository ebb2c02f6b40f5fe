package blenderer.core;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import blenderer.model.NodeState;
import blenderer.model.Outcome;
import blenderer.model.RetryClass;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a restart of the server learns anew. */
class LessonsTest {

  private final TestFarm farm = new TestFarm();

  private Scheduler restarted() {
    MemoryJournal journal = new MemoryJournal();
    journal.commit(1, farm.rows);
    return new Scheduler(farm.settings, journal.load(), "m", farm.now());
  }

  private static NodeEntry node(Scheduler scheduler, String name) {
    return requireNonNull(scheduler.farm.nodes.get(name));
  }

  private static StepEntry step(Scheduler scheduler, String job) {
    return requireNonNull(scheduler.farm.jobs.get(job)).steps.getFirst();
  }

  /** The node fails so many tasks of a new job, which another one then does. */
  private void failedElsewhereDone(String job, int tasks) {
    // Who is there before the job may do what failed elsewhere.
    farm.work("good");
    farm.submit(job, 20, 1);
    for (int i = 0; i < tasks; i++) {
      farm.clock += 1_000;
      String bad = farm.work("bad").getFirst().lease();
      int index = farm.task(job, indexOf(bad)).index();
      long wall = farm.now().wall();
      farm.report("bad", at(bad, index, wall, Outcome.FAILED));
      doneByGood(index);
    }
  }

  /** The good node does one after the other what it has, until it has done that one. */
  private void doneByGood(int index) {
    for (int i = 0; i < 20; i++) {
      String lease = farm.work("good").getFirst().lease();
      int mine = indexOf(lease);
      farm.report("good", at(lease, mine, farm.now().wall() + 1, Outcome.SUCCEEDED));
      if (mine == index) {
        return;
      }
    }
    throw new AssertionError("the good node never got task " + index);
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

  private static Event.Report at(String lease, int index, long wall, Outcome outcome) {
    Event.Report plain =
        outcome == Outcome.FAILED
            ? TestFarm.failed(lease, index, 1, RetryClass.ELSEWHERE)
            : TestFarm.done(lease, index, 1);
    return new Event.Report(
        lease,
        index,
        1,
        outcome,
        plain.files(),
        null,
        plain.failure(),
        wall - 4_000,
        wall,
        null,
        null,
        null,
        null);
  }

  @Test
  void how_long_tasks_take_is_known_again() {
    failedElsewhereDone("a", 3);
    StepEntry before = step(farm.scheduler, "a");
    StepEntry after = step(restarted(), "a");
    assertThat(after.meanMillis()).isEqualTo(4_000).isEqualTo(before.meanMillis());
    assertThat(after.hangMillis(farm.settings.faults()))
        .isEqualTo(before.hangMillis(farm.settings.faults()));
    assertThat(after.weights.count()).isEqualTo(before.weights.count());
  }

  @Test
  void a_node_on_which_a_job_failed_gets_no_more_of_it_after_the_restart() {
    failedElsewhereDone("a", 3);
    assertThat(node(farm.scheduler, "bad").health.isBadFor("a")).isTrue();
    Scheduler after = restarted();
    assertThat(node(after, "bad").health.isBadFor("a")).isTrue();
    assertThat(node(after, "good").health.isBadFor("a")).isFalse();
  }

  @Test
  void what_was_forgiven_stays_forgotten() {
    failedElsewhereDone("a", 3);
    farm.clock += 1_000;
    farm.apply(new Event.NodeWished("bad", NodeState.PAUSED));
    farm.apply(new Event.NodeWished("bad", NodeState.ONLINE));
    assertThat(node(restarted(), "bad").health.isBadFor("a")).isFalse();
  }

  @Test
  void losses_of_late_are_held_against_a_node_still() {
    farm.submit("a", 20, 1);
    for (int i = 0; i < 3; i++) {
      farm.clock += 1_000;
      List<String> held = farm.work("bad").stream().map(Decision.Wanted::lease).toList();
      farm.sync("bad", "boot" + i, 0, held, List.of());
      farm.sync("bad", "boot" + i + "b", 0, List.of(), List.of());
    }
    NodeEntry before = node(farm.scheduler, "bad");
    assertThat(before.isFlapping(farm.clock, farm.settings.faults())).isTrue();
    assertThat(node(restarted(), "bad").isFlapping(farm.clock, farm.settings.faults())).isTrue();
  }
}
