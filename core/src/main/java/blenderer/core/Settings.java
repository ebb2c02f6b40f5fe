package blenderer.core;

/**
 * The scheduler's times and bounds.
 *
 * @param heartbeatMillis the longest time between two syncs of a node that holds leases
 * @param termMillis how long a lease lives without a sync
 * @param parkMillis how long an idle node's sync is kept
 * @param tries how often a task is tried before it has failed
 * @param freeLosses how many times a task may lose its node before a loss counts as a try
 * @param hopelessAfter a step stops when this many of its tasks have failed and none has succeeded
 * @param looks from where on a picture is odd
 * @param faults when failures say something of a node or a job
 * @param twins when a second node does what another is slow at
 */
public record Settings(
    long heartbeatMillis,
    long termMillis,
    long parkMillis,
    int tries,
    int freeLosses,
    int hopelessAfter,
    LookLimits looks,
    FaultLimits faults,
    TwinLimits twins) {

  /** The farm's defaults. */
  public static Settings defaults() {
    return new Settings(
        5_000,
        30_000,
        25_000,
        3,
        1,
        3,
        LookLimits.defaults(),
        FaultLimits.defaults(),
        TwinLimits.defaults());
  }

  /** The same with all times multiplied by {@code factor}; for tests. */
  public Settings scaled(double factor) {
    return new Settings(
        Math.max(1, Math.round(heartbeatMillis * factor)),
        Math.max(1, Math.round(termMillis * factor)),
        Math.max(1, Math.round(parkMillis * factor)),
        tries,
        freeLosses,
        hopelessAfter,
        looks,
        faults.scaled(factor),
        twins.scaled(factor));
  }

  /** The same with other bounds for twins. */
  public Settings withTwins(TwinLimits others) {
    return new Settings(
        heartbeatMillis,
        termMillis,
        parkMillis,
        tries,
        freeLosses,
        hopelessAfter,
        looks,
        faults,
        others);
  }
}
