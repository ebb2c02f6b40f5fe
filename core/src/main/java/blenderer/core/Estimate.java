package blenderer.core;

import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * When a job will be done, as a range that shall hold the truth in eight of ten cases. Known are
 * the times of finished tasks by node; unknown are those of the tasks that are left (animations get
 * heavier or lighter on their way) and which nodes will work on them. {@code bench eta} measures
 * how often the range holds the truth; the constants come from there.
 *
 * @param low seconds from now; one of ten jobs is done earlier
 * @param middle seconds from now, as likely too early as too late
 * @param high seconds from now; one of ten jobs is done later
 */
public record Estimate(double low, double middle, double high) {

  /** So many of the newest finished tasks are enough. */
  public static final int SAMPLES = 400;

  /** A finished task; neighbours in {@code index} are alike. */
  public record Sample(String node, int index, double seconds) {}

  /** The quantile of the normal distribution that leaves a tenth beyond it. */
  private static final double TENTH = 1.2816;

  /** How little is known of a job of which next to nothing is done, beyond what its times say. */
  private static final double UNSEEN = 0.16;

  /** How much of a change that was seen may go on, or turn back. */
  private static final double CHANGE = 0.55;

  /** What nodes that come and go change in the pace, as a share. */
  private static final double CHURN = 0.05;

  /** Between two tasks of a slot. */
  private static final double GAP_SECONDS = 0.05;

  /** As many tasks of all as speak for a node that has none of its own. */
  private static final double PRIOR = 2;

  /**
   * An estimate.
   *
   * @param samples of the newest finished tasks, in any order
   * @param slots how many slots of which node work on the job now
   * @param tasksLeft tasks that are not done; of those under way the part that is left
   * @param done the share of all tasks that is done, 0 to 1
   * @return empty if no task is done, none is left, or nobody works
   */
  public static Optional<Estimate> of(
      List<Sample> samples, Map<String, Integer> slots, double tasksLeft, double done) {
    int working = slots.values().stream().mapToInt(Integer::intValue).sum();
    if (samples.isEmpty() || working == 0 || tasksLeft <= 0) {
      return Optional.empty();
    }
    double[] times =
        samples.stream()
            .sorted(Comparator.comparingInt(Sample::index))
            .mapToDouble(sample -> Math.max(1e-3, sample.seconds()))
            .toArray();
    double mean = mean(times, 0, times.length);
    double pace = pace(samples, slots, mean);
    // At the end slots run dry one by one: the last tasks end within one task's time.
    double last = working > 1 ? working / pace * Math.min(1, tasksLeft / working) / 2 : 0;
    double middle = tasksLeft / pace + last;
    double spread = Math.exp(TENTH * sigma(times, mean, tasksLeft, done, working));
    return Optional.of(
        new Estimate(Math.max(0, middle / spread - last / 2), middle, middle * spread + last / 2));
  }

  /** Tasks a second of all slots that work now. */
  private static double pace(List<Sample> samples, Map<String, Integer> slots, double mean) {
    Map<String, double[]> own = new HashMap<>();
    for (Sample sample : samples) {
      double[] sum = own.computeIfAbsent(sample.node(), _ -> new double[2]);
      sum[0]++;
      sum[1] += Math.max(1e-3, sample.seconds());
    }
    double pace = 0;
    for (Map.Entry<String, Integer> entry : slots.entrySet()) {
      double[] sum = own.getOrDefault(entry.getKey(), new double[2]);
      double seconds = (sum[1] + PRIOR * mean) / (sum[0] + PRIOR);
      pace += entry.getValue() / (seconds + GAP_SECONDS);
    }
    return pace;
  }

  private static double sigma(
      double[] times, double mean, double tasksLeft, double done, int working) {
    int count = times.length;
    double variance = 0;
    double neighbours = 0;
    for (int i = 0; i < count; i++) {
      variance += (times[i] - mean) * (times[i] - mean);
      if (i > 0) {
        neighbours += (times[i] - mean) * (times[i - 1] - mean);
      }
    }
    // Of very few tasks next to nothing is known: as if there were one more that differs by half.
    double relative = Math.sqrt((variance / (mean * mean) + 0.25) / count);
    double alike = variance == 0 ? 0 : Math.clamp(neighbours / variance, 0, 0.95);
    double known = Math.max(1, count * (1 - alike) / (1 + alike));
    double chance = relative * Math.sqrt(1 / known + 1 / Math.max(1, tasksLeft));
    int half = count / 2;
    double change =
        half == 0 ? 0 : Math.abs(Math.log(mean(times, half, count) / mean(times, 0, half)));
    double unseen = (UNSEEN + CHANGE * Math.min(1, change)) * (1 - done);
    double churn = CHURN * (1 - done) / Math.sqrt(Math.max(1, working / 4.0));
    return Math.sqrt(chance * chance + unseen * unseen + churn * churn);
  }

  private static double mean(double[] values, int from, int to) {
    return Arrays.stream(values, from, to).average().orElse(1e-3);
  }
}
