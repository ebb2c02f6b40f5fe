package blenderer.bench;

import blenderer.cli.ProgressLine;
import blenderer.cli.Surroundings;
import blenderer.cli.Table;
import blenderer.sim.Reach;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Option;

/** {@code sim --server}: its options, its runs and its tables. */
final class SimServer {

  @Option(
      names = "--server",
      description =
          "Model the server, its database and the network as well: how many tasks a second it"
              + " takes, how late its answers are, what a change of leaders costs.")
  boolean wanted = false;

  @Option(
      names = "--rate",
      split = ",",
      paramLabel = "N",
      description = "With --server: tasks that end in a second; a run for each (default: 1000).")
  private List<Double> rates = List.of(1_000.0);

  @Option(
      names = "--tasks",
      description = "With --server: tasks of a run (default: those of 60 seconds).")
  private long tasks = 0;

  @Option(
      names = "--chunk",
      description = "With --server: tasks of one lease (default: ${DEFAULT-VALUE}).")
  private int chunk = 1;

  @Option(
      names = "--batch",
      description = "With --server: the most events of one commit (default: ${DEFAULT-VALUE}).")
  private int batch = 1_024;

  @Option(
      names = "--db-latency",
      paramLabel = "MS",
      description =
          "With --server: milliseconds to the database and back; a commit takes eleven times that"
              + " (default: ${DEFAULT-VALUE}, beside the server).")
  private double databaseMillis = 0;

  @Option(
      names = "--leader-changes",
      paramLabel = "N",
      description = "With --server: how often the leader is killed (default: ${DEFAULT-VALUE}).")
  private int leaderChanges = 0;

  @Option(
      names = "--take-over",
      paramLabel = "SECONDS",
      description =
          "With --server: from a leader's end until the next one decides (default:"
              + " ${DEFAULT-VALUE}).")
  private double takeOver = 6.6;

  @Option(
      names = "--cores",
      description = "With --server: of the server's computer (default: ${DEFAULT-VALUE}).")
  private int cores = 8;

  private static void check(String option, double value, double least, double most) {
    SimCommand.check(option, value, least, most);
  }

  int run(
      long seed,
      int nodes,
      int slots,
      boolean json,
      Surroundings around,
      PrintWriter out,
      PrintWriter err)
      throws JsonProcessingException {
    if (tasks != 0) {
      check("--tasks", tasks, 100, 100_000_000);
    }
    check("--chunk", chunk, 1, 10_000);
    check("--batch", batch, 1, 8_192);
    check("--db-latency", databaseMillis, 0, 1_000);
    check("--leader-changes", leaderChanges, 0, 1_000);
    check("--take-over", takeOver, 0, 3_600);
    check("--cores", cores, 1, 256);
    rates.forEach(rate -> check("--rate", rate, 0.1, 1_000_000));
    ObjectMapper mapper = new ObjectMapper();
    ProgressLine line = new ProgressLine(err, around);
    ArrayNode runs = mapper.createArrayNode();
    Table table =
        Table.of(
            ">RATE",
            ">TASK",
            ">TASKS/S",
            ">P50",
            ">P99",
            ">MOST",
            ">RESULTS A COMMIT",
            ">COMMIT",
            ">DECIDES",
            ">COMMITS",
            ">CALLS",
            ">IDLE",
            ">WASTED");
    Table changes = Table.of(">RATE", ">KILLED AT", ">NEXT LEADS", ">ALL NODES", ">IDLE SLOT TIME");
    for (double rate : rates) {
      long start = System.nanoTime();
      Reach.Answer answer =
          Reach.of(
              new Reach.Question(
                  seed,
                  nodes,
                  slots,
                  tasks > 0 ? tasks : Math.max(100, Math.round(60 * rate)),
                  chunk,
                  rate,
                  batch,
                  Math.round(databaseMillis * 1_000),
                  leaderChanges,
                  Math.round(takeOver * 1_000_000),
                  cores),
              part ->
                  line.show(
                      line.bar(Math.round(1_000 * part), 1_000)
                          + " "
                          + plain(rate)
                          + " tasks a second"));
      runs.add(told(mapper.createObjectNode(), rate, answer, (System.nanoTime() - start) / 1e9));
      table.row(
          plain(rate),
          number("%.1f s", answer.taskSeconds()),
          plain(answer.tasksPerSecond()),
          number("%.1f ms", answer.p50()),
          number("%.1f ms", answer.p99()),
          number("%.0f ms", answer.most()),
          number("%.1f", answer.tasksPerCommit()),
          number("%.1f ms", answer.commitMillis()),
          percent(answer.deciding()),
          percent(answer.committing()),
          percent(answer.calls()),
          percent(answer.idle()),
          answer.wasted());
      for (Reach.Change change : answer.changes()) {
        changes.row(
            plain(rate),
            SimCommand.time(change.atSeconds()),
            number("%.2f s", change.firstSeconds()),
            number("%.2f s", change.allSeconds()),
            number("%.0f s", change.idleSlotSeconds()));
      }
    }
    line.clear();
    if (json) {
      ObjectNode value = mapper.createObjectNode();
      value.put("seed", seed).put("nodes", nodes).put("slots", slots);
      value.put("chunk", chunk).put("batch", batch).put("databaseMillis", databaseMillis);
      value.put("leaderChanges", leaderChanges).put("takeOverSeconds", takeOver);
      value.put("cores", cores);
      value.set("runs", runs);
      out.println(mapper.writeValueAsString(value));
      return 0;
    }
    table.print(out, around.width().getAsInt(), around.colour());
    if (leaderChanges > 0) {
      out.println();
      changes.print(out, around.width().getAsInt(), around.colour());
    }
    return 0;
  }

  private static ObjectNode told(
      ObjectNode run, double rate, Reach.Answer answer, double realSeconds) {
    run.put("rate", rate).put("tasks", answer.tasks());
    run.put("virtualSeconds", Figures.round(answer.seconds()));
    run.put("taskSeconds", Figures.round(answer.taskSeconds()));
    run.put("tasksPerSecond", Figures.round(answer.tasksPerSecond()));
    run.put("turnaroundMsP50", Figures.round(answer.p50()));
    run.put("turnaroundMsP99", Figures.round(answer.p99()));
    run.put("turnaroundMsMost", Figures.round(answer.most()));
    run.put("resultsPerCommit", Figures.round(answer.tasksPerCommit()));
    run.put("commitMs", Figures.round(answer.commitMillis()));
    run.put("deciding", Figures.round(answer.deciding()));
    run.put("committing", Figures.round(answer.committing()));
    run.put("calls", Figures.round(answer.calls()));
    run.put("idleSlots", Figures.round(answer.idle()));
    run.put("refusedCalls", answer.refused()).put("wastedTasks", answer.wasted());
    ArrayNode changes = run.putArray("leaderChanges");
    for (Reach.Change change : answer.changes()) {
      ObjectNode one = changes.addObject();
      one.put("atSeconds", Figures.round(change.atSeconds()));
      one.put("nextLeadsSeconds", Figures.round(change.firstSeconds()));
      one.put("allNodesSeconds", Figures.round(change.allSeconds()));
      one.put("idleSlotSeconds", Figures.round(change.idleSlotSeconds()));
    }
    return run.put("realSeconds", Figures.round(realSeconds));
  }

  private static String plain(double value) {
    return number("%.0f", value);
  }

  private static String percent(double part) {
    return number("%.0f %%", part * 100);
  }

  private static String number(String format, double value) {
    return String.format(Locale.ROOT, format, value);
  }
}
