package blenderer.bench;

import blenderer.cli.ProgressLine;
import blenderer.cli.Surroundings;
import blenderer.cli.Table;
import blenderer.model.IndexRanges;
import blenderer.sim.FaultSearch;
import blenderer.sim.Forecast;
import blenderer.sim.Shape;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code blenderer sim}: plans a farm, or looks for faults, in virtual time. */
@Command(
    name = "sim",
    mixinStandardHelpOptions = true,
    description = {
      "Lets the farm's scheduler run in virtual time, with nodes and jobs made up from a seed.",
      "Says how long jobs would take and wait, how busy nodes would be, and how equal people's"
          + " shares; with --server, how much one server takes; with --faults it looks for broken"
          + " promises instead."
    })
public final class SimCommand implements Callable<Integer> {

  private static final int MOST_NODES = 100_000;
  private static final double MOST_DAYS = 3_650;

  @Option(names = "--seed", description = "Where chance begins (default: ${DEFAULT-VALUE}).")
  private long seed = 1;

  @Option(names = "--nodes", description = "Nodes (default: ${DEFAULT-VALUE}).")
  private int nodes = 100;

  @Option(names = "--slots", description = "Slots of each node (default: ${DEFAULT-VALUE}).")
  private int slots = 1;

  @Option(
      names = "--days",
      description = "How long jobs come; then they end (default: ${DEFAULT-VALUE}).")
  private double days = 1;

  @Option(
      names = "--shape",
      split = ",",
      description =
          "What jobs look like: simple, wide, deep, chain, fan-out, fan-in, diamond, mixed, or all"
              + " (default: mixed).")
  private List<String> shapes = List.of("mixed");

  @Option(
      names = "--policy",
      split = ",",
      description =
          "farm: priority, then shares, as the farm does; shares: all of one priority; arrival:"
              + " first come, first served; or all (default: farm).")
  private List<String> policies = List.of("farm");

  @Option(
      names = "--load",
      description = "How much of the farm the jobs would fill (default: ${DEFAULT-VALUE}).")
  private double load = 0.8;

  @Option(
      names = "--jobs",
      description = "So many jobs at the start and none later, in place of --load.")
  private int jobs = 0;

  @Option(
      names = "--task-seconds",
      description = "What half of the tasks take at most (default: ${DEFAULT-VALUE}).")
  private double taskSeconds = 180;

  @Option(names = "--people", description = "Who submits (default: ${DEFAULT-VALUE}).")
  private int people = 8;

  @Option(names = "--faults", description = "Look for faults: crashes, losses, lies.")
  private boolean faults;

  @Option(names = "--seeds", description = "With --faults: how many (default: ${DEFAULT-VALUE}).")
  private int seeds = 1;

  @Option(
      names = "--keep",
      description = "With --faults: which items of the seed's plan, such as 0-3,7.")
  private @Nullable String keep;

  @Mixin private SimServer server = new SimServer();

  @Option(names = "--json", description = "Print one JSON value.")
  private boolean json;

  @Spec private CommandSpec spec = CommandSpec.create();

  private final Surroundings around;
  private final ObjectMapper mapper = new ObjectMapper();

  public SimCommand(Surroundings around) {
    this.around = around;
  }

  @Override
  public Integer call() throws JsonProcessingException, InterruptedException {
    PrintWriter out = spec.commandLine().getOut();
    PrintWriter err = spec.commandLine().getErr();
    try {
      if (faults) {
        return faults(out, err);
      }
      if (server.wanted) {
        check("--nodes", nodes, 1, MOST_NODES);
        check("--slots", slots, 1, 64);
        return server.run(seed, nodes, slots, json, around, out, err);
      }
      return forecast(out, err);
    } catch (IllegalArgumentException e) {
      err.println("error [wrong-use] " + e.getMessage());
      err.println("  next: See 'blenderer sim --help'.");
      return 2;
    }
  }

  // --- planning ---

