package blenderer.node.session;

import static org.assertj.core.api.Assertions.assertThat;

import blenderer.node.os.LinuxProcessControl;
import blenderer.node.os.ProcessControl;
import blenderer.openjd.Directive;
import blenderer.openjd.Job;
import blenderer.openjd.JobCreation;
import blenderer.openjd.Templates;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;

/** A session of a template, with real processes, and all that was heard of it. */
final class SessionRig implements SessionListener, AutoCloseable {

  private static final long LONG = 20_000_000_000L;

  final List<String> lines = new CopyOnWriteArrayList<>();
  final List<Directive> directives = new CopyOnWriteArrayList<>();
  final List<Integer> exitCodes = new CopyOnWriteArrayList<>();
  final SessionFolder folder;
  final Job job;
  final Session session;
  private final ProcessControl control;
  private final ProcessControl.Mark mark;

  SessionRig(Path data, String template) throws IOException {
    this(data, template, Map.of(), PathRules.NONE);
  }

  SessionRig(Path data, String template, Map<String, String> values, PathRules rules)
      throws IOException {
    byte[] utf8 = template.getBytes(StandardCharsets.UTF_8);
    if (!(Templates.parseJob(utf8, "test") instanceof Templates.Parsed(var parsed))) {
      throw new AssertionError(Templates.parseJob(utf8, "test"));
    }
    if (!(JobCreation.create(parsed, values) instanceof JobCreation.Created(Job created))) {
      throw new AssertionError(JobCreation.create(parsed, values));
    }
    job = created;
    control = new LinuxProcessControl();
    String id = UUID.randomUUID().toString();
    mark = new ProcessControl.Mark(SessionPlan.SESSION_MARK, id);
    folder = SessionFolder.create(data, id);
    session =
        Session.open(
            control,
            folder,
            new SessionPlan(
                id,
                job,
                job.steps().getFirst(),
                data.toRealPath(),
                "/usr/bin:/bin",
                Map.of(),
                SessionPlan.Places.AS_GIVEN,
                rules));
  }

  /** A template with one step; both parts are blocks as they stand in a step. */
  static String template(String environments, String script) {
    return "specificationVersion: jobtemplate-2023-09\nname: test\nsteps:\n  - name: s\n"
        + environments.indent(4)
        + script.indent(4);
  }

  /** A script that runs a shell's words. */
  static String run(String shell) {
    return "script: {actions: {onRun: {command: sh, args: ['-c', '"
        + shell.replace("'", "''")
        + "']}}}\n";
  }

  /** Environments, given by name and what their enter and exit run; empty: nothing. */
  static String environments(String... namesEntersAndExits) {
    StringBuilder text = new StringBuilder("stepEnvironments:\n");
    for (int i = 0; i < namesEntersAndExits.length; i += 3) {
      text.append("  - name: ").append(namesEntersAndExits[i]).append("\n    script: {actions: {");
      text.append("onEnter: ").append(action(namesEntersAndExits[i + 1]));
      if (!namesEntersAndExits[i + 2].isEmpty()) {
        text.append(", onExit: ").append(action(namesEntersAndExits[i + 2]));
      }
      text.append("}}\n");
    }
    return text.toString();
  }

  private static String action(String shell) {
    return "{command: sh, args: ['-c', '" + shell.replace("'", "''") + "']}";
  }

  /** Enters, runs the first task if that went well, and leaves. */
  ActionEnd all() throws InterruptedException {
    ActionEnd end = session.enter(this);
    if (end instanceof ActionEnd.Succeeded) {
      end = task();
    }
    ActionEnd left = session.leave(this, true);
    return end instanceof ActionEnd.Succeeded ? left : end;
  }

  ActionEnd task() throws InterruptedException {
    return session.run(blenderer.model.IndexRanges.of(0), this);
  }

  /** Does something, on a thread of its own, once a line was heard. */
  Thread when(String line, Runnable action) {
    return Thread.ofVirtual()
        .start(
            () -> {
              until(() -> lines.contains(line));
              action.run();
            });
  }

  void until(BooleanSupplier condition) {
    long deadline = System.nanoTime() + LONG;
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("deadline; heard " + lines).isLessThan(deadline);
      Thread.onSpinWait();
    }
  }

  /** Processes of the session that live. */
  List<Long> living() {
    return control.marked(mark);
  }

  static String failure(ActionEnd end) {
    return end instanceof ActionEnd.Failed(String code, String message)
        ? "[" + code + "] " + message
        : end.toString();
  }

  @Override
  public void line(String line) {
    lines.add(line);
  }

  @Override
  public void told(Directive directive) {
    directives.add(directive);
  }

  @Override
  public void ended(int exitCode) {
    exitCodes.add(exitCode);
  }

  @Override
  public void close() {
    control.killMarked(mark);
  }
}
