package blenderer.core;

import static org.assertj.core.api.Assertions.assertThat;

import blenderer.model.IndexRanges;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PreviewOrderTest {

  /** What comes when each is done before the next is asked for. */
  private static List<Integer> order(int size, int chunk) {
    PreviewOrder order = new PreviewOrder(size, chunk);
    Set<Integer> done = new HashSet<>();
    List<Integer> all = new ArrayList<>();
    for (int next = order.next(i -> true); next >= 0; ) {
      done.add(next);
      all.add(next);
      next = order.next(i -> !done.contains(i));
    }
    return all;
  }

  @Test
  void first_last_middle_and_then_the_middles_between() {
    assertThat(order(17, 1))
        .containsExactly(0, 16, 8, 4, 12, 2, 6, 10, 14, 1, 3, 5, 7, 9, 11, 13, 15);
  }

  @Test
  void it_ends_when_what_is_left_between_two_makes_one_chunk() {
    assertThat(order(17, 4)).containsExactly(0, 16, 8, 4, 12);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 7, 10, 100, 999})
  void none_comes_twice_and_nothing_is_far_from_what_has_come(int size) {
    List<Integer> order = order(size, 1);
    assertThat(order).doesNotHaveDuplicates().allMatch(index -> index >= 0 && index < size);
    assertThat(new HashSet<>(order)).contains(0, size - 1);
    for (int index = 1; index < size; index++) {
      assertThat(order.contains(index) || order.contains(index - 1)).isTrue();
    }
  }

  @Test
  void a_job_in_preview_order_gives_away_one_task_a_lease_until_chunks_are_left() {
    TestFarm farm = new TestFarm();
    Row.Step step = TestFarm.step("a", 0, 9, 2);
    farm.apply(
        new Event.Submitted(
            TestFarm.job("a", 50),
            List.of(
                new Row.Step(
                    "a",
                    0,
                    step.name(),
                    step.label(),
                    9,
                    2,
                    9,
                    List.of(),
                    step.state(),
                    step.withheld(),
                    new Row.Plan(
                        Row.Plan.PLAIN.needs(),
                        Row.Cut.SHRINKING,
                        0,
                        IndexRanges.empty(),
                        Row.Probe.PREVIEW),
                    null))));
    List<IndexRanges> order = new ArrayList<>();
    for (int node = 0; node < 9; node++) {
      farm.work("n" + node).forEach(lease -> order.add(lease.wanted()));
    }
    assertThat(order.stream().map(IndexRanges::toString).toList())
        .startsWith("0", "8", "4", "2", "6");
  }
}
