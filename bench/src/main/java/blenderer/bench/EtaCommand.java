package blenderer.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
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

  /** Estimates of one kind, and how they fared. */
  private static final class Score {
    int all;
    int held;
    int early;
    double width;

    void add(EtaRun.Seen seen) {
      all++;
      held += seen.holds() ? 1 : 0;
      early += seen.actual() < seen.estimate().low() ? 1 : 0;
      width += seen.estimate().high() / Math.max(1e-6, seen.estimate().low());
    }

    void into(ObjectNode node) {
      node.put("estimates", all);
      node.put("held", Figures.round((double) held / all));
      node.put("doneEarlier", Figures.round((double) early / all));
      node.put("doneLater", Figures.round((double) (all - held - early) / all));
    }
  }

  @Override
  public Integer call() {
    if (jobs < 1) {
      System.err.println("error [wrong-use] --jobs is at least 1.");
      System.err.println("  next: See 'blenderer bench eta --help'.");
      return 2;
    }
    Map<Integer, Score> byTenth = new TreeMap<>();
    Map<EtaRun.Shape, Score> byShape = new TreeMap<>();
    for (long i = 0; i < jobs; i++) {
      EtaRun run = new EtaRun(seed + i);
      List<EtaRun.Seen> all = run.run();
      for (EtaRun.Seen seen : all) {
        byTenth.computeIfAbsent(seen.done(), _ -> new Score()).add(seen);
        if (seen.done() == 1) {
          byShape.computeIfAbsent(run.shape, _ -> new Score()).add(seen);
        }
      }
    }
    ObjectNode line = new ObjectMapper().createObjectNode();
    line.put("bench", "eta").put("jobs", jobs).put("seed", seed);
    Score first = byTenth.getOrDefault(1, new Score());
    line.put("heldAtATenth", Figures.round((double) first.held / Math.max(1, first.all)));
    ObjectNode tenths = line.putObject("byTenth");
    byTenth.forEach((tenth, score) -> score.into(tenths.putObject("" + tenth)));
    ObjectNode shapes = line.putObject("atATenthByShape");
    byShape.forEach(
        (shape, score) -> score.into(shapes.putObject(shape.name().toLowerCase(Locale.ROOT))));
    System.out.println(line);
    return 0;
  }
}
