package blenderer.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TermsOptionsTest {

  private final Clock clock =
      Clock.fixed(Instant.parse("2026-11-26T15:30:00Z"), ZoneId.of("Europe/Vienna"));

  @ParameterizedTest
  @CsvSource({
    "18:30,2026-11-26T17:30:00Z",
    "16:00,2026-11-27T15:00:00Z",
    "2026-12-01T08:00,2026-12-01T07:00:00Z",
    "2026-12-01T08:00:00Z,2026-12-01T08:00:00Z",
    "+90m,2026-11-26T17:00:00Z",
    "+2d,2026-11-28T15:30:00Z"
  })
  void times_are_those_of_this_computer(String when, String expected) {
    assertThat(TermsOptions.millis(when, clock)).isEqualTo(Instant.parse(expected).toEpochMilli());
  }

  @Test
  void now_takes_a_time_back() {
    assertThat(TermsOptions.millis("now", clock)).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"soon", "25:00", "+2", "2026-13-01T08:00", ""})
  void what_is_no_time_is_refused_with_examples(String when) {
    assertThatThrownBy(() -> TermsOptions.millis(when, clock))
        .isInstanceOf(CommandFailure.class)
        .hasMessageContaining("is no time");
  }
}
