package blenderer.openjd;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A command (§5). Exit code 0 is success; nothing reads the arguments as a shell would.
 *
 * @param command looked up on the session's own PATH
 * @param timeout null: none. An environment's {@code onExit} always has one.
 */
public record Action(
    FormatString command,
    List<FormatString> args,
    @Nullable Duration timeout,
    Cancelation cancelation) {

  public Action {
    args = List.copyOf(args);
  }

  /** How a running action is ended early. */
  public sealed interface Cancelation {
    /** Kill the whole process tree at once. */
    record Terminate() implements Cancelation {}

    /**
     * Ask first, kill when {@code notifyPeriod} is over.
     *
     * @param notifyPeriod at least a second
     */
    record NotifyThenTerminate(Duration notifyPeriod) implements Cancelation {}
  }

  /**
   * An action without references.
   *
   * @param commandLine the command, then its arguments
   * @param timeout null: none
   */
  public record Resolved(
      List<String> commandLine, @Nullable Duration timeout, Cancelation cancelation) {
    public Resolved {
      commandLine = List.copyOf(commandLine);
    }
  }

  /**
   * Puts values in.
   *
   * @throws IllegalArgumentException naming a reference that {@code symbols} lacks, or saying that
   *     the command came out empty
   */
  public Resolved resolve(Map<String, String> symbols) {
    List<String> line = new ArrayList<>();
    line.add(command.resolve(symbols));
    if (line.getFirst().isEmpty()) {
      throw new IllegalArgumentException("the command '" + command + "' came out empty");
    }
    for (FormatString arg : args) {
      line.add(arg.resolve(symbols));
    }
    return new Resolved(line, timeout, cancelation);
  }
}
