package blenderer.cli;

import blenderer.blendfile.BlendFile;
import blenderer.blendfile.Look;
import blenderer.preflight.Finding;
import blenderer.preflight.LiveFarm;
import blenderer.preflight.Preflight;
import blenderer.preflight.Trace;
import blenderer.preflight.Trap;
import blenderer.submit.SubmitException;
import blenderer.submit.blender.SceneOverrides;
import blenderer.submit.blender.SceneTracer.Traced;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Preflight of one .blend as the command line shows it. */
final class SceneCheck {

  private final Path scene;
  private final SceneOverrides overrides;
  private final Set<String> allowed;
  private final boolean scriptsRun;

  /**
   * @param allowed codes that a person waves through
   * @param scriptsRun whether the job runs the scripts in the scene
   */
  SceneCheck(Path scene, SceneOverrides overrides, Set<String> allowed, boolean scriptsRun) {
    this.scene = scene;
    this.overrides = overrides;
    this.allowed = allowed;
    this.scriptsRun = scriptsRun;
  }

  /**
   * A fast look at the file.
   *
   * @throws SubmitException {@code scene-not-found}, {@code scene-unreadable}
   */
  Look look() {
    if (!Files.isRegularFile(scene)) {
      throw new SubmitException(
          "scene-not-found",
          "There is no file '" + scene + "'.",
          "Look at the spelling and at the folder you are in.");
    }
    try (InputStream in = Files.newInputStream(scene)) {
      return BlendFile.look(in);
    } catch (IOException e) {
      throw new SubmitException(
          "scene-unreadable",
          "The file '" + scene + "' cannot be read.",
          "Look at its rights and its disk.",
          List.of(String.valueOf(e.getMessage())),
          e);
    }
  }

  private String sceneName() {
    return overrides.values().getOrDefault("SceneName", "");
  }

  List<Finding> findings(Traced traced, @Nullable LiveFarm farm) {
    Look look = overrides.values().containsKey("Engine") ? null : look();
    List<Finding> found = Preflight.judge(traced.report(), sceneName(), farm, look);
    return Preflight.allowing(
        found.stream()
            .filter(one -> !(scriptsRun && one.code().equals(Trap.SCRIPTS_OFF.code())))
            .toList(),
        allowed);
  }

  List<Finding> findings(Look look, @Nullable LiveFarm farm) {
    String name = String.valueOf(scene.getFileName());
    return Preflight.allowing(Preflight.judge(look, name, sceneName(), farm), allowed);
  }

  /** A trace that failed, as a finding, for those who only check. */
  static List<Finding> failed(SubmitException e) {
    return List.of(new Finding(e.code(), "blocks", e.sentence(), e.next(), e.details()));
  }

  /**
   * Tells what does not block.
   *
   * @throws SubmitException with the first that blocks; the others stand in its details
   */
  static void pass(List<Finding> findings, PrintWriter err) {
    List<Finding> blocking = findings.stream().filter(Finding::blocks).toList();
    for (Finding finding : findings) {
      if (!finding.blocks()) {
        boolean warns = finding.weight().equals("warns");
        err.println((warns ? "Warning: " : "Note: ") + Texts.clean(finding.sentence()));
        if (warns) {
          finding.details().forEach(line -> err.println("  " + Texts.clean(line)));
        }
      }
    }
    err.flush();
    if (!blocking.isEmpty()) {
      Finding first = blocking.getFirst();
      List<String> details = new ArrayList<>(first.details());
      blocking.stream()
          .skip(1)
          .forEach(other -> details.add("also [" + other.code() + "] " + other.sentence()));
      throw new SubmitException(first.code(), first.sentence(), next(first), details, null);
    }
  }

  /** What to do, with the option that waves it through where there is one. */
  private static String next(Finding finding) {
    boolean allowable =
        finding.blocks() && Trap.ofCode(finding.code()).map(Trap::allowable).orElse(false);
    return allowable && !finding.next().contains("--allow")
        ? finding.next() + " --allow " + finding.code() + " makes the job all the same."
        : finding.next();
  }

  /** What a check found, for programs. */
  record Report(String file, String by, Map<String, Object> scene, List<Finding> findings) {}

  /**
   * The scene's facts, from the trace if there is one.
   *
   * @return empty if nothing is known
   */
  Map<String, Object> facts(@Nullable Traced traced, @Nullable Look look) {
    Map<String, Object> facts = new LinkedHashMap<>();
    Trace.Scene one = traced == null ? null : traced.report().scene(sceneName());
    if (traced != null && one != null) {
      facts.put("name", one.name());
      facts.put("frames", traced.scene().frames());
      facts.put("width", one.width());
      facts.put("height", one.height());
      facts.put("fps", one.fps());
      facts.put("engine", String.valueOf(one.engine()));
      facts.put("saved", traced.scene().atLeast());
    } else if (look instanceof Look.Facts seen) {
      Look.Scene scene = seen.scene(sceneName());
      if (scene != null) {
        facts.put("name", scene.name());
        String step = scene.step() > 1 ? ":" + scene.step() : "";
        facts.put("frames", scene.start() + "-" + scene.end() + step);
        facts.put("width", scene.width() * scene.percentage() / 100);
        facts.put("height", scene.height() * scene.percentage() / 100);
        facts.put("fps", scene.fps());
        facts.put("engine", scene.engine());
      }
      facts.put("saved", seen.version());
    }
    return facts;
  }

  /** Prints a table of the findings, and below it what to do. */
  static void print(Report report, PrintWriter out, int width, boolean colour) {
    Map<String, Object> facts = report.scene();
    StringBuilder head = new StringBuilder("'" + report.file() + "'");
    if (facts.containsKey("name")) {
      head.append(
          String.format(
              Locale.ROOT,
              ", scene '%s': frames %s, %sx%s, %s fps, %s",
              facts.get("name"),
              facts.get("frames"),
              facts.get("width"),
              facts.get("height"),
              fps(facts.get("fps")),
              facts.get("engine")));
    }
    if (facts.containsKey("saved")) {
      head.append(", saved by Blender ").append(facts.get("saved"));
    }
    out.println(Texts.clean(head + "."));
    if (report.findings().isEmpty()) {
      out.println("Nothing stands in the way.");
      return;
    }
    Table table = Table.of("WEIGHT", "CODE", "~WHAT");
    report.findings().forEach(one -> table.row(one.weight(), one.code(), one.sentence()));
    table.print(out, width, colour);
    for (Finding finding : report.findings()) {
      out.println();
      out.println("[" + finding.code() + "] " + Texts.clean(finding.sentence()));
      finding.details().forEach(line -> out.println("  " + Texts.clean(line)));
      out.println("  next: " + Texts.clean(next(finding)));
    }
    long blocking = report.findings().stream().filter(Finding::blocks).count();
    out.println();
    out.println(
        blocking == 0 ? "Nothing blocks." : Texts.plural(blocking, "thing") + " in the way.");
  }

  private static String fps(@Nullable Object fps) {
    return fps instanceof Double number
        ? BigDecimal.valueOf(number)
            .setScale(3, RoundingMode.HALF_UP)
            .stripTrailingZeros()
            .toPlainString()
        : String.valueOf(fps);
  }
}
