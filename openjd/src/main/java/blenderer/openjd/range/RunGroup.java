package blenderer.openjd.range;

import blenderer.openjd.range.RangeExpression.Run;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Runs that interleave, or a single run.
 *
 * @param runs by their first number; no number is in two of them
 * @param last the largest number of all
 * @param size how many numbers there are
 */
record RunGroup(List<Run> runs, long last, long size) {

  /** Bounds the work of looking for a number that stands twice. */
  private static final int MOST_INTERLEAVED = 1000;

  private static RunGroup of(List<Run> runs) {
    long last = Long.MIN_VALUE;
    long size = 0;
    for (Run run : runs) {
      last = Math.max(last, run.last());
      size = Math.addExact(size, run.size());
    }
    return new RunGroup(List.copyOf(runs), last, size);
  }

  /**
   * Sorts runs into groups.
   *
   * @param what how a sentence calls the whole, such as {@code the range}
   * @throws IllegalArgumentException naming the smallest number found in two runs
   */
  static List<RunGroup> ofRuns(List<Run> unsorted, String what, String whole) {
    String text = RangeReader.shortened(whole, 200);
    List<Run> sorted = new ArrayList<>(unsorted);
    sorted.sort(Comparator.comparingLong(Run::first));
    List<List<Run>> groups = new ArrayList<>();
    long end = Long.MIN_VALUE;
    for (Run run : sorted) {
      if (groups.isEmpty() || run.first() > end) {
        groups.add(new ArrayList<>(List.of(run)));
        end = run.last();
        continue;
      }
      List<Run> group = groups.getLast();
      for (Run other : group) {
        BigInteger twice = common(other, run);
        if (twice != null) {
          throw new IllegalArgumentException(
              what
                  + " '"
                  + text
                  + "' names "
                  + (what.contains("frame") ? "frame " : "")
                  + twice
                  + " twice");
        }
      }
      group.add(run);
      end = Math.max(end, run.last());
      if (group.size() > MOST_INTERLEAVED) {
        throw new IllegalArgumentException(
            what + " '" + text + "' has more than " + MOST_INTERLEAVED + " interleaved parts");
      }
    }
    return joined(groups);
  }

  /** Joins groups that are one run of consecutive numbers each and touch. */
  private static List<RunGroup> joined(List<List<Run>> groups) {
    List<RunGroup> out = new ArrayList<>();
    for (List<Run> group : groups) {
      Run run = group.getFirst();
      RunGroup previous = out.isEmpty() ? null : out.getLast();
      if (previous != null
          && previous.runs().size() == 1
          && group.size() == 1
          && previous.runs().getFirst().step() == 1
          && run.step() == 1
          && previous.last() + 1 == run.first()) {
        out.set(
            out.size() - 1,
            of(List.of(new Run(previous.runs().getFirst().first(), run.last(), 1))));
      } else {
        out.add(of(group));
      }
    }
    return out;
  }

  /** The smallest number in both runs, or null; by the Chinese remainder theorem. */
  private static @Nullable BigInteger common(Run a, Run b) {
    long from = Math.max(a.first(), b.first());
    long to = Math.min(a.last(), b.last());
    if (from > to) {
      return null;
    }
    BigInteger stepA = BigInteger.valueOf(a.step());
    BigInteger stepB = BigInteger.valueOf(b.step());
    BigInteger divisor = stepA.gcd(stepB);
    BigInteger distance = BigInteger.valueOf(b.first()).subtract(BigInteger.valueOf(a.first()));
    if (distance.mod(divisor).signum() != 0) {
      return null;
    }
    BigInteger modulus = stepB.divide(divisor);
    BigInteger times =
        modulus.equals(BigInteger.ONE)
            ? BigInteger.ZERO
            : distance
                .divide(divisor)
                .multiply(stepA.divide(divisor).modInverse(modulus))
                .mod(modulus);
    BigInteger candidate = BigInteger.valueOf(a.first()).add(stepA.multiply(times));
    BigInteger both = stepA.multiply(modulus);
    BigInteger start = BigInteger.valueOf(from);
    if (candidate.compareTo(start) < 0) {
      BigInteger lift = start.subtract(candidate).add(both).subtract(BigInteger.ONE).divide(both);
      candidate = candidate.add(lift.multiply(both));
    }
    return candidate.compareTo(BigInteger.valueOf(to)) <= 0 ? candidate : null;
  }

  long first() {
    return runs.getFirst().first();
  }

  long get(long index) {
    if (runs.size() == 1) {
      return first() + index * runs.getFirst().step();
    }
    long low = first();
    long high = last;
    while (low < high) {
      long middle = Math.floorDiv(low + high, 2L);
      if (countTo(middle) > index) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return low;
  }

  long indexOf(long value) {
    for (Run run : runs) {
      if (run.contains(value)) {
        return countTo(value) - 1;
      }
    }
    return -1;
  }

  private long countTo(long value) {
    long count = 0;
    for (Run run : runs) {
      count += run.countTo(value);
    }
    return count;
  }
}
