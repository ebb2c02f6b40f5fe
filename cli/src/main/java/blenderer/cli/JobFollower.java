package blenderer.cli;

import blenderer.api.FarmClient;
import blenderer.api.FarmClient.TaskFilter;
import blenderer.api.FarmException;
import blenderer.api.Jobs;
import blenderer.model.TaskState;
import blenderer.submit.FollowDownload;
import blenderer.submit.JobWatch;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Shows a job's progress until it ends, and downloads its files meanwhile if wanted. Stopping the
 * command leaves the job as it is, and says so.
 */
final class JobFollower {

  private static final Duration REDRAW = Duration.ofSeconds(1);
  private static final Duration LOOK_ANEW = Duration.ofSeconds(30);
  private static final int MOST_SHOWN = 5;

  private final FarmClient client;
  private final Surroundings around;
  private final PrintWriter err;
  private final ProgressLine line;
  private String lastState = "";
  private boolean saidLost;

  JobFollower(FarmClient client, Surroundings around, PrintWriter err) {
    this.client = client;
    this.around = around;
    this.err = err;
    this.line = new ProgressLine(err, around);
  }

  /**
   * Follows a job to its end.
   *
   * @param id the job's id or a unique prefix
   * @param download null: nothing is downloaded
   * @return the job as it ended
   */
  Jobs.Job follow(String id, @Nullable FollowDownload download) {
    Surroundings.Watch interrupt = around.interrupts().watch(() -> sayItGoesOn(id));
    try (JobWatch watch = new JobWatch(client, id)) {
      while (true) {
        Jobs.Job job = watch.next(around.terminal() ? REDRAW : LOOK_ANEW).orElse(null);
        watch.trouble().ifPresentOrElse(this::sayLost, this::sayBack);
        if (job == null) {
          continue;
        }
        // In this order: what was committed before the end is downloaded after it.
        boolean finished = JobWatch.isFinished(job);
        show(job);
        if (download != null && watch.trouble().isEmpty()) {
          fetch(download, job.id(), finished);
        }
        if (finished) {
          line.clear();
          return job;
        }
      }
    } finally {
      interrupt.close();
    }
  }

  /** What cannot be had just now comes with the next news; at the end it must be had. */
  private static void fetch(FollowDownload download, String job, boolean finished) {
    try {
      download.step(job);
    } catch (FarmException e) {
      if (finished || !e.mayPass()) {
        throw e;
      }
    }
  }

  private void sayItGoesOn(String id) {
    line.clear();
    err.println(
        "The job goes on without this command; 'blenderer wait " + id + "' shows it again.");
    err.flush();
  }

  private void sayLost(FarmException e) {
    if (!saidLost) {
      saidLost = true;
      line.clear();
      err.println(Texts.clean(e.sentence()) + " Trying again; the job goes on.");
      err.flush();
    }
  }

  private void sayBack() {
    if (saidLost) {
      saidLost = false;
      line.clear();
      err.println("The server is back.");
      err.flush();
    }
  }

  private void show(Jobs.Job job) {
    String state = job.state() + ": " + job.message();
    boolean important = !state.equals(lastState);
    lastState = state;
    line.show(progress(job), important);
  }

  private String progress(Jobs.Job job) {
    Jobs.TaskCounts counts = job.tasks();
    StringBuilder text = new StringBuilder();
    text.append(line.bar(counts.done(), counts.total())).append("  ");
    text.append(counts.done()).append('/').append(counts.total()).append(' ');
    text.append(JobTexts.unit(job)).append('s');
    if (counts.failed() > 0) {
      text.append(", ").append(counts.failed()).append(" failed");
    }
    if (job.flagged() > 0) {
      text.append(", ").append(job.flagged()).append(" flagged");
    }
    String left = JobTexts.left(job);
    if (!left.isEmpty()) {
      text.append(", ").append(left).append(" left");
    }
    if (!job.state().equals("running") || job.message() != null) {
      text.append(", ").append(job.state());
      if (job.message() != null) {
        text.append(": ").append(Texts.clean(job.message()));
      }
    } else if (around.terminal()) {
      text.append(now(job));
    }
    return text.toString();
  }

  private String now(Jobs.Job job) {
    try {
      List<Jobs.Task> leased =
          client
              .tasks(
                  job.id(), new TaskFilter(null, TaskState.LEASED.word(), null, null, MOST_SHOWN))
              .tasks();
      return leased.isEmpty()
          ? ""
          : ", now " + leased.stream().map(JobFollower::describe).collect(Collectors.joining(", "));
    } catch (FarmException e) {
      // An ornament; the watch tells of real trouble.
      return "";
    }
  }

  private static String describe(Jobs.Task task) {
    String percent = task.percent() == null ? "" : " " + Math.round(task.percent()) + " %";
    String node = task.node() == null ? "" : " on " + Texts.clean(task.node());
    return Texts.clean(task.item()) + node + percent;
  }

  /** Says how a job ended, with its first failures; the exit code that goes with it. */
  int conclude(Jobs.Job job, PrintWriter out) {
    Jobs.TaskCounts counts = job.tasks();
    String unit = JobTexts.unit(job);
    String took = JobTexts.took(job);
    if (job.state().equals("done")) {
      out.println(
          "The job "
              + JobTexts.called(job)
              + " is done: "
              + Texts.plural(counts.done(), unit)
              + (took.isEmpty() ? "." : " in " + took + "."));
      sayFlagged(job, unit);
      return ExitCode.DONE;
    }
    err.println(
        "The job "
            + JobTexts.called(job)
            + " is "
            + job.state()
            + ": "
            + counts.done()
            + " of "
            + Texts.plural(counts.total(), unit)
            + " done, "
            + counts.failed()
            + " failed."
            + (job.message() == null ? "" : " " + Texts.clean(job.message())));
    if (counts.failed() > 0) {
      sayFailures(job, unit);
    }
    sayFlagged(job, unit);
    err.flush();
    return ExitCode.FAILED;
  }

  private void sayFlagged(Jobs.Job job, String unit) {
    if (job.flagged() > 0) {
      err.println(
          "Warning: "
              + Texts.plural(job.flagged(), unit)
              + (job.flagged() == 1 ? " looks" : " look")
              + " wrong. See 'blenderer frames "
              + job.id()
              + " --flagged'.");
      err.flush();
    }
  }

  /** Of a job with several steps, whose tasks are not all frames. */
  private static String inStep(Jobs.Step step, Jobs.Task task) {
    String what = step.label().isEmpty() ? "task" : step.label().toLowerCase(Locale.ROOT);
    return "step '"
        + Texts.clean(step.name())
        + "'"
        + (step.tasks().total() == 1 ? "" : ", " + what + " " + Texts.clean(task.item()));
  }

  private void sayFailures(Jobs.Job job, String unit) {
    List<Jobs.Task> failed =
        client
            .tasks(job.id(), new TaskFilter(null, TaskState.FAILED.word(), null, null, MOST_SHOWN))
            .tasks();
    for (Jobs.Task task : failed) {
      var failure = task.failure();
      if (failure != null) {
        err.println(
            "  "
                + (job.steps().size() == 1
                    ? unit + " " + Texts.clean(task.item())
                    : inStep(job.steps().get(task.step()), task))
                + ": ["
                + failure.code()
                + "] "
                + Texts.clean(failure.message()));
      }
    }
    err.println(
        "  next: See 'blenderer logs "
            + job.id()
            + "', mend the cause, then 'blenderer retry "
            + job.id()
            + "'.");
  }
}
