package blenderer.core;

import static org.assertj.core.api.Assertions.assertThat;

import blenderer.model.HostNeeds;
import blenderer.model.HostOffer;
import blenderer.model.IndexRanges;
import blenderer.model.Permission;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PoolsTest {

  private final TestFarm farm = new TestFarm();

  private List<Decision.Wanted> call(String node, List<String> pools) {
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
                List.of(),
                new Event.Facts(
                    "1",
                    "linux",
                    2,
                    1L << 30,
                    List.of(TestFarm.BLENDER_34),
                    List.of(TestFarm.TEMPLATE),
                    new HostOffer(
                        Map.of(HostNeeds.VCPU, BigDecimal.TWO), Map.of(HostNeeds.POOL, pools)),
                    Permission.SCRIPTS,
                    "")));
    return TestFarm.answerOf(decision, node).leases();
  }

  private void submit(String id, List<String> pools) {
    Row.Step step = TestFarm.step(id, 0, 2, 1);
    farm.apply(
        new Event.Submitted(
            TestFarm.job(id, 50),
            List.of(
                new Row.Step(
                    id,
                    0,
                    step.name(),
                    step.label(),
                    2,
                    1,
                    2,
                    List.of(),
                    step.state(),
                    step.withheld(),
                    new Row.Plan(
                        HostNeeds.NONE.inPools(pools),
                        Row.Cut.SHRINKING,
                        0,
                        IndexRanges.empty(),
                        Row.Probe.NONE),
                    null))));
  }

  @Test
  void a_job_runs_only_on_nodes_of_one_of_its_pools() {
    submit("a", List.of("fast", "gpu"));
    assertThat(call("n1", List.of("slow"))).isEmpty();
    assertThat(farm.scheduler.why("a"))
        .contains("Node 'n1' is in pool slow; the job is for fast or gpu.");
    assertThat(call("n2", List.of("slow", "gpu"))).isNotEmpty();
  }

  @Test
  void a_node_in_a_pool_also_takes_what_is_for_no_pool() {
    submit("a", List.of());
    assertThat(call("n1", List.of("fast"))).isNotEmpty();
  }

  @Test
  void an_admin_puts_a_node_in_other_pools_than_its_owner_did() {
    submit("a", List.of("fast"));
    assertThat(call("n1", List.of("slow"))).isEmpty();
    farm.apply(new Event.NodePooled("n1", List.of("fast")));
    assertThat(call("n1", List.of("slow"))).isNotEmpty();
    assertThat(farm.rows(Row.Node.class).getLast().pools()).containsExactly("fast");
  }

  @Test
  void what_a_node_only_prepares_for_another_pool_goes_back() {
    submit("a", List.of("fast"));
    assertThat(call("n1", List.of("fast"))).hasSize(2);
    farm.apply(new Event.NodePooled("n1", List.of()));
    assertThat(farm.task("a", 1).lease()).isNull();
    farm.apply(new Event.NodePooled("n1", null));
    assertThat(call("n1", List.of("fast"))).isNotEmpty();
  }
}
