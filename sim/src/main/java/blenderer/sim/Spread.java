package blenderer.sim;

/** How numbers are spread, in bounded memory: buckets that grow by two in a hundred. */
final class Spread {

  private static final double GROWTH = Math.log(1.02);

  private final long[] buckets = new long[2_000];
  private long count = 0;
  private double sum = 0;
  private double most = 0;

  void add(double value) {
    int bucket = value <= 1 ? 0 : (int) (Math.log(value) / GROWTH);
    buckets[Math.min(buckets.length - 1, bucket)]++;
    count++;
    sum += value;
    most = Math.max(most, value);
  }

  double mean() {
    return count == 0 ? 0 : sum / count;
  }

  double most() {
    return most;
  }

  /** The value below which that part of all lies, within two in a hundred. */
  double quantile(double part) {
    long wanted = (long) Math.ceil(part * count);
    long seen = 0;
    for (int i = 0; i < buckets.length; i++) {
      seen += buckets[i];
      if (seen >= wanted && seen > 0) {
        return i == 0 ? 0 : Math.min(most, Math.exp((i + 0.5) * GROWTH));
      }
    }
    return most;
  }
}
