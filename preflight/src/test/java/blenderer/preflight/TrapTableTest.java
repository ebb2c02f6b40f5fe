package blenderer.preflight;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The table of codes is the documented one: whoever changes one changes the other. */
final class TrapTableTest {

  private static String table() {
    StringBuilder table =
        new StringBuilder("| code | what it does | says | what to do |\n|---|---|---|---|\n");
    for (Trap trap : Trap.values()) {
      String does = trap.weight().word() + (trap.blocks() && trap.allowable() ? "; allowable" : "");
      table.append(
          "| `%s` | %s | %s | %s |\n".formatted(trap.code(), does, trap.sentence(), trap.next()));
    }
    return table.toString();
  }

  @Test
  void the_page_holds_the_table_as_it_is() throws IOException {
    assertThat(Files.readString(Path.of("../docs/preflight.md"))).contains(table());
  }

  @Test
  void every_text_is_a_sentence() {
    for (Trap trap : Trap.values()) {
      assertThat(trap.sentence()).as(trap.code()).endsWith(".");
      assertThat(trap.next()).as(trap.code()).endsWith(".");
      assertThat(trap.code()).matches("[a-z-]+");
    }
  }
}
