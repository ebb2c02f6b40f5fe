package blenderer.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code bench core}: how many leases the scheduler gives a second, at three sizes of the farm. */
@Command(
    name = "core",
    mixinStandardHelpOptions = true,
    description = {
      "Times the scheduler alone, without journal, network and files: leases a second.",
      "At a hundredth, a tenth and the whole of the size, with jobs that run anywhere (plain)"
          + " and with jobs that ask for amounts and attributes (mixed).",
      "fill: idle nodes call one by one; cycle: a report in, the next lease out;"
          + " idle: one-task jobs come while all nodes wait;"
          + " tick: what the scheduler does twice a second, in milliseconds."
    })
final class CoreCommand implements Callable<Integer> {

  @Option(names = "--tasks", description = "Ready tasks (default: ${DEFAULT-VALUE}).")
  private int tasks = 1_000_000;

  @Option(names = "--nodes", description = "Nodes of four slots (default: ${DEFAULT-VALUE}).")
  private int nodes = 10_000;

  @Option(names = "--jobs", description = "Jobs (default: ${DEFAULT-VALUE}).")
  private int jobs = 1_000;

  @Option(names = "--rounds", description = "Times each is measured (default: ${DEFAULT-VALUE}).")
  private int rounds = 3;

  @Option(
      names = "--seconds",
      description = "The most for one figure of one round (default: ${DEFAULT-VALUE}).")
  private double seconds = 10;

  @Override
  public Integer call() throws JsonProcessingException {
    if (tasks < 1 || nodes < 1 || jobs < 1 || jobs > tasks || rounds < 1 || seconds <= 0) {
      System.err.println(
          "error [wrong-use] All numbers are at least 1, and there are no more jobs than tasks.");
      System.err.println("  next: See 'blenderer bench core --help'.");
      return 2;
    }
    List<CoreRun.Size> sizes = new ArrayList<>();
    for (boolean mixed : new boolean[] {false, true}) {
      for (int part : new int[] {100, 10, 1}) {
        int some = Math.max(1, jobs / part);
        sizes.add(
            new CoreRun.Size(Math.max(some, tasks / part), Math.max(1, nodes / part), some, mixed));
      }
    }
    // What the first rounds cost is the compiler's time.
    for (int i = 0; i < 10; i++) {
      measure(sizes.get(i % 2 * 3));
    }
    ObjectMapper json = new ObjectMapper();
    ObjectNode line = json.createObjectNode();
    line.put("bench", "core").put("tasks", tasks).put("nodes", nodes).put("jobs", jobs);
    line.put("rounds", rounds);
    ArrayNode list = json.createArrayNode();
    ObjectNode last = line;
    for (CoreRun.Size size : sizes) {
      last = figures(json, size);
      list.add(last);
      if (size.equals(sizes.get(2))) {
        line.put("placementsPerSecond", last.path("fillPerSecond").asLong());
        line.put("cyclesPerSecond", last.path("cyclePerSecond").asLong());
        line.put("idlePerSecond", last.path("idlePerSecond").asLong());
      }
    }
    line.set("sizes", list);
    line.put("processors", Runtime.getRuntime().availableProcessors());
    System.out.println(json.writeValueAsString(line));
    return 0;
  }

  private record Rates(
      CoreRun.Rate fill, CoreRun.Rate cycle, double tickMillis, CoreRun.Rate idle) {}

  private Rates measure(CoreRun.Size size) {
    CoreRun busy = new CoreRun(size);
    CoreRun.Rate fill = busy.fill();
    CoreRun.Rate cycle = busy.cycle(seconds);
    double tick = busy.tickMillis();
    return new Rates(fill, cycle, tick, new CoreRun(size).idle(seconds));
  }

  private ObjectNode figures(ObjectMapper json, CoreRun.Size size) {
    List<Double> fill = new ArrayList<>();
    List<Double> cycle = new ArrayList<>();
    List<Double> tick = new ArrayList<>();
    List<Double> idle = new ArrayList<>();
    ObjectNode figures = json.createObjectNode();
    for (int round = 0; round < rounds; round++) {
      Rates rates = measure(size);
      fill.add(rates.fill().perSecond());
      cycle.add(rates.cycle().perSecond());
      tick.add(rates.tickMillis());
      idle.add(rates.idle().perSecond());
      figures.put("fillPlacements", rates.fill().placements());
      figures.put("cyclePlacements", rates.cycle().placements());
      System.err.printf(
          "%s %d tasks, %d nodes, %d jobs: fill %.0f/s, cycle %.0f/s, tick %.2f ms, idle %.0f/s%n",
          size.mixed() ? "mixed" : "plain",
          size.tasks(),
          size.nodes(),
          size.jobs(),
          fill.getLast(),
          cycle.getLast(),
          tick.getLast(),
          idle.getLast());
    }
    figures.put("jobsAsk", size.mixed() ? "mixed" : "plain");
    figures.put("tasks", size.tasks()).put("nodes", size.nodes()).put("jobs", size.jobs());
    figures.put("fillPerSecond", Math.round(Figures.medianOf(fill)));
    figures.put("cyclePerSecond", Math.round(Figures.medianOf(cycle)));
    figures.put("tickMillis", Math.round(1e3 * Figures.medianOf(tick)) / 1e3);
    figures.put("idlePerSecond", Math.round(Figures.medianOf(idle)));
    return figures;
  }
}
