package blenderer.core;

/**
 * How heavy the tasks of a step are: what they would have taken on a usual node. What a slow node
 * took for a light task says nothing of the next one elsewhere.
 */
final class Weights {

  /** How much of the heaviest task is remembered when the next one is done. */
  private static final double FADE = 0.98;

  private double sum = 0;
  private int count = 0;
  private double heaviest = 0;

  /** A task took so long on that node, whose pace learns from it. */
  void observe(long taken, Pace pace) {
    double millis = Math.max(1, taken);
    if (count > 0) {
      pace.observe(millis, mean());
    }
    double weight = millis / pace.factor();
    sum += weight;
    count++;
    heaviest = Math.max(weight, heaviest * FADE);
  }

  /** A task was stopped there after that time, and would have taken longer. */
  void stopped(long elapsed, Pace pace) {
    if (count > 0 && elapsed > mean() * pace.factor()) {
      pace.observe(elapsed, mean());
    }
  }

  int count() {
    return count;
  }

  /** In milliseconds of a usual node; of no meaning while none is known. */
  double mean() {
    return sum / Math.max(1, count);
  }

  /** The heaviest of late. */
  double heaviest() {
    return Math.max(heaviest, mean());
  }
}
