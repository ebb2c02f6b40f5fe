package blenderer.openjd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DocumentsTest {

  private static Map<String, String> values(String text) {
    return Documents.values(text.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void values_keep_the_digits_they_were_written_with() {
    assertThat(values("{A: 1.50, B: 7, C: '007', D: true, E: a b}"))
        .isEqualTo(Map.of("A", "1.50", "B", "7", "C", "007", "D", "true", "E", "a b"));
    assertThat(values("{\"A\":\n\t1e3}")).isEqualTo(Map.of("A", "1e3"));
  }

  @Test
  void lists_become_json() {
    assertThat(values("L: [1, two, \"a\\\"b\", [true, 0o17], 'x\\y']\nO: {}"))
        .isEqualTo(Map.of("L", "[1, \"two\", \"a\\\"b\", [true, 15], \"x\\\\y\"]", "O", "{}"));
  }

  @Test
  void a_document_that_names_no_parameters_is_refused() {
    assertThatThrownBy(() -> values("[1, 2]")).hasMessageContaining("it is no object");
    assertThatThrownBy(() -> values("A: ~")).hasMessage("the parameter 'A' has no value in it");
    assertThatThrownBy(() -> values("a: b: c")).isInstanceOf(IllegalArgumentException.class);
  }
}
