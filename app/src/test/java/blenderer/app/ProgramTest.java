package blenderer.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Map;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

final class ProgramTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Test
  void version_is_one_line_with_the_name() {
    assertThat(run("version")).isEqualTo(Exit.DONE);
    assertThat(out.toString()).startsWith("blenderer ").hasLineCount(1);
    assertThat(err.toString()).isEmpty();
  }

  @Test
  void help_names_every_command_and_the_exit_codes() {
    assertThat(run("--help")).isEqualTo(Exit.DONE);
    assertThat(out.toString()).contains(Commands.all().keySet()).contains("Exit codes: 0 done");
  }

  @Test
  void every_command_has_help_with_a_description() {
    for (String name : Commands.all().keySet()) {
      out.getBuffer().setLength(0);
      assertThat(run(name, "--help")).as(name).isEqualTo(Exit.DONE);
      assertThat(out.toString()).as(name).contains("blenderer " + name, "--help");
    }
  }

  @Test
  void no_command_shows_the_help_and_is_wrong_use() {
    assertThat(run()).isEqualTo(Exit.WRONG_USE);
    assertThat(out.toString()).contains("Commands:");
  }

  @Test
  void an_unknown_command_is_named_and_the_way_to_help_is_shown() {
    assertThat(run("rendr")).isEqualTo(Exit.WRONG_USE);
    assertThat(err.toString())
        .contains("There is no command 'rendr'.")
        .contains("'blenderer --help'");
    assertThat(out.toString()).isEmpty();
  }

  @Test
  void an_unknown_option_is_named_with_the_help_of_its_command() {
    assertThat(run("version", "--loud")).isEqualTo(Exit.WRONG_USE);
    assertThat(err.toString()).contains("'--loud'").contains("'blenderer version --help'");
  }

  @Test
  void a_mistake_of_ours_is_called_one_and_shows_no_stack_trace() {
    Map<String, Supplier<Object>> commands = Map.of("broken", Broken::new);
    int code =
        Program.run(commands, new PrintWriter(out, true), new PrintWriter(err, true), "broken");
    assertThat(code).isEqualTo(Exit.FAILED);
    assertThat(err.toString())
        .contains("internal-fault")
        .contains("the cat ate it")
        .doesNotContain("\tat ");
  }

  @Test
  void a_value_that_is_no_number_is_wrong_use() {
    Map<String, Supplier<Object>> commands = Map.of("broken", Broken::new);
    int code =
        Program.run(
            commands, new PrintWriter(out, true), new PrintWriter(err, true), "broken", "-n", "x");
    assertThat(code).isEqualTo(Exit.WRONG_USE);
    assertThat(err.toString()).contains("'x'");
  }

  private int run(String... args) {
    return Program.run(new PrintWriter(out, true), new PrintWriter(err, true), args);
  }

  @Command(name = "broken")
  static final class Broken implements Runnable {
    @Option(names = "-n")
    private int number;

    @Override
    public void run() {
      throw new IllegalStateException("the cat ate it " + number);
    }
  }
}
