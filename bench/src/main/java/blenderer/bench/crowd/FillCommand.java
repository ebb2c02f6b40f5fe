package blenderer.bench.crowd;

import blenderer.model.Digest;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code bench fill}: how long until every idle slot has work from one new job. */
@Command(
    name = "fill",
    mixinStandardHelpOptions = true,
    description = {
      "Idle nodes wait for work; one job with a task for each of them is submitted.",
      "Times from before the submit until the last node has its lease."
    })
public final class FillCommand implements Callable<Integer> {

  @Option(names = "--nodes", description = "Idle nodes of one slot (default: ${DEFAULT-VALUE}).")
  private int nodes = 800;

  @Option(
      names = "--rounds",
      description = "Jobs one after the other that count (default: ${DEFAULT-VALUE}).")
  private int rounds = 10;

  @Option(
      names = "--warm-up",
      description = "Jobs before those, which do not count (default: ${DEFAULT-VALUE}).")
  private int warmUp = 10;

  /** A job under way: who has work of it, and what holds its tasks until all have. */
  private static final class Round {
    final Set<String> busy = ConcurrentHashMap.newKeySet();
    final CountDownLatch filled;

    Round(int nodes) {
      filled = new CountDownLatch(nodes);
    }

    void takes(SimulatedNode node) throws InterruptedException {
      if (busy.add(node.name)) {
        filled.countDown();
      }
      filled.await(30, TimeUnit.SECONDS);
    }
  }

  private volatile Round round = new Round(0);

  @Override
  public Integer call() throws IOException, InterruptedException {
    return Runs.print("fill", nodes > 0 && rounds > 0 && warmUp >= 0, this::measure);
  }

  private void measure(ObjectNode line, Path folder) throws IOException, InterruptedException {
    try (TestedServer server = TestedServer.start(folder.resolve("farm"));
        NodeCrowd crowd =
            new NodeCrowd(
                (node, _, _) -> {
                  round.takes(node);
                  return List.of();
                })) {
      crowd.enrol(server, nodes);
      crowd.start();
      crowd.awaitOnline(server);
      Digest template = server.template(nodes, 1);
      double[] seconds = new double[rounds];
      double cpu = 0;
      for (int i = -warmUp; i < rounds; i++) {
        if (i == 0) {
          cpu = server.cpuSeconds();
        }
        round = new Round(nodes);
        long start = System.nanoTime();
        String job = server.submit(template).id();
        BenchFailure.unless(
            round.filled.await(60, TimeUnit.SECONDS),
            round.filled.getCount() + " idle nodes got nothing within a minute");
        double taken = (System.nanoTime() - start) / 1e9;
        Runs.say("%s %.3f s", i < 0 ? "warming up:" : "filled in", taken);
        if (i >= 0) {
          seconds[i] = taken;
        }
        awaitDone(server, job);
      }
      crowd.stop();
      Arrays.sort(seconds);
      line.put("nodes", nodes).put("rounds", rounds).put("warmUpRounds", warmUp);
      line.put("fillSeconds", Runs.rounded(seconds[rounds / 2]));
      line.put("fillSecondsMost", Runs.rounded(seconds[rounds - 1]));
      line.put(
          "serverCpuMsPerTask",
          Runs.rounded((server.cpuSeconds() - cpu) * 1000 / ((double) rounds * nodes)));
    }
  }

  private void awaitDone(TestedServer server, String job) throws InterruptedException {
    long deadline = System.nanoTime() + 60_000_000_000L;
    while (server.admin().job(job).tasks().done() < nodes) {
      BenchFailure.unless(System.nanoTime() < deadline, "the job does not end");
      Thread.sleep(20);
    }
  }
}
