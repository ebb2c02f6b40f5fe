package blenderer.node.session;

import blenderer.model.IndexRanges;
import blenderer.node.os.ProcessControl;
import blenderer.openjd.Action;
import blenderer.openjd.EmbeddedFile;
import blenderer.openjd.Environment;
import blenderer.openjd.Extensions;
import blenderer.openjd.Job;
import blenderer.openjd.Symbols;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/**
 * A session: {@link #enter} once, {@link #run} as often as wanted until one fails, {@link #leave}
 * in any case. One thread calls these; any thread may {@link #cancel}.
 *
 * <p>Whatever fails or is cancelled ends it: nobody knows what state it left behind, so nothing
 * more is entered or run, and all that is still done is to leave.
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

  private Job.Step step;

  /** What ended it; null while all went well. */
  private @Nullable ActionEnd over;

  private Session(ProcessControl control, SessionFolder folder, SessionPlan plan)
      throws IOException {
    this.control = control;
    this.folder = folder;
    this.plan = plan;
    this.step = plan.step();
    this.mark = new ProcessControl.Mark(SessionPlan.SESSION_MARK, plan.id());
    PathMapping paths = new PathMapping(folder, plan);
    this.symbols =
        Symbols.ofJob(plan.job(), paths::map, plan.rules()::apply)
            .withSession(
                folder.root().toString(),
                !plan.rules().isEmpty(),
                folder.mappingRules().toString());
    this.variables =
        new Variables(
            baseVariables(folder, plan),
            Map.of(
                SessionPlan.NODE_MARK, plan.nodeFolder().toString(),
                SessionPlan.SESSION_MARK, plan.id()));
    paths.makeFolders();
    Files.writeString(folder.mappingRules(), plan.rules().json());
    EmbeddedFiles.ofTask(folder).prepare();
    for (int depth = 0; depth < deepest(plan.job()); depth++) {
      EmbeddedFiles.ofEnvironment(folder, depth).prepare();
    }
    control.makeFifos(List.of(folder.leash(), folder.printed()));
    this.leash = new RandomAccessFile(folder.leash().toFile(), "rw");
    this.actions =
        new ActionRun(
            control,
            folder,
            plan.id(),
            variables,
            plan.job().extensions().contains(Extensions.REDACTED_ENV_VARS));
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
    boolean done = false;
    folder.createControl();
    try {
      Session session = new Session(control, folder, plan);
      done = true;
      return session;
    } finally {
      if (!done) {
        folder.deleteControl();
      }
    }
  }

  /** The most environments that any step has around it. */
  private static int deepest(Job job) {
    return job.steps().stream()
        .mapToInt(step -> job.environmentsAround(step).size())
        .max()
        .orElse(0);
  }

  private static Map<String, String> baseVariables(SessionFolder folder, SessionPlan plan) {
    Map<String, String> all = new HashMap<>();
    all.put("HOME", folder.home().toString());
    all.put("TMPDIR", folder.temp().toString());
    all.put("LANG", "C.UTF-8");
    all.putAll(plan.variables());
    all.put("PATH", plan.path());
    all.put("OPENJD_SESSION_WORKING_DIR", folder.root().toString());
    all.put("BLENDERER_LEASH", folder.leash().toString());
    return all;
  }

  /** Enters all environments, outermost first; stops at the first that fails. */
  public ActionEnd enter(SessionListener listener) throws InterruptedException {
    return enter(plan.job().environmentsAround(step), listener);
  }

  /**
   * Leaves the environments of the step so far and enters those of {@code next}; those of the job
   * stay entered. {@link #run} then runs the tasks of {@code next}.
   */
  public ActionEnd moveTo(Job.Step next, SessionListener listener) throws InterruptedException {
    ActionEnd left = leaveDownTo(plan.job().environments().size(), listener, over == null);
    step = next;
    return left instanceof ActionEnd.Succeeded ? enter(next.environments(), listener) : left;
  }

  private ActionEnd enter(List<Environment> environments, SessionListener listener)
      throws InterruptedException {
    ActionEnd end = stillGood();
    for (Environment environment : environments) {
      if (end instanceof ActionEnd.Succeeded) {
        end = after(enter(environment, listener));
      }
    }
    return end;
  }

  private ActionEnd enter(Environment environment, SessionListener listener)
      throws InterruptedException {
    SequencedMap<String, String> set;
    try {
      set = environment.resolveVariables(symbols);
    } catch (IllegalArgumentException e) {
      return unresolved(e);
    }
    entered.add(environment);
    variables.push(set);
    Action action = environment.onEnter();
    return action == null
        ? new ActionEnd.Succeeded()
        : runInside(environment, action, listener, true);
  }

  private ActionEnd stillGood() {
    return switch (over) {
      case null -> new ActionEnd.Succeeded();
      case ActionEnd.Cancelled cancelled -> cancelled;
      case ActionEnd.Succeeded good -> good;
      case ActionEnd.Failed _ ->
          new ActionEnd.Failed(
              "session-over", "An action of this session failed before, so it runs nothing more.");
    };
  }

  private ActionEnd after(ActionEnd end) {
    if (!(end instanceof ActionEnd.Succeeded) && over == null) {
      over = end;
    }
    return end;
  }

  private ActionEnd runInside(
      Environment environment, Action action, SessionListener listener, boolean mayChange)
      throws InterruptedException {
    EmbeddedFiles files = EmbeddedFiles.ofEnvironment(folder, entered.indexOf(environment));
    Symbols inside;
    try {
      inside = symbols.inEnvironment(environment, files.paths(environment.embeddedFiles()));
    } catch (IllegalArgumentException e) {
      return unresolved(e);
    }
    return runAction(action, files, environment.embeddedFiles(), inside, listener, mayChange);
  }

  /**
   * Runs the step's action once, over one task, or over several that run together.
   *
   * @param tasks indexes of the step's task space that may run together
   */
  public ActionEnd run(IndexRanges tasks, SessionListener listener) throws InterruptedException {
    return stillGood() instanceof ActionEnd.Succeeded ? after(task(tasks, listener)) : stillGood();
  }

  private ActionEnd task(IndexRanges tasks, SessionListener listener) throws InterruptedException {
    EmbeddedFiles files = EmbeddedFiles.ofTask(folder);
    List<EmbeddedFile> embedded = step.script().embeddedFiles();
    Symbols inside;
    try {
      inside =
          symbols.inTask(
              step, step.tasks().chunk(tasks), plan.rules()::apply, files.paths(embedded));
    } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
      return unresolved(e);
    }
    return runAction(step.script().onRun(), files, embedded, inside, listener, false);
  }

  private ActionEnd runAction(
      Action action,
      EmbeddedFiles files,
      List<EmbeddedFile> embedded,
      Symbols inside,
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
    if (atOnce) {
      cancel(Duration.ZERO);
    } else {
      actions.stopping().ask();
    }
  }

  /**
   * As {@link #cancel(boolean)}; an action that is asked first gets {@code most} at most. Repeating
   * it can only shorten that time.
   */
  public void cancel(Duration most) {
    actions.stopping().ask(most);
  }

  /** The memory, in bytes, that everything in this session holds now. */
  public long memoryBytes() {
    return control.memoryOf(mark);
  }

  /**
   * Leaves every environment that was entered or tried, in reverse, even if one fails; then ends
   * whatever is left. A cancellation of before no longer counts; one that comes meanwhile ends the
   * exit under way.
   *
   * @param quietly false: run no more actions, only end what runs
   * @return the first exit that did not succeed
   */
  public ActionEnd leave(SessionListener listener, boolean quietly) throws InterruptedException {
    try {
      return leaveDownTo(0, listener, quietly);
    } finally {
      close();
    }
  }

  private ActionEnd leaveDownTo(int depth, SessionListener listener, boolean orderly)
      throws InterruptedException {
    ActionEnd first = new ActionEnd.Succeeded();
    while (entered.size() > depth) {
      Environment last = entered.getLast();
      Action action = last.onExit();
      if (action != null && orderly) {
        if (actions.stopping().reset()) {
          after(new ActionEnd.Cancelled());
        }
        ActionEnd end = runInside(last, action, listener, false);
        if (end instanceof ActionEnd.Failed(String code, String message)) {
          listener.line("Leaving '" + last.name() + "' failed (" + code + "): " + message);
        }
        first = first instanceof ActionEnd.Succeeded ? after(end) : first;
      }
      entered.removeLast();
      variables.pop();
    }
    return first;
  }

  private void close() {
    try {
      leash.close();
    } catch (IOException e) {
      // It holds nothing.
    }
    control.killMarked(mark);
    actions.close();
    folder.deleteControl();
  }
}
