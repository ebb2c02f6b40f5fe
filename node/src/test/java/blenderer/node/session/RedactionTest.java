package blenderer.node.session;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RedactionTest {

  private final Redaction redaction = new Redaction();

  @Test
  void a_secret_is_hidden_wherever_it_stands() {
    redaction.hide("hush");
    assertThat(redaction.apply("hush, a hushed hush")).isEqualTo("********, a ********ed ********");
  }

  @Test
  void secrets_that_overlap_leave_no_rest_of_each_other() {
    redaction.hide("abcd");
    redaction.hide("cdef");
    assertThat(redaction.apply("-abcdef-")).isEqualTo("-********-");
  }

  @Test
  void each_line_of_a_secret_is_hidden_by_itself() {
    redaction.hide("first\nsecond\n\nlast");
    assertThat(redaction.apply("first")).isEqualTo("********");
    assertThat(redaction.apply("x second y last")).isEqualTo("x ******** y ********");
    assertThat(redaction.apply("")).isEmpty();
  }

  @Test
  void the_line_that_tells_a_secret_shows_its_name_only() {
    assertThat(redaction.line("openjd_redacted_env: KEY=a b=c"))
        .isEqualTo("openjd_redacted_env: KEY=********");
    assertThat(redaction.line("openjd_redacted_env: \"KEY=say \\\"hush\\\"\\nnow\""))
        .isEqualTo("openjd_redacted_env: \"KEY=********");
  }

  @Test
  void a_line_that_was_meant_to_tell_a_secret_hides_it_too() {
    for (String line :
        new String[] {
          "openjd_redacted_env: 1KEY=hush",
          "OPENJD_REDACTED_ENV: KEY=hush",
          "openjd_redacted_env:KEY=hush",
          "  openjd_redacted_env KEY=hush",
          "openjd_redacted_env: {\"KEY\": \"hush\"}",
        }) {
      assertThat(redaction.line(line)).as(line).contains("********").doesNotContain("hush");
    }
    assertThat(redaction.line("openjd_redacted_environment: hello"))
        .isEqualTo("openjd_redacted_environment: hello");
  }
}
