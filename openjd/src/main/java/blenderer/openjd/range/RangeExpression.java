package blenderer.openjd.range;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.PrimitiveIterator;
import java.util.stream.Collectors;

/**
 * A set of whole numbers in ascending order, such as {@code 1-10:3,20} (1, 4, 7, 10, 20); never
 * written out in memory. Holds at least one number, each once.
 *
 * <p>Runs whose numbers interleave ({@code 1-9:2,2-10:2}) are kept together in one group, in which
 * a position is found by counting; all other positions are found directly.
 */
public final class RangeExpression {

  private final List<RunGroup> groups;

  /** For each group, how many numbers stand before it. */
  private final long[] before;

  private final long size;

  private RangeExpression(List<RunGroup> groups) {
    this.groups = List.copyOf(groups);
    before = new long[groups.size()];
    long count = 0;
    for (int i = 0; i < groups.size(); i++) {
      before[i] = count;
      count = Math.addExact(count, groups.get(i).size());
    }
    size = count;
  }

  /**
   * Reads the form of the specification (§3.4.1.1): comma-separated {@code a}, {@code a-b} and
   * {@code a-b:step}, with spaces and tabs around the numbers. A descending part needs a negative
   * step.
   *
   * @throws IllegalArgumentException with a plain sentence that names the part or the number that
   *     stands twice
   */
  public static RangeExpression parse(String text) {
    return new RangeExpression(RunGroup.ofRuns(RangeReader.read(text, false), "the range", text));
  }

  /**
   * Reads what a person types as frames: as {@link #parse}, and {@code 40-50x2} for {@code
   * 40-50:2}.
   *
   * @throws IllegalArgumentException with a plain sentence that names the part or the frame that
   *     stands twice
   */
  public static RangeExpression parseFrames(String text) {
    return new RangeExpression(
        RunGroup.ofRuns(RangeReader.read(text, true), "the frame range", text));
  }

  /**
   * The given numbers, in any order.
   *
   * @throws IllegalArgumentException when there is none, or one stands twice
   */
  public static RangeExpression of(long... values) {
    if (values.length == 0) {
      throw new IllegalArgumentException("a range names at least one number");
    }
    long[] sorted = values.clone();
    Arrays.sort(sorted);
    if (sorted[0] <= -RangeReader.BOUND || sorted[sorted.length - 1] >= RangeReader.BOUND) {
      throw new IllegalArgumentException("the range has a number that is too large");
    }
    List<Run> runs = new ArrayList<>();
    for (int i = 0; i < sorted.length; ) {
      int last = i;
      long step = i + 1 < sorted.length ? sorted[i + 1] - sorted[i] : 1;
      if (step == 0) {
        throw new IllegalArgumentException("the number " + sorted[i] + " stands twice");
      }
      while (last + 1 < sorted.length && sorted[last + 1] - sorted[last] == step) {
        last++;
      }
      // Two numbers with a gap between them say more as two numbers: 1,5 and not 1-5:4.
      if (last - i == 1 && step != 1) {
        last = i;
      }
      runs.add(Run.of(sorted[i], sorted[last], last == i ? 1 : step));
      i = last + 1;
    }
    return new RangeExpression(RunGroup.ofRuns(runs, "the range", Arrays.toString(values)));
  }

  /** How many numbers there are. */
  public long size() {
    return size;
  }

  /**
   * The number at a position, counted from zero in ascending order.
   *
   * @throws IndexOutOfBoundsException when there is no such position
   */
  public long get(long index) {
    if (index < 0 || index >= size) {
      throw new IndexOutOfBoundsException("the range has " + size + " numbers, not " + index);
    }
    int at = Arrays.binarySearch(before, index);
    int group = at >= 0 ? at : -at - 2;
    return groups.get(group).get(index - before[group]);
  }

  /** The position of {@code value}, or -1 when it is not in the range. */
  public long indexOf(long value) {
    int low = 0;
    int high = groups.size() - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      RunGroup group = groups.get(middle);
      if (value < group.first()) {
        high = middle - 1;
      } else if (value > group.last()) {
        low = middle + 1;
      } else {
        long inGroup = group.indexOf(value);
        return inGroup < 0 ? -1 : before[middle] + inGroup;
      }
    }
    return -1;
  }

  /** Whether {@code value} is one of the numbers. */
  public boolean contains(long value) {
    return indexOf(value) >= 0;
  }

  /** The smallest number. */
  public long first() {
    return groups.getFirst().first();
  }

  /** The largest number. */
  public long last() {
    return groups.getLast().last();
  }

  /** The numbers, ascending. */
  public PrimitiveIterator.OfLong iterator() {
    return new PrimitiveIterator.OfLong() {
      private long next = 0;

      @Override
      public boolean hasNext() {
        return next < size;
      }

      @Override
      public long nextLong() {
        if (next >= size) {
          throw new NoSuchElementException();
        }
        return get(next++);
      }
    };
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof RangeExpression that && groups.equals(that.groups);
  }

  @Override
  public int hashCode() {
    return groups.hashCode();
  }

  /**
   * A text that {@link #parse} reads as the same numbers: ascending, positive steps, ends that are
   * members, runs of consecutive numbers joined.
   */
  @Override
  public String toString() {
    return groups.stream()
        .flatMap(group -> group.runs().stream())
        .map(Run::toString)
        .collect(Collectors.joining(","));
  }

  /**
   * As {@link #toString}, but two numbers are written as two ({@code 2,3} and not {@code 2-3}): the
   * form that expressions give and that the specification's run cases expect of a chunk.
   */
  public String canonical() {
    return groups.stream()
        .flatMap(group -> group.runs().stream())
        .map(run -> run.size() == 2 ? run.first() + "," + run.last() : run.toString())
        .collect(Collectors.joining(","));
  }

  /**
   * An ascending run of evenly spaced numbers.
   *
   * @param last a member
   * @param step positive; 1 when there is one number only
   */
  record Run(long first, long last, long step) {

    static Run of(long first, long last, long step) {
      long end = last - (last - first) % step;
      return new Run(first, end, end == first ? 1 : step);
    }

    long size() {
      return (last - first) / step + 1;
    }

    /** How many members are at most {@code value}. */
    long countTo(long value) {
      return value < first ? 0 : (Math.min(value, last) - first) / step + 1;
    }

    boolean contains(long value) {
      return value >= first && value <= last && (value - first) % step == 0;
    }

    @Override
    public String toString() {
      if (first == last) {
        return Long.toString(first);
      }
      return first + "-" + last + (step == 1 ? "" : ":" + step);
    }
  }
}
