package blenderer.core;

import static blenderer.core.TestFarm.done;
import static org.assertj.core.api.Assertions.assertThat;

import blenderer.model.Failure;
import blenderer.model.HostNeeds;
import blenderer.model.HostOffer;
import blenderer.model.JobState;
import blenderer.model.Outcome;
import blenderer.model.Permission;
import blenderer.model.RetryClass;
import blenderer.model.StepState;
import blenderer.model.TaskState;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Tasks that run out of memory go where there is more. */
class MemoryNeedTest {

  private final TestFarm farm = new TestFarm();

  /** A sync of a node that gives a session so much. */
  private List<Decision.Wanted> sync(String node, int mib, Event.Report... reports) {
    Decision decision =
        farm.apply(
            new Event.Synced(
                node,
                "boot",
                farm.sequences.merge(node, 1L, Long::sum),
                0,
                1,
                false,
                List.of(),
                List.of(reports),
                new Event.Facts(
                    "1",
                    "linux",
                    2,
                    1L << 40,
                    List.of(TestFarm.BLENDER_34),
                    List.of(TestFarm.TEMPLATE),
                    new HostOffer(
                        Map.of(HostNeeds.SESSION_MEMORY, BigDecimal.valueOf(mib)), Map.of()),
                    Permission.SCRIPTS,
                    "")));
    return TestFarm.answerOf(decision, node).leases();
  }

  private static Event.Report outOfMemory(String lease, int index) {
    return TestFarm.report(
        lease,
        index,
        1,
        Outcome.FAILED,
        new Failure("out-of-memory", "The task needed more than there is.", RetryClass.ELSEWHERE));
  }

  private Row.Step step() {
    return farm.rows(Row.Step.class).getLast();
  }

  @Test
  void a_task_goes_to_nodes_with_twice_as_much_until_it_has_enough_and_that_is_no_fault() {
    sync("small", 1000);
    sync("middle", 2500);
    sync("large", 3000);
    farm.submit("a", 1, 1);
    sync("small", 1000, outOfMemory(sync("small", 1000).getFirst().lease(), 0));
    assertThat(step().plan().leastMemoryMib()).isEqualTo(2000);
    assertThat(farm.scheduler.why("a"))
        .contains(
            "Step 'step0' goes only to nodes that give a session 2000 MiB of memory or more: a"
                + " task ran out of less.");
    assertThat(sync("small", 1000)).isEmpty();
    sync("middle", 2500, outOfMemory(sync("middle", 2500).getFirst().lease(), 0));
    // Twice as much is more than anybody has.
    assertThat(step().plan().leastMemoryMib()).isEqualTo(3000);
    assertThat(sync("middle", 2500)).isEmpty();
    assertThat(farm.task("a", 0).tries()).isZero();
    String lease = sync("large", 3000).getFirst().lease();
    sync("large", 3000, done(lease, 0, 1));
    assertThat(farm.stateOf("a")).isEqualTo(JobState.DONE);
    assertThat(farm.rows(Row.Attempt.class)).hasSize(3);
  }

  @Test
  void when_no_node_has_more_the_task_fails_and_says_so() {
    sync("one", 1000);
    farm.submit("a", 2, 1);
    String lease = sync("one", 1000).getFirst().lease();
    sync("one", 1000, outOfMemory(lease, 0));
    assertThat(farm.task("a", 0).state()).isEqualTo(TaskState.FAILED);
    assertThat(Objects.requireNonNull(farm.task("a", 0).failure()).message())
        .isEqualTo(
            "The task needed more than there is. No node of the farm that could run it gives a"
                + " session more.");
  }

  @Test
  void a_restarted_server_remembers_and_a_farm_without_such_a_node_says_what_is_missing() {
    sync("small", 1000);
    sync("large", 4000);
    farm.submit("a", 3, 1);
    List<Decision.Wanted> leases = sync("small", 1000);
    sync("small", 1000, outOfMemory(leases.getFirst().lease(), 0));
    farm.apply(new Event.NodeRemoved("large"));
    assertThat(step().state()).isEqualTo(StepState.INCOMPATIBLE);
    assertThat(step().message())
        .contains(
            "Node 'small' gives a session 1000 MiB of memory; a task of the step ran out of less"
                + " than 2000 MiB elsewhere.");
    Kind.Asks asks = Kind.Asks.of(TestFarm.job("a", 50), step());
    assertThat(asks.leastMemoryMib()).isEqualTo(2000);
  }

