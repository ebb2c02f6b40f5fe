package blenderer.bench.crowd;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;

/** A stretch of time over which tasks and the server's processor seconds are counted. */
record Window(
    double seconds, long tasks, double serverCpuSeconds, double p50, double p99, Commits commits) {

  /** Waits for so long while the nodes work. */
  static Window over(int seconds, TestedServer server, NodeCrowd crowd)
      throws InterruptedException {
    crowd.turnaround.clear();
    Commits before = Commits.of(server);
    double cpu = server.cpuSeconds();
    long tasks = crowd.recorded.sum();
    long start = System.nanoTime();
    Thread.sleep(seconds * 1000L);
    double took = (System.nanoTime() - start) / 1e9;
    return new Window(
        took,
        crowd.recorded.sum() - tasks,
        server.cpuSeconds() - cpu,
        crowd.turnaround.millis(0.5),
        crowd.turnaround.millis(0.99),
        Commits.of(server).since(before));
  }

  double tasksPerSecond() {
    return tasks / seconds;
  }

  double serverCpuMillisPerTask() {
    return tasks == 0 ? 0 : serverCpuSeconds * 1000 / tasks;
  }

  /** Puts its figures into a line, their names with {@code suffix}. */
  void into(ObjectNode line, String suffix) {
    line.put("tasksPerSecond" + suffix, Math.round(tasksPerSecond()));
    line.put("serverCpuMsPerTask" + suffix, Runs.rounded(serverCpuMillisPerTask()));
    line.put("serverCores" + suffix, Runs.rounded(serverCpuSeconds / seconds));
    line.put("syncMsP50" + suffix, p50);
    line.put("syncMsP99" + suffix, p99);
    line.put("commitMs" + suffix, Runs.rounded(commits.millisEach()));
    line.put("rowsPerCommit" + suffix, Runs.rounded(commits.rowsEach()));
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "%.0f tasks/s, %.3f ms of the server's processor a task, sync p50 %.1f ms, p99 %.1f ms",
        tasksPerSecond(),
        serverCpuMillisPerTask(),
        p50,
        p99);
  }
}
