package blenderer.model;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A dotted version, compared number by number; missing numbers count as zero ({@code 4.3} equals
 * {@code 4.3.0} in order, not in text).
 *
 * @param numbers one or more non-negative numbers
 */
public record Version(List<Integer> numbers) implements Comparable<Version> {

  public Version {
    numbers = List.copyOf(numbers);
    if (numbers.isEmpty()) {
      throw new IllegalArgumentException("a version has at least one number");
    }
  }

  /**
   * Reads {@code 3.4.1}; anything after the leading dotted numbers ({@code 4.2.0-beta}) is left
   * out.
   *
   * @throws IllegalArgumentException when {@code text} does not start with a number
   */
  public static Version parse(String text) {
    List<Integer> numbers = new ArrayList<>();
    int at = 0;
    while (at < text.length() && Character.isDigit(text.charAt(at))) {
      int end = at;
      while (end < text.length() && Character.isDigit(text.charAt(end))) {
        end++;
      }
      numbers.add(Integer.parseInt(text.substring(at, end)));
      if (end >= text.length() || text.charAt(end) != '.') {
        break;
      }
      at = end + 1;
    }
    if (numbers.isEmpty()) {
      throw new IllegalArgumentException("not a version: '" + text + "'");
    }
    return new Version(numbers);
  }

  /** Whether this is one of a series: 3.4.1 is within 3.4, and within itself. */
  public boolean isWithin(Version series) {
    return numbers.size() >= series.numbers.size()
        && numbers.subList(0, series.numbers.size()).equals(series.numbers);
  }

  private int number(int i) {
    return i < numbers.size() ? numbers.get(i) : 0;
  }

  @Override
  public int compareTo(Version other) {
    for (int i = 0; i < Math.max(numbers.size(), other.numbers.size()); i++) {
      int order = Integer.compare(number(i), other.number(i));
      if (order != 0) {
        return order;
      }
    }
    return 0;
  }

  @Override
  public String toString() {
    return numbers.stream().map(String::valueOf).collect(Collectors.joining("."));
  }
}
