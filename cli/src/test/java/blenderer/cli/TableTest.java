package blenderer.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import org.junit.jupiter.api.Test;

final class TableTest {

  private static String print(int width, boolean colour) {
    StringWriter text = new StringWriter();
    PrintWriter out = new PrintWriter(text);
    Table.of("ID", "~NAME", ">DONE", "STATE")
        .row("01ab", "a rather long name of a shot", "3/20", "running")
        .row("01cd", "日本語", "120/120", "done")
        .row("01ef", "evil\033[31m\nname", null, "failed")
        .print(out, width, colour);
    out.flush();
    return text.toString();
  }

  @Test
  void columns_are_aligned_also_with_wide_letters_and_without_control_characters() {
    assertThat(print(80, false))
        .isEqualTo(
            """
            ID    NAME                             DONE  STATE
            01ab  a rather long name of a shot     3/20  running
            01cd  日本語                        120/120  done
            01ef  evil[31m name                          failed
            """);
  }

  @Test
  void a_narrow_terminal_cuts_names_and_nothing_else() {
    assertThat(print(34, false))
        .isEqualTo(
            """
            ID    NAME           DONE  STATE
            01ab  a rather …     3/20  running
            01cd  日本語      120/120  done
            01ef  evil[31m …           failed
            """);
  }

  @Test
  void colour_is_only_in_the_header_and_only_if_wanted() {
    assertThat(print(80, true)).startsWith("\033[1mID ");
    assertThat(print(80, false)).doesNotContain("\033");
  }

  @Test
  void sizes_and_times_read_well() {
    assertThat(Texts.bytes(999)).isEqualTo("999 B");
    assertThat(Texts.bytes(999_999)).isEqualTo("1.0 MB");
    assertThat(Texts.bytes(12_345_678)).isEqualTo("12.3 MB");
    assertThat(Texts.time(Duration.ofSeconds(65))).isEqualTo("1:05");
    assertThat(Texts.time(Duration.ofSeconds(7265))).isEqualTo("2:01:05");
  }
}
