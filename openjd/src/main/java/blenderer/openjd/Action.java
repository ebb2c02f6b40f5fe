package blenderer.openjd;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A command (§5). Exit code 0 is success; nothing reads the arguments as a shell would.
 *
 * @param command looked up on the session's own PATH
 * @param timeout null: none. An environment's {@code onExit} always has one.
 * @param later durations that a template writes with references; a job's actions have none left
 */
public record Action(
    FormatString command,
    List<FormatString> args,
    @Nullable Duration timeout,
    Cancelation cancelation,
    Later later) {

  /** The longest time between asking and killing (§5.3.2). */
  static final int LONGEST_NOTIFY_SECONDS = 600;

  /** More than any system takes. */
  private static final int LONGEST_LINE = 4_000_000;

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
   * Durations in seconds that are known when a job is made (extension FEATURE_BUNDLE_1).
   *
   * @param timeout null: {@link Action#timeout} stands
   * @param notifyPeriod null: {@link Action#cancelation} stands
   */
  public record Later(@Nullable FormatString timeout, @Nullable FormatString notifyPeriod) {
    static final Later NOTHING = new Later(null, null);
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

  /** The action of a job: its durations are numbers. */
  Action forJob(Resolution resolution, String path) {
    Duration seconds = timeout;
    if (later.timeout() != null && !resolution.omits(later.timeout())) {
      seconds =
          resolution
              .whole(later.timeout(), 1, Integer.MAX_VALUE, path + "/timeout")
              .map(Duration::ofSeconds)
              .orElse(timeout);
    }
    Cancelation way = cancelation;
    if (later.notifyPeriod() != null && !resolution.omits(later.notifyPeriod())) {
      way =
          resolution
              .whole(
                  later.notifyPeriod(),
                  1,
                  LONGEST_NOTIFY_SECONDS,
                  path + "/cancelation/notifyPeriodInSeconds")
              .map(Duration::ofSeconds)
              .<Cancelation>map(Cancelation.NotifyThenTerminate::new)
              .orElse(cancelation);
    }
    return new Action(command, args, seconds, way, Later.NOTHING);
  }

  /**
   * Puts values in.
   *
   * @throws IllegalArgumentException naming a reference that {@code symbols} lacks, or saying that
   *     the command came out empty
   */
  public Resolved resolve(Symbols symbols) {
    List<String> line = new ArrayList<>();
    line.add(command.resolve(symbols));
    if (line.getFirst().isEmpty()) {
      throw new IllegalArgumentException("the command '" + command + "' came out empty");
    }
    long length = line.getFirst().length();
    for (FormatString arg : args) {
      for (String item : arg.resolveItem(symbols)) {
        line.add(item);
        length += item.length();
      }
      checkLength(length);
    }
    return new Resolved(line, timeout, cancelation);
  }

  private static void checkLength(long length) {
    if (length > LONGEST_LINE) {
      throw new IllegalArgumentException(
          "the command line has "
              + length
              + " characters, at most "
              + LONGEST_LINE
              + " are possible; put long texts into an embedded file");
    }
  }
}
