package blenderer.core;

import static org.assertj.core.api.Assertions.assertThat;

import blenderer.model.Digest;
import blenderer.model.HostNeeds;
import blenderer.model.HostOffer;
import blenderer.model.Permission;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Which of several idle nodes gets work, and who gives a slot to whom. */
class PreferencesTest {

  private final TestFarm farm = new TestFarm();

  private Decision call(String node, long park, List<String> held, String... pools) {
    return farm.apply(
        new Event.Synced(
            node,
            "boot",
            farm.sequences.merge(node, 1L, Long::sum),
            park,
            1,
            false,
            held.stream().map(lease -> new Event.Held(lease, true)).toList(),
            List.of(),
            new Event.Facts(
                "1",
                "linux",
                2,
                1L << 30,
                List.of(TestFarm.BLENDER_34),
                List.of(TestFarm.TEMPLATE),
                new HostOffer(
                    Map.of(HostNeeds.VCPU, BigDecimal.TWO), Map.of(HostNeeds.POOL, List.of(pools))),
                Permission.SCRIPTS,
                "")));
  }

  private void park(String node, String... pools) {
    call(node, 25_000, List.of(), pools);
  }

  private static Row.Terms preferring(String... attributes) {
    Row.Terms plain = Row.Terms.NONE;
    return new Row.Terms(
        plain.slots(),
        plain.notBefore(),
        plain.after(),
        null,
        null,
        null,
        null,
        null,
        null,
        List.of(attributes));
  }

  private Decision submit(String id, int size, Row.Terms terms, @Nullable Digest files) {
    Row.Job job = TestFarm.job(id, 50);
    return farm.apply(
        new Event.Submitted(
            new Row.Job(
                id,
                job.name(),
                job.owner(),
                job.project(),
                50,
                job.state(),
                1,
                null,
                null,
                null,
                job.template(),
                files,
                Map.of(),
                List.of(),
                Map.of(),
                job.inputs(),
                job.permission(),
                false,
                List.of(),
                terms),
            List.of(TestFarm.step(id, 0, size, 1))));
  }

  private List<String> nodesOf(String job) {
    List<String> nodes = new ArrayList<>();
    farm.rows(Row.Lease.class).stream()
        .filter(row -> row.job().equals(job))
        .forEach(row -> nodes.add(row.node()));
    return nodes;
  }

  @Test
  void an_idle_node_that_has_what_is_preferred_gets_it_first() {
    park("n1");
    park("n2", "fast");
    submit("a", 1, preferring(HostNeeds.POOL + "=fast"), null);
    assertThat(nodesOf("a")).containsExactly("n2");
  }

  @Test
  void others_get_what_is_too_much_for_those() {
    park("n1");
    park("n2", "fast");
    submit("a", 5, preferring(HostNeeds.POOL + "=fast"), null);
    assertThat(nodesOf("a")).contains("n1", "n2");
  }

  @Test
  void nobody_waits_for_a_preferred_node_that_is_busy() {
    submit("long", 1, Row.Terms.NONE, null);
    call("n2", 0, List.of(), "fast");
    park("n1");
    submit("a", 1, preferring(HostNeeds.POOL + "=fast"), null);
    assertThat(nodesOf("a")).containsExactly("n1");
  }

  @Test
  void of_idle_nodes_the_one_that_holds_the_files_gets_the_next_job_with_them() {
    Digest files = TestFarm.digest("the scene");
    submit("first", 1, Row.Terms.NONE, files);
    String lease = farm.work("n2").getFirst().lease();
    farm.report("n2", TestFarm.done(lease, 0, 1));
    park("n1");
    park("n2");
    park("n3");
    submit("second", 1, Row.Terms.NONE, files);
    submit("other", 1, Row.Terms.NONE, TestFarm.digest("another scene"));
    assertThat(nodesOf("second")).containsExactly("n2");
    assertThat(nodesOf("other")).containsExactly("n1");
  }

  @Test
  void a_preemptible_job_ends_with_its_current_task_for_any_higher_priority() {
    Row.Terms giving =
        new Row.Terms(null, null, List.of(), null, null, null, null, null, true, null);
    Row.Job job = TestFarm.job("a", 50).withTerms(giving);
    farm.apply(new Event.Submitted(job, List.of(TestFarm.step("a", 0, 12, 6))));
    String lease = farm.work("n1").getFirst().lease();
    farm.work("n1", lease);
    farm.apply(new Event.Submitted(TestFarm.job("b", 51), List.of(TestFarm.step("b", 0, 1, 1))));
    assertThat(farm.work("n1", lease).getFirst().wanted()).hasToString("0");
  }

  @Test
  void a_job_is_moved_to_other_pools() {
    submit("a", 3, Row.Terms.NONE, null);
    call("n1", 0, List.of(), "slow");
    assertThat(nodesOf("a")).containsExactly("n1", "n1");
    String running = farm.task("a", 0).lease();
    call("n1", 0, List.of(String.valueOf(running)), "slow");
    farm.apply(new Event.Changed("a", null, null, null, null, List.of("fast")));
    Decision decision = call("n1", 0, List.of(String.valueOf(running)), "slow");
    assertThat(TestFarm.answerOf(decision, "n1").leases())
        .as("what runs goes on, what was only prepared goes back")
        .extracting(Decision.Wanted::lease)
        .containsExactly(running);
    call("n2", 0, List.of(), "fast");
    assertThat(nodesOf("a")).endsWith("n2");
  }
}
