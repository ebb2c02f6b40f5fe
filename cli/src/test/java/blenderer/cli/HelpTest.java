package blenderer.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

final class HelpTest {

  /** After a change that is meant, copy {@code target/help.txt} over {@code help.txt} here. */
  @Test
  void help_of_every_command_is_as_agreed() throws IOException {
    StringBuilder all = new StringBuilder();
    for (String name : PeopleCommands.all(Surroundings.plain(Map.of())).keySet()) {
      StringWriter text = new StringWriter();
      int exit =
          Cli.run(
              new String[] {name, "--help"},
              new PrintWriter(text),
              new PrintWriter(text),
              Map.of());
      assertThat(exit).isZero();
      all.append("$ blenderer ").append(name).append(" --help\n").append(text).append('\n');
    }
    Path actual = Files.createDirectories(Path.of("target")).resolve("help.txt");
    Files.writeString(actual, all);
    try (InputStream agreed =
        Objects.requireNonNull(HelpTest.class.getResourceAsStream("/help.txt"), "help.txt")) {
      assertThat(all.toString())
          .isEqualTo(new String(agreed.readAllBytes(), StandardCharsets.UTF_8));
    }
  }
}
