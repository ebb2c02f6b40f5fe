package blenderer.core;

import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;

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

  /**
   * A finished task; neighbours in {@code index} are alike.
   *
   * @param first whether it was the first of the job on its node, where a renderer prepares what it
   *     keeps for the tasks that follow
   */
  public record Sample(String node, int index, double seconds, boolean first) {
    public Sample(String node, int index, double seconds) {
      this(node, index, seconds, false);
    }
  }

  /**
   * A slot that works on the job.
   *
   * @param seconds for how long it has been at its task
   * @param more tasks of the same lease that come after this one
   */
  public record Slot(String node, double seconds, int more) {}

  /** The quantile of the normal distribution that leaves a tenth beyond it. */
  private static final double TENTH = 1.2816;

  /** How little is known of a job of which next to nothing is done, beyond what its times say. */
  private static final double UNSEEN = 0.17;

  /** How much of a change that was seen may go on, or turn back. */
  private static final double CHANGE = 0.7;

  /** What nodes that come and go change in the pace, as a share. */
  private static final double CHURN = 0.08;

  /** How much further the range reaches to either side. */
  private static final double EARLIER = 1.0;

  private static final double LATER = 1.3;

  /** Between two tasks of a slot ({@code bench handover}). */
  private static final double GAP_SECONDS = 0.005;

  /** As many tasks of all as speak for a node that has few of its own. */
  private static final double PRIOR = 1;

  /**
   * When a twin of a slow task should be done, in tasks of its node and seconds, as it is begun.
   */
  private static final double TWIN = 1.25;

  private static final double TWIN_SECONDS = 10;

  /** More are not dealt out one by one. */
  private static final int DEALT = 5_000;

  /**
   * An estimate.
   *
   * @param samples of the newest finished tasks, in any order
   * @param slots that work on the job now
   * @param waiting tasks that are neither done nor of a lease under way
   * @param done the share of all tasks that is done, 0 to 1
   * @return empty if no task is done, none is left, or nobody works
   */
  public static Optional<Estimate> of(
      List<Sample> samples, List<Slot> slots, int waiting, double done) {
    if (samples.isEmpty() || slots.isEmpty()) {
      return Optional.empty();
    }
    List<Sample> alike = asLaterOnes(samples);
    double[] times =
        alike.stream()
            .sorted(Comparator.comparingInt(Sample::index))
            .mapToDouble(sample -> Math.max(1e-3, sample.seconds()))
            .toArray();
    double mean = mean(times, 0, times.length);
    double relative = relative(times, mean);
    double[] each = secondsOf(alike, slots, mean);
    int more = slots.stream().mapToInt(Slot::more).sum();
    double end = end(each, slots, waiting + more, relative);
    int left = waiting + slots.stream().mapToInt(slot -> 1 + slot.more()).sum();
    double sigma = sigma(times, mean, relative, left, done, slots.size());
    // More can go wrong than right.
    return Optional.of(
        new Estimate(
            end * Math.exp(-TENTH * EARLIER * sigma), end, end * Math.exp(TENTH * LATER * sigma)));
  }

  /**
   * The same tasks as if none had been a node's first. By how much first ones take longer is told
   * by the nodes that have done others, too; of few others little is concluded.
   */
  private static List<Sample> asLaterOnes(List<Sample> samples) {
    Map<String, Double> first = new HashMap<>();
    samples.stream()
        .filter(Sample::first)
        .forEach(sample -> first.put(sample.node(), Math.max(1e-3, sample.seconds())));
    double logs = 0;
    int others = 0;
    for (Sample sample : samples) {
      Double beside = first.get(sample.node());
      if (!sample.first() && beside != null) {
        logs += Math.log(Math.max(1e-3, sample.seconds()) / beside);
        others++;
      }
    }
    double ratio = Math.exp(Math.min(0, logs / (others + 1)));
    return samples.stream()
        .map(
            sample ->
                sample.first()
                    ? new Sample(sample.node(), sample.index(), sample.seconds() * ratio, true)
                    : sample)
        .toList();
  }

  /** What a task takes on the node of each slot. */
  private static double[] secondsOf(List<Sample> samples, List<Slot> slots, double mean) {
    Map<String, double[]> own = new HashMap<>();
    for (Sample sample : samples) {
      double[] sum = own.computeIfAbsent(sample.node(), _ -> new double[2]);
      sum[0]++;
      sum[1] += Math.max(1e-3, sample.seconds());
    }
    double[] each = new double[slots.size()];
    for (int i = 0; i < each.length; i++) {
      double[] sum = own.getOrDefault(slots.get(i).node(), new double[2]);
      double seconds = (sum[1] + PRIOR * mean) / (sum[0] + PRIOR);
      // Whoever has finished none is slower than those who have; how slow shows while it works.
      each[i] =
          GAP_SECONDS
              + (sum[0] == 0 ? Math.max(1.3 * mean, 1.3 * slots.get(i).seconds()) : seconds);
    }
    return each;
  }

  /**
   * When the last task ends if each slot takes the next one as soon as it is free. What a lease has
   * not begun is not bound to its node: at the end idle ones take it over, and do what slow ones
   * are at as well (Tails, Twins).
   */
  private static double end(double[] each, List<Slot> slots, int waiting, double relative) {
    PriorityQueue<double[]> free = new PriorityQueue<>(Comparator.comparingDouble(a -> a[0]));
    double pace = 0;
    for (int i = 0; i < each.length; i++) {
      // Also what should be over by now takes a while.
      double left = Math.max(0.15 * each[i], each[i] - slots.get(i).seconds());
      free.add(new double[] {left, each[i]});
      pace += 1 / each[i];
    }
    int dealt = Math.min(waiting, DEALT);
    double skipped = (waiting - dealt) / pace;
    for (; dealt > 0; dealt--) {
      double[] next = free.remove();
      next[0] += next[1];
      free.add(next);
    }
    double twin =
        free.stream().mapToDouble(slot -> slot[0] + TWIN * slot[1]).min().orElse(0) + TWIN_SECONDS;
    double end = free.stream().mapToDouble(slot -> Math.min(slot[0], twin)).max().orElse(0);
    double usual = each.length / pace;
    // The latest of many that end about now is later than each of them.
    double straggler = each.length == 1 ? 0 : relative * usual * Math.sqrt(Math.log(each.length));
    return skipped + end + 0.5 * straggler;
  }

  private static double relative(double[] times, double mean) {
    double variance = 0;
    for (double time : times) {
      variance += (time - mean) * (time - mean);
    }
    // Of very few tasks next to nothing is known: as if there were one more that differs by half.
    return Math.sqrt((variance / (mean * mean) + 0.25) / times.length);
  }

  private static double sigma(
      double[] times, double mean, double relative, int left, double done, int working) {
    int count = times.length;
    double variance = 0;
    double neighbours = 0;
    for (int i = 0; i < count; i++) {
      variance += (times[i] - mean) * (times[i] - mean);
      if (i > 0) {
        neighbours += (times[i] - mean) * (times[i - 1] - mean);
      }
    }
    double alike = variance == 0 ? 0 : Math.clamp(neighbours / variance, 0, 0.95);
    double known = Math.max(1, count * (1 - alike) / (1 + alike));
    double chance = relative * Math.sqrt(1 / known + 1 / Math.max(1.0, left));
    int half = count / 2;
    double change =
        half == 0 ? 0 : Math.abs(Math.log(mean(times, half, count) / mean(times, 0, half)));
    double unseen = (UNSEEN + CHANGE * Math.min(1, change)) * Math.sqrt(1 - done);
    double churn = CHURN / Math.sqrt(Math.max(1, working / 4.0));
    return Math.sqrt(chance * chance + unseen * unseen + churn * churn);
  }

  private static double mean(double[] values, int from, int to) {
    return Arrays.stream(values, from, to).average().orElse(1e-3);
  }
}
