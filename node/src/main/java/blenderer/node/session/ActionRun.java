package blenderer.node.session;

import blenderer.model.Failure;
import blenderer.node.os.ProcessControl;
import blenderer.node.os.RunningAction;
import blenderer.openjd.Action;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Runs a session's actions, one at a time, and ends them when they must end. */
final class ActionRun implements AutoCloseable {

  /** How soon a cancellation or a timeout is noticed; the end of an action is noticed at once. */
  private static final Duration TICK = Duration.ofMillis(50);

  /** {@code openjd_fail: [code] sentence}. */
  private static final Pattern CODED = Pattern.compile("\\[([a-z0-9-]{1,64})] (.*)");

  /** The variable that tells the processes of one action from those of another. */
  private static final String ACTION_MARK = "BLENDERER_ACTION";

  private final ProcessControl control;
  private final SessionFolder folder;
  private final String sessionId;
  private final Variables variables;
  private final Hearing hearing;
  private final PrintedLines printed;
  private final Stopping stopping = new Stopping();
  private int begun;

  ActionRun(
      ProcessControl control,
      SessionFolder folder,
      String sessionId,
      Variables variables,
      boolean redactedVariables)
      throws IOException {
    this.control = control;
    this.folder = folder;
    this.sessionId = sessionId;
    this.variables = variables;
    this.hearing = new Hearing(variables, redactedVariables);
    this.printed = new PrintedLines(folder.printed(), hearing::line);
  }

  /**
   * Runs one action to its end.
   *
   * @param mayChange whether it may change variables
   */
  ActionEnd run(Action.Resolved action, SessionListener listener, boolean mayChange)
      throws InterruptedException, IOException {
    if (stopping.isWanted()) {
      return new ActionEnd.Cancelled();
    }
    begun++;
    ProcessControl.Mark mark = new ProcessControl.Mark(ACTION_MARK, begun + "@" + sessionId);
    Map<String, String> environment = new HashMap<>(variables.now());
    environment.put(mark.name(), mark.value());
    Hearing.Heard now = hearing.begin(listener, mayChange);
    try {
      RunningAction running =
          control.start(
              new ProcessControl.Command(
                  action.commandLine(), environment, folder.root(), folder.printed()));
      try {
        End end = await(running, action, mark, now);
        printed.drain();
        now.throwIfBroken();
        listener.ended(end.exitCode());
        Optional<Failure> breach = end.why() == Why.CANCELLED ? Optional.empty() : running.breach();
        return breach.isPresent()
            ? failed(breach.get().code(), breach.get().message())
            : judge(end, action, now);
      } finally {
        running.kill();
      }
    } finally {
      hearing.end();
    }
  }

  /** Why an action ended. */
  private enum Why {
    BY_ITSELF,
    CANCELLED,
    TIMEOUT,
    MALFORMED
  }

  private record End(int exitCode, Why why) {}

  private End await(
      RunningAction running, Action.Resolved action, ProcessControl.Mark mark, Hearing.Heard now)
      throws InterruptedException {
    Duration timeout = action.timeout();
    long start = System.nanoTime();
    while (true) {
      OptionalInt exit = running.await(TICK);
      if (exit.isPresent()) {
        return new End(exit.getAsInt(), stopping.isWanted() ? Why.CANCELLED : Why.BY_ITSELF);
      }
      boolean late = timeout != null && System.nanoTime() - start > timeout.toNanos();
      if (late || stopping.isWanted() || now.malformed() != null) {
        int code = end(running, action.cancelation(), mark);
        return new End(
            code, late ? Why.TIMEOUT : stopping.isWanted() ? Why.CANCELLED : Why.MALFORMED);
      }
    }
  }

  private int end(RunningAction running, Action.Cancelation how, ProcessControl.Mark mark)
      throws InterruptedException {
    if (how instanceof Action.Cancelation.NotifyThenTerminate(Duration period)) {
      askToEnd(running, period, mark);
    }
    running.kill();
    control.killMarked(mark);
    return running.await(Duration.ofSeconds(10)).orElse(137);
  }

  /** Returns when nothing of the action is left, or it has had its time. */
  private void askToEnd(RunningAction running, Duration period, ProcessControl.Mark mark)
      throws InterruptedException {
    long own = System.nanoTime() + period.toNanos();
    long told = own + 1;
    while (true) {
      long kill = stopping.killAt(own);
      long left = kill - System.nanoTime();
      if (left <= 0) {
        return;
      }
      if (kill != told) {
        tellEnd(Duration.ofNanos(left));
        running.terminate();
        told = kill;
      }
      Duration pause = left < TICK.toNanos() ? Duration.ofNanos(left) : TICK;
      if (running.await(pause).isPresent()) {
        // The leader may be a shell whose children still save their work.
        if (control.marked(mark).isEmpty()) {
          return;
        }
        Thread.sleep(pause);
      }
    }
  }

  /** Renamed into its place: actions see all of it, and a link that lies there is not followed. */
  private void tellEnd(Duration left) {
    String end = Clock.systemUTC().instant().plus(left).truncatedTo(ChronoUnit.SECONDS).toString();
    Path made = folder.control().resolve("cancel_info.json");
    try {
      Files.writeString(
          made,
          "{\"NotifyEnd\":\"" + end + "\"}\n",
          StandardOpenOption.CREATE,
          StandardOpenOption.TRUNCATE_EXISTING,
          StandardOpenOption.WRITE);
      Files.move(
          made,
          folder.root().resolve("cancel_info.json"),
          StandardCopyOption.ATOMIC_MOVE,
          StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      // The disk may be full; the signal says enough.
    }
  }

  private ActionEnd judge(End end, Action.Resolved action, Hearing.Heard now) {
    Duration timeout = action.timeout();
    switch (end.why()) {
      case CANCELLED -> {
        return new ActionEnd.Cancelled();
      }
      case TIMEOUT -> {
        long seconds = timeout == null ? 0 : timeout.toSeconds();
        return failed("timeout", "The command took longer than the " + seconds + " s it may take.");
      }
      case MALFORMED, BY_ITSELF -> {}
    }
    String malformed = now.malformed();
    if (malformed != null) {
      return failed(
          "bad-directive",
          "The command printed a line to the node that it does not understand: " + malformed + ".");
    }
    String fail = now.fail();
    if (fail != null) {
      Matcher coded = CODED.matcher(fail);
      return coded.matches()
          ? failed(coded.group(1), sentence(coded.group(2)))
          : failed("action-failed", sentence(fail));
    }
    if (end.exitCode() == 0) {
      return new ActionEnd.Succeeded();
    }
    String command = action.commandLine().getFirst();
    return end.exitCode() == 127
        ? failed("command-not-found", "The command '" + command + "' is not on this node.")
        : failed(
            "action-failed",
            "The command '" + command + "' ended with exit code " + end.exitCode() + ".");
  }

  private ActionEnd failed(String code, String message) {
    return new ActionEnd.Failed(code, hearing.redaction().apply(message));
  }

  private static String sentence(String text) {
    String clean = text.strip();
    return clean.isEmpty() || clean.endsWith(".") ? clean : clean + ".";
  }

  Stopping stopping() {
    return stopping;
  }

  @Override
  public void close() {
    printed.close();
  }
}
