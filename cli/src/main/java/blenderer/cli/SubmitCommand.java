package blenderer.cli;

import blenderer.api.FarmClient;
import blenderer.api.Jobs;
import blenderer.submit.DigestCache;
import blenderer.submit.FollowDownload;
import blenderer.submit.SceneFrames;
import blenderer.submit.Submission;
import blenderer.submit.blender.BlenderChoice;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code blenderer submit FILE}. */
@Command(
    name = "submit",
    description =
        "Send a scene, a job bundle or a template with all its files to the farm and run it. Only"
            + " what the server lacks is uploaded.",
    footer = {
      "Examples:",
      "  blenderer submit shot.blend --frames 1-20 --download frames",
      "  blenderer submit shot.blend --check",
      "  blenderer submit shot.blend --video mp4 --download out",
      "  blenderer submit shot.blend --frames 1 --percentage 25 --samples 16 --wait",
      "  blenderer submit scene.pov --frames 1-30 --size 320x240",
      "  blenderer submit 'frames/shot_####.png' --video webm -p Rate=25",
      "  blenderer submit my-bundle -p Quality=9 --wait",
      "  blenderer submit --command 'echo {frame}' --frames 1-20",
      ""
    })
final class SubmitCommand extends PeopleCommand {

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "FILE",
      description =
          "A scene (.blend, .pov, .ini), an image of a numbered sequence, a template (.yaml, .json)"
              + " of Open Job Description, or the folder of a job bundle.")
  @Nullable Path file;

  @Option(
      names = "--frames",
      paramLabel = "RANGE",
      description =
          "Which frames, such as 1-20,30,40-50x2; default: the scene's own. In a template, the"
              + " parameter Frames.")
  @Nullable String frames;

  @Option(
      names = "--size",
      paramLabel = "WxH",
      description = "The size of the images, such as 640x480; not for Blender.")
  @Nullable String size;

  @Option(
      names = "--video",
      paramLabel = "FORMAT",
      description = "Make a video of the frames: mp4, mkv, mov (ProRes) or webm.")
  @Nullable String video;

  @Option(
      names = "--command",
      paramLabel = "LINE",
      description =
          "Instead of FILE: a line for the shell, run once for each frame; {frame} in it is the"
              + " frame, {frame:4} the frame with four digits. What it writes into the folder it"
              + " starts in comes back.")
  @Nullable String command;

  @Option(
      names = "--renderer",
      paramLabel = "NAME",
      description = "The renderer; default: the one for this kind of file.")
  @Nullable String renderer;

  @Option(
      names = "--name",
      paramLabel = "NAME",
      description = "The job's name; default: the file's, or the template's.")
  @Nullable String name;

  @Option(
      names = "--priority",
      paramLabel = "N",
      description = "0 to 100, higher first; default 50, or what the bundle says.")
  @Nullable Integer priority;

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

  @Option(
      names = "--addon",
      paramLabel = "PATH",
      description =
          "An add-on that the scene needs: a .py file, a folder or a .zip; it travels with the job."
              + " May be repeated. Needs the permission 'scripts'.")
  List<Path> addOns = new ArrayList<>();

  @Option(
      names = "--allow-scripts",
      description = "Run the scripts in the scene, too. Needs the permission 'scripts'.")
  boolean allowScripts;

  @Option(names = "--hold", description = "Start only when the job is resumed.")
  boolean hold;

  @Mixin TermsOptions termsOptions = new TermsOptions();

  @Option(
      names = "--pool",
      paramLabel = "NAME",
      description = "Only on nodes of that pool ('node --pool'); may be repeated: one of them.")
  @Nullable List<String> pools;

  @Option(
      names = "--probe",
      description = "Render the first, middle and last frame before all others.")
  boolean probe;

  @Option(
      names = "--probe-hold",
      description = "The same, and the others only after 'blenderer approve'.")
  boolean probeHold;

  /** In which order frames are rendered. */
  enum Order {
    plain,
    preview
  }

  @Option(
      names = "--order",
      paramLabel = "ORDER",
      description = {
        "plain: one frame after the other; preview: first, last, middle, then always the middle of"
            + " what is between, so that the whole is seen soonest (default: ${DEFAULT-VALUE})."
      })
  Order order = Order.plain;

  @Option(names = "--wait", description = "Watch the job until it ends.")
  boolean wait;

  @Option(
      names = "--download",
      paramLabel = "DIR",
      description = "Wait, and fetch the results into this folder as they land.")
  @Nullable Path download;

  @Option(
      names = "--blender",
      paramLabel = "PATH",
      description = "The Blender that reads the scene here; default: the one on the PATH.")
  @Nullable String blender;

  @Option(
      names = "--blender-version",
      paramLabel = "WHICH",
      description =
          "The Blender that renders: a series such as 3.4, a version such as 3.4.1, build:DIGEST"
              + " (as 'blenderer nodes' shows it), or any. Default: the series that made the scene,"
              + " if a node has it, else any that can open it.")
  @Nullable String blenderVersion;

  @Option(
      names = "-p",
      paramLabel = "NAME=VALUE",
      description = "A value for a parameter of the job's template; may be repeated.")
  Map<String, String> parameters = new LinkedHashMap<>();

  @Mixin OverrideOptions overrideOptions = new OverrideOptions();

  @Mixin CheckOptions checkOptions = new CheckOptions();

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
    if (priority != null) {
      checkPriority(priority);
    }
    if (order == Order.preview && (probe || probeHold)) {
      throw CommandFailure.wrongUse(
          "--order preview and --probe exclude each other.",
          "Leave one out: with --order preview the first, last and middle frame go first, too.");
    }
    checkVideo();
    // A wrong time is found before anything is read or sent.
    termsOptions.terms(hold, 1, around.clock());
    Path scene = file;
    boolean blend = command == null && scene != null && isBlend(scene);
    checkBlenderVersion(blend);
    if (!blend && overrideOptions.any()) {
      throw CommandFailure.wrongUse(
          "Options such as --engine, --resolution and --camera are for a .blend alone.",
          "Leave them out; -p NAME=VALUE sets a parameter of other templates.");
    }
    if (!blend && checkOptions.any()) {
      throw CommandFailure.wrongUse(
          "--check, --allow and --trace-on-farm are for a .blend alone.",
          "Leave them out; 'blenderer openjd check' looks at a template.");
    }
    if (blend && scene != null && checkOptions.only) {
      return new SceneSubmission(this).check(scene);
    }
    BundleSources.Chosen chosen = blend ? null : choose(scene, range);
    try (FarmClient client = client()) {
      Submission.Submitted submitted =
          chosen != null
              ? send(client, chosen)
              : new SceneSubmission(this)
                  .submit(client, scene == null ? Path.of("") : scene, range);
      Jobs.Job job = submitted.job();
      if (!blend || pools != null) {
        warnOfNobody(job);
      }
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

  private boolean isBlend(Path scene) {
    boolean chosen = renderer == null || renderer.equals("blender");
    return chosen && scene.toString().toLowerCase(Locale.ROOT).endsWith(".blend");
  }

  private void checkBlenderVersion(boolean blend) {
    if (blenderVersion != null && !blend) {
      throw CommandFailure.wrongUse(
          "--blender-version is for a .blend alone.",
          "Leave it out; a template says in its host requirements what it needs.");
    }
    if (blenderVersion != null && !BlenderChoice.isForm(blenderVersion)) {
      throw CommandFailure.wrongUse(
          "'" + blenderVersion + "' names no Blender.",
          "Use a series such as 3.4, a version such as 3.4.1, build:DIGEST, or any.");
    }
  }

  private void checkVideo() {
    if (video != null && !List.of("mp4", "mov", "webm", "mkv").contains(video)) {
      throw CommandFailure.wrongUse(
          "'" + video + "' is no format of a video.", "Use mp4, mkv, mov or webm.");
    }
  }

  private BundleSources.Chosen choose(@Nullable Path named, @Nullable String range) {
    if ((named == null) == (command == null)) {
      throw CommandFailure.wrongUse(
          named == null ? "Nobody said what to submit." : "There is both a file and a --command.",
          named == null
              ? "Name a scene, a template or a job bundle, or give a --command; see 'blenderer"
                  + " submit --help'."
              : "Submit one of them.");
    }
    Map<String, String> options = new LinkedHashMap<>();
    putIf(options, "Frames", range);
    putIf(options, "Size", size);
    putIf(options, "Format", video);
    putIf(options, "Command", command);
    BundleSources sources =
        new BundleSources(name, project, priority, allowMissing, renderer, options, parameters);
    return named == null ? sources.command() : sources.file(named);
  }

  private static void putIf(Map<String, String> options, String name, @Nullable String value) {
    if (value != null) {
      options.put(name, value);
    }
  }

  /** A bundle, or what was made one. */
  private Submission.Submitted send(FarmClient client, BundleSources.Chosen chosen) {
    chosen.plan().warnings().forEach(this::warn);
    err().flush();
    // Asked first: no server, no long reading of files.
    client.whoami();
    Submission.Submitted submitted =
        sending(client, submission -> submission.submit(chosen.plan().cargo().probing(probing())));
    if (!chosen.plan().paused()) {
      return submitted;
    }
    Jobs.Job paused = client.pause(submitted.job().id());
    warn("The bundle asks for a start by hand: 'blenderer resume " + paused.id() + "' starts it.");
    return new Submission.Submitted(
        paused, submitted.files(), submitted.bytes(), submitted.sentBytes(), submitted.renamed());
  }

  private Jobs.@Nullable Terms terms() {
    Jobs.Terms terms = termsOptions.terms(hold, 1, around.clock());
    if (pools == null) {
      return terms;
    }
    return (terms == null ? new Jobs.Terms(null, null, null, null) : terms).in(pools);
  }

  /** As the server has it. */
  @Nullable String probing() {
    return probeHold ? "hold" : probe ? "first" : order == Order.preview ? "preview" : null;
  }

  /** Of a scene alone it was said before it was sent which Blender nobody has. */
  private void warnOfNobody(Jobs.Job job) {
    job.steps().stream()
        .filter(step -> step.state().equals("incompatible"))
        .map(Jobs.Step::message)
        .filter(Objects::nonNull)
        .distinct()
        .forEach(this::warn);
    err().flush();
  }

  void warn(String sentence) {
    err().println("Warning: " + Texts.clean(sentence));
  }

  void note(String sentence) {
    err().println("Note: " + Texts.clean(sentence));
    err().flush();
  }

  <T> T sending(FarmClient client, Function<Submission, T> work) {
    ProgressLine line = new ProgressLine(err(), around);
    DigestCache cache = new DigestCache(around.cacheFolder().resolve("digests"), around.clock());
    Submission submission =
        new Submission(client, cache, around.clock(), new SubmitTeller(line, err()));
    try {
      return work.apply(submission.on(terms()));
    } finally {
      line.clear();
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
