package blenderer.core;

import static blenderer.core.TestFarm.digest;
import static org.assertj.core.api.Assertions.assertThat;

import blenderer.model.IndexRanges;
import blenderer.model.JobState;
import blenderer.model.Look;
import blenderer.model.LookState;
import blenderer.model.Outcome;
import blenderer.model.PictureGrid;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the scheduler makes of pictures, and jobs that wait for a person to look at the first. */
class LooksTest {

  private final TestFarm farm = new TestFarm();

  private static Look look(int value, double black) {
    byte[] cells = new byte[PictureGrid.BYTES];
    Arrays.fill(cells, (byte) value);
    return new Look(
        "f.png", 64, 36, value / 255.0, black, 0, 0, PictureGrid.of(cells), digest("p" + value));
  }

  private static Event.Report seen(String lease, int index, int generation, Look look) {
    Event.Report report = TestFarm.done(lease, index, generation);
    return new Event.Report(
        lease,
        index,
        generation,
        Outcome.SUCCEEDED,
        report.files(),
        null,
        null,
        1,
        2,
        "blender 3.4.1",
        null,
        "CPU",
        look);
  }

  private void render(int index, int generation, Look look) {
    for (Decision.Wanted wanted : farm.work("n1", "x")) {
      if (wanted.wanted().contains(index)) {
        assertThat(farm.report("n1", seen(wanted.lease(), index, generation, look)))
            .isEqualTo(Decision.Receipt.RECORDED);
        return;
      }
    }
    throw new AssertionError("task " + index + " is not leased");
  }

  private LookState stateOf(int index, int generation) {
    return farm.rows(Row.Judgement.class).stream()
        .filter(row -> row.index() == index && row.generation() == generation)
        .reduce((first, second) -> second)
        .map(Row.Judgement::state)
        .orElse(LookState.FINE);
  }

  private void submit(Row.Probe probe, int size) {
    Row.Step plain = TestFarm.step("a", 0, size, 1);
    farm.apply(
        new Event.Submitted(
            TestFarm.job("a", 50),
            List.of(
                new Row.Step(
                    "a",
                    0,
                    plain.name(),
                    "Frame",
                    size,
                    4,
                    size,
                    List.of(),
                    plain.state(),
                    IndexRanges.empty(),
                    new Row.Plan(
                        Row.Plan.PLAIN.needs(), Row.Cut.SHRINKING, 0, IndexRanges.empty(), probe),
                    null))));
  }

  @Test
  void a_black_frame_is_flagged_with_its_result_and_cleared_when_its_neighbours_fade() {
    farm.submit("a", 4, 4);
    render(0, 1, look(0, 1));
    assertThat(stateOf(0, 1)).isEqualTo(LookState.FLAGGED);
    render(1, 1, look(30, 0));
    assertThat(stateOf(0, 1)).isEqualTo(LookState.FLAGGED);
    render(2, 1, look(60, 0));
    assertThat(stateOf(0, 1)).isEqualTo(LookState.FINE);
    render(3, 1, look(90, 0));
    assertThat(farm.stateOf("a")).isEqualTo(JobState.DONE);
    assertThat(farm.rows(Row.Look.class)).hasSize(4);
  }

  @Test
  void a_person_takes_a_flagged_picture_or_has_it_rendered_again() {
    farm.submit("a", 5, 5);
    for (int i = 0; i < 4; i++) {
      render(i, 1, i == 1 || i == 3 ? look(0, 1) : look(90, 0));
    }
    farm.apply(new Event.Accepted("a", 0, IndexRanges.of(1), "ann"));
    assertThat(stateOf(1, 1)).isEqualTo(LookState.ACCEPTED);
    assertThat(farm.rows(Row.Judgement.class).getLast().by()).isEqualTo("ann");
    assertThat(farm.apply(new Event.Accepted("a", null, IndexRanges.of(0, 1), "ann")).verdict())
        .isInstanceOf(Decision.Verdict.Refused.class);
    farm.apply(new Event.Retried("a", null, null, true));
    assertThat(stateOf(3, 1)).isEqualTo(LookState.RETRIED);
    render(3, 2, look(90, 0));
    render(4, 1, look(90, 0));
    assertThat(stateOf(3, 2)).isEqualTo(LookState.FINE);
    assertThat(farm.stateOf("a")).isEqualTo(JobState.DONE);
    assertThat(farm.task("a", 1).generation()).isEqualTo(1);
    assertThat(farm.task("a", 3).generation()).isEqualTo(2);
  }

