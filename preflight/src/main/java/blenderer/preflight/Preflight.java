package blenderer.preflight;

import static blenderer.preflight.Trace.orEmpty;

import blenderer.blendfile.Look;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The rules. Findings come with what blocks first, then in the table's order. */
public final class Preflight {

  private static final Map<String, String> ENGINES =
      Map.of("cycles", "Cycles", "eevee", "EEVEE", "workbench", "Workbench");

  private static final Map<String, String> FEATURES =
      Map.of(
          "osl", "Open Shading Language",
          "alembic", "Alembic files",
          "usd", "USD files",
          "openvdb", "OpenVDB volumes");

  private Preflight() {}

  /**
   * What a trace tells.
   *
   * @param sceneName the scene to render; empty: the active one
   * @param farm null: no farm was asked
   */
  public static List<Finding> judge(Trace trace, String sceneName, @Nullable LiveFarm farm) {
    return judge(trace, sceneName, farm, null);
  }

  /**
   * As {@link #judge(Trace, String, LiveFarm)}.
   *
   * @param look at the same file: Blender silently takes another engine for one that it has not
   *     got, and only the file still names it; null: not looked, or the engine is overridden
   */
  public static List<Finding> judge(
      Trace trace, String sceneName, @Nullable LiveFarm farm, @Nullable Look look) {
    Rules rules = new Rules();
    String file = quoted(lastPart(orElse(trace.file(), "the scene")));
    Trace.Message error = trace.error();
    if (error != null) {
      rules.add(error(error));
      return rules.sorted();
    }
    Trace.Scene scene = trace.scene(sceneName);
    if (scene == null) {
      rules.add(
          Trap.NO_SUCH_SCENE,
          List.of(),
          file,
          sceneName,
          list(orEmpty(trace.scenes()).stream().map(one -> quoted(one.name())).toList()));
      return rules.sorted();
    }
    String name = quoted(scene.name()) + " in " + file;
    if (scene.camera() == null && !Boolean.FALSE.equals(scene.needsCamera())) {
      rules.add(Trap.NO_CAMERA, List.of(), name);
    }
    if (scene.layersOn() != null && scene.layersOn() == 0) {
      rules.add(Trap.NO_LAYER, List.of(), name);
    }
    if (scene.movie() && scene.video() == null) {
      rules.add(Trap.MOVIE_OUTPUT, List.of(), name, orElse(scene.format(), "movie"));
    }
    files(rules, trace, file);
    List<String> features =
        scene.features() != null
            ? scene.features()
            : trace.requires() == null ? List.of() : orEmpty(trace.requires().features());
    farm(rules, farm, file, name, orElse(trace.saved(), ""), features);
    if (look instanceof Look.Facts facts) {
      Look.Scene raw = facts.scene(scene.name());
      if (raw != null && !isBlendersOwn(raw.engine()) && !raw.engine().equals(scene.engine())) {
        rules.add(Trap.ENGINE_MISSING, List.of(), name, quoted(raw.engine()));
      }
    }
    simulations(rules, trace, file);
    scripts(rules, trace, file);
    List<String> absent =
        orEmpty(trace.absent()).stream()
            .map(one -> one.kind() + " '" + one.name() + "' of '" + one.owner() + "'")
            .toList();
    if (!absent.isEmpty()) {
      rules.add(Trap.ADDONS_ABSENT, absent, file, count(absent.size(), "part"));
    }
    for (Trace.Message warning : orEmpty(trace.warnings())) {
      // The trace's own words for what the lists above say better.
      if (!warning.code().startsWith("missing-") && !KNOWN_BETTER.test(warning.code())) {
        Trap trap = Trap.ofCode(warning.code()).orElse(Trap.SCENE_WARNING);
        boolean begins = trap == Trap.SCENE_WARNING;
        rules.add(trap, List.of(), file, begins ? capital(warning.message()) : warning.message());
      }
    }
    List<String> outputs = orEmpty(scene.outputNodes());
    if (!outputs.isEmpty()) {
      rules.add(Trap.OUTPUT_NODES, outputs, name, count(outputs.size(), "file output"));
    }
    return rules.sorted();
  }

  private static final Predicate<String> KNOWN_BETTER =
      List.of(Trap.UNBAKED_SIMULATION.code(), Trap.SCRIPTS_OFF.code())::contains;

