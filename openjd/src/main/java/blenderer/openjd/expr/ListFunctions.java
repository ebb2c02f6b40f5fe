package blenderer.openjd.expr;

import blenderer.openjd.expr.ExpressionError.Kind;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Functions of lists (§2.2.3). */
final class ListFunctions {

  private ListFunctions() {}

  static void addTo(Library.Builder all) {
    all.add("range", "int -> list[int]", (run, a) -> range(run, 0, Library.whole(a[0]), 1));
    all.add(
        "range",
        "int, int -> list[int]",
        (run, a) -> range(run, Library.whole(a[0]), Library.whole(a[1]), 1));
    all.add(
        "range",
        "int, int, int -> list[int]",
        (run, a) -> range(run, Library.whole(a[0]), Library.whole(a[1]), Library.whole(a[2])));
    all.add("flatten", "list[list[T]] -> list[T]", ListFunctions::flat);
    all.add("flatten", "list[T] -> list[T]", (_, a) -> a[0]);
    all.add("sorted", "list[T] -> list[T]", ListFunctions::sorted);
    all.add(
        "reversed",
        "list[T] -> list[T]",
        (run, a) -> {
          run.step(Library.items(a[0]).size());
          return Value.listOf(Library.element(a[0]), Library.items(a[0]).reversed());
        });
    all.add("unique", "list[T] -> list[T]", ListFunctions::unique);
    all.add("any", "list[bool] -> bool", (run, a) -> Value.of(has(run, a[0], Value.TRUE)));
    all.add("all", "list[bool] -> bool", (run, a) -> Value.of(!has(run, a[0], Value.FALSE)));
  }

  private static Value range(Run run, long start, long stop, long step) {
    if (step == 0) {
      throw run.error(Kind.VALUE, "the step of range() cannot be 0");
    }
    boolean none = step > 0 ? start >= stop : start <= stop;
    // Differences of two longs may need all 64 bits, so they are read as unsigned.
    long distance = step > 0 ? stop - start : start - stop;
    long count = none ? 0 : Long.divideUnsigned(distance - 1, Math.abs(step)) + 1;
    run.step(count < 0 ? Long.MAX_VALUE / 2 : count);
    run.reserve(count * 32);
    List<Value> numbers = new ArrayList<>((int) count);
    for (long i = 0; i < count; i++) {
      numbers.add(Value.of(start + i * step));
    }
    return Value.listOf(ExprType.INT, numbers);
  }

  private static Value flat(Run run, Value[] a) {
    List<Value> all = new ArrayList<>();
    run.reserve(a[0].bytes());
    ExprType element = ExprType.NULL;
    for (Value inner : Library.items(a[0])) {
      run.step(1L + Library.items(inner).size());
      all.addAll(Library.items(inner));
      if (Library.element(inner) != ExprType.NULL) {
        element = Library.element(inner);
      }
    }
    return Value.listOf(element, all);
  }

  private static Value sorted(Run run, Value[] a) {
    List<Value> items = new ArrayList<>(Library.items(a[0]));
    run.step(items.size());
    run.reserve(8L * items.size());
    if (items.size() == 1) {
      // Nothing is compared, but what has no order is refused all the same.
      Ordering.compare(run, "sorted()", items.getFirst(), items.getFirst());
    }
    items.sort((x, y) -> Ordering.compare(run, "sorted()", x, y));
    return Value.listOf(Library.element(a[0]), items);
  }

  private static Value unique(Run run, Value[] a) {
    List<Value> items = Library.items(a[0]);
    run.step(items.size());
    run.reserve(64L * items.size());
    Set<Object> seen = new HashSet<>();
    List<Value> kept = new ArrayList<>();
    for (Value item : items) {
      if (seen.add(Equality.key(run, item))) {
        kept.add(item);
      }
    }
    return Value.listOf(Library.element(a[0]), kept);
  }

  private static boolean has(Run run, Value list, Value wanted) {
    run.step(Library.items(list).size());
    return Library.items(list).contains(wanted);
  }
}
