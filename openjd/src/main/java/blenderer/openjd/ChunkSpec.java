package blenderer.openjd;

/**
 * How the tasks of a step may run together in one action (extension TASK_CHUNKING).
 *
 * @param parameter the CHUNK[INT] parameter
 * @param defaultTaskCount how many tasks to run together while nothing is known of their length; at
 *     least 1
 * @param targetRuntimeSeconds how long a chunk should take, for a scheduler that adapts; 0: keep to
 *     {@code defaultTaskCount}
 * @param rangeConstraint which numbers may be in a chunk
 */
public record ChunkSpec(
    String parameter,
    int defaultTaskCount,
    long targetRuntimeSeconds,
    RangeConstraint rangeConstraint) {

  /** Which numbers may be in a chunk. */
  public enum RangeConstraint {
    /** Consecutive ones; the value is always {@code a-b}. */
    CONTIGUOUS,
    /** Any; the value is any range expression. */
    NONCONTIGUOUS
  }
}
