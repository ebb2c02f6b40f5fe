package blenderer.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code bench eta}: how often the range of a job's end holds the truth. */
@Command(
    name = "eta",
    mixinStandardHelpOptions = true,
    description = {
      "Runs animations on simulated farms, with the real scheduler in virtual time, and compares"
          + " what people would have been told at each tenth of a job with what came.",
      "The range shall hold the truth in eight of ten cases."
    })
final class EtaCommand implements Callable<Integer> {

  @Option(names = "--jobs", description = "Simulated jobs (default: ${DEFAULT-VALUE}).")
  private int jobs = 1_000;

  @Option(names = "--seed", description = "Of the first job (default: ${DEFAULT-VALUE}).")
  private long seed = 1;

  @Option(
      names = "--scenes",
      paramLabel = "FOLDER",
      description =
          "Instead of simulating: renders the scenes below the folder on a farm of this computer,"
              + " one after the other.")
  private @Nullable Path scenes;

  @Option(
      names = "--blender",
      paramLabel = "PATH",
      description = "Renders --scenes (default: the one on the PATH).")
  private @Nullable String blender;

  @Option(names = "--frames", description = "Of each of --scenes (default: ${DEFAULT-VALUE}).")
  private int frames = 40;

  @Option(
      names = "--resolution",
      paramLabel = "WIDTHxHEIGHT",
      description = "Of each of --scenes (default: ${DEFAULT-VALUE}).")
  private String resolution = "320x180";

  @Option(names = "--samples", description = "Of each of --scenes (default: ${DEFAULT-VALUE}).")
  private int samples = 8;

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (jobs < 1 || frames < SceneEtas.FEWEST_FRAMES) {
      System.err.println(
          "error [wrong-use] --jobs is at least 1, --frames " + SceneEtas.FEWEST_FRAMES + ".");
      System.err.println("  next: See 'blenderer bench eta --help'.");
      return 2;
    }
    if (scenes != null) {
      return new SceneEtas(scenes, blender, frames, resolution, samples).print();
    }
    Map<Integer, EtaScore> byTenth = new TreeMap<>();
    Map<EtaRun.Shape, EtaScore> byShape = new TreeMap<>();
    for (long i = 0; i < jobs; i++) {
      EtaRun run = new EtaRun(seed + i);
      List<EtaRun.Seen> all = run.run();
      for (EtaRun.Seen seen : all) {
        byTenth
            .computeIfAbsent(seen.done(), _ -> new EtaScore())
            .add(seen.estimate().low(), seen.estimate().high(), seen.actual());
        if (seen.done() == 1) {
          byShape
              .computeIfAbsent(run.shape, _ -> new EtaScore())
              .add(seen.estimate().low(), seen.estimate().high(), seen.actual());
        }
      }
    }
    ObjectNode line = new ObjectMapper().createObjectNode();
    line.put("bench", "eta").put("jobs", jobs).put("seed", seed);
    EtaScore first = byTenth.getOrDefault(1, new EtaScore());
    line.put("heldAtATenth", first.held());
    ObjectNode tenths = line.putObject("byTenth");
    byTenth.forEach((tenth, score) -> score.into(tenths.putObject("" + tenth)));
    ObjectNode shapes = line.putObject("atATenthByShape");
    byShape.forEach(
        (shape, score) -> score.into(shapes.putObject(shape.name().toLowerCase(Locale.ROOT))));
    System.out.println(line);
    return 0;
  }
}
