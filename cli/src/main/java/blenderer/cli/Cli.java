package blenderer.cli;

import java.io.PrintWriter;
import java.util.Map;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParameterException;

/** People's commands as a function: arguments in, exit code out. For tests and other programs. */
public final class Cli {

  @Command(name = "blenderer", description = "People's commands of a render farm.")
  private static final class Top {}

  private Cli() {}

  /** Runs one command outside of any terminal. */
  public static int run(
      String[] args, PrintWriter out, PrintWriter err, Map<String, String> environment) {
    return run(args, out, err, Surroundings.plain(environment));
  }

  /** Runs one command and answers its exit code. */
  public static int run(String[] args, PrintWriter out, PrintWriter err, Surroundings around) {
    CommandLine line = new CommandLine(new Top());
    Map<String, Supplier<Object>> commands = PeopleCommands.all(around);
    String first = args.length == 0 ? "" : args[0];
    commands.forEach(
        (name, command) -> {
          if (!commands.containsKey(first) || name.equals(first)) {
            line.addSubcommand(name, command.get());
          }
        });
    line.setOut(out);
    line.setErr(err);
    line.setParameterExceptionHandler(Cli::explainWrongUse);
    return line.execute(args);
  }

  private static int explainWrongUse(ParameterException wrong, String[] args) {
    CommandLine command = wrong.getCommandLine();
    PrintWriter err = command.getErr();
    err.println("error [wrong-use] " + wrong.getMessage());
    err.println("  next: See '" + command.getCommandSpec().qualifiedName() + " --help'.");
    err.flush();
    return ExitCode.WRONG_USE;
  }
}
