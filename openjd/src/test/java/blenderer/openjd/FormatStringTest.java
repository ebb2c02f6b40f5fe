package blenderer.openjd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class FormatStringTest {

  @Test
  void references_are_replaced_and_the_rest_stays() {
    FormatString text = FormatString.parse("a {{ Param.X }}{{Task.Param.Y}} {b} }");

    assertThat(text.references()).containsExactly("Param.X", "Task.Param.Y");
    assertThat(text.resolve(Symbols.of(Map.of("Param.X", "1", "Task.Param.Y", "2"))))
        .isEqualTo("a 12 {b} }");
  }

  @Test
  void a_value_with_braces_is_not_read_again() {
    FormatString text = FormatString.parse("{{Param.X}}");

    assertThat(text.resolve(Symbols.of(Map.of("Param.X", "{{Param.X}}")))).isEqualTo("{{Param.X}}");
  }

  @Test
  void a_missing_value_is_named() {
    FormatString text = FormatString.parse("{{Param.X}}");

    assertThatThrownBy(() -> text.resolve(Symbols.of(Map.of())))
        .hasMessage("'Param.X' has no value here");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{{",
        "}}",
        "{{}}",
        "{{ }}",
        "{{Param.X",
        "Param.X}}",
        "}} {{",
        "{{Param.}}",
        "{{.X}}",
        "{{Param.X + 1}}",
        "{{Param X}}",
        "{{1X}}",
        "{{{{Param.X}}}}",
        "{{Param.X}} }}",
        "{{Param-X}}"
      })
  void braces_that_hold_no_name_are_refused(String text) {
    assertThatThrownBy(() -> FormatString.parse(text)).isInstanceOf(IllegalArgumentException.class);
  }
}
