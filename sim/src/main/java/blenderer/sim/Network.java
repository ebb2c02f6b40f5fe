package blenderer.sim;

import java.util.SplittableRandom;

/**
 * Carries messages between one node or person and the server: late, twice, in another order, or not
 * at all. Each end has its own randomness, so that one end's fate does not hang on another's.
 */
final class Network {

  /**
   * How bad it is.
   *
   * @param loss the share of messages that never arrive
   * @param twice the share that arrives twice
   * @param longest the longest way of a usual message, in milliseconds
   * @param stray the share that takes up to a minute
   */
  record Weather(double loss, double twice, long longest, double stray) {
    static final Weather FAIR = new Weather(0, 0, 20, 0);
  }

  private final Timeline time;
  private final SplittableRandom random;
  private Weather weather;
  private boolean cut = false;

  Network(Timeline time, SplittableRandom random, Weather weather) {
    this.time = time;
    this.random = random;
    this.weather = weather;
  }

  void weather(Weather weather) {
    this.weather = weather;
  }

  /** Whether nothing comes through. */
  void cut(boolean cut) {
    this.cut = cut;
  }

  void send(Runnable arrival) {
    if (cut || random.nextDouble() < weather.loss()) {
      return;
    }
    carry(arrival);
    if (random.nextDouble() < weather.twice()) {
      carry(arrival);
    }
  }

  private void carry(Runnable arrival) {
    boolean stray = random.nextDouble() < weather.stray();
    time.after(
        1 + random.nextLong(stray ? 60_000 : Math.max(1, weather.longest())),
        () -> {
          if (!cut) {
            arrival.run();
          }
        });
  }
}
