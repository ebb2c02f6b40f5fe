package blenderer.node.session;

import blenderer.model.IndexRanges;
import blenderer.node.os.ProcessControl;
import blenderer.openjd.Action;
import blenderer.openjd.EmbeddedFile;
import blenderer.openjd.Environment;
import blenderer.openjd.Job;
import blenderer.openjd.Symbols;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/**
 * A session: {@link #enter} once, {@link #run} as often as wanted until one fails, {@link #leave}
 * in any case. One thread calls these; any thread may {@link #cancel}.
 */
public final class Session {

  private final ProcessControl control;
  private final SessionFolder folder;
  private final SessionPlan plan;
  private final ProcessControl.Mark mark;
  private final Variables variables;
  private final Symbols symbols;
  private final RandomAccessFile leash;
  private final ActionRun actions;

  /** Entered or tried to enter, outermost first. */
  private final List<Environment> entered = new ArrayList<>();

  private Session(ProcessControl control, SessionFolder folder, SessionPlan plan)
      throws IOException {
    this.control = control;
    this.folder = folder;
    this.plan = plan;
    this.mark = new ProcessControl.Mark(SessionPlan.SESSION_MARK, plan.id());
    this.symbols =
        Symbols.ofJob(
                plan.job().parameters(), new PathMapping(folder, plan.job().parameters())::map)
            .withSession(folder.root().toString(), false, folder.mappingRules().toString());
    this.variables = new Variables(baseVariables(folder, plan));
    control.makeFifos(List.of(folder.leash(), folder.printed()));
    this.leash = new RandomAccessFile(folder.leash().toFile(), "rw");
    this.actions = new ActionRun(control, folder, variables);
  }

  /**
   * Prepares a session; nothing runs yet.
   *
   * @param folder freshly made, with the workspace laid out
   * @throws IllegalArgumentException with a sentence for a person, when a parameter's path leads
   *     out of the session
   */
  public static Session open(ProcessControl control, SessionFolder folder, SessionPlan plan)
      throws IOException {
    return new Session(control, folder, plan);
  }

  private static Map<String, String> baseVariables(SessionFolder folder, SessionPlan plan) {
    Map<String, String> all = new HashMap<>(plan.variables());
    all.put("PATH", plan.path());
    all.put("HOME", folder.home().toString());
    all.put("TMPDIR", folder.temp().toString());
    all.put("LANG", "C.UTF-8");
    all.put("OPENJD_SESSION_WORKING_DIR", folder.root().toString());
    all.put("BLENDERER_LEASH", folder.leash().toString());
    all.put(SessionPlan.NODE_MARK, plan.nodeFolder().toString());
    all.put(SessionPlan.SESSION_MARK, plan.id());
    return all;
  }

  /** Enters all environments, outermost first; stops at the first that fails. */
  public ActionEnd enter(SessionListener listener) throws InterruptedException {
    for (Environment environment : plan.job().environmentsAround(plan.step())) {
      SequencedMap<String, String> set;
      try {
        set = environment.resolveVariables(symbols.map());
      } catch (IllegalArgumentException e) {
        return unresolved(e);
      }
      entered.add(environment);
      variables.push(set);
      Action action = environment.onEnter();
      if (action != null) {
        ActionEnd end = runInside(environment, action, listener, true);
        if (!(end instanceof ActionEnd.Succeeded)) {
          return end;
        }
      }
    }
    return new ActionEnd.Succeeded();
  }

  private ActionEnd runInside(
      Environment environment, Action action, SessionListener listener, boolean mayChange)
      throws InterruptedException {
    EmbeddedFiles files =
        new EmbeddedFiles(folder.files().resolve("environment-" + entered.indexOf(environment)));
    Map<String, String> inside =
        symbols.withEnvironmentFiles(files.paths(environment.embeddedFiles())).map();
    return runAction(action, files, environment.embeddedFiles(), inside, listener, mayChange);
  }

  /**
   * Runs the step's action once, over one task, or over several that run together.
   *
   * @param tasks indexes of the step's task space that may run together
   */
  public ActionEnd run(IndexRanges tasks, SessionListener listener) throws InterruptedException {
    Job.Step step = plan.step();
    EmbeddedFiles files = new EmbeddedFiles(folder.files().resolve("task"));
    List<EmbeddedFile> embedded = step.script().embeddedFiles();
    Map<String, String> inside;
    try {
      inside =
          symbols
              .withTask(step.tasks(), step.tasks().chunk(tasks), value -> value)
              .withTaskFiles(files.paths(embedded))
              .map();
    } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
      return unresolved(e);
    }
    return runAction(step.script().onRun(), files, embedded, inside, listener, false);
  }

  private ActionEnd runAction(
      Action action,
      EmbeddedFiles files,
      List<EmbeddedFile> embedded,
      Map<String, String> inside,
      SessionListener listener,
      boolean mayChange)
      throws InterruptedException {
    try {
      Action.Resolved resolved = action.resolve(inside);
      files.write(embedded, inside);
      return actions.run(resolved, listener, mayChange);
    } catch (IllegalArgumentException e) {
      return unresolved(e);
    } catch (IOException e) {
      return new ActionEnd.Failed(
          "session-broken", "The session's folder cannot be used: " + e.getMessage() + ".");
    }
  }

  private static ActionEnd unresolved(RuntimeException e) {
    return new ActionEnd.Failed(
        "template-unresolved", "The job's template cannot be run: " + e.getMessage() + ".");
  }

  /**
   * Ends the action under way, and lets no other begin. Returns at once.
   *
   * @param atOnce kill, even if the action would like to be asked first
   */
  public void cancel(boolean atOnce) {
    actions.cancel(atOnce);
  }

  /** The memory, in bytes, that everything in this session holds now. */
  public long memoryBytes() {
    return control.memoryOf(mark);
  }

  /**
   * Leaves every environment that was entered or tried, in reverse, even if one fails; then ends
   * whatever is left.
   *
   * @param quietly false: run no more actions, only end what runs
   */
  public void leave(SessionListener listener, boolean quietly) throws InterruptedException {
    try {
      actions.allowExits();
      while (!entered.isEmpty()) {
        Environment last = entered.getLast();
        Action action = last.onExit();
        if (action != null && quietly) {
          ActionEnd end = runInside(last, action, listener, false);
          if (end instanceof ActionEnd.Failed(String code, String message)) {
            listener.line("Leaving '" + last.name() + "' failed (" + code + "): " + message);
          }
        }
        entered.removeLast();
        variables.pop();
      }
    } finally {
      close();
    }
  }

  private void close() {
    try {
      leash.close();
    } catch (IOException e) {
      // It holds nothing.
    }
    control.killMarked(mark);
    actions.close();
  }
}
