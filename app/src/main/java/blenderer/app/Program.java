package blenderer.app;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** The command line as a function: arguments in, exit code out. */
public final class Program {
  private Program() {}

  /** Runs one command with the process's own streams and answers its {@link Exit} code. */
  public static int run(String... args) {
    return run(
        new PrintWriter(System.out, true, StandardCharsets.UTF_8),
        new PrintWriter(System.err, true, StandardCharsets.UTF_8),
        args);
  }

  /** Like {@link #run(String...)}, with the output going elsewhere. */
  public static int run(PrintWriter out, PrintWriter err, String... args) {
    return run(Commands.all(), out, err, args);
  }

  static int run(
      Map<String, Supplier<Object>> commands, PrintWriter out, PrintWriter err, String... args) {
    CommandLine line = new CommandLine(new TopCommand());
    String first = args.length == 0 ? "" : args[0];
    if (commands.containsKey(first)) {
      line.addSubcommand(first, commands.get(first).get());
    } else {
      commands.forEach((name, command) -> line.addSubcommand(name, command.get()));
    }
    // Sets what every subcommand added so far inherits, so it comes after them.
    line.setOut(out);
    line.setErr(err);
    line.setParameterExceptionHandler(Program::explainWrongUse);
    line.setExecutionExceptionHandler(
        (fault, command, parsed) -> explainFault(fault, command.getErr()));
    if (args.length == 0) {
      line.usage(out);
      return Exit.WRONG_USE;
    }
    return line.execute(args);
  }

  private static int explainWrongUse(ParameterException wrong, String[] args) {
    CommandLine command = wrong.getCommandLine();
    PrintWriter err = command.getErr();
    boolean top = command.getParent() == null;
    String message = wrong.getMessage();
    if (top && args.length > 0 && !args[0].startsWith("-")) {
      message = "There is no command '" + args[0] + "'.";
    }
    err.println("error [wrong-use] " + (message == null ? "This cannot be understood." : message));
    if (top) {
      UnmatchedArgumentException.printSuggestions(wrong, err);
    }
    String help = top ? "blenderer --help" : command.getCommandSpec().qualifiedName() + " --help";
    err.println("  next: See '" + help + "'.");
    return Exit.WRONG_USE;
  }

  /** Commands explain what people can mend themselves, so whatever arrives here is our mistake. */
  private static int explainFault(Exception fault, PrintWriter err) {
    err.println("error [internal-fault] This is a mistake in Blenderer: " + fault);
    if (System.getenv("BLENDERER_DEBUG") == null) {
      err.println(
          "  next: Run it again with BLENDERER_DEBUG=1 to see where, and please report that.");
    } else {
      fault.printStackTrace(err);
    }
    return Exit.FAILED;
  }
}
