package blenderer.openjd;

import blenderer.openjd.range.RangeExpression;
import java.util.List;
import java.util.Map;

/** A part of a task space: finds the values at a position without writing out the others. */
sealed interface Dimension {

  long size();

  /** Puts the values at {@code index} under their parameters' names. */
  void put(long index, Map<String, String> into);

  /** Values written one by one. */
  record Listed(String parameter, List<String> values) implements Dimension {
    public Listed {
      values = List.copyOf(values);
    }

    @Override
    public long size() {
      return values.size();
    }

    @Override
    public void put(long index, Map<String, String> into) {
      into.put(parameter, values.get(Math.toIntExact(index)));
    }
  }

  /** Whole numbers of a range. */
  record Ranged(String parameter, RangeExpression values) implements Dimension {
    @Override
    public long size() {
      return values.size();
    }

    @Override
    public void put(long index, Map<String, String> into) {
      into.put(parameter, Long.toString(values.get(index)));
    }
  }

  /**
   * Every combination, the first term varying slowest; one empty combination when there is no term.
   *
   * @param size the product of the terms' sizes
   */
  record Product(List<Dimension> terms, long size) implements Dimension {

    /**
     * @throws ArithmeticException when there are more combinations than a long can count
     */
    static Product of(List<Dimension> terms) {
      long size = 1;
      for (Dimension term : terms) {
        size = Math.multiplyExact(size, term.size());
      }
      return new Product(List.copyOf(terms), size);
    }

    @Override
    public void put(long index, Map<String, String> into) {
      long rest = index;
      for (Dimension term : terms.reversed()) {
        term.put(rest % term.size(), into);
        rest /= term.size();
      }
    }
  }

  /** Position by position; all terms have the same size. */
  record Association(List<Dimension> terms) implements Dimension {
    public Association {
      terms = List.copyOf(terms);
    }

    @Override
    public long size() {
      return terms.getFirst().size();
    }

    @Override
    public void put(long index, Map<String, String> into) {
      terms.forEach(term -> term.put(index, into));
    }
  }
}