  @Test
  void the_first_middle_and_last_task_go_before_the_others_each_alone() {
    submit(new Row.Probe(IndexRanges.of(0, 4, 9), false, null), 10);
    List<IndexRanges> order = new ArrayList<>();
    for (String node : List.of("n1", "n2")) {
      farm.work(node).forEach(wanted -> order.add(wanted.wanted()));
    }
    assertThat(order.subList(0, 3))
        .containsExactly(IndexRanges.of(0), IndexRanges.of(4), IndexRanges.of(9));
    assertThat(order.get(3).contains(1)).isTrue();
  }

  @Test
  void the_others_wait_until_someone_approves_and_why_says_so() {
    submit(new Row.Probe(IndexRanges.of(0, 4, 9), true, null), 10);
    for (int index : List.of(0, 4, 9)) {
      render(index, 1, look(90, 0));
    }
    assertThat(farm.work("n1")).isEmpty();
    assertThat(farm.scheduler.why("a"))
        .singleElement()
        .asString()
        .contains("waits for approval")
        .contains("blenderer approve a");
    assertThat(farm.rows(Row.Job.class).getLast().message()).contains("blenderer approve");
    // What a server does when it starts again.
    farm.apply(new Event.Paused("a"));
    farm.apply(new Event.Resumed("a"));
    assertThat(farm.rows(Row.Job.class).getLast().message()).contains("blenderer approve");
    farm.apply(new Event.Approved("a", "ann"));
    assertThat(farm.rows(Row.Step.class).getLast().plan().probe().by()).isEqualTo("ann");
    assertThat(farm.rows(Row.Job.class).getLast().message()).isNull();
    assertThat(farm.work("n1")).isNotEmpty();
    assertThat(farm.apply(new Event.Approved("a", "ann")).verdict())
        .isEqualTo(
            new Decision.Verdict.Refused(
                "nothing-to-approve", "job 'shot a' waits for nobody's approval"));
  }

  @Test
  void a_retried_frame_of_the_first_ones_may_run_although_the_others_wait() {
    submit(new Row.Probe(IndexRanges.of(0, 4, 9), true, null), 10);
    for (int index : List.of(0, 4, 9)) {
      render(index, 1, look(90, 0));
    }
    farm.apply(new Event.Retried("a", 0, IndexRanges.of(4), false));
    assertThat(farm.work("n1")).hasSize(1);
    render(4, 2, look(90, 0));
    assertThat(farm.work("n1")).isEmpty();
  }

  @Test
  void the_defaults_are_what_the_documentation_says() {
    assertThat(Settings.defaults())
        .hasToString(
            "Settings[heartbeatMillis=5000, termMillis=30000, parkMillis=25000, tries=3,"
                + " freeLosses=1, hopelessAfter=3, looks=LookLimits["
                + "blackShare=0.995, emptyShare=0.9995, pinkShare=0.002, fadeStep=0.25, "
                + "nearlyEmpty=0.03, farShare=0.12, farLeast=0.006, farMost=0.03, "
                + "overMotion=3.3, surely=0.08, edge=2.0, spanMargin=0.3, spanMarginAtEdge=1.5, "
                + "spanLeast=0.02, outside=0.025, outsideShare=0.06, shape=0.12, "
                + "shapeLevel=0.02, nothingShare=0.15, nothingLeast=0.005, "
                + "nothingMost=0.03, holes=0.03, extent=0.15, overExtent=2.5, "
                + "stranger=1.6, flash=1.5, longBlank=4, turn=0.1, turns=2, reach=8]"
                + ", faults="
                + FaultLimits.defaults()
                + ", twins=TwinLimits[leastKnown=3, loadMillis=8000, surplus=1.25,"
                + " leastGainMillis=10000]]");
  }
}