  private int forecast(PrintWriter out, PrintWriter err) throws JsonProcessingException {
    if (keep != null || seeds != 1) {
      throw new IllegalArgumentException("--keep and --seeds go with --faults.");
    }
    check("--nodes", nodes, 1, MOST_NODES);
    check("--slots", slots, 1, 64);
    check("--days", days, 0.01, MOST_DAYS);
    check("--load", load, 0.01, 10);
    check("--jobs", jobs, 0, 1_000_000);
    check("--task-seconds", taskSeconds, 1, 7_200);
    check("--people", people, 1, 1_000);
    List<Shape> wantedShapes = shapes();
    List<Forecast.Policy> wantedPolicies = policies();
    ProgressLine line = new ProgressLine(err, around);
    ArrayNode runs = mapper.createArrayNode();
    Table table =
        Table.of(
            "SHAPE",
            "POLICY",
            ">JOBS",
            ">TASKS",
            ">MAKESPAN",
            ">BUSY",
            ">FAIR",
            ">WAIT",
            ">WAIT 95%",
            ">TURNAROUND",
            ">STRETCH");
    Table shares = Table.of("PERSON", ">JOBS", ">SLOT HOURS", ">MEAN WAIT");
    boolean one = wantedShapes.size() * wantedPolicies.size() == 1;
    int done = 0;
    int all = wantedShapes.size() * wantedPolicies.size();
    for (Shape shape : wantedShapes) {
      for (Forecast.Policy policy : wantedPolicies) {
        int before = done++;
        long start = System.nanoTime();
        Forecast.Answer answer =
            Forecast.of(
                new Forecast.Question(
                    seed, nodes, slots, days, shape, policy, load, jobs, taskSeconds, people),
                part ->
                    line.show(
                        line.bar(Math.round(1000 * (before + part)), 1000L * all)
                            + " "
                            + shape.word()
                            + ", "
                            + policy.word()));
        runs.add(run(shape, policy, answer, (System.nanoTime() - start) / 1e9));
        table.row(
            shape.word(),
            policy.word(),
            answer.jobs(),
            answer.tasks(),
            time(answer.makespanSeconds()),
            percent(answer.utilisation()),
            answer.fairness() == null ? "-" : String.format(Locale.ROOT, "%.3f", answer.fairness()),
            time(answer.waits().median()),
            time(answer.waits().p95()),
            time(answer.turnaround().median()),
            String.format(Locale.ROOT, "%.1f", answer.stretch()));
        if (one) {
          for (Forecast.Person person : answer.people()) {
            shares.row(
                person.name(),
                person.jobs(),
                String.format(Locale.ROOT, "%.1f", person.slotHours()),
                time(person.meanWaitSeconds()));
          }
        }
        if (answer.unfinished() > 0 && !json) {
          line.clear();
          err.println(
              "warning [jobs-unfinished] "
                  + answer.unfinished()
                  + " jobs had not ended after ten times the days: the farm is too small for"
                  + " them.");
        }
      }
    }
    line.clear();
    if (json) {
      ObjectNode value = mapper.createObjectNode();
      value.put("seed", seed).put("nodes", nodes).put("slots", slots).put("days", days);
      value.put("load", load).put("jobsAtStart", jobs).put("taskSeconds", taskSeconds);
      value.put("people", people);
      value.set("runs", runs);
      out.println(mapper.writeValueAsString(value));
    } else {
      table.print(out, around.width().getAsInt(), around.colour());
      if (one) {
        out.println();
        shares.print(out, around.width().getAsInt(), around.colour());
      }
    }
    return 0;
  }

  static void check(String option, double value, double least, double most) {
    if (!(value >= least && value <= most)) {
      throw new IllegalArgumentException(
          String.format(Locale.ROOT, "%s is from %s to %s.", option, plain(least), plain(most)));
    }
  }

  private static String plain(double value) {
    return value == Math.rint(value) ? Long.toString((long) value) : Double.toString(value);
  }

  private List<Shape> shapes() {
    if (shapes.contains("all")) {
      return List.of(Shape.values());
    }
    List<Shape> wanted = new ArrayList<>();
    for (String word : shapes) {
      wanted.add(
          List.of(Shape.values()).stream()
              .filter(shape -> shape.word().equals(word))
              .findFirst()
              .orElseThrow(() -> new IllegalArgumentException("No shape is called " + word + ".")));
    }
    return wanted;
  }

  private List<Forecast.Policy> policies() {
    if (policies.contains("all")) {
      return List.of(Forecast.Policy.values());
    }
    List<Forecast.Policy> wanted = new ArrayList<>();
    for (String word : policies) {
      wanted.add(
          List.of(Forecast.Policy.values()).stream()
              .filter(policy -> policy.word().equals(word))
              .findFirst()
              .orElseThrow(
                  () -> new IllegalArgumentException("No policy is called " + word + ".")));
    }
    return wanted;
  }

  private ObjectNode run(
      Shape shape, Forecast.Policy policy, Forecast.Answer answer, double seconds) {
    ObjectNode run = mapper.createObjectNode();
    run.put("shape", shape.word()).put("policy", policy.word());
    run.put("jobs", answer.jobs()).put("tasks", answer.tasks()).put("leases", answer.leases());
    run.put("makespanSeconds", Figures.round(answer.makespanSeconds()));
    run.put("utilisation", Figures.round(answer.utilisation()));
    run.put("loadingShare", Figures.round(answer.loadShare()));
    Double fairness = answer.fairness();
    if (fairness == null) {
      run.putNull("fairness");
    } else {
      run.put("fairness", Figures.round(fairness));
    }
    times(run.putObject("waitSeconds"), answer.waits());
    times(run.putObject("turnaroundSeconds"), answer.turnaround());
    run.put("stretch", Figures.round(answer.stretch()));
    run.put("unfinishedJobs", answer.unfinished());
    ArrayNode list = run.putArray("people");
    for (Forecast.Person person : answer.people()) {
      ObjectNode one = list.addObject();
      one.put("name", person.name()).put("jobs", person.jobs());
      one.put("slotHours", Figures.round(person.slotHours()));
      one.put("meanWaitSeconds", Figures.round(person.meanWaitSeconds()));
    }
    run.put("events", answer.events()).put("realSeconds", Figures.round(seconds));
    return run;
  }

