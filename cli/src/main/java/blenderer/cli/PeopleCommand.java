package blenderer.cli;

import blenderer.api.ConnectionString;
import blenderer.api.FarmClient;
import blenderer.api.FarmException;
import blenderer.api.Json;
import blenderer.submit.SubmitException;
import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * What the commands have in common: how they find the server, print, and explain what went wrong.
 * An error is {@code error [code] sentence} and {@code next: …} on the error stream, and an exit
 * code.
 */
@Command(
    usageHelpAutoWidth = false,
    sortOptions = false,
    descriptionHeading = "%n",
    parameterListHeading = "%n",
    optionListHeading = "%n",
    footerHeading = "%n")
abstract class PeopleCommand implements Callable<Integer> {

  final Surroundings around;

  @Spec CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--connect",
      paramLabel = "STRING|FILE|-",
      order = 90,
      description =
          "The server: a connection string, a file that holds one, or - for the input. Otherwise"
              + " BLENDERER_CONNECT, otherwise the saved login.")
  @Nullable String connect;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      order = 92,
      description = "Show this help.")
  boolean help;

  @Option(names = "--json", order = 91, description = "Print one JSON value.")
  boolean json;

  PeopleCommand(Surroundings around) {
    this.around = around;
  }

  /**
   * Does the work.
   *
   * @return the exit code
   */
  abstract int run();

  @Override
  public final Integer call() {
    try {
      return run();
    } catch (CommandFailure e) {
      return explain(e.exit, e.code, String.valueOf(e.getMessage()), e.next, List.of());
    } catch (SubmitException e) {
      return explain(ExitCode.of(e), e.code(), e.sentence(), e.next(), e.details());
    } catch (FarmException e) {
      return explain(ExitCode.of(e), e.code(), e.sentence(), e.next(), List.of());
    } finally {
      out().flush();
      err().flush();
    }
  }

  private int explain(int exit, String code, String sentence, String next, List<String> details) {
    String label = around.colour() ? "\033[31merror\033[0m" : "error";
    err().println(label + " [" + code + "] " + Texts.clean(sentence));
    details.forEach(line -> err().println("  " + Texts.clean(line)));
    if (!next.isEmpty()) {
      err().println("  next: " + Texts.clean(next));
    }
    return exit;
  }

  PrintWriter out() {
    return spec.commandLine().getOut();
  }

  PrintWriter err() {
    return spec.commandLine().getErr();
  }

  /** Prints a table, or {@code none} when it has no rows. */
  void print(Table table, String none) {
    if (table.isEmpty()) {
      out().println(none);
    } else {
      table.print(out(), around.width().getAsInt(), around.colour());
    }
  }

  /** Prints a value as JSON on one line. */
  void printJson(Object value) {
    try {
      out().println(Json.mapper().writeValueAsString(value));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("wire records can be written as JSON", e);
    }
  }

  /**
   * Where the server is.
   *
   * @throws CommandFailure {@code no-server} when nobody said
   */
  ConnectionString connection() {
    String named = connect == null ? around.variable("BLENDERER_CONNECT") : connect;
    if (!named.isEmpty()) {
      return ConnectionString.read(named, around.stdin());
    }
    return new SavedLogin(around)
        .load()
        .orElseThrow(
            () ->
                new CommandFailure(
                    ExitCode.WRONG_USE,
                    "no-server",
                    "Nobody said which server to use.",
                    "Log in once with 'blenderer login STRING', or use --connect."));
  }

  /** A client for the server; to be closed. */
  FarmClient client() {
    ConnectionString connection = connection();
    if (connection.isInvite()) {
      throw new CommandFailure(
          ExitCode.WRONG_USE,
          "invite-not-key",
          "The connection string holds an invite, which only opens the door once.",
          "Use it with 'blenderer login' first.");
    }
    return new FarmClient(connection);
  }
}