  @Test
  void a_small_node_is_not_blamed() {
    sync("small", 1000);
    sync("large", 4000);
    for (int i = 0; i < 6; i++) {
      String job = "job" + i;
      farm.submit(job, 1, 1);
      sync("small", 1000, outOfMemory(sync("small", 1000).getFirst().lease(), 0));
      sync("large", 4000, done(sync("large", 4000).getFirst().lease(), 0, 1));
      assertThat(farm.stateOf(job)).isEqualTo(JobState.DONE);
    }
    assertThat(farm.scheduler.whyIdle().get("small")).isEqualTo("The farm has no job.");
  }

  @Test
  void what_hangs_is_told_by_the_median_of_the_step() {
    farm.submit("a", 40, 1);
    assertThat(hang("n1")).isEqualTo(1_800_000);
    for (int i = 0; i < 5; i++) {
      Decision.Wanted lease = farm.work("n1").getFirst();
      int index = lease.wanted().runs().getFirst().first();
      Event.Report report = done(lease.lease(), index, 1);
      farm.sync(
          "n1",
          "boot",
          0,
          List.of(),
          List.of(
              new Event.Report(
                  report.lease(),
                  index,
                  1,
                  report.outcome(),
                  report.files(),
                  null,
                  null,
                  0,
                  i == 0 ? 900_000 : 30_000,
                  null,
                  null,
                  null,
                  null)));
    }
    assertThat(hang("n2")).isEqualTo(300_000);
  }

  @Test
  void a_node_whose_lease_is_older_than_the_median_hears_of_it_at_its_next_sync() {
    farm.submit("a", 40, 1);
    Decision.Wanted early = farm.work("n0").getFirst();
    assertThat(hangToldTo("n0", early)).as("nobody knows yet").isNull();
    for (int i = 0; i < 5; i++) {
      Decision.Wanted lease = farm.work("n1").getFirst();
      int index = lease.wanted().runs().getFirst().first();
      farm.sync("n1", "boot", 0, List.of(), List.of(done(lease.lease(), index, 1)));
    }
    assertThat(hangToldTo("n0", early)).isEqualTo(120_000L);
    Decision.Wanted late = farm.work("n2").getFirst();
    assertThat(hangToldTo("n2", late)).as("its grant has said so").isNull();
  }

  private @Nullable Long hangToldTo(String node, Decision.Wanted lease) {
    return TestFarm.answerOf(farm.sync(node, "boot", 0, List.of(lease.lease()), List.of()), node)
        .leases()
        .getFirst()
        .hangMillis();
  }

  private long hang(String node) {
    return Objects.requireNonNull(
            Objects.requireNonNull(farm.work(node).getFirst().grant()).hangMillis())
        .longValue();
  }

  @Test
  void a_node_that_comes_and_goes_gets_one_task_at_a_time() {
    farm.work("n2");
    farm.submit("a", 100, 8);
    for (int i = 0; i < 3; i++) {
      List<Decision.Wanted> work =
          TestFarm.answerOf(farm.sync("n1", "boot" + i, 0, List.of(), List.of()), "n1").leases();
      farm.sync("n1", "boot" + i, 0, work.stream().map(Decision.Wanted::lease).toList(), List.of());
    }
    List<Decision.Wanted> work =
        TestFarm.answerOf(farm.sync("n1", "boot4", 0, List.of(), List.of()), "n1").leases();
    assertThat(work).hasSize(1);
    assertThat(work.getFirst().wanted().size()).isEqualTo(1);
    farm.clock += 700_000;
    work = TestFarm.answerOf(farm.sync("n1", "boot5", 0, List.of(), List.of()), "n1").leases();
    assertThat(work.getFirst().wanted().size()).isGreaterThan(1);
  }
}
