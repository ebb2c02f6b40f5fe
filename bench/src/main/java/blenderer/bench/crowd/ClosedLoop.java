package blenderer.bench.crowd;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;

/** Measures nodes that take the next task as soon as the last is told of. */
final class ClosedLoop {

  private static final long LONGEST_NANOS = 600_000_000_000L;

  private ClosedLoop() {}

  /**
   * For some time, or until all tasks are done.
   *
   * @param tasks above 0: to the end of a job of so many
   * @param most how many tasks the job has
   */
  static void measure(
      ObjectNode line,
      TestedServer server,
      NodeCrowd crowd,
      CrowdOptions options,
      int tasks,
      int most)
      throws IOException, InterruptedException {
    if (tasks > 0) {
      toTheEnd(line, server, crowd, tasks);
      return;
    }
    line.put("warmUpSeconds", options.warmUp).put("seconds", options.seconds);
    for (int left = options.warmUp; left > 0; left -= 5) {
      Runs.say("warming up: %s", Window.over(Math.min(5, left), server, crowd));
    }
    if (options.servers > 1) {
      line.put("callsLostWarmingUp", crowd.forgiveLost());
    }
    Window alone = Window.over(options.seconds, server, crowd);
    Runs.say("%s", alone);
    alone.into(line, "");
    if (options.watchers > 0) {
      Watchers.measure(line, server, crowd, options, alone);
    }
    BenchFailure.unless(
        crowd.recorded.sum() < most,
        "the job was too small for this computer: all its tasks are done");
    line.put("serverResidentMiB", server.residentMebibytes(true));
  }

  private static void toTheEnd(ObjectNode line, TestedServer server, NodeCrowd crowd, int tasks)
      throws InterruptedException {
    Commits before = Commits.of(server);
    double cpu = server.cpuSeconds();
    long start = System.nanoTime();
    while (crowd.recorded.sum() < tasks) {
      BenchFailure.unless(
          System.nanoTime() - start < LONGEST_NANOS, "the job has not ended in ten minutes");
      Thread.sleep(20);
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    new Window(
            seconds,
            crowd.recorded.sum(),
            server.cpuSeconds() - cpu,
            crowd.turnaround.millis(0.5),
            crowd.turnaround.millis(0.99),
            Commits.of(server).since(before))
        .into(line, "");
  }
}
