package blenderer.bench.crowd;

import blenderer.api.FarmClient;
import blenderer.api.Jobs;
import blenderer.cli.local.LocalFarm;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code bench handover}: how long a slot of a real node stands still between two tasks. */
@Command(
    name = "handover",
    mixinStandardHelpOptions = true,
    description = {
      "A real node with one slot runs a job of commands that do nothing, one lease a task.",
      "Measures from the end of a task's command to the start of the next, whose lease came ahead."
    })
public final class HandoverCommand implements Callable<Integer> {

  @Option(names = "--tasks", description = "That count (default: ${DEFAULT-VALUE}).")
  private int tasks = 1_000;

  @Option(
      names = "--warm-up",
      description = "Tasks before those, which do not count (default: ${DEFAULT-VALUE}).")
  private int warmUp = 500;

  @Override
  public Integer call() throws IOException, InterruptedException {
    return Runs.print("handover", tasks > 1 && warmUp >= 0, this::measure);
  }

  private void measure(ObjectNode line, Path folder) throws IOException, InterruptedException {
    try (TestedServer server = TestedServer.start(folder.resolve("farm"))) {
      server
          .farm()
          .startNode("bench", server.inviteNodes(1), List.of("--allow-commands", "--slots", "1"));
      server.farm().awaitNode("bench", server.admin());
      Jobs.Job job = server.submit(server.template(warmUp + tasks, 1));
      while (server.admin().job(job.id()).finishedAt() == null) {
        Thread.sleep(200);
      }
      List<Jobs.Attempt> attempts = attempts(server, job.id());
      BenchFailure.unless(
          attempts.size() == warmUp + tasks
              && attempts.stream().allMatch(attempt -> attempt.outcome().equals("succeeded")),
          attempts.size() + " attempts, not all of them fine");
      Latencies gaps = new Latencies();
      Latencies commands = new Latencies();
      for (int i = warmUp + 1; i < attempts.size(); i++) {
        Jobs.Attempt task = attempts.get(i);
        gaps.add((task.startedAt() - attempts.get(i - 1).endedAt()) * 1_000_000);
        commands.add((task.endedAt() - task.startedAt()) * 1_000_000);
      }
      line.put("tasks", tasks).put("warmUp", warmUp);
      gaps.into(line, "handover");
      line.put("commandMsP50", commands.millis(0.5));
      double seconds = (attempts.getLast().endedAt() - attempts.get(warmUp).startedAt()) / 1e3;
      line.put("tasksPerSecond", Runs.rounded(tasks / seconds));
    } catch (LocalFarm.NotStarted e) {
      throw new BenchFailure(String.valueOf(e.getMessage()));
    }
  }

  /** In the order in which they began. */
  private static List<Jobs.Attempt> attempts(TestedServer server, String job) {
    List<Jobs.Attempt> all = new ArrayList<>();
    FarmClient.TaskFilter filter = FarmClient.TaskFilter.ALL;
    while (true) {
      Jobs.AttemptPage page = server.admin().attempts(job, filter);
      all.addAll(page.attempts());
      if (page.next() == null) {
        all.sort(Comparator.comparingLong(Jobs.Attempt::startedAt));
        return all;
      }
      filter = filter.after(page.next());
    }
  }
}
