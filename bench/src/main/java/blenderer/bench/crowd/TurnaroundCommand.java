package blenderer.bench.crowd;

import blenderer.api.Jobs;
import blenderer.api.NodeSync;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadLocalRandom;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * {@code bench turnaround}: from a report to the next lease, at a pace that is given. A node's next
 * result is due a fixed time after its last was, however long the server took.
 */
@Command(
    name = "turnaround",
    mixinStandardHelpOptions = true,
    description = {
      "An open loop: so many tasks a second end, whatever the server does.",
      "Times each from the moment at which its result was due to the answer with the next lease,"
          + " as the node sees it."
    })
public final class TurnaroundCommand implements Callable<Integer> {

  @Mixin private CrowdOptions options = new CrowdOptions();

  @Option(names = "--rate", description = "Tasks a second (default: ${DEFAULT-VALUE}).")
  private int rate = 500;

  @Override
  public Integer call() throws IOException, InterruptedException {
    return Runs.print("turnaround", options.makeSense() && rate > 0, this::measure);
  }

  private void measure(ObjectNode line, Path folder) throws IOException, InterruptedException {
    long period = 1_000_000_000L * options.nodes / rate;
    try (TestedServer server = TestedServer.start(folder.resolve("farm"), options);
        NodeCrowd crowd = new NodeCrowd((node, _, _) -> wait(node, period))) {
      crowd.enrol(server, options.nodes);
      int most = rate * (options.warmUp + 3 * options.seconds + 60) + options.nodes;
      Jobs.Job job = server.submit(server.template(most, 1));
      crowd.start();
      options.into(line);
      line.put("rate", rate);
      ClosedLoop.measure(line, server, crowd, options, 0, most);
      crowd.stop();
      int done = server.admin().job(job.id()).tasks().done();
      crowd.check(done);
      line.put("tasksDone", done);
    }
  }

  private static List<NodeSync.OutputFile> wait(SimulatedNode node, long period)
      throws InterruptedException {
    long now = System.nanoTime();
    // The first of a node comes at any time, so that not all come at once.
    node.due =
        node.due == 0 ? now + ThreadLocalRandom.current().nextLong(period) : node.due + period;
    while (now < node.due && !node.isStopped()) {
      long left = node.due - now;
      Thread.sleep(Math.min(left / 1_000_000, 500), (int) (left % 1_000_000));
      now = System.nanoTime();
    }
    return List.of();
  }
}
