package blenderer.bench;

import java.util.Arrays;

/** Sums over measured seconds. */
final class Figures {

  private Figures() {}

  static double median(double... values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }

  static double round(double value) {
    return Math.round(value * 1000) / 1000.0;
  }
}
