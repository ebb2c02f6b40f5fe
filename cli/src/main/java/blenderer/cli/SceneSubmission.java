package blenderer.cli;

import blenderer.api.FarmClient;
import blenderer.api.UnreachableException;
import blenderer.blendfile.Look;
import blenderer.preflight.Finding;
import blenderer.preflight.LiveFarm;
import blenderer.submit.AddOn;
import blenderer.submit.SceneTrace;
import blenderer.submit.Submission;
import blenderer.submit.SubmitException;
import blenderer.submit.blender.BlenderChoice;
import blenderer.submit.blender.BlenderParts;
import blenderer.submit.blender.BlenderProgram;
import blenderer.submit.blender.FarmTracer;
import blenderer.submit.blender.SceneOverrides;
import blenderer.submit.blender.SceneTracer;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/** {@code submit} of a .blend: tracing it, looking for what goes wrong, choosing its Blender. */
final class SceneSubmission {

  private static final int USUAL_PRIORITY = 50;

  private final SubmitCommand command;

  /**
   * @param command with its options
   */
  SceneSubmission(SubmitCommand command) {
    this.command = command;
  }

  Submission.Submitted submit(FarmClient client, Path scene, @Nullable String range) {
    if (command.size != null) {
      throw CommandFailure.wrongUse(
          "--size is not for a .blend.", "Use --resolution WxH, or --percentage N.");
    }
    SceneOverrides overrides = command.overrideOptions.with(command.parameters);
    Map<String, String> values = new LinkedHashMap<>(command.parameters);
    values.putAll(overrides.values());
    if (command.allowScripts) {
      values.put("AllowScripts", "true");
    }
    List<AddOn> bundle = bundle();
    // Asked while Blender reads the scene: no server, no long wait; and the connection is warm
    // then.
    CompletableFuture<FarmBlenders> hello =
        CompletableFuture.supplyAsync(
            () -> {
              client.whoami();
              return FarmBlenders.ask(client);
            },
            task -> Thread.ofPlatform().daemon().name("hello").start(task));
    BlenderParts parts = BlenderParts.layOut(command.around.cacheFolder().resolve("renderers"));
    SceneCheck check = checkOf(scene, overrides);
    Optional<Path> program =
        command.checkOptions.onFarm
            ? Optional.empty()
            : BlenderProgram.search(command.blender, command.around.environment());
    if (program.isEmpty() && !bundle.isEmpty()) {
      throw CommandFailure.wrongUse(
          "A scene with add-ons of its own is read by a Blender on this computer.",
          "Install Blender, name one with --blender PATH, or leave --addon out.");
    }
    SceneTracer.Traced traced =
        program.isPresent()
            ? tracer(program.get(), parts, bundle).traced(scene, overrides, range)
            : traceOnFarm(client, scene, check, overrides, range, parts, greeted(hello).live());
    SceneCheck.pass(check.findings(traced, greeted(hello).live()), command.err());
    SceneTrace trace = traced.scene();
    BlenderChoice choice = BlenderChoice.of(command.blenderVersion, trace, greeted(hello).choice());
    choice.warnings().forEach(command::warn);
    boolean encoding = command.video != null || trace.movie() != null;
    sayMovie(trace);
    command.err().flush();
    int rank = command.priority == null ? USUAL_PRIORITY : command.priority;
    return command.sending(
        client,
        submission ->
            submission.submit(
                new Submission.Order(
                    trace,
                    encoding ? parts.videoTemplate() : parts.template(),
                    range,
                    command.name,
                    command.project,
                    rank,
                    command.checkOptions.letsMiss(command.allowMissing),
                    encoding ? trace.videoParameters(command.video, values) : values,
                    encoding ? List.of("ffmpeg") : List.of(),
                    overrides.values().isEmpty()
                        ? Map.of()
                        : Map.of("overrides", overrides.inWords()),
                    choice.requirement(),
                    bundle,
                    command.probing())));
  }

