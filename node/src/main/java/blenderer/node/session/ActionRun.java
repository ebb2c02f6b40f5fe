package blenderer.node.session;

import blenderer.node.os.ProcessControl;
import blenderer.node.os.RunningAction;
import blenderer.openjd.Action;
import blenderer.openjd.Directive;
import blenderer.openjd.OutputDirectives;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Runs a session's actions, one at a time, and reads what they print. */
final class ActionRun implements AutoCloseable {

  /** How soon a cancellation or a timeout is noticed; the end of an action is noticed at once. */
  private static final Duration TICK = Duration.ofMillis(50);

  /** {@code openjd_fail: [code] sentence}. */
  private static final Pattern CODED = Pattern.compile("\\[([a-z0-9-]{1,64})] (.*)");

  /** How wanted the end of the action under way is. */
  private enum Stop {
    NO,
    ASKED,
    AT_ONCE
  }

  private final ProcessControl control;
  private final SessionFolder folder;
  private final Variables variables;
  private final Redaction redaction = new Redaction();
  private final PrintedLines printed;
  private volatile Stop stop = Stop.NO;

  /** The action that prints now, for the reading thread. */
  private volatile @Nullable Heard heard;

  ActionRun(ProcessControl control, SessionFolder folder, Variables variables) throws IOException {
    this.control = control;
    this.folder = folder;
    this.variables = variables;
    this.printed = new PrintedLines(folder.printed(), this::line);
  }

  /** What one action has said of itself. Written by the reading thread, read after a drain. */
  private static final class Heard {
    final SessionListener listener;
    final boolean mayChange;
    volatile @Nullable String fail;
    volatile @Nullable String malformed;
    volatile @Nullable RuntimeException broken;

    Heard(SessionListener listener, boolean mayChange) {
      this.listener = listener;
      this.mayChange = mayChange;
    }
  }

  private void line(String line, boolean whole) {
    Heard now = heard;
    Directive directive = whole ? OutputDirectives.parse(line).orElse(null) : null;
    if (directive instanceof Directive.SetVariable(String _, String value, boolean hide) && hide) {
      redaction.hide(value);
    }
    if (now == null || now.broken != null) {
      return;
    }
    try {
      now.listener.line(redaction.apply(line));
      if (directive != null) {
        obey(directive, now);
      }
    } catch (RuntimeException e) {
      now.broken = e;
    }
  }

  private void obey(Directive directive, Heard now) {
    switch (directive) {
      case Directive.SetVariable(String name, String value, boolean _) -> {
        if (now.mayChange) {
          variables.set(name, value);
        }
      }
      case Directive.UnsetVariable(String name) -> {
        if (now.mayChange) {
          variables.unset(name);
        }
      }
      case Directive.Fail(String message) -> now.fail = message;
      case Directive.Malformed(String message, boolean failsAction) -> {
        if (failsAction) {
          now.malformed = message;
        }
      }
      case Directive.Progress progress -> now.listener.told(progress);
      case Directive.Status status -> now.listener.told(status);
      case Directive.Done done -> now.listener.told(done);
      case Directive.Frame frame -> now.listener.told(frame);
    }
  }

  /**
   * Runs one action to its end.
   *
   * @param mayChange whether it may change variables
   */
  ActionEnd run(Action.Resolved action, SessionListener listener, boolean mayChange)
      throws InterruptedException, IOException {
    if (stop != Stop.NO) {
      return new ActionEnd.Cancelled();
    }
    Heard now = new Heard(listener, mayChange);
    heard = now;
    try {
      RunningAction running =
          control.start(
              new ProcessControl.Command(
                  action.commandLine(), variables.now(), folder.root(), folder.printed()));
      try {
        End end = await(running, action);
        printed.drain();
        return judge(end, action, now);
      } finally {
        running.kill();
      }
    } finally {
      heard = null;
    }
  }

  /** How the process ended. */
  private record End(int exitCode, boolean cancelled, boolean timedOut) {}

  private End await(RunningAction running, Action.Resolved action)
      throws InterruptedException, IOException {
    Duration timeout = action.timeout();
    long begun = System.nanoTime();
    while (true) {
      OptionalInt exit = running.await(TICK);
      if (exit.isPresent()) {
        return new End(exit.getAsInt(), stop != Stop.NO, false);
      }
      boolean late = timeout != null && System.nanoTime() - begun > timeout.toNanos();
      if (late || stop != Stop.NO) {
        int code = end(running, action.cancelation());
        return new End(code, !late, late);
      }
    }
  }

  private int end(RunningAction running, Action.Cancelation how)
      throws InterruptedException, IOException {
    if (how instanceof Action.Cancelation.NotifyThenTerminate(Duration period)
        && stop != Stop.AT_ONCE) {
      Instant kill = Clock.systemUTC().instant().plus(period);
      Files.writeString(
          folder.root().resolve("cancel_info.json"),
          "{\"NotifyEnd\":\"" + kill.truncatedTo(ChronoUnit.SECONDS) + "\"}\n");
      running.terminate();
      long deadline = System.nanoTime() + period.toNanos();
      while (stop != Stop.AT_ONCE && System.nanoTime() < deadline) {
        OptionalInt exit = running.await(TICK);
        if (exit.isPresent()) {
          return exit.getAsInt();
        }
      }
    }
    running.kill();
    return running.await(Duration.ofSeconds(10)).orElse(137);
  }

  private static ActionEnd judge(End end, Action.Resolved action, Heard now) {
    RuntimeException broken = now.broken;
    if (broken != null) {
      throw broken;
    }
    if (end.cancelled()) {
      return new ActionEnd.Cancelled();
    }
    Duration timeout = action.timeout();
    if (end.timedOut() && timeout != null) {
      return new ActionEnd.Failed(
          "timeout", "The command took longer than the " + timeout.toSeconds() + " s it may take.");
    }
    String malformed = now.malformed;
    if (malformed != null) {
      return new ActionEnd.Failed(
          "bad-directive",
          "The command printed a line to the node that it"
              + " does not understand: "
              + malformed
              + ".");
    }
    String fail = now.fail;
    if (fail != null) {
      Matcher coded = CODED.matcher(fail);
      return coded.matches()
          ? new ActionEnd.Failed(coded.group(1), sentence(coded.group(2)))
          : new ActionEnd.Failed("action-failed", sentence(fail));
    }
    if (end.exitCode() == 0) {
      return new ActionEnd.Succeeded();
    }
    String command = action.commandLine().getFirst();
    return end.exitCode() == 127
        ? new ActionEnd.Failed(
            "command-not-found", "The command '" + command + "' is not on this node.")
        : new ActionEnd.Failed(
            "action-failed",
            "The command '" + command + "' ended with exit code " + end.exitCode() + ".");
  }

  private static String sentence(String text) {
    String clean = text.strip();
    return clean.isEmpty() || clean.endsWith(".") ? clean : clean + ".";
  }

  void cancel(boolean atOnce) {
    if (stop != Stop.AT_ONCE) {
      stop = atOnce ? Stop.AT_ONCE : Stop.ASKED;
    }
  }

  /** After a cancellation, environments are left all the same. */
  void allowExits() {
    stop = Stop.NO;
  }

  @Override
  public void close() {
    printed.close();
  }
}
