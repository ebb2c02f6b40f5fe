package blenderer.core;

import static org.assertj.core.api.Assertions.assertThat;

import blenderer.model.NodeState;
import blenderer.model.Requirement;
import blenderer.model.RetryClass;
import java.math.BigDecimal;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Why a node does nothing: one sentence from the code that decides. */
class WhyIdleTest {

  private final TestFarm farm = new TestFarm();

  private String why(String node) {
    return farm.scheduler.whyIdle().getOrDefault(node, "busy");
  }

  @Test
  void a_farm_without_jobs_says_so_and_a_busy_node_says_nothing() {
    farm.work("n1");
    assertThat(why("n1")).isEqualTo("The farm has no job.");
    farm.submit("a", 1, 1);
    String lease = farm.work("n1").getFirst().lease();
    farm.work("n1", lease);
    farm.work("n2");
    assertThat(why("n1")).isEqualTo("busy");
    assertThat(why("n2")).isEqualTo("No job has work that waits for a node.");
  }

  @Test
  void what_does_not_fit_is_named_with_what_is_missing() {
    Requirement newer = new Requirement("blender", "4.3", List.of());
    farm.work("n1");
    farm.apply(new Event.NodeRemoved("n1"));
    farm.apply(
        new Event.Submitted(TestFarm.job("a", 50, newer), List.of(TestFarm.step("a", 0, 1, 1))));
    farm.work("n2");
    // A step that no node fits is off the board.
    assertThat(why("n2")).isEqualTo("No job has work that waits for a node.");
  }

  @Test
  void a_paused_node_says_how_to_go_on() {
    farm.work("n1");
    farm.apply(new Event.NodeWished("n1", NodeState.PAUSED));
    assertThat(why("n1")).isEqualTo("It is paused: 'blenderer node-resume n1' ends that.");
  }

  @Test
  void a_limit_that_is_reached_is_named() {
    farm.apply(new Event.LimitSet("slots.person.ann", BigDecimal.ONE));
    farm.submit("a", 5, 1);
    farm.work("n1");
    farm.work("n2");
    assertThat(why("n2"))
        .isEqualTo("'ann' has 1 slots now; the farm's limit slots.person.ann is 1.");
  }

  @Test
  void what_failed_here_goes_to_another_node_first() {
    farm.submit("a", 1, 1);
    String lease = farm.work("n1").getFirst().lease();
    farm.work("n2");
    farm.report("n1", TestFarm.failed(lease, 0, 1, RetryClass.ELSEWHERE));
    assertThat(why("n1"))
        .isEqualTo("What waits failed here before and goes to another node first.");
  }
}
