package blenderer.model;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.PrimitiveIterator;
import java.util.stream.Collectors;

/**
 * An immutable set of non-negative task indexes, kept as disjoint runs, so that a million tasks in
 * a row cost as much as one. Text form: {@code 0-4,7}; the empty set is the empty text.
 */
public final class IndexRanges {

  /**
   * One run of indexes.
   *
   * @param first the smallest index of the run
   * @param last the largest index of the run, at least {@code first}
   */
  public record Run(int first, int last) {
    public Run {
      if (first < 0 || last < first) {
        throw new IllegalArgumentException("not a run of indexes: " + first + "-" + last);
      }
    }

    /** The number of indexes in the run. */
    public int size() {
      return last - first + 1;
    }
  }

  private static final IndexRanges EMPTY = new IndexRanges(List.of());

  private final List<Run> runs;

  private IndexRanges(List<Run> runs) {
    this.runs = runs;
  }

  /** The set without members. */
  public static IndexRanges empty() {
    return EMPTY;
  }

  /** All indexes from {@code first} to {@code last}, both included. */
  public static IndexRanges range(int first, int last) {
    return new IndexRanges(List.of(new Run(first, last)));
  }

  /** The given indexes, in any order; repeats count once. */
  public static IndexRanges of(int... indexes) {
    int[] sorted = indexes.clone();
    Arrays.sort(sorted);
    List<Run> runs = new ArrayList<>();
    for (int i = 0; i < sorted.length; ) {
      int first = sorted[i];
      int last = first;
      i++;
      while (i < sorted.length && sorted[i] <= last + 1) {
        last = sorted[i++];
      }
      runs.add(new Run(first, last));
    }
    return ofSorted(runs);
  }

  /** Runs that are sorted and disjoint; neighbours that touch are joined. */
  public static IndexRanges ofSorted(List<Run> sorted) {
    List<Run> joined = new ArrayList<>(sorted.size());
    for (Run run : sorted) {
      if (joined.isEmpty()) {
        joined.add(run);
        continue;
      }
      Run before = joined.getLast();
      if (run.first() <= before.last()) {
        throw new IllegalArgumentException("runs overlap: " + before + " and " + run);
      }
      if (run.first() == before.last() + 1) {
        joined.set(joined.size() - 1, new Run(before.first(), run.last()));
      } else {
        joined.add(run);
      }
    }
    return joined.isEmpty() ? EMPTY : new IndexRanges(List.copyOf(joined));
  }

  /**
   * Reads the text form.
   *
   * @throws IllegalArgumentException when {@code text} is no such form; the message names the part
   */
  public static IndexRanges parse(String text) {
    if (text.isEmpty()) {
      return EMPTY;
    }
    List<Run> runs = new ArrayList<>();
    for (String part : text.split(",", -1)) {
      int dash = part.indexOf('-');
      try {
        int first = Integer.parseInt(dash < 0 ? part : part.substring(0, dash));
        int last = dash < 0 ? first : Integer.parseInt(part.substring(dash + 1));
        runs.add(new Run(first, last));
      } catch (NumberFormatException e) {
        throw new IllegalArgumentException("not a range of task indexes: '" + part + "'", e);
      }
    }
    return ofSorted(runs);
  }

  /** The runs, ascending, disjoint, never touching. */
  public List<Run> runs() {
    return runs;
  }

  public boolean isEmpty() {
    return runs.isEmpty();
  }

  /** The number of indexes. */
  public int size() {
    int size = 0;
    for (Run run : runs) {
      size += run.size();
    }
    return size;
  }

  public boolean contains(int index) {
    int low = 0;
    int high = runs.size() - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      Run run = runs.get(middle);
      if (index < run.first()) {
        high = middle - 1;
      } else if (index > run.last()) {
        low = middle + 1;
      } else {
        return true;
      }
    }
    return false;
  }

  /** The indexes, ascending. */
  public PrimitiveIterator.OfInt iterator() {
    return new PrimitiveIterator.OfInt() {
      private final Iterator<Run> rest = runs.iterator();
      private int next = 0;
      private int last = -1;

      @Override
      public boolean hasNext() {
        return next <= last || rest.hasNext();
      }

      @Override
      public int nextInt() {
        if (next > last) {
          if (!rest.hasNext()) {
            throw new NoSuchElementException();
          }
          Run run = rest.next();
          next = run.first();
          last = run.last();
        }
        return next++;
      }
    };
  }

  /** The indexes, ascending; meant for sets of the size of a chunk. */
  public List<Integer> toList() {
    List<Integer> list = new ArrayList<>(size());
    iterator().forEachRemaining((int index) -> list.add(index));
    return list;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof IndexRanges that && runs.equals(that.runs);
  }

  @Override
  public int hashCode() {
    return runs.hashCode();
  }

  @Override
  public String toString() {
    return runs.stream()
        .map(
            run ->
                run.first() == run.last()
                    ? Integer.toString(run.first())
                    : run.first() + "-" + run.last())
        .collect(Collectors.joining(","));
  }
}
