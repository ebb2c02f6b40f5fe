package blenderer.cli;

import blenderer.api.FarmClient;
import blenderer.api.FarmClient.TaskFilter;
import blenderer.api.Jobs;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code blenderer job ID}. */
@Command(name = "job", description = "Show one job.")
final class JobCommand extends PeopleCommand {

  @Parameters(index = "0", paramLabel = "ID", description = "The job's id, or how it begins.")
  String id = "";

  @Option(names = "--tasks", description = "Also list the tasks that were begun.")
  boolean tasks;

  JobCommand(Surroundings around) {
    super(around);
  }

  @Override
  int run() {
    try (FarmClient client = client()) {
      Jobs.Job job = client.job(id);
      List<Jobs.Task> begun = tasks ? allTasks(client, job.id()) : List.of();
      if (json) {
        printJson(tasks ? withTasks(job, begun) : job);
        return ExitCode.DONE;
      }
      show(job);
      if (tasks) {
        out().println();
        print(table(job, begun), "No task was begun yet.");
      }
      return ExitCode.DONE;
    }
  }

  private static Map<String, Object> withTasks(Jobs.Job job, List<Jobs.Task> tasks) {
    Map<String, Object> both = new LinkedHashMap<>();
    both.put("job", job);
    both.put("tasks", tasks);
    return both;
  }

  private static List<Jobs.Task> allTasks(FarmClient client, String id) {
    List<Jobs.Task> all = new ArrayList<>();
    String after = null;
    do {
      Jobs.TaskPage page = client.tasks(id, TaskFilter.ALL.after(after));
      all.addAll(page.tasks());
      after = page.next();
    } while (after != null);
    return all;
  }

  private void show(Jobs.Job job) {
    line("id", job.id());
    line("name", job.name());
    line("owner", job.owner() + ", project " + job.project());
    line("state", job.state() + (job.message() == null ? "" : ": " + job.message()));
    line("priority", Integer.toString(job.priority()));
    Jobs.TaskCounts counts = job.tasks();
    line(
        JobTexts.unit(job) + "s",
        counts.done()
            + " of "
            + counts.total()
            + " done, "
            + counts.leased()
            + " running, "
            + counts.failed()
            + " failed");
    Jobs.Terms terms = job.terms();
    if (terms != null) {
      line("slots", terms.slots() == null ? "" : "at most " + terms.slots());
      line("start", terms.notBefore() == null ? "" : "not before " + Texts.date(terms.notBefore()));
      line("after", terms.after() == null ? "" : String.join(", ", terms.after()));
      line("frames", terms.frames() == null ? "" : terms.frames() + " by now");
      line("finish", terms.finishBy() == null ? "" : "by " + Texts.date(terms.finishBy()));
      line("failures", terms.maxFailures() == null ? "" : "stops after " + terms.maxFailures());
      line("timeout", terms.timeoutSeconds() == null ? "" : terms.timeoutSeconds() + " s a task");
      line("twins", terms.twins() == null ? "" : terms.twins() ? "on" : "off");
      line("preemptible", Boolean.TRUE.equals(terms.preemptible()) ? "yes" : "");
      line("prefers", terms.prefer() == null ? "" : String.join(" and ", terms.prefer()));
      line("pool", terms.pools() == null ? "" : String.join(" or ", terms.pools()));
    }
    if (job.flagged() > 0) {
      line("flagged", JobTexts.flagged(job));
    }
    if (job.probe() != null) {
      line(
          "probe",
          switch (job.probe()) {
            case "hold" -> "the rest waits for 'blenderer approve " + job.id() + "'";
            case "approved" -> "approved";
            case "preview" -> "first, last and middle go first, then what is between";
            default -> "first, middle and last go first";
          });
    }
    for (Jobs.Step step : job.steps()) {
      if (job.steps().size() > 1 || step.message() != null) {
        line(
            "step",
            step.name()
                + " is "
                + step.state()
                + (step.message() == null ? "" : ": " + step.message()));
      }
    }
    line("left", JobTexts.left(job));
    line("submitted", Texts.date(job.submittedAt()));
    line("took", JobTexts.took(job));
    line("overrides", job.settings().getOrDefault("overrides", ""));
    job.parameters().forEach((name, value) -> line(name, value));
    job.requirements().forEach(need -> line("needs", need.describe()));
  }

  private void line(String label, String value) {
    if (!value.isEmpty()) {
      out().printf("%-13s%s%n", Texts.clean(label), Texts.clean(value));
    }
  }

  private static Table table(Jobs.Job job, List<Jobs.Task> tasks) {
    boolean steps = job.steps().size() > 1;
    Table table =
        steps
            ? Table.of("STEP", ">ITEM", "STATE", ">TRIES", "~NODE", ">PERCENT", "~FAILURE")
            : Table.of(">ITEM", "STATE", ">TRIES", "~NODE", ">PERCENT", "~FAILURE");
    for (Jobs.Task task : tasks) {
      List<Object> cells = new ArrayList<>();
      if (steps) {
        cells.add(job.steps().get(task.step()).name());
      }
      cells.add(task.item());
      cells.add(task.state());
      cells.add(task.tries());
      cells.add(
          Objects.requireNonNullElse(task.node(), "")
              + (task.twin() == null ? "" : ", " + task.twin()));
      cells.add(task.percent() == null ? "" : Math.round(task.percent()) + " %");
      cells.add(
          task.failure() == null
              ? ""
              : "[" + task.failure().code() + "] " + task.failure().message());
      table.row(cells.toArray());
    }
    return table;
  }
}
