package blenderer.bench;

import java.util.Arrays;
import java.util.List;

/** Sums over measured seconds. */
final class Figures {

  private Figures() {}

  static double median(double... values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }

  static double medianOf(List<Double> values) {
    return median(values.stream().mapToDouble(Double::doubleValue).toArray());
  }

  static List<Double> roundAll(List<Double> values) {
    return values.stream().map(Figures::round).toList();
  }

  static double round(double value) {
    return Math.round(value * 1000) / 1000.0;
  }
}
