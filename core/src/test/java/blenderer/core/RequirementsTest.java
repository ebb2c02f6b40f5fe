package blenderer.core;

import static org.assertj.core.api.Assertions.assertThat;

import blenderer.model.Failure;
import blenderer.model.HostNeeds;
import blenderer.model.HostOffer;
import blenderer.model.IndexRanges;
import blenderer.model.Outcome;
import blenderer.model.Permission;
import blenderer.model.StepState;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class RequirementsTest {

  private static final String LICENCE = "amount.maker.licence";

  private final TestFarm farm = new TestFarm();
  private long sequence = 0;

  private void submit(String job, Permission permission, HostNeeds needs) {
    Row.Job plain = TestFarm.job(job, 50);
    Row.Job row =
        new Row.Job(
            job,
            job,
            "ann",
            "default",
            50,
            plain.state(),
            1,
            null,
            null,
            null,
            plain.template(),
            null,
            Map.of(),
            List.of(),
            Map.of(),
            plain.inputs(),
            permission,
            permission == Permission.COMMANDS,
            List.of(),
            Row.Terms.NONE);
    Row.Step step = TestFarm.step(job, 0, 4, 1);
    farm.apply(
        new Event.Submitted(
            row,
            List.of(
                new Row.Step(
                    job,
                    0,
                    step.name(),
                    step.label(),
                    step.size(),
                    1,
                    step.run(),
                    List.of(),
                    StepState.READY,
                    IndexRanges.empty(),
                    new Row.Plan(needs, Row.Cut.BALANCED, 0, IndexRanges.empty(), Row.Probe.NONE),
                    null))));
  }

  private static HostNeeds amount(String name, int min) {
    return new HostNeeds(
        List.of(new HostNeeds.Amount(name, BigDecimal.valueOf(min), null)), List.of());
  }

  private static HostNeeds attribute(String name, String value) {
    return new HostNeeds(
        List.of(), List.of(new HostNeeds.Attribute(name, List.of(value), List.of())));
  }

  private static HostOffer offer(int cpus, String... kinds) {
    return new HostOffer(
        Map.of(HostNeeds.VCPU, BigDecimal.valueOf(cpus)), Map.of("attr.kind", List.of(kinds)));
  }

  private List<Decision.Wanted> sync(
      String node, int slots, HostOffer offer, Permission accepts, String... held) {
    Decision decision =
        farm.apply(
            new Event.Synced(
                node,
                "boot",
                ++sequence,
                0,
                slots,
                false,
                List.of(held).stream().map(lease -> new Event.Held(lease, true)).toList(),
                List.of(),
                new Event.Facts(
                    "1",
                    "linux",
                    4,
                    1L << 30,
                    List.of(),
                    List.of(TestFarm.TEMPLATE),
                    offer,
                    accepts,
                    "")));
    return TestFarm.answerOf(decision, node).leases();
  }

  private Row.Step step(String job) {
    return farm.rows(Row.Step.class).stream()
        .filter(row -> row.job().equals(job))
        .reduce((_, last) -> last)
        .orElseThrow();
  }

  @Test
  void a_step_that_no_node_could_run_says_so_and_becomes_ready_when_one_comes() {
    submit("a", Permission.TEMPLATES, attribute("attr.kind", "fast"));
    assertThat(step("a").state()).as("the first node may be on its way").isEqualTo(StepState.READY);
    assertThat(sync("n1", 1, offer(4, "slow"), Permission.COMMANDS)).isEmpty();
    assertThat(step("a").state()).isEqualTo(StepState.INCOMPATIBLE);
    assertThat(step("a").message()).contains("Node 'n1' has attr.kind slow; the step needs fast.");
    assertThat(farm.scheduler.why("a")).anyMatch(line -> line.contains("could ever run step"));
    assertThat(sync("n2", 1, offer(4, "fast"), Permission.COMMANDS)).isNotEmpty();
    assertThat(step("a").state()).isEqualTo(StepState.RUNNING);
    assertThat(step("a").message()).isNull();
  }

  @Test
  void a_job_with_commands_runs_only_where_the_owner_takes_them() {
    submit("a", Permission.COMMANDS, HostNeeds.NONE);
    assertThat(sync("n1", 1, offer(4), Permission.SCRIPTS)).isEmpty();
    assertThat(step("a").message()).contains("--allow-commands");
    assertThat(sync("n2", 1, offer(4), Permission.COMMANDS)).isNotEmpty();
  }

  @Test
  void leases_never_hold_back_more_than_a_node_has() {
    submit("a", Permission.TEMPLATES, amount(HostNeeds.VCPU, 2));
    List<Decision.Wanted> leases = sync("n1", 3, offer(5), Permission.COMMANDS);
    assertThat(leases).as("two of two processors each; three would need six").hasSize(2);
  }

  @Test
  void what_a_lease_held_is_free_when_it_ends() {
    submit("a", Permission.TEMPLATES, amount(HostNeeds.VCPU, 4));
    String lease = sync("n1", 2, offer(4), Permission.COMMANDS).getFirst().lease();
    assertThat(sync("n1", 2, offer(4), Permission.COMMANDS, lease)).hasSize(1);
    farm.apply(
        new Event.Synced(
            "n1",
            "boot",
            ++sequence,
            0,
            2,
            false,
            List.of(),
            List.of(TestFarm.report(lease, 0, 1, Outcome.SUCCEEDED, null)),
            null));
    assertThat(sync("n1", 2, offer(4), Permission.COMMANDS)).hasSize(1);
  }

  @Test
  void a_farm_wide_limit_holds_over_all_nodes() {
    farm.apply(new Event.LimitSet(LICENCE, BigDecimal.ONE));
    submit("a", Permission.TEMPLATES, amount(LICENCE, 1));
    assertThat(sync("n1", 1, offer(4), Permission.COMMANDS)).isNotEmpty();
    assertThat(sync("n2", 1, offer(4), Permission.COMMANDS)).isEmpty();
    assertThat(farm.scheduler.why("a"))
        .anyMatch(line -> line.contains("Of the farm's 1 of " + LICENCE + ", 1 are held"));
  }

  @Test
  void a_lost_node_gives_its_licence_back() {
    farm.apply(new Event.LimitSet(LICENCE, BigDecimal.ONE));
    submit("a", Permission.TEMPLATES, amount(LICENCE, 1));
    sync("n1", 1, offer(4), Permission.COMMANDS);
    farm.tick(30_000);
    assertThat(sync("n2", 1, offer(4), Permission.COMMANDS)).isNotEmpty();
    assertThat(sync("n1", 1, offer(4), Permission.COMMANDS)).as("it came back too late").isEmpty();
  }

  @Test
  void a_limit_too_small_for_a_step_makes_it_incompatible_until_it_is_raised() {
    farm.apply(new Event.LimitSet(LICENCE, BigDecimal.ONE));
    sync("n1", 1, offer(4), Permission.COMMANDS);
    submit("a", Permission.TEMPLATES, amount(LICENCE, 2));
    assertThat(step("a").message())
        .contains("The whole farm has " + LICENCE + " 1; the step needs 2.");
    farm.apply(new Event.LimitSet(LICENCE, BigDecimal.TWO));
    assertThat(step("a").state()).isEqualTo(StepState.READY);
  }

  @Test
  void more_slots_than_processors_is_the_owners_choice() {
    submit("a", Permission.TEMPLATES, HostNeeds.NONE);
    assertThat(sync("n1", 4, offer(1), Permission.COMMANDS)).hasSize(4);
  }

  @Test
  void two_tasks_that_make_one_file_with_other_bytes_do_not_both_count() {
    submit("a", Permission.TEMPLATES, HostNeeds.NONE);
    List<Decision.Wanted> leases = sync("n1", 2, offer(4), Permission.COMMANDS);
    Event.Report first = made(leases.get(0).lease(), 0, "x");
    Event.Report second = made(leases.get(1).lease(), 1, "y");
    farm.apply(
        new Event.Synced(
            "n1", "boot", ++sequence, 0, 2, false, List.of(), List.of(first, second), null));
    assertThat(farm.rows(Row.Output.class)).hasSize(1);
    Failure failure = Objects.requireNonNull(farm.task("a", 1).failure());
    assertThat(failure.code()).isEqualTo("output-conflict");
    assertThat(failure.message()).contains("task 1").contains("task 0");
  }

  private static Event.Report made(String lease, int index, String bytes) {
    return new Event.Report(
        lease,
        index,
        1,
        Outcome.SUCCEEDED,
        List.of(new Event.File("out.txt", TestFarm.digest(bytes), 1)),
        null,
        null,
        1,
        2,
        null,
        null,
        null,
        null);
  }
}
