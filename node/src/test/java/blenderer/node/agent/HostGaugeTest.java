package blenderer.node.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class HostGaugeTest {

  @Test
  void load_and_memory_are_read_as_the_kernel_writes_them() {
    assertThat(HostGauge.load("12.88 10.90 8.39 14/812 28880\n")).isEqualTo(12.88);
    assertThat(HostGauge.free("MemTotal: 100 kB\nMemFree: 1 kB\nMemAvailable:   2048 kB\n"))
        .isEqualTo(2L << 20);
    assertThatThrownBy(() -> HostGauge.free("MemTotal: 1 kB\n"))
        .isInstanceOf(NumberFormatException.class);
  }
}
