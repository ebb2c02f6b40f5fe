package blenderer.bench;

import blenderer.submit.SubmitException;
import blenderer.submit.blender.BlenderProgram;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * {@code bench overhead}: what a farm of one node with one slot adds to Blender's own time.
 *
 * <p>T(n) is the time from the start of {@code submit --download} to its end for n light frames,
 * node up, caches empty. A line T(n) = a + b·n goes through the two sizes. Beside it, in turn, runs
 * {@code blender -a} on the same scene, once as the scene is and once with persistent data, which
 * is Blender's best.
 */
@Command(
    name = "overhead",
    mixinStandardHelpOptions = true,
    description =
        "Times 'submit --download' on a farm of one node against 'blender -a' with the same"
            + " frames.")
final class OverheadCommand implements Callable<Integer> {

  private enum Way {
    FARM,
    BLENDER,
    BLENDER_PERSISTENT
  }

  @Option(
      names = "--pairs",
      defaultValue = "3",
      description = "Rounds (default: ${DEFAULT-VALUE}).")
  private int pairs = 3;

  @Option(
      names = "--small",
      defaultValue = "20",
      description = "Frames of the small job (default: ${DEFAULT-VALUE}).")
  private int small = 20;

  @Option(
      names = "--large",
      defaultValue = "200",
      description = "Frames of the large job (default: ${DEFAULT-VALUE}).")
  private int large = 200;

  @Option(
      names = "--scene",
      defaultValue = "light",
      paramLabel = "NAME",
      description =
          "light; textures: with 200 of them, 150 MB; mesh: in a scene file of 60 MB (default:"
              + " ${DEFAULT-VALUE}).")
  private String scene = "light";

  @Option(
      names = "--blender",
      paramLabel = "PATH",
      description = "The Blender of node, submitter and comparison (default: the one on the PATH).")
  private @Nullable String blender;

  @Override
  public Integer call() throws IOException, InterruptedException {
    return MeasuredRun.of(pairs, small, large, "overhead", this::measure);
  }

  private OverheadRun.Scene kind() {
    for (OverheadRun.Scene kind : OverheadRun.Scene.values()) {
      if (kind.word().equals(scene)) {
        return kind;
      }
    }
    throw new OverheadRun.Failed(
        "there is no scene '" + scene + "'; choose light, textures or mesh");
  }

  private String measure(Path folder) throws IOException, InterruptedException {
    OverheadRun.Scene kind = kind();
    String program;
    try {
      program = BlenderProgram.find(blender, System.getenv()).toString();
    } catch (SubmitException e) {
      throw new OverheadRun.Failed(e.sentence() + " " + e.next());
    }
    OverheadRun run = new OverheadRun(folder, kind, program, large, MeasuredRun.err());
    Map<Way, List<Double>> times = new EnumMap<>(Way.class);
    List<Double> slopes = new ArrayList<>();
    Map<Way, List<Double>> a = new EnumMap<>(Way.class);
    Map<Way, List<Double>> b = new EnumMap<>(Way.class);
    Map<String, List<Double>> phases = new TreeMap<>();
    for (int pair = 1; pair <= pairs; pair++) {
      Map<Way, double[]> seconds = new EnumMap<>(Way.class);
      for (int size = 0; size < 2; size++) {
        int frames = size == 0 ? small : large;
        for (Way way : Way.values()) {
          double taken =
              switch (way) {
                case FARM -> {
                  OverheadRun.Timed timed = run.farm(frames);
                  timed
                      .phases()
                      .forEach(
                          (name, value) ->
                              phases
                                  .computeIfAbsent(name + "At" + frames, _ -> new ArrayList<>())
                                  .add(value));
                  yield timed.seconds();
                }
                case BLENDER -> run.blender(frames, false);
                case BLENDER_PERSISTENT -> run.blender(frames, true);
              };
          seconds.computeIfAbsent(way, _ -> new double[2])[size] = taken;
          times.computeIfAbsent(way, _ -> new ArrayList<>()).add(Figures.round(taken));
          System.err.printf("pair %d, %d frames, %s: %.2f s%n", pair, frames, way, taken);
        }
      }
      seconds.forEach(
          (way, t) -> {
            double slope = (t[1] - t[0]) / (large - small);
            b.computeIfAbsent(way, _ -> new ArrayList<>()).add(slope);
            a.computeIfAbsent(way, _ -> new ArrayList<>()).add(t[0] - slope * small);
          });
      slopes.add(last(b, Way.FARM) / last(b, Way.BLENDER));
    }
    ObjectMapper json = new ObjectMapper();
    ObjectNode line = json.createObjectNode();
    line.put("bench", "overhead").put("pairs", pairs).put("small", small).put("large", large);
    line.put("bRatio", Figures.round(Figures.medianOf(slopes)));
    line.put("aDifferenceSeconds", difference(a, Way.BLENDER));
    line.put(
        "bRatioToPersistent",
        Figures.round(ratio(requireTimes(b, Way.FARM), requireTimes(b, Way.BLENDER_PERSISTENT))));
    line.put("aDifferenceToPersistentSeconds", difference(a, Way.BLENDER_PERSISTENT));
    for (Way way : Way.values()) {
      ObjectNode node = line.putObject(way.name().toLowerCase(Locale.ROOT));
      node.put("aSeconds", Figures.round(Figures.medianOf(requireTimes(a, way))));
      node.put("bSeconds", Figures.round(Figures.medianOf(requireTimes(b, way))));
      node.putPOJO("secondsInTurnSmallLarge", requireTimes(times, way));
    }
    ObjectNode rest = line.putObject("farmPhasesSeconds");
    phases.forEach((name, values) -> rest.put(name, Figures.round(Figures.medianOf(values))));
    line.put("scene", kind.description());
    line.put("projectBytes", run.projectBytes());
    line.put("version", run.blenderVersion());
    line.put("processors", Runtime.getRuntime().availableProcessors());
    return json.writeValueAsString(line);
  }

  private static List<Double> requireTimes(Map<Way, List<Double>> of, Way way) {
    return of.getOrDefault(way, List.of());
  }

  private static double last(Map<Way, List<Double>> of, Way way) {
    return requireTimes(of, way).getLast();
  }

  private static double ratio(List<Double> ours, List<Double> theirs) {
    double[] ratios = new double[ours.size()];
    for (int i = 0; i < ratios.length; i++) {
      ratios[i] = ours.get(i) / theirs.get(i);
    }
    return Figures.median(ratios);
  }

  private static double difference(Map<Way, List<Double>> a, Way theirs) {
    List<Double> ours = requireTimes(a, Way.FARM);
    List<Double> other = requireTimes(a, theirs);
    double[] differences = new double[ours.size()];
    for (int i = 0; i < differences.length; i++) {
      differences[i] = ours.get(i) - other.get(i);
    }
    return Figures.round(Figures.median(differences));
  }
}
