package blenderer.core;

import java.util.PrimitiveIterator;

/** Where leases of a step may begin and end. Cost grows with neither tasks nor leases. */
final class Cuts {

  private final Row.Step row;

  /** Offsets within a period at which a lease must begin anew, ascending; the first is 0. */
  private final int[] starts;

  Cuts(Row.Step row) {
    this.row = row;
    starts = new int[1 + row.plan().breaks().size()];
    PrimitiveIterator.OfInt breaks = row.plan().breaks().iterator();
    for (int i = 1; i < starts.length; i++) {
      starts[i] = breaks.nextInt();
    }
  }

  /** The last start at or before the offset. */
  private int startAt(int offset) {
    int low = 0;
    int high = starts.length - 1;
    while (low < high) {
      int middle = (low + high + 1) >>> 1;
      if (starts[middle] <= offset) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return low;
  }

  /** The end, exclusive, of the tasks that may share a lease with {@code index}. */
  long runEnd(int index) {
    long period = (long) index / row.run() * row.run();
    int at = startAt((int) (index - period));
    return period + (at + 1 < starts.length ? starts[at + 1] : row.run());
  }

  /**
   * The end, exclusive, of the chunk of {@code index} when all chunks are cut by {@code chunk}:
   * equal in size but for one task.
   */
  long balancedEnd(int index) {
    long period = (long) index / row.run() * row.run();
    long start = period + starts[startAt((int) (index - period))];
    // The last period may be cut short by the end of the step.
    long length = Math.min(runEnd(index), row.size()) - start;
    long count = Math.ceilDiv(length, (long) Math.max(1, row.chunk()));
    long small = length / count;
    long large = length % count;
    long offset = index - start;
    long past = large * (small + 1);
    return offset < past
        ? start + (offset / (small + 1) + 1) * (small + 1)
        : start + past + ((offset - past) / small + 1) * small;
  }

  /**
   * How far a lease that begins at {@code index} may go, exclusive.
   *
   * @param leasable how many tasks of the step wait
   * @param slots how many leases the farm runs side by side
   * @param meanMillis how long a task took so far; 0: not known
   */
  long end(int index, int leasable, int slots, double meanMillis) {
    return switch (row.plan().cut()) {
      case BALANCED -> balancedEnd(index);
      case SHRINKING -> Math.min(runEnd(index), index + share(row.chunk(), leasable, slots));
      case TIMED ->
          meanMillis <= 0
              ? Math.min(balancedEnd(index), index + share(row.chunk(), leasable, slots))
              : Math.min(
                  runEnd(index),
                  index + share(row.plan().targetMillis() / meanMillis, leasable, slots));
    };
  }

  /**
   * As many as wanted, but never so many that other slots go without: every slot gets at least two
   * leases of what is left, so that all end together.
   */
  private static long share(double wanted, int leasable, int slots) {
    return Math.clamp(Math.round(wanted), 1, Math.max(1, Math.ceilDiv(leasable, 2 * slots)));
  }
}
