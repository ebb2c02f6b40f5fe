package blenderer.bench;

import blenderer.submit.blender.BlenderProgram;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * {@code bench sandbox}: what the sandbox adds to a frame. The farm of {@code bench overhead}
 * renders two jobs of different size, in turn with the sandbox and without; b, the seconds a frame,
 * is the slope between the two sizes.
 */
@Command(
    name = "sandbox",
    mixinStandardHelpOptions = true,
    description =
        "Times light frames with the sandbox around the renderer and without it, in turn.")
final class SandboxCommand implements Callable<Integer> {

  @Option(
      names = "--pairs",
      defaultValue = "5",
      description = "Rounds (default: ${DEFAULT-VALUE}).")
  private int pairs = 5;

  @Option(
      names = "--small",
      defaultValue = "20",
      description = "Frames of the small job (default: ${DEFAULT-VALUE}).")
  private int small = 20;

  @Option(
      names = "--large",
      defaultValue = "80",
      description = "Frames of the large job (default: ${DEFAULT-VALUE}).")
  private int large = 80;

  @Override
  public Integer call() throws IOException, InterruptedException {
    return MeasuredRun.of(pairs, small, large, "sandbox", this::measure);
  }

  private String measure(Path folder) throws IOException, InterruptedException {
    OverheadRun run =
        new OverheadRun(
            folder,
            OverheadRun.Scene.LIGHT,
            BlenderProgram.find(null, System.getenv()).toString(),
            large,
            MeasuredRun.err());
    List<Double> inside = new ArrayList<>();
    List<Double> outside = new ArrayList<>();
    List<Double> ratios = new ArrayList<>();
    for (int pair = 1; pair <= pairs; pair++) {
      // Each goes first in turn: what the machine does meanwhile meets both alike.
      boolean sandboxFirst = pair % 2 == 1;
      double first = slope(run, sandboxFirst);
      double second = slope(run, !sandboxFirst);
      inside.add(sandboxFirst ? first : second);
      outside.add(sandboxFirst ? second : first);
      ratios.add(inside.getLast() / outside.getLast());
      System.err.printf(
          "pair %d: %.3f s a frame inside, %.3f s outside%n",
          pair, inside.getLast(), outside.getLast());
    }
    ObjectMapper json = new ObjectMapper();
    ObjectNode line = json.createObjectNode();
    line.put("bench", "sandbox").put("pairs", pairs).put("small", small).put("large", large);
    line.put("bRatio", Figures.round(Figures.medianOf(ratios)));
    line.putPOJO("bRatios", Figures.roundAll(ratios));
    line.putPOJO("bSecondsInside", Figures.roundAll(inside));
    line.putPOJO("bSecondsOutside", Figures.roundAll(outside));
    line.put("version", run.blenderVersion());
    line.put("processors", Runtime.getRuntime().availableProcessors());
    return json.writeValueAsString(line);
  }

  private double slope(OverheadRun run, boolean sandbox) throws IOException, InterruptedException {
    String[] options = sandbox ? new String[0] : new String[] {"--without-sandbox"};
    double few = run.farm(small, options).seconds();
    double many = run.farm(large, options).seconds();
    return (many - few) / (large - small);
  }
}
