package blenderer.cli;

import blenderer.api.FarmClient;
import blenderer.api.Films;
import blenderer.api.Jobs;
import blenderer.submit.SceneFrames;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The commands that change one job. */
final class JobActions {

  private JobActions() {}

  /** A command on one job that answers with the job. */
  abstract static class JobAction extends PeopleCommand {

    @Parameters(index = "0", paramLabel = "ID", description = "The job's id, or how it begins.")
    String id = "";

    JobAction(Surroundings around) {
      super(around);
    }

    abstract Jobs.Job act(FarmClient client);

    @Override
    int run() {
      check();
      try (FarmClient client = client()) {
        Jobs.Job job = act(client);
        if (json) {
          printJson(job);
        } else {
          out()
              .println(
                  "The job "
                      + JobTexts.called(job)
                      + " is "
                      + job.state()
                      + (job.message() == null ? "." : ": " + Texts.clean(job.message())));
        }
        return ExitCode.DONE;
      }
    }

    /** Looks at the arguments before anything is asked of the server. */
    void check() {}
  }

  /** One that is a single call. */
  abstract static class JobCall extends JobAction {

    private final BiFunction<FarmClient, String, Jobs.Job> call;

    JobCall(Surroundings around, BiFunction<FarmClient, String, Jobs.Job> call) {
      super(around);
      this.call = call;
    }

    @Override
    final Jobs.Job act(FarmClient client) {
      return call.apply(client, id);
    }
  }

  /** {@code blenderer cancel ID}. */
  @Command(name = "cancel", description = "End a job for good; what is done stays.")
  static final class Cancel extends JobCall {
    Cancel(Surroundings around) {
      super(around, FarmClient::cancel);
    }
  }

  /** {@code blenderer pause ID}. */
  @Command(name = "pause", description = "Begin nothing more of a job until it is resumed.")
  static final class Pause extends JobCall {
    Pause(Surroundings around) {
      super(around, FarmClient::pause);
    }
  }

  /** {@code blenderer resume ID}. */
  @Command(name = "resume", description = "Let a paused job go on.")
  static final class Resume extends JobCall {
    Resume(Surroundings around) {
      super(around, FarmClient::resume);
    }
  }

  /** {@code blenderer retry ID}. */
  @Command(
      name = "retry",
      description = "Render again: the given frames, or all that failed. Old results are kept.")
  static final class Retry extends JobAction {

    @Option(
        names = "--frames",
        paramLabel = "RANGE",
        description = "Which frames, such as 7 or 1-20,30.")
    @Nullable String frames;

    @Option(
        names = "--step",
        paramLabel = "NAME",
        description = "Which step, if the job has several.")
    @Nullable String step;

    @Option(names = "--flagged", description = "Of those, only frames that are flagged.")
    boolean flagged;

    Retry(Surroundings around) {
      super(around);
    }

    @Override
    void check() {
      frames = frames == null ? null : SceneFrames.canonical(frames);
    }

    @Override
    Jobs.Job act(FarmClient client) {
      return client.retry(id, new Jobs.Retry(step, frames, flagged ? true : null));
    }
  }

  /** {@code blenderer skip ID --frames RANGE}. */
  @Command(name = "skip", description = "Take frames off a job; what is rendered of them stays.")
  static final class Skip extends JobAction {

    @Option(
        names = "--frames",
        paramLabel = "RANGE",
        required = true,
        description = "Which, such as 7 or 10-20.")
    String frames = "";

    Skip(Surroundings around) {
      super(around);
    }

    @Override
    Jobs.Job act(FarmClient client) {
      return client.skip(id, new Films.Skip(frames));
    }
  }

  /** {@code blenderer clone ID}. */
  @Command(
      name = "clone",
      description = "Make another job of the same files, with changes. Nothing is sent again.")
  static final class Copy extends JobAction {

    @Option(names = "--name", paramLabel = "NAME", description = "Another name.")
    @Nullable String name;

    @Option(names = "--project", paramLabel = "P", description = "Another project.")
    @Nullable String project;

    @Option(names = "--priority", paramLabel = "N", description = "Another priority, 0 to 100.")
    @Nullable Integer priority;

    @Option(
        names = "--frames",
        paramLabel = "RANGE",
        description = "Other frames; the same as -p Frames=RANGE.")
    @Nullable String frames;

    @Option(
        names = {"-p", "--param"},
        paramLabel = "NAME=VALUE",
        description = "Another value for a parameter of the template, such as -p Samples=64.")
    Map<String, String> parameters = new LinkedHashMap<>();

    Copy(Surroundings around) {
      super(around);
    }

    @Override
    Jobs.Job act(FarmClient client) {
      if (frames != null) {
        parameters.put("Frames", frames);
      }
      return client.copy(
          id,
          new Films.Clone(
              name, project, priority, parameters.isEmpty() ? null : parameters, null, null),
          UUID.randomUUID().toString());
    }
  }