  private static Finding error(Trace.Message error) {
    Trap trap = Trap.ofCode(error.code()).orElse(Trap.SCENE_UNREADABLE);
    return new Finding(
        trap.code(), trap.weight().word(), ended(error.message()), nextOf(trap), List.of());
  }

  private static String nextOf(Trap trap) {
    return trap == Trap.SCENE_NEWER ? "Use a newer Blender." : trap.next();
  }

  private static void files(Rules rules, Trace trace, String file) {
    List<Trace.File> used = orEmpty(trace.files()).stream().filter(Trace.File::used).toList();
    rules.files(
        Trap.MISSING_FILES,
        used,
        one -> one.supported() && (!one.exists() || one.directory()),
        file);
    rules.files(
        Trap.EMPTY_FILES,
        used,
        one -> one.supported() && one.size() != null && one.size() == 0,
        file);
    rules.files(
        Trap.UNSUPPORTED_FILES,
        orEmpty(trace.files()),
        one -> !one.supported() && one.used(),
        file);
    String main = trace.file();
    if (main != null) {
      String folder = main.substring(0, Math.max(0, separator(main)) + 1);
      rules.files(
          Trap.OUTSIDE_PROJECT,
          used,
          one -> one.supported() && one.exists() && !one.path().startsWith(folder),
          file);
    }
  }

  private static void farm(
      Rules rules,
      @Nullable LiveFarm farm,
      String file,
      String scene,
      String saved,
      List<String> features) {
    if (farm == null) {
      rules.add(Trap.FARM_NOT_ASKED, List.of());
      return;
    }
    if (!farm.hasBlender()) {
      rules.add(Trap.NO_LIVE_NODE, List.of());
      return;
    }
    int before = rules.found.size();
    if (!farm.opens(saved)) {
      rules.add(
          Trap.SCENE_NEWER, List.of(), file, saved, "on the farm", farm.newest().orElse("unknown"));
    }
    for (String feature : features) {
      if (!farm.features().contains(feature)) {
        missing(rules, scene, feature, features.indexOf(feature) == 0);
      }
    }
    if (rules.found.size() == before && !farm.fits(saved, features)) {
      rules.add(
          Trap.NO_NODE_FITS,
          List.of(),
          file,
          saved.isEmpty() ? "of any age" : saved,
          list(features.stream().map(Preflight::featureName).toList()));
    }
  }

  /** The first feature that a trace names is the engine. */
  private static void missing(Rules rules, String scene, String feature, boolean first) {
    if (feature.equals("denoise-oidn")) {
      rules.add(Trap.DENOISER_MISSING, List.of(), scene, featureName(feature));
    } else if (first || ENGINES.containsKey(feature)) {
      rules.add(Trap.ENGINE_MISSING, List.of(), scene, featureName(feature));
    } else {
      rules.add(Trap.FEATURE_MISSING, List.of(), scene, featureName(feature));
    }
  }

  private static String featureName(String feature) {
    return feature.equals("denoise-oidn")
        ? "OpenImageDenoise"
        : ENGINES.getOrDefault(feature, FEATURES.getOrDefault(feature, quoted(feature)));
  }

  private static void simulations(Rules rules, Trace trace, String file) {
    List<String> unbaked =
        orEmpty(trace.simulations()).stream()
            .filter(one -> !one.baked())
            .map(one -> one.kind() + " of '" + one.owner() + "'")
            .toList();
    if (!unbaked.isEmpty()) {
      rules.add(
          Trap.UNBAKED_SIMULATION,
          unbaked,
          file,
          count(unbaked.size(), "simulation") + " that " + (unbaked.size() == 1 ? "is" : "are"));
    }
  }

  private static void scripts(Rules rules, Trace trace, String file) {
    List<String> scripts =
        orEmpty(trace.scripts()).stream()
            .map(
                one ->
                    one.kind()
                        + " of '"
                        + one.owner()
                        + "'"
                        + (one.detail() == null || one.detail().isEmpty()
                            ? ""
                            : ": " + one.detail()))
            .toList();
    if (!scripts.isEmpty()) {
      rules.add(Trap.SCRIPTS_OFF, scripts, file, count(scripts.size(), "script"));
    }
  }

