package blenderer.submit.blender;

import blenderer.api.Json;
import blenderer.preflight.Trace;
import blenderer.submit.ProjectLayout;
import blenderer.submit.SceneTrace;
import blenderer.submit.SubmitException;
import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Runs a local Blender with the renderer's {@code trace.py} and reads what it says. */
public final class SceneTracer {

  /**
   * What a trace says.
   *
   * @param scene what a submit needs
   * @param report what preflight judges
   */
  public record Traced(SceneTrace scene, Trace report) {}

  private static final String MARK = "BLENDERER_TRACE ";
  private static final int LAST_LINES = 8;

  private final Path blender;
  private final Path traceScript;
  private final List<Path> addOns;

  /**
   * @param blender the program
   * @param traceScript {@code trace.py} with its modules beside it
   */
  public SceneTracer(Path blender, Path traceScript) {
    this(blender, traceScript, List.of());
  }

  /**
   * @param blender the program
   * @param traceScript {@code trace.py} with its modules beside it
   * @param addOns folders and files of Python, enabled before a scene is opened
   */
  public SceneTracer(Path blender, Path traceScript, List<Path> addOns) {
    this.blender = blender;
    this.traceScript = traceScript;
    this.addOns = List.copyOf(addOns);
  }

  /**
   * Traces a scene file.
   *
   * @param overrides which scene inside the file, and what of it will be otherwise than it says
   * @throws SubmitException {@code scene-not-found}, {@code scene-unreadable} (no .blend, or
   *     damaged), {@code scene-newer} (than this Blender), {@code no-such-scene}, {@code
   *     no-such-camera}, {@code no-such-view-layer}, {@code engine-absent}, {@code bad-override},
   *     {@code no-blender}, {@code trace-failed}
   */
  public SceneTrace trace(Path file, SceneOverrides overrides) {
    return trace(file, overrides, null);
  }

  /**
   * As {@link #trace(Path, SceneOverrides)}.
   *
   * @param frames a range expression: for which frames to find out what they need; null: the
   *     scene's own
   */
  public SceneTrace trace(Path file, SceneOverrides overrides, @Nullable String frames) {
    return traced(file, overrides, frames).scene();
  }

  /** As {@link #trace(Path, SceneOverrides, String)}, with the whole of what the trace says. */
  public Traced traced(Path file, SceneOverrides overrides, @Nullable String frames) {
    Path scene = file.toAbsolutePath().normalize();
    if (!Files.isRegularFile(scene)) {
      throw new SubmitException(
          "scene-not-found",
          "There is no file '" + file + "'.",
          "Look at the spelling and at the folder you are in.");
    }
    if (!Files.isReadable(scene)) {
      throw new SubmitException(
          "scene-unreadable", "The file '" + file + "' may not be read.", "Look at its rights.");
    }
    return read(scene, run(scene, overrides, frames), overrides);
  }

  /** Understands the JSON of a trace. */
  static Traced read(Path scene, String json, SceneOverrides overrides) {
    TraceReport report = parse(scene, json);
    if (report.error() != null) {
      throw new SubmitException(
          report.error().code(), sentence(report.error().message()), next(report.error().code()));
    }
    String sceneName = overrides.sceneName();
    SceneTrace trace = toTrace(scene, report, sceneName == null ? "" : sceneName);
    try {
      return new Traced(trace, Json.mapper().readValue(json, Trace.class));
    } catch (JsonProcessingException e) {
      throw notUnderstood(scene);
    }
  }

  private static String sentence(String text) {
    return text.endsWith(".") ? text : text + ".";
  }

  private static String next(String code) {
    return switch (code) {
      case "scene-newer" -> "Name a newer Blender with --blender PATH.";
      case "no-such-scene", "no-such-camera", "no-such-view-layer" ->
          "Choose one of those that are there.";
      case "engine-absent" ->
          "Choose another --engine, or name a Blender that has it with --blender PATH.";
      case "bad-override" -> "Choose another value.";
      case "addon-failed" -> "Try the add-on in this Blender, or name another with --blender PATH.";
      default -> "Open the file in Blender, and save it again or take a backup of it.";
    };
  }

