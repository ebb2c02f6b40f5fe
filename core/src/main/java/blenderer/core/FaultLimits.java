package blenderer.core;

/**
 * When failures say something of a node or a job rather than of one task.
 *
 * @param blockAfter a node on which so many tasks of one job failed, and more than a fifth of them,
 *     gets no more of that job while others could do it
 * @param provenFaults a node is quarantined when so many tasks, of two jobs or more, failed there
 *     that other nodes then did
 * @param faultsInARow or when so many tasks in a row, of two jobs or more, failed there
 * @param goodInARow so many tasks done in a row clear a node of all that was held against it
 * @param jobFailures a job stops when so many of its tasks have failed, and no fewer than are done,
 *     unless its terms say how many may fail
 * @param hangFactor a task hangs when it takes so many times its step's median, and uses no
 *     processor and says nothing meanwhile
 * @param hangLeastMillis but never before it has taken so long
 * @param hangUnknownMillis what counts while the median is not known, for templates that ship
 * @param flaps a node that was lost so often within {@code flapMillis} gets one task at a time, and
 *     nothing to prepare
 * @param flapMillis how long a loss is held against a node
 */
public record FaultLimits(
    int blockAfter,
    int provenFaults,
    int faultsInARow,
    int goodInARow,
    int jobFailures,
    int hangFactor,
    long hangLeastMillis,
    long hangUnknownMillis,
    int flaps,
    long flapMillis) {

  /** The farm's defaults. */
  public static FaultLimits defaults() {
    return new FaultLimits(3, 3, 10, 20, 25, 10, 120_000, 1_800_000, 3, 600_000);
  }

  /** The same with all times multiplied by {@code factor}; for tests. */
  FaultLimits scaled(double factor) {
    return new FaultLimits(
        blockAfter,
        provenFaults,
        faultsInARow,
        goodInARow,
        jobFailures,
        hangFactor,
        Math.max(1, Math.round(hangLeastMillis * factor)),
        Math.max(1, Math.round(hangUnknownMillis * factor)),
        flaps,
        Math.max(1, Math.round(flapMillis * factor)));
  }
}