  private static void times(ObjectNode node, Forecast.Times times) {
    node.put("median", Figures.round(times.median()));
    node.put("p95", Figures.round(times.p95()));
    node.put("most", Figures.round(times.most()));
  }

  private static String percent(double part) {
    return String.format(Locale.ROOT, "%.0f %%", part * 100);
  }

  /** Two units: {@code 1 d 2 h}, {@code 3 h 4 min}, {@code 5 min 6 s}, {@code 7 s}. */
  static String time(double seconds) {
    long whole = Math.round(seconds);
    if (whole >= 86_400) {
      return whole / 86_400 + " d " + whole % 86_400 / 3_600 + " h";
    }
    if (whole >= 3_600) {
      return whole / 3_600 + " h " + whole % 3_600 / 60 + " min";
    }
    return whole >= 60 ? whole / 60 + " min " + whole % 60 + " s" : whole + " s";
  }

  // --- faults ---

  private record Sum(long events, long virtualMillis, List<FaultSearch.Found> found) {}

  private int faults(PrintWriter out, PrintWriter err)
      throws JsonProcessingException, InterruptedException {
    check("--seeds", seeds, 1, 100_000_000);
    if (keep != null && seeds > 1) {
      throw new IllegalArgumentException("--keep is of one seed.");
    }
    if (keep != null && !keep.equals("none")) {
      IndexRanges.parse(keep);
    }
    ProgressLine line = new ProgressLine(err, around);
    Sum sum = search(line);
    line.clear();
    if (json) {
      ObjectNode value = mapper.createObjectNode();
      value.put("seed", seed).put("seeds", seeds).put("events", sum.events());
      value.put("virtualSeconds", sum.virtualMillis() / 1_000);
      ArrayNode broken = value.putArray("broken");
      for (FaultSearch.Found found : sum.found()) {
        ObjectNode one = broken.addObject();
        one.put("seed", found.seed()).put("invariant", found.invariant());
        one.put("message", found.message()).put("kept", found.kept());
        one.put("replay", found.replay());
      }
      out.println(mapper.writeValueAsString(value));
    } else {
      sum.found().forEach(found -> out.println(found));
      out.println(
          (seeds == 1 ? "1 farm" : seeds + " farms")
              + ", "
              + sum.events()
              + " events, "
              + time(sum.virtualMillis() / 1e3)
              + " of virtual time: "
              + (sum.found().isEmpty()
                  ? "every promise was kept."
                  : sum.found().size() + " broke a promise."));
    }
    return sum.found().isEmpty() ? 0 : 1;
  }

  private Sum search(ProgressLine line) throws InterruptedException {
    AtomicLong next = new AtomicLong(seed);
    int threads = Math.min(seeds, Runtime.getRuntime().availableProcessors());
    long events = 0;
    long millis = 0;
    List<FaultSearch.Found> found = new ArrayList<>();
    try (ExecutorService pool = Executors.newFixedThreadPool(threads)) {
      List<Future<Sum>> parts = new ArrayList<>();
      for (int i = 0; i < threads; i++) {
        parts.add(pool.submit(() -> part(next, line)));
      }
      for (Future<Sum> part : parts) {
        Sum one = part.get();
        events += one.events();
        millis += one.virtualMillis();
        found.addAll(one.found());
      }
    } catch (ExecutionException e) {
      throw new IllegalStateException("the simulator itself is broken", e.getCause());
    }
    return new Sum(events, millis, found);
  }

  private Sum part(AtomicLong next, ProgressLine line) {
    long events = 0;
    long millis = 0;
    List<FaultSearch.Found> found = new ArrayList<>();
    for (long one = next.getAndIncrement(); one < seed + seeds; one = next.getAndIncrement()) {
      FaultSearch.Ran ran = FaultSearch.run(one, keep);
      events += ran.events();
      millis += ran.virtualMillis();
      ran.found().map(FaultSearch::shrink).ifPresent(found::add);
      if (seeds > 1) {
        line.show(line.bar(one - seed, seeds) + " " + (one - seed) + " of " + seeds + " farms");
      }
    }
    return new Sum(events, millis, found);
  }
}
