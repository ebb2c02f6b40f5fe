package blenderer.core;

/**
 * How much longer a node's tasks take than those of its step usually do: 1 as long, 2 twice as
 * long. The newest count most; of a node that has done little, little is concluded.
 */
final class Pace {

  /** How much a task counts once many are known. */
  private static final double NEWEST = 0.2;

  /** Nothing beyond that is believed of one task. */
  private static final double MOST = 32;

  private double log = 0;
  private int known = 0;

  double factor() {
    return Math.exp(log);
  }

  /**
   * A task has ended.
   *
   * @param usualMillis what tasks of its step take on a usual node
   */
  void observe(double millis, double usualMillis) {
    double ratio = Math.clamp(millis / usualMillis, 1 / MOST, MOST);
    double weight = Math.max(NEWEST, 1.0 / (known + 2));
    log += (Math.log(ratio) - log) * weight;
    known++;
  }
}
