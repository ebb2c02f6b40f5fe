package blenderer.core;

import static org.assertj.core.api.Assertions.assertThat;

import blenderer.model.HostNeeds;
import blenderer.model.IndexRanges;
import blenderer.model.StepState;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class CutsTest {

  private static Cuts cuts(int size, int chunk, int run, Row.Cut cut, int... breaks) {
    return new Cuts(
        new Row.Step(
            "a",
            0,
            "s",
            "Frame",
            size,
            chunk,
            run,
            List.of(),
            StepState.READY,
            IndexRanges.empty(),
            new Row.Plan(HostNeeds.NONE, cut, 10_000, IndexRanges.of(breaks), Row.Probe.NONE),
            null));
  }

  /** Every lease of the step from its first task on, as text such as {@code 0-3}. */
  private static List<String> all(Cuts cuts, int size, double mean) {
    List<String> leases = new ArrayList<>();
    for (int at = 0; at < size; ) {
      int end = (int) Math.min(size, cuts.end(at, size - at, 2, mean));
      leases.add(at + "-" + (end - 1));
      at = end;
    }
    return leases;
  }

  @Test
  void balanced_chunks_differ_by_one_task_at_most() {
    assertThat(all(cuts(12, 5, 12, Row.Cut.BALANCED), 12, 0)).containsExactly("0-3", "4-7", "8-11");
    assertThat(all(cuts(10, 4, 10, Row.Cut.BALANCED), 10, 0)).containsExactly("0-3", "4-6", "7-9");
  }

  @Test
  void a_gap_in_the_numbers_ends_a_chunk_and_each_side_is_balanced_for_itself() {
    // 1-7, 20-21, 30: breaks before the 8th and the 10th number.
    assertThat(all(cuts(10, 5, 10, Row.Cut.BALANCED, 7, 9), 10, 0))
        .containsExactly("0-3", "4-6", "7-8", "9-9");
  }

  @Test
  void the_same_gaps_come_again_with_every_value_of_the_other_parameters() {
    assertThat(all(cuts(8, 5, 4, Row.Cut.BALANCED, 3), 8, 0))
        .containsExactly("0-2", "3-3", "4-6", "7-7");
    assertThat(cuts(8, 5, 4, Row.Cut.SHRINKING, 3).runEnd(5)).isEqualTo(7);
  }

  @Test
  void timed_chunks_begin_with_the_default_and_then_take_the_wanted_time() {
    Cuts cuts = cuts(100, 5, 100, Row.Cut.TIMED);
    assertThat(cuts.end(0, 100, 2, 0)).isEqualTo(5);
    assertThat(cuts.end(0, 100, 2, 1_000)).isEqualTo(10);
    assertThat(cuts.end(0, 100, 2, 20_000)).isEqualTo(1);
  }

  @Test
  void timed_chunks_leave_something_for_every_slot() {
    assertThat(cuts(100, 5, 100, Row.Cut.TIMED).end(84, 16, 4, 1)).isEqualTo(86);
  }

  @Test
  void the_first_timed_chunks_of_a_small_step_leave_something_for_every_slot_too() {
    assertThat(cuts(6, 8, 6, Row.Cut.TIMED).end(0, 6, 2, 0)).isEqualTo(2);
  }

  @Test
  void shrinking_chunks_get_smaller_towards_the_end_of_the_step() {
    Cuts cuts = cuts(100, 10, 100, Row.Cut.SHRINKING);
    assertThat(cuts.end(0, 100, 2, 0)).isEqualTo(10);
    assertThat(cuts.end(96, 4, 2, 0)).isEqualTo(97);
  }
}
