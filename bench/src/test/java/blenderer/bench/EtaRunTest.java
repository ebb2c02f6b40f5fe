package blenderer.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class EtaRunTest {

  @Test
  void range_of_eight_in_ten_holds_the_truth_about_that_often() {
    int all = 0;
    int held = 0;
    for (long seed = 20_001; seed <= 20_200; seed++) {
      for (EtaRun.Seen seen : new EtaRun(seed).run()) {
        if (seen.done() == 1) {
          all++;
          held += seen.holds() ? 1 : 0;
        }
      }
    }
    assertThat(all).isEqualTo(200);
    assertThat(held / 200.0).isBetween(0.7, 0.9);
  }
}