  private SceneCheck checkOf(Path scene, SceneOverrides overrides) {
    return new SceneCheck(
        scene, overrides, command.checkOptions.allowed(command.allowMissing), command.allowScripts);
  }

  private List<AddOn> bundle() {
    return command.addOns.stream()
        .map(path -> AddOn.read(path, command.around.cacheFolder().resolve("addons")))
        .toList();
  }

  private static SceneTracer tracer(Path program, BlenderParts parts, List<AddOn> bundle) {
    return new SceneTracer(
        program, parts.traceScript(), bundle.stream().map(AddOn::source).toList());
  }

  /** For a computer without Blender: what the file itself says, then what a node finds in it. */
  private SceneTracer.Traced traceOnFarm(
      FarmClient client,
      Path scene,
      SceneCheck check,
      SceneOverrides overrides,
      @Nullable String range,
      BlenderParts parts,
      LiveFarm farm) {
    Look look = check.look();
    List<Finding> first = check.findings(look, farm);
    SceneCheck.pass(first.stream().filter(Finding::blocks).toList(), command.err());
    if (!farm.hasBlender()) {
      throw new SubmitException(
          "no-blender",
          "There is no Blender on this computer to read the scene with, and no node with one is"
              + " online.",
          "Start a node, or install Blender here.");
    }
    String saved = look instanceof Look.Facts facts ? facts.version() : "";
    return command.sending(
        client,
        submission ->
            new FarmTracer(
                    client, submission, parts.traceTemplate(), command.project, command::note)
                .trace(scene, overrides, range, saved));
  }

  private void sayMovie(SceneTrace trace) {
    SceneTrace.Movie movie = trace.movie();
    if (movie != null) {
      String format = command.video == null ? movie.format() : command.video;
      command
          .err()
          .println(
              Texts.clean(
                  "Note: the scene writes a movie. Its frames are rendered as PNG, and '"
                      + movie.file()
                      + "."
                      + format
                      + "' is made of them"
                      + (movie.sound() ? " with the scene's sound" : "")
                      + " when all are done."));
    }
  }

  /** {@code --check}: says what would go wrong, and sends nothing. */
  int check(Path scene) {
    if (command.checkOptions.onFarm) {
      throw CommandFailure.wrongUse(
          "--check sends nothing, and --trace-on-farm sends the scene.", "Leave one of them out.");
    }
    SceneOverrides overrides = command.overrideOptions.with(command.parameters);
    SceneCheck check = checkOf(scene, overrides);
    Look look = check.look();
    LiveFarm farm = farmIfAny();
    Optional<Path> program = BlenderProgram.search(command.blender, command.around.environment());
    SceneTracer.Traced traced = null;
    List<Finding> findings = check.findings(look, farm);
    if (look instanceof Look.Facts && program.isPresent()) {
      BlenderParts parts = BlenderParts.layOut(command.around.cacheFolder().resolve("renderers"));
      try {
        traced = tracer(program.get(), parts, bundle()).traced(scene, overrides, null);
        findings = check.findings(traced, farm);
      } catch (SubmitException e) {
        findings = SceneCheck.failed(e);
      }
    }
    SceneCheck.Report report =
        new SceneCheck.Report(
            scene.toString(),
            traced == null ? "look" : "blender",
            check.facts(traced, look),
            findings);
    if (command.json) {
      command.printJson(report);
    } else {
      SceneCheck.print(
          report, command.out(), command.around.width().getAsInt(), command.around.colour());
    }
    return findings.stream().anyMatch(Finding::blocks) ? ExitCode.FAILED : ExitCode.DONE;
  }

  /** What the farm can do; null when no server was named or none answers. */
  private @Nullable LiveFarm farmIfAny() {
    try (FarmClient client = command.client()) {
      return FarmBlenders.ask(client).live();
    } catch (CommandFailure e) {
      if (e.code.equals("no-server")) {
        return null;
      }
      throw e;
    } catch (UnreachableException e) {
      return null;
    }
  }

  private static <T> T greeted(CompletableFuture<T> hello) {
    try {
      return hello.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw e;
    }
  }
}