  /**
   * What a fast look tells.
   *
   * @param fileName of the .blend
   * @param sceneName the scene to render; empty: the active one
   * @param farm null: no farm was asked
   */
  public static List<Finding> judge(
      Look look, String fileName, String sceneName, @Nullable LiveFarm farm) {
    Rules rules = new Rules();
    String file = quoted(fileName);
    switch (look) {
      case Look.Unreadable unreadable ->
          rules.add(Trap.SCENE_UNREADABLE, List.of(), file, unreadable.why());
      case Look.Facts facts -> facts(rules, facts, file, sceneName, farm);
    }
    return rules.sorted();
  }

  private static void facts(
      Rules rules, Look.Facts facts, String file, String sceneName, @Nullable LiveFarm farm) {
    Look.Scene scene = facts.scene(sceneName);
    if (scene == null && facts.whole()) {
      rules.add(
          Trap.NO_SUCH_SCENE,
          List.of(),
          file,
          sceneName,
          list(facts.scenes().stream().map(one -> quoted(one.name())).toList()));
      return;
    }
    List<String> features = List.of();
    String name = file;
    if (scene != null) {
      name = quoted(scene.name()) + " in " + file;
      if (!scene.layers().isEmpty() && scene.layers().stream().noneMatch(Look.Layer::renders)) {
        rules.add(Trap.NO_LAYER, List.of(), name);
      }
      // Whether it has a camera after all, or needs none, only Blender can say: no finding here.
      features = engine(facts, scene);
    }
    farm(rules, farm, file, name, facts.version(), features);
    rules.add(Trap.NOT_TRACED, List.of(), file);
  }

  private static boolean isBlendersOwn(String engine) {
    return engine.isEmpty() || engine.equals("CYCLES") || engine.startsWith("BLENDER_");
  }

  /** Engines of before 2.8 become another when a newer Blender opens the file. */
  private static List<String> engine(Look.Facts facts, Look.Scene scene) {
    return switch (scene.engine()) {
      case "CYCLES" -> List.of("cycles");
      case "BLENDER_EEVEE", "BLENDER_EEVEE_NEXT", "BLENDER_RENDER", "BLENDER_GAME" ->
          List.of("eevee");
      case "BLENDER_WORKBENCH" -> List.of("workbench");
      default ->
          facts.whole() && !scene.engine().isEmpty()
              ? List.of(scene.engine().toLowerCase(java.util.Locale.ROOT))
              : List.of();
    };
  }

  /** What a person waves through no longer blocks. */
  public static List<Finding> allowing(List<Finding> findings, Collection<String> codes) {
    Rules rules = new Rules();
    for (Finding finding : findings) {
      boolean may = Trap.ofCode(finding.code()).map(Trap::allowable).orElse(false);
      rules.add(
          finding.blocks() && may && codes.contains(finding.code()) ? finding.allowed() : finding);
    }
    return rules.sorted();
  }

  private static final class Rules {

    private final List<Finding> found = new ArrayList<>();

    void add(Finding finding) {
      found.add(finding);
    }

    void add(Trap trap, List<String> details, String... words) {
      add(Finding.of(trap, details, words));
    }

    void files(Trap trap, List<Trace.File> files, Predicate<Trace.File> which, String file) {
      List<String> some = files.stream().filter(which).map(Trace.File::describe).toList();
      if (!some.isEmpty()) {
        add(trap, some, file, count(some.size(), "file"));
      }
    }

    List<Finding> sorted() {
      return found.stream()
          .sorted(
              Comparator.comparingInt(
                      (Finding one) ->
                          Stream.of(Weight.values())
                              .map(Weight::word)
                              .toList()
                              .indexOf(one.weight()))
                  .thenComparingInt(
                      one -> Trap.ofCode(one.code()).map(Trap::ordinal).orElse(Integer.MAX_VALUE)))
          .toList();
    }
  }

  private static int separator(String path) {
    return Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\'));
  }

  private static String lastPart(String path) {
    return path.substring(separator(path) + 1);
  }

  private static String quoted(String text) {
    return "'" + text + "'";
  }

  private static String list(List<String> words) {
    return words.isEmpty() ? "nothing" : String.join(", ", words);
  }

  private static String count(int number, String what) {
    return number + " " + what + (number == 1 ? "" : "s");
  }

  private static String orElse(@Nullable String text, String other) {
    return text == null ? other : text;
  }

  private static String ended(String text) {
    return capital(text) + (text.endsWith(".") ? "" : ".");
  }

  private static String capital(String text) {
    return text.isEmpty() ? text : Character.toUpperCase(text.charAt(0)) + text.substring(1);
  }
}
