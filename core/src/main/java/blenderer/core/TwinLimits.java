package blenderer.core;

/**
 * When an idle node does a task that another one is slow at; see {@link Twins}.
 *
 * @param leastKnown so many tasks of the step must be done
 * @param loadMillis what a node needs before it begins, unless it has just worked on the step
 * @param surplus how many times as long as the twin's task should take is looked for at the first
 *     node; above 1
 * @param leastGainMillis and so much more than that
 */
public record TwinLimits(int leastKnown, long loadMillis, double surplus, long leastGainMillis) {

  /** The farm's defaults. */
  public static TwinLimits defaults() {
    return new TwinLimits(3, 8_000, 1.25, 10_000);
  }

  /** The same with all times multiplied by {@code factor}; for tests. */
  TwinLimits scaled(double factor) {
    return new TwinLimits(
        leastKnown,
        Math.round(loadMillis * factor),
        surplus,
        Math.max(1, Math.round(leastGainMillis * factor)));
  }
}
