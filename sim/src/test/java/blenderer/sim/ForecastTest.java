package blenderer.sim;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ForecastTest {

  private static Forecast.Answer jobs(Shape shape, int jobs, int nodes) {
    return Forecast.of(
        new Forecast.Question(4, nodes, 1, 30, shape, Forecast.Policy.FARM, 0.8, jobs, 60, 3),
        _ -> {});
  }

  @Test
  void one_node_with_enough_work_is_never_idle() {
    Forecast.Answer answer = jobs(Shape.DEEP, 4, 1);
    assertThat(answer.utilisation()).isGreaterThan(0.999);
    assertThat(answer.tasks()).isEqualTo(4 * 500);
    assertThat(answer.unfinished()).isZero();
  }

  @Test
  void ten_nodes_are_about_ten_times_as_fast_where_tasks_are_free_and_no_faster_in_a_chain() {
    double wide = jobs(Shape.WIDE, 2, 2).makespanSeconds();
    assertThat(jobs(Shape.WIDE, 2, 20).makespanSeconds()).isBetween(wide / 13, wide / 7);
    double chain = jobs(Shape.CHAIN, 1, 2).makespanSeconds();
    assertThat(jobs(Shape.CHAIN, 1, 20).makespanSeconds()).isBetween(chain / 2, chain * 2);
  }

  @Test
  void a_stream_of_jobs_fills_the_wanted_part_of_the_farm() {
    Forecast.Answer answer =
        Forecast.of(
            new Forecast.Question(
                7, 50, 2, 1, Shape.SIMPLE, Forecast.Policy.SHARES, 0.6, 0, 120, 5),
            _ -> {});
    assertThat(answer.utilisation()).isBetween(0.4, 0.8);
    assertThat(answer.people()).hasSize(5);
    assertThat(answer.people().getFirst().jobs()).isGreaterThan(answer.people().getLast().jobs());
    assertThat(answer.waits().median()).isLessThanOrEqualTo(answer.waits().p95());
  }
}