  /** The marked line's JSON. */
  private String run(Path scene, SceneOverrides overrides, @Nullable String frames) {
    List<String> command =
        new ArrayList<>(
            List.of(
                blender.toString(),
                "-b",
                "--factory-startup",
                "-Y",
                "--python-exit-code",
                "3",
                "--python",
                traceScript.toString(),
                "--",
                scene.toString()));
    command.addAll(overrides.assignments());
    if (frames != null) {
      command.add("Frames=" + frames);
    }
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.redirectErrorStream(true);
    builder.redirectInput(new File("/dev/null"));
    builder.environment().put("LANG", "C.UTF-8");
    builder.environment().put("LC_ALL", "C.UTF-8");
    builder
        .environment()
        .put(
            "BLENDERER_ADDON_PATHS",
            addOns.stream().map(Path::toString).collect(Collectors.joining("\n")));
    Process process;
    try {
      process = builder.start();
    } catch (IOException e) {
      throw new SubmitException(
          "no-blender",
          "'" + blender + "' cannot be started.",
          "Name another Blender with --blender PATH.",
          List.of(),
          e);
    }
    String json = null;
    Deque<String> last = new ArrayDeque<>();
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (line.startsWith(MARK)) {
          json = line.substring(MARK.length());
        } else if (!line.isBlank()) {
          last.addLast(line);
          if (last.size() > LAST_LINES) {
            last.removeFirst();
          }
        }
      }
      int exit = process.waitFor();
      if (json != null) {
        return json;
      }
      throw new SubmitException(
          "trace-failed",
          "Blender could not say what '"
              + scene.getFileName()
              + "' needs (it ended with exit code "
              + exit
              + ").",
          "Open the scene in Blender; if that works, run again with another --blender.",
          List.copyOf(last),
          null);
    } catch (IOException e) {
      throw new SubmitException(
          "trace-failed", "Blender's answer cannot be read.", "Try again.", List.of(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new SubmitException("interrupted", "The trace was interrupted.", "Begin again.");
    } finally {
      process.destroyForcibly();
    }
  }

  private static TraceReport parse(Path scene, String json) {
    try {
      TraceReport report = Json.mapper().readValue(json, TraceReport.class);
      if (report.version() == 1) {
        return report;
      }
    } catch (JsonProcessingException e) {
      // Said below.
    }
    throw notUnderstood(scene);
  }

  private static SubmitException notUnderstood(Path scene) {
    return new SubmitException(
        "trace-failed",
        "What Blender says about '" + scene.getFileName() + "' cannot be understood.",
        "Install Blenderer anew: its parts are of different versions.");
  }

  private static SceneTrace toTrace(Path file, TraceReport report, String sceneName) {
    TraceReport.Scene scene = choose(file, report, sceneName);
    List<SceneTrace.TracedFile> files = new ArrayList<>();
    for (TraceReport.File one : orEmpty(report.files())) {
      if (one.supported() && one.exists() && !one.directory()) {
        files.add(
            new SceneTrace.TracedFile(
                one.path(), one.kind(), one.user() == null ? "" : one.user(), one.frames()));
      }
    }
    TraceReport.Requires requires = report.requires();
    List<String> features =
        scene.features() != null
            ? scene.features()
            : requires == null ? List.of() : orEmpty(requires.features());
    return new SceneTrace(
        file,
        "blender",
        requires != null ? requires.atLeast() : report.saved() == null ? "" : report.saved(),
        features,
        sceneName,
        scene.start(),
        scene.end(),
        Math.max(1, scene.step()),
        scene.size() == null ? "" : scene.size(),
        files,
        scene.fps(),
        movie(scene),
        closure(report));
  }

  private static SceneTrace.@Nullable Movie movie(TraceReport.Scene scene) {
    TraceReport.Video video = scene.movie() ? scene.video() : null;
    return video == null
        ? null
        : new SceneTrace.Movie(
            video.format(),
            video.codec(),
            video.quality(),
            video.file(),
            video.pattern(),
            video.sound());
  }

  private static SceneTrace.Closure closure(TraceReport report) {
    List<ProjectLayout.Folder> folders = new ArrayList<>();
    for (TraceReport.Folder folder : orEmpty(report.folders())) {
      String beside = folder.beside();
      folders.add(
          new ProjectLayout.Folder(
              Path.of(folder.path()), beside == null ? null : Path.of(beside)));
    }
    String frames = report.frames();
    String colours = report.colours();
    return new SceneTrace.Closure(
        folders, frames == null ? "" : frames, colours == null ? null : Path.of(colours));
  }

  private static TraceReport.Scene choose(Path file, TraceReport report, String name) {
    if (name.isEmpty() && report.scene() != null) {
      return report.scene();
    }
    List<String> names = new ArrayList<>();
    for (TraceReport.Scene scene : orEmpty(report.scenes())) {
      if (scene.name().equals(name)) {
        return scene;
      }
      names.add("'" + scene.name() + "'");
    }
    throw new SubmitException(
        "no-such-scene",
        "'" + file.getFileName() + "' holds no scene called '" + name + "'.",
        "It holds " + String.join(", ", names) + ".");
  }

  private static <T> List<T> orEmpty(@Nullable List<T> list) {
    return list == null ? List.of() : list;
  }
}
