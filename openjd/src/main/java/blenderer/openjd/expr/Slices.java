package blenderer.openjd.expr;

import blenderer.openjd.expr.ExpressionError.Kind;
import blenderer.openjd.range.RangeExpression;
import java.util.ArrayList;
import java.util.List;

/** Indexes and slices (§1.3.8), which count from the end when they are negative. */
final class Slices {

  /** Which positions a slice takes: {@code first + i * step} for i below {@code count}. */
  private record Slice(long first, long step, long count) {}

  private Slices() {}

  static long index(Run run, long index, long size) {
    long at = index < 0 ? index + size : index;
    if (at < 0 || at >= size) {
      throw run.error(
          Kind.VALUE,
          "there is no position " + index + " among " + size + (size == 1 ? " item" : " items"));
    }
    return at;
  }

  static Value letter(Run run, Value[] a) {
    String text = Library.text(a[0]);
    run.read(text);
    int size = text.codePointCount(0, text.length());
    int at = (int) index(run, Library.whole(a[1]), size);
    int start = size == text.length() ? at : text.offsetByCodePoints(0, at);
    return Value.of(Character.toString(text.codePointAt(start)));
  }

  private static Slice slice(Run run, Value[] a, long size) {
    long step = a[3] instanceof Value.Int(long given) ? given : 1;
    if (step == 0) {
      throw run.error(Kind.VALUE, "the step of a slice cannot be 0");
    }
    long least = step > 0 ? 0 : -1;
    long most = step > 0 ? size : size - 1;
    long first = bound(a[1], size, least, most, step > 0 ? least : most);
    long stop = bound(a[2], size, least, most, step > 0 ? most : least);
    long distance = step > 0 ? stop - first : first - stop;
    // A step of -2^63 has no positive counterpart, but takes one item all the same.
    long stride = step == Long.MIN_VALUE ? Long.MAX_VALUE : Math.abs(step);
    return new Slice(first, step, distance <= 0 ? 0 : (distance - 1) / stride + 1);
  }

  private static long bound(Value given, long size, long least, long most, long missing) {
    if (!(given instanceof Value.Int(long value))) {
      return missing;
    }
    long at = value < 0 ? value + size : value;
    return Math.clamp(at, least, most);
  }

  static Value items(Run run, Value[] a) {
    List<Value> items = Library.items(a[0]);
    Slice slice = slice(run, a, items.size());
    run.step(slice.count);
    List<Value> taken = new ArrayList<>((int) slice.count);
    for (long i = 0; i < slice.count; i++) {
      taken.add(items.get((int) (slice.first + i * slice.step)));
    }
    return Value.listOf(Library.element(a[0]), taken);
  }

  static Value text(Run run, Value[] a) {
    String text = Library.text(a[0]);
    run.read(text);
    run.reserve(4L * text.length());
    int[] letters = text.codePoints().toArray();
    Slice slice = slice(run, a, letters.length);
    StringBuilder taken = new StringBuilder();
    for (long i = 0; i < slice.count; i++) {
      taken.appendCodePoint(letters[(int) (slice.first + i * slice.step)]);
    }
    return Value.of(taken.toString());
  }

  /** A range again where the numbers go up, which a range must; else a list. */
  static Value range(Run run, Value[] a) {
    RangeExpression range = ((Value.Range) a[0]).value();
    Slice slice = slice(run, a, range.size());
    run.step(slice.count);
    run.reserve(Library.times(slice.count, 32));
    long[] numbers = new long[(int) slice.count];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = range.get(slice.first + i * slice.step);
    }
    if (slice.step > 0 && numbers.length > 0) {
      return new Value.Range(RangeExpression.of(numbers), null);
    }
    List<Value> items = new ArrayList<>(numbers.length);
    for (long number : numbers) {
      items.add(Value.of(number));
    }
    return Value.listOf(ExprType.INT, items);
  }
}
