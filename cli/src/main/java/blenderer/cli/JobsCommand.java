package blenderer.cli;

import blenderer.api.FarmClient;
import blenderer.api.FarmClient.JobFilter;
import blenderer.api.Jobs;
import blenderer.submit.blender.FarmTracer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code blenderer jobs}. */
@Command(name = "jobs", description = "List jobs, the newest first.")
final class JobsCommand extends PeopleCommand {

  private static final int PAGE = 100;

  @Option(
      names = "--state",
      paramLabel = "STATE",
      description = "Only jobs in this state, such as running.")
  @Nullable String state;

  @Option(names = "--owner", paramLabel = "NAME", description = "Only jobs of this person.")
  @Nullable String owner;

  @Option(names = "--project", paramLabel = "NAME", description = "Only jobs of this project.")
  @Nullable String project;

  @Option(
      names = "--all",
      description = "Also the jobs in which a node only looks into a scene that is submitted.")
  boolean all;

  @Option(
      names = "--limit",
      paramLabel = "N",
      defaultValue = "50",
      description = "At most so many; default 50.")
  int limit = 50;

  JobsCommand(Surroundings around) {
    super(around);
  }

  @Override
  int run() {
    List<Jobs.Job> jobs = new ArrayList<>();
    boolean more;
    try (FarmClient client = client()) {
      String after = null;
      do {
        Jobs.JobPage page =
            client.jobs(
                new JobFilter(state, owner, project, after, Math.min(PAGE, limit - jobs.size())));
        page.jobs().stream()
            .filter(job -> all || !FarmTracer.TRACE.equals(job.settings().get(FarmTracer.PURPOSE)))
            .forEach(jobs::add);
        after = page.next();
        more = after != null;
      } while (more && jobs.size() < limit);
    }
    if (json) {
      printJson(jobs);
      return ExitCode.DONE;
    }
    print(table(jobs), "There are no such jobs.");
    if (more) {
      err().println("There are more; see --limit.");
    }
    return ExitCode.DONE;
  }

  private Table table(List<Jobs.Job> jobs) {
    Table table =
        Table.of(
            "ID",
            "~NAME",
            "~OWNER",
            "STATE",
            ">DONE",
            ">FAILED",
            ">FLAGGED",
            ">PRIO",
            "LEFT",
            "SUBMITTED");
    for (Jobs.Job job : jobs) {
      table.row(
          job.id(),
          job.name(),
          job.owner(),
          job.state(),
          job.tasks().done() + "/" + job.tasks().total(),
          job.tasks().failed() == 0 ? "" : job.tasks().failed(),
          job.flagged() == 0 ? "" : job.flagged(),
          job.priority(),
          JobTexts.left(job),
          Texts.ago(job.submittedAt(), around.clock().instant()));
    }
    return table;
  }
}
