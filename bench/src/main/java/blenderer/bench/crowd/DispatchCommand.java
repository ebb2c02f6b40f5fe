package blenderer.bench.crowd;

import blenderer.api.Jobs;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bench dispatch}: how many tasks the server hands out and takes back a second. */
@Command(
    name = "dispatch",
    mixinStandardHelpOptions = true,
    description = {
      "A closed loop: nodes that do nothing report each task at once and get the next.",
      "One sync a task, no files; grants and results are on disk before they are answered."
    })
public final class DispatchCommand implements Callable<Integer> {

  @Mixin private CrowdOptions options = new CrowdOptions();

  @Option(
      names = "--tasks",
      description = "Run a job of so many tasks to its end instead of for some time.")
  private int tasks = 0;

  @Override
  public Integer call() throws IOException, InterruptedException {
    return Runs.print("dispatch", options.makeSense() && tasks >= 0, this::measure);
  }

  private void measure(ObjectNode line, Path folder) throws IOException, InterruptedException {
    try (TestedServer server = TestedServer.start(folder.resolve("farm"), options);
        NodeCrowd crowd = new NodeCrowd((_, _, _) -> List.of())) {
      crowd.enrol(server, options.nodes);
      int most = tasks > 0 ? tasks : 8_000 * (options.warmUp + 3 * options.seconds);
      Jobs.Job job = server.submit(server.template(most, 1));
      crowd.start();
      options.into(line);
      line.put("tasks", most);
      ClosedLoop.measure(line, server, crowd, options, tasks, most);
      crowd.stop();
      int done = server.admin().job(job.id()).tasks().done();
      crowd.check(done);
      line.put("tasksDone", done).put("syncs", crowd.syncs.sum());
    }
  }
}
