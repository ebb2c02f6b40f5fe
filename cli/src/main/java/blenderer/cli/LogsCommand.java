package blenderer.cli;

import blenderer.api.FarmClient;
import blenderer.api.FarmClient.TaskFilter;
import blenderer.api.Jobs;
import blenderer.model.Digest;
import blenderer.openjd.range.RangeExpression;
import blenderer.submit.SceneFrames;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code blenderer logs ID}. */
@Command(name = "logs", description = "Print what the renderer said, attempt by attempt.")
final class LogsCommand extends PeopleCommand {

  /** Logs are cut to 4 MiB by nodes; anything larger is not one. */
  static final int LARGEST = 16 * 1024 * 1024;

  /** Prints the log of an attempt that has ended. */
  interface Printer {
    void print(Jobs.Job job, Jobs.Attempt attempt);
  }

  @Parameters(index = "0", paramLabel = "ID", description = "The job's id, or how it begins.")
  String id = "";

  @Option(names = "--frames", paramLabel = "RANGE", description = "Only of these frames.")
  @Nullable String frames;

  @Option(names = "--step", paramLabel = "NAME", description = "Only of this step.")
  @Nullable String step;

  @Option(
      names = "--attempt",
      paramLabel = "N",
      description = "Only each frame's attempt of this number, counted from 1.")
  @Nullable Integer attempt;

  @Option(
      names = "--follow",
      description =
          "Print what is said from now on, as it is said, until the job or the frames are over.")
  boolean follow;

  LogsCommand(Surroundings around) {
    super(around);
  }

  @Override
  int run() {
    String range = frames == null ? null : SceneFrames.canonical(frames);
    if (follow && (json || attempt != null)) {
      throw CommandFailure.wrongUse(
          "--follow goes neither with --json nor with --attempt.", "Leave one of them out.");
    }
    try (FarmClient client = client()) {
      if (follow) {
        new LogFollower(client, out(), err(), step, range, (job, one) -> print(client, job, one))
            .follow(id, range == null ? 0 : RangeExpression.parseFrames(range).size());
        return ExitCode.DONE;
      }
      Jobs.Job job = client.job(id);
      List<Jobs.Attempt> attempts = attempts(client, job.id(), range);
      if (json) {
        printJson(attempts);
        return ExitCode.DONE;
      }
      if (attempts.isEmpty()) {
        out().println("There is no finished attempt to show; --follow shows those under way.");
      }
      for (Jobs.Attempt one : attempts) {
        print(client, job, one);
      }
      return ExitCode.DONE;
    }
  }

  private List<Jobs.Attempt> attempts(FarmClient client, String job, @Nullable String range) {
    List<Jobs.Attempt> all = new ArrayList<>();
    TaskFilter filter = new TaskFilter(step, null, range, null, null);
    while (true) {
      Jobs.AttemptPage page = client.attempts(job, filter);
      for (Jobs.Attempt one : page.attempts()) {
        if (attempt == null || one.number() == attempt) {
          all.add(one);
        }
      }
      String next = page.next();
      if (next == null) {
        return all;
      }
      filter = filter.after(next);
    }
  }

  private void print(FarmClient client, Jobs.Job job, Jobs.Attempt one) {
    String header =
        "== "
            + JobTexts.unit(job)
            + " "
            + one.item()
            + (job.steps().size() > 1 ? " of " + job.steps().get(one.step()).name() : "")
            + (one.generation() > 1 ? ", generation " + one.generation() : "")
            + ", attempt "
            + one.number()
            + " on "
            + one.node()
            + (one.renderer() == null ? "" : " (" + one.renderer() + ")")
            + ": "
            + one.outcome()
            + " after "
            + Texts.time(Duration.ofMillis(one.endedAt() - one.startedAt()));
    out().println(Texts.clean(header));
    var failure = one.failure();
    if (failure != null) {
      out().println(Texts.clean("== [" + failure.code() + "] " + failure.message()));
    }
    String log = one.log();
    if (log == null) {
      out().println("(no log)");
    } else {
      String text = new String(client.blob(new Digest(log), LARGEST), StandardCharsets.UTF_8);
      out().print(Texts.clean(text, true));
      if (!text.endsWith("\n")) {
        out().println();
      }
    }
    out().println();
    out().flush();
  }
}
