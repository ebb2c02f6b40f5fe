package blenderer.node.local;

import blenderer.model.IndexRanges;
import blenderer.node.os.ProcessControl;
import blenderer.node.session.ActionEnd;
import blenderer.node.session.Session;
import blenderer.node.session.SessionFolder;
import blenderer.node.session.SessionListener;
import blenderer.node.session.SessionPlan;
import blenderer.openjd.Directive;
import blenderer.openjd.Job;
import blenderer.openjd.TaskSpace;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Runs steps of a job, all in one session, and prints what happens. */
final class LocalRun {

  private final ProcessControl control;
  private final PrintWriter out;
  private final Printer printer;
  private int tasksRun;

  LocalRun(ProcessControl control, PrintWriter out) {
    this.control = control;
    this.out = out;
    this.printer = new Printer(out);
  }

  /** What actions print, as it comes. */
  private record Printer(PrintWriter out) implements SessionListener {
    @Override
    public void line(String line) {
      out.println(line);
    }

    @Override
    public void told(Directive directive) {}

    @Override
    public void ended(int exitCode) {
      if (exitCode != 0) {
        out.println("The command exited with code: " + exitCode);
      }
    }
  }

  /** Hears of the session under way, to be able to cancel it. */
  interface Watcher {
    void opened(Session session);
  }

  /**
   * Runs the steps.
   *
   * @param folder freshly made; the caller deletes it
   * @param plan of the first step
   * @return whether all went well
   * @throws IOException when the session's folder fails
   */
  boolean run(SessionFolder folder, SessionPlan plan, List<Job.Step> steps, Watcher watcher)
      throws IOException, InterruptedException {
    Job job = plan.job();
    out.println("Running job '" + job.name() + "'");
    Session session = Session.open(control, folder, plan);
    watcher.opened(session);
    ActionEnd end = new ActionEnd.Succeeded();
    ActionEnd left;
    try {
      for (Job.Step step : steps) {
        if (end instanceof ActionEnd.Succeeded) {
          end = step(session, step, step == steps.getFirst());
        }
      }
    } finally {
      left = session.leave(printer, true);
    }
    if (end instanceof ActionEnd.Succeeded) {
      end = left;
    }
    out.println(summary(end));
    return end instanceof ActionEnd.Succeeded;
  }

  private ActionEnd step(Session session, Job.Step step, boolean first)
      throws InterruptedException {
    out.println("Running step '" + step.name() + "'");
    ActionEnd end = first ? session.enter(printer) : session.moveTo(step, printer);
    Chunks chunks = new Chunks(step.tasks());
    while (end instanceof ActionEnd.Succeeded && chunks.hasNext()) {
      IndexRanges tasks = chunks.next();
      announce(step.tasks(), tasks);
      long start = System.nanoTime();
      end = session.run(tasks, printer);
      if (end instanceof ActionEnd.Succeeded) {
        tasksRun += tasks.size();
        chunks.took(tasks.size(), Duration.ofNanos(System.nanoTime() - start));
      }
    }
    return end;
  }

  private void announce(TaskSpace space, IndexRanges tasks) {
    if (space.parameters().isEmpty()) {
      return;
    }
    Map<String, String> values = space.chunk(tasks);
    out.println(
        "Running with "
            + values.entrySet().stream()
                .map(value -> value.getKey() + " = " + value.getValue())
                .collect(Collectors.joining(", ")));
  }

  private String summary(ActionEnd end) {
    return switch (end) {
      case ActionEnd.Succeeded _ ->
          "All went well: " + tasksRun + (tasksRun == 1 ? " task" : " tasks") + " ran.";
      case ActionEnd.Cancelled _ -> "The run was cancelled.";
      case ActionEnd.Failed(String code, String message) -> "failed [" + code + "] " + message;
    };
  }
}
