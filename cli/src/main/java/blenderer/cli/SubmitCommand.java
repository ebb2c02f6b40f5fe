package blenderer.cli;

import blenderer.api.FarmClient;
import blenderer.api.Jobs;
import blenderer.submit.DigestCache;
import blenderer.submit.FollowDownload;
import blenderer.submit.SceneFrames;
import blenderer.submit.SceneTrace;
import blenderer.submit.Submission;
import blenderer.submit.blender.BlenderParts;
import blenderer.submit.blender.BlenderProgram;
import blenderer.submit.blender.SceneTracer;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code blenderer submit FILE}. */
@Command(
    name = "submit",
    description =
        "Send a scene with all its files to the farm and render it. Only what the server lacks is"
            + " uploaded.")
final class SubmitCommand extends PeopleCommand {

  @Parameters(index = "0", paramLabel = "FILE", description = "The scene, a .blend file.")
  Path file = Path.of("");

  @Option(
      names = "--frames",
      paramLabel = "RANGE",
      description = "Which frames, such as 1-20,30,40-50x2; default: the scene's own.")
  @Nullable String frames;

  @Option(
      names = "--name",
      paramLabel = "NAME",
      description = "The job's name; default: the file's.")
  @Nullable String name;

  @Option(
      names = "--priority",
      paramLabel = "N",
      defaultValue = "50",
      description = "0 to 100, higher first; default 50.")
  int priority = 50;

  @Option(
      names = "--project",
      paramLabel = "NAME",
      defaultValue = "default",
      description = "The project.")
  String project = "default";

  @Option(
      names = "--allow-missing",
      description = "Render although files are missing or cannot be sent along.")
  boolean allowMissing;

  @Option(names = "--wait", description = "Watch the job until it ends.")
  boolean wait;

  @Option(
      names = "--download",
      paramLabel = "DIR",
      description = "Wait, and fetch the frames into this folder as they land.")
  @Nullable Path download;

  @Option(
      names = "--blender",
      paramLabel = "PATH",
      description = "The Blender that reads the scene here; default: the one on the PATH.")
  @Nullable String blender;

  @Option(
      names = "-p",
      paramLabel = "NAME=VALUE",
      description = "A value for a parameter of the job's template. May be repeated.")
  Map<String, String> parameters = new LinkedHashMap<>();

  SubmitCommand(Surroundings around) {
    super(around);
  }

  static void checkPriority(int priority) {
    if (priority < 0 || priority > 100) {
      throw CommandFailure.wrongUse(
          priority + " is no priority.", "Use a number from 0 to 100; higher goes first.");
    }
  }

  @Override
  int run() {
    String range = frames == null ? null : SceneFrames.canonical(frames);
    checkPriority(priority);
    try (FarmClient client = client()) {
      Submission.Submitted submitted = submit(client, range);
      Jobs.Job job = submitted.job();
      boolean follow = wait || download != null;
      if (!json) {
        say(submitted, follow);
      }
      if (!follow) {
        if (json) {
          printJson(job);
        }
        return ExitCode.DONE;
      }
      return follow(client, job);
    }
  }

  private Submission.Submitted submit(FarmClient client, @Nullable String range) {
    // Asked while Blender reads the scene: no server, no long wait; and the connection is warm
    // then.
    CompletableFuture<Void> hello =
        CompletableFuture.runAsync(client::whoami, Thread::startVirtualThread);
    BlenderParts parts = BlenderParts.layOut(around.cacheFolder().resolve("renderers"));
    SceneTracer tracer =
        new SceneTracer(BlenderProgram.find(blender, around.environment()), parts.traceScript());
    SceneTrace trace = tracer.trace(file, parameters.get("SceneName"));
    greeted(hello);
    trace.warnings().forEach(warning -> err().println("Warning: " + Texts.clean(warning)));
    err().flush();
    ProgressLine line = new ProgressLine(err(), around);
    DigestCache cache = new DigestCache(around.cacheFolder().resolve("digests"), around.clock());
    Submission submission =
        new Submission(client, cache, around.clock(), new SubmitTeller(line, err()));
    try {
      return submission.submit(
          new Submission.Order(
              trace, parts.template(), range, name, project, priority, allowMissing, parameters));
    } finally {
      line.clear();
    }
  }

  private static void greeted(CompletableFuture<Void> hello) {
    try {
      hello.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw e;
    }
  }

  private void say(Submission.Submitted submitted, boolean follow) {
    Jobs.Job job = submitted.job();
    submitted
        .renamed()
        .forEach(
            (path, original) ->
                err()
                    .println(
                        Texts.clean(
                            "Note: '" + original + "' is called '" + path + "' in the job.")));
    out()
        .println(
            "Submitted "
                + JobTexts.called(job)
                + ": "
                + Texts.plural(job.tasks().total(), JobTexts.unit(job))
                + ", "
                + Texts.plural(submitted.files(), "file")
                + " of "
                + Texts.bytes(submitted.bytes())
                + ", "
                + Texts.bytes(submitted.sentBytes())
                + " sent.");
    if (!follow) {
      out().println("'blenderer wait " + job.id() + "' shows its progress.");
    }
    out().flush();
  }

  private int follow(FarmClient client, Jobs.Job submitted) {
    JobFollower follower = new JobFollower(client, around, err());
    FollowDownload fetch =
        download == null
            ? null
            : new FollowDownload(client, download, new DownloadTeller(err(), around));
    Jobs.Job job = follower.follow(submitted.id(), fetch);
    int exit = job.state().equals("done") ? ExitCode.DONE : ExitCode.FAILED;
    if (json) {
      printJson(job);
    } else {
      exit = follower.conclude(job, out());
    }
    if (fetch != null && download != null) {
      FollowDownload.Result result = fetch.result();
      if (!json) {
        out().println(DownloadCommand.sentence(result, download));
      }
    }
    return exit;
  }
}
