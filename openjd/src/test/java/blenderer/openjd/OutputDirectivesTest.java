package blenderer.openjd;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class OutputDirectivesTest {

  private static Directive only(String line) {
    return OutputDirectives.parse(line).orElseThrow();
  }

  @Test
  void every_directive_is_understood() {
    assertThat(only("openjd_progress: 45.5")).isEqualTo(new Directive.Progress(45.5));
    assertThat(only("openjd_progress: 120")).isEqualTo(new Directive.Progress(100));
    assertThat(only("openjd_status: a: b ")).isEqualTo(new Directive.Status("a: b "));
    assertThat(only("openjd_fail: why")).isEqualTo(new Directive.Fail("why"));
    assertThat(only("openjd_env: A=b=c d"))
        .isEqualTo(new Directive.SetVariable("A", "b=c d", false));
    assertThat(only("openjd_env: A=")).isEqualTo(new Directive.SetVariable("A", "", false));
    assertThat(only("openjd_env: \"A=b\\nc\""))
        .isEqualTo(new Directive.SetVariable("A", "b\nc", false));
    assertThat(only("openjd_redacted_env: KEY=secret"))
        .isEqualTo(new Directive.SetVariable("KEY", "secret", true));
    assertThat(only("openjd_unset_env: A")).isEqualTo(new Directive.UnsetVariable("A"));
    assertThat(only("blenderer_done: -7 [\"a/f_0007.png\", \"\\u00e9\"]"))
        .isEqualTo(new Directive.Done(-7, List.of("a/f_0007.png", "é")));
    assertThat(only("blenderer_done: 7 []")).isEqualTo(new Directive.Done(7, List.of()));
    assertThat(only("blenderer_frame: 7 12.5 3.25 812"))
        .isEqualTo(new Directive.Frame(7, 12.5, OptionalDouble.of(3.25), 812));
    assertThat(only("blenderer_frame: 7 0 - 0"))
        .isEqualTo(new Directive.Frame(7, 0, OptionalDouble.empty(), 0));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "openjd_env: A",
        "openjd_env: 1A=b",
        "openjd_env:A=b",
        "openjd_env A=b",
        "OPENJD_ENV: A=b",
        " openjd_env: A=b",
        "openjd_env : A=b",
        "openjd_env",
        "openjd_env: \"A=b",
        "openjd_env: =b",
        "openjd_unset_env: A B",
        "openjd_unset_env:",
        "openjd_redacted_env:A=b",
        "openjd_redacted_env: secret",
        "blenderer_done: 7",
        "blenderer_done: 7 [1]",
        "blenderer_done: x []",
        "blenderer_done: 7 [\"a\"",
        "blenderer_done:7 []",
        "blenderer_done: 7 {}",
        "blenderer_done: 7 [\"a\"] x",
        "blenderer_done: 99999999999999999999 []"
      })
  void a_lost_variable_or_result_fails_the_action(String line) {
    assertThat(only(line))
        .isInstanceOfSatisfying(
            Directive.Malformed.class, malformed -> assertThat(malformed.failsAction()).isTrue());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "openjd_progress: much", "openjd_progress: -1", "openjd_progress: NaN",
        "openjd_progress: 1e9", "blenderer_frame: 7 12", "blenderer_frame: a 1 2 3",
        "blenderer_frame: 7 1 2 3 4"
      })
  void a_lost_progress_does_no_harm(String line) {
    assertThat(only(line))
        .isInstanceOfSatisfying(
            Directive.Malformed.class, malformed -> assertThat(malformed.failsAction()).isFalse());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "Fra:1 Mem:2M",
        "say openjd_env: A=b",
        "openjd_environment: x",
        "openjd_progress 5",
        "openjd: x",
        "openjd_envelope",
        "blenderer_done_all: 7 []",
        "x blenderer_done: 7 []"
      })
  void other_lines_are_output(String line) {
    assertThat(OutputDirectives.parse(line)).isEmpty();
  }

  @Test
  void a_complaint_does_not_repeat_a_secret() {
    assertThat(only("openjd_redacted_env: hunter2").toString()).doesNotContain("hunter2");
    assertThat(only("openjd_redacted_env:A=hunter2").toString()).doesNotContain("hunter2");
  }

  @Test
  void what_a_renderer_knows_of_a_result_may_leave_out_anything_and_never_fails_an_action() {
    assertThat(
            OutputDirectives.parse(
                "blenderer_look: -4 {\"image\":\"a.exr\",\"shown\":\"s/a.png\",\"more\":[1],"
                    + "\"textures\":\"read\"}"))
        .contains(
            new Directive.Look(
                -4,
                Optional.of("a.exr"),
                Optional.of("s/a.png"),
                Optional.empty(),
                Optional.empty(),
                Optional.of("read")));
    for (String bad : List.of("x {}", "7", "7 []", "7 {", "{}")) {
      assertThat(OutputDirectives.parse("blenderer_look: " + bad))
          .containsInstanceOf(Directive.Malformed.class)
          .hasValueSatisfying(
              directive -> assertThat(((Directive.Malformed) directive).failsAction()).isFalse());
    }
  }
}
