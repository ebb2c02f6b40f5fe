package blenderer.node.session;

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
}
