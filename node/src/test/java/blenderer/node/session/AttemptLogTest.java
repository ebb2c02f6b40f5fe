package blenderer.node.session;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AttemptLogTest {

  @TempDir Path folder;

  @Test
  void a_short_log_is_kept_whole() throws Exception {
    AttemptLog log = new AttemptLog(folder.resolve("log"), 4096);
    log.line("one");
    log.line("zwei ä");
    log.close();
    log.line("too late");
    assertThat(log.file()).hasContent("one\nzwei ä\n");
  }

  @Test
  void a_long_log_keeps_head_and_tail_within_the_bound() throws Exception {
    AttemptLog log = new AttemptLog(folder.resolve("log"), 4096);
    for (int i = 0; i < 10_000; i++) {
      log.line("line " + i);
    }
    log.close();
    log.close();
    List<String> lines = Files.readAllLines(log.file());
    assertThat(lines).startsWith("line 0", "line 1").endsWith("line 9998", "line 9999");
    assertThat(lines).anyMatch(line -> line.matches("… \\d+ bytes were left out here …"));
    assertThat(Files.size(log.file())).isLessThanOrEqualTo(4096).isGreaterThan(3500);
  }

  @Test
  void a_single_line_longer_than_the_bound_is_left_out() throws Exception {
    AttemptLog log = new AttemptLog(folder.resolve("log"), 1000);
    log.line("x".repeat(5000));
    log.line("end");
    log.close();
    assertThat(log.file()).hasContent("… 5001 bytes were left out here …\nend\n");
  }

  private static String text(AttemptLog.Part part) {
    return new String(part.bytes(), UTF_8);
  }

  @Test
  void what_came_after_a_place_can_be_read_while_it_grows() throws Exception {
    AttemptLog log = new AttemptLog(folder.resolve("log"), 4096);
    log.line("one");
    log.line("zwei ä");
    AttemptLog.Part first = log.after(0, 1000);
    assertThat(text(first)).isEqualTo("one\nzwei ä\n");
    long next = first.from() + first.bytes().length;
    assertThat(log.after(next, 1000).bytes()).isEmpty();
    log.line("three");
    assertThat(log.after(next, 1000)).extracting(AttemptLogTest::text).isEqualTo("three\n");
    log.close();
    assertThat(log.after(0, 1000).bytes()).isEmpty();
  }

  @Test
  void of_what_is_too_much_the_newest_whole_lines_are_read() throws Exception {
    AttemptLog log = new AttemptLog(folder.resolve("log"), 4096);
    for (int i = 0; i < 200; i++) {
      log.line("line " + i); // within the head
    }
    AttemptLog.Part newest = log.after(0, 25);
    assertThat(text(newest)).isEqualTo("line 198\nline 199\n");
    for (int i = 200; i < 10_000; i++) {
      log.line("line " + i); // beyond it
    }
    AttemptLog.Part later = log.after(newest.from() + 18, 1 << 20);
    assertThat(text(later)).endsWith("\nline 9998\nline 9999\n").startsWith("line ");
    assertThat(text(later).lines().toList().getFirst()).isNotEqualTo("line 200");
    log.line("end");
    assertThat(log.after(later.from() + later.bytes().length, 1 << 20))
        .extracting(AttemptLogTest::text)
        .isEqualTo("end\n");
  }
}