  /** {@code blenderer approve ID}. */
  @Command(
      name = "approve",
      description = "Render the rest of a job that was submitted with --probe-hold.")
  static final class Approve extends JobCall {
    Approve(Surroundings around) {
      super(around, FarmClient::approve);
    }
  }

  /** {@code blenderer accept ID}. */
  @Command(
      name = "accept",
      description = "Take flagged frames as they are: the given ones, or all of the job.")
  static final class Accept extends JobAction {

    @Option(
        names = "--frames",
        paramLabel = "RANGE",
        description = "Which frames, such as 7 or 1-20,30.")
    @Nullable String frames;

    @Option(
        names = "--step",
        paramLabel = "NAME",
        description = "Which step, if the job has several.")
    @Nullable String step;

    Accept(Surroundings around) {
      super(around);
    }

    @Override
    void check() {
      frames = frames == null ? null : SceneFrames.canonical(frames);
    }

    @Override
    Jobs.Job act(FarmClient client) {
      return client.accept(id, new Jobs.Accept(step, frames));
    }
  }

  /** {@code blenderer set ID}. */
  @Command(
      name = "set",
      description = "Change a job's priority, name or frames, when it runs, or on how many slots.")
  static final class Change extends JobAction {

    @Option(names = "--priority", paramLabel = "N", description = "0 to 100, higher first.")
    @Nullable Integer priority;

    @Option(names = "--name", paramLabel = "NAME", description = "The new name.")
    @Nullable String name;

    @Option(
        names = "--frames",
        paramLabel = "RANGE",
        description =
            "All frames that it shall have, such as 1-20,30. What is done of others stays.")
    @Nullable String frames;

    @Option(
        names = "--pool",
        paramLabel = "NAME",
        description =
            "Only on nodes of that pool; may be repeated: one of them. 'any': on any node. What"
                + " others run of it goes on.")
    @Nullable List<String> pools;

    @Mixin TermsOptions termsOptions = new TermsOptions();

    Change(Surroundings around) {
      super(around);
    }

    @Override
    void check() {
      if (priority == null
          && name == null
          && frames == null
          && pools == null
          && !termsOptions.isGiven()) {
        throw CommandFailure.wrongUse(
            "Nothing to change was given.",
            "Use --priority, --name, --frames, --slots (0: any number), --start (now: at once),"
                + " --after, --finish-by (now: any time), --max-failures (-1: any number),"
                + " --timeout (0: any time), --pool (any: any node), --twins, --preemptible or"
                + " --prefer (none: no more).");
      }
      frames = frames == null ? null : SceneFrames.canonical(frames);
      terms();
      SubmitCommand.checkPriority(priority == null ? 0 : priority);
    }

    @Override
    Jobs.Job act(FarmClient client) {
      return client.change(id, new Jobs.Change(priority, name, terms()));
    }

    private Jobs.@Nullable Terms terms() {
      Jobs.Terms terms = termsOptions.terms(false, 0, around.clock());
      if (frames == null && pools == null) {
        return terms;
      }
      Jobs.Terms all = terms == null ? new Jobs.Terms(null, null, null, null) : terms;
      if (pools != null) {
        all = all.in(pools.contains("any") ? List.of() : List.copyOf(pools));
      }
      return frames == null ? all : all.withFrames(frames);
    }
  }

  /** {@code blenderer delete ID}. */
  @Command(name = "delete", description = "Remove a job and the files that only it needs.")
  static final class Delete extends PeopleCommand {

    @Parameters(index = "0", paramLabel = "ID", description = "The job's id, or how it begins.")
    String id = "";

    Delete(Surroundings around) {
      super(around);
    }

    @Override
    int run() {
      try (FarmClient client = client()) {
        Jobs.Job job = client.job(id);
        client.deleteJob(job.id());
        if (json) {
          printJson(job);
        } else {
          out().println("The job " + JobTexts.called(job) + " is deleted.");
        }
        return ExitCode.DONE;
      }
    }
  }

  /** {@code blenderer why ID}. */
  @Command(name = "why", description = "Say why a job does not run, or not faster.")
  static final class Why extends PeopleCommand {

    @Parameters(index = "0", paramLabel = "ID", description = "The job's id, or how it begins.")
    String id = "";

    Why(Surroundings around) {
      super(around);
    }

    @Override
    int run() {
      try (FarmClient client = client()) {
        Jobs.Why why = client.why(id);
        if (json) {
          printJson(why);
        } else if (why.reasons().isEmpty()) {
          out().println("Nothing holds the job back.");
        } else {
          why.reasons().forEach(reason -> out().println(Texts.clean(reason)));
        }
        return ExitCode.DONE;
      }
    }
  }
}
