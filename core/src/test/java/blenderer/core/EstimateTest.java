package blenderer.core;

import static org.assertj.core.api.Assertions.assertThat;

import blenderer.core.Estimate.Sample;
import blenderer.core.Estimate.Slot;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class EstimateTest {

  private static List<Sample> samples(String node, int count, double seconds) {
    return IntStream.range(0, count).mapToObj(i -> new Sample(node, i, seconds)).toList();
  }

  @Test
  void nobody_knows_anything_before_a_task_is_done_or_while_nobody_works() {
    assertThat(Estimate.of(List.of(), List.of(new Slot("n", 1, 0)), 5, 0.5)).isEmpty();
    assertThat(Estimate.of(samples("n", 3, 10), List.of(), 5, 0.5)).isEmpty();
  }

  @Test
  void one_slot_takes_one_task_after_the_other() {
    Estimate estimate =
        Estimate.of(samples("n", 50, 10), List.of(new Slot("n", 0, 0)), 49, 0.5).orElseThrow();
    assertThat(estimate.middle()).isBetween(495.0, 510.0);
    assertThat(estimate.low()).isLessThan(estimate.middle()).isGreaterThan(300);
    assertThat(estimate.high()).isGreaterThan(estimate.middle()).isLessThan(900);
  }

  @Test
  void a_nodes_first_task_says_little_of_the_others() {
    List<Sample> four =
        List.of(
            new Sample("n", 0, 5, true),
            new Sample("n", 1, 0.1),
            new Sample("n", 2, 0.1),
            new Sample("n", 3, 0.1));
    Estimate estimate = Estimate.of(four, List.of(new Slot("n", 0, 0)), 35, 0.1).orElseThrow();
    // 36 tasks of 0.1 s, and what lies between two of them.
    assertThat(estimate.low()).isLessThan(3.8);
    assertThat(estimate.high()).isGreaterThan(3.8);
    assertThat(estimate.middle()).isLessThan(12);
    Estimate alone =
        Estimate.of(four.subList(0, 1), List.of(new Slot("n", 0, 0)), 38, 0.025).orElseThrow();
    assertThat(alone.middle()).as("one task is all that is known").isGreaterThan(190);
  }

  @Test
  void what_a_slow_node_holds_is_done_by_others_at_the_end() {
    List<Sample> both =
        IntStream.range(0, 20)
            .mapToObj(i -> i % 2 == 0 ? new Sample("fast", i, 1) : new Sample("slow", i, 100))
            .toList();
    Estimate estimate =
        Estimate.of(both, List.of(new Slot("fast", 0, 0), new Slot("slow", 0, 7)), 0, 0.5)
            .orElseThrow();
    assertThat(estimate.middle()).isBetween(15.0, 100.0);
  }

  @Test
  void the_range_narrows_towards_the_end() {
    List<Slot> slots = List.of(new Slot("n", 0, 0));
    Estimate early = Estimate.of(samples("n", 10, 10), slots, 90, 0.1).orElseThrow();
    Estimate late = Estimate.of(samples("n", 90, 10), slots, 9, 0.9).orElseThrow();
    assertThat(late.high() / late.low()).isLessThan(early.high() / early.low());
  }

  @Test
  void a_million_waiting_tasks_are_estimated_as_well() {
    Estimate estimate =
        Estimate.of(samples("n", 400, 1), List.of(new Slot("n", 0, 0)), 1_000_000, 0.0)
            .orElseThrow();
    assertThat(estimate.middle()).isBetween(1_000_000.0, 1_100_000.0);
  }
}
