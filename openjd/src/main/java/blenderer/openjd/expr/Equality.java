package blenderer.openjd.expr;

import blenderer.openjd.range.RangeExpression;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** When two values are equal (§1.2.5). */
final class Equality {

  private Equality() {}

  static boolean equal(Run run, Value a, Value b) {
    return switch (a) {
      case Value.Int(long x) ->
          switch (b) {
            case Value.Int(long y) -> x == y;
            case Value.Real(double y, _) -> Numbers.equal(x, y);
            default -> false;
          };
      case Value.Real(double x, _) ->
          switch (b) {
            case Value.Int(long y) -> Numbers.equal(y, x);
            case Value.Real(double y, _) -> x == y;
            default -> false;
          };
      case Value.Text(String x) -> {
        run.read(x);
        yield switch (b) {
          case Value.Text(String y) -> x.equals(y);
          case Value.Path(String y) -> x.equals(y);
          default -> false;
        };
      }
      case Value.Path(String x) -> {
        run.read(x);
        yield switch (b) {
          case Value.Text(String y) -> x.equals(y);
          case Value.Path(String y) -> run.windows() ? x.equalsIgnoreCase(y) : x.equals(y);
          default -> false;
        };
      }
      case Value.Range(RangeExpression x, _) ->
          switch (b) {
            case Value.Range(RangeExpression y, _) -> x.equals(y) || sameNumbers(run, x, y);
            case Value.Items(_, var items, _) -> sameNumbers(run, x, items);
            default -> false;
          };
      case Value.Items(_, var x, _) ->
          switch (b) {
            case Value.Items(_, var y, _) -> sameItems(run, x, y);
            case Value.Range(RangeExpression y, _) -> sameNumbers(run, y, x);
            default -> false;
          };
      case Value.Bool _, Value.Null _, Value.Unresolved _ -> a.equals(b);
    };
  }

  private static boolean sameItems(Run run, List<Value> x, List<Value> y) {
    if (x.size() != y.size()) {
      return false;
    }
    run.step(x.size());
    for (int i = 0; i < x.size(); i++) {
      if (!equal(run, x.get(i), y.get(i))) {
        return false;
      }
    }
    return true;
  }

  private static boolean sameNumbers(Run run, RangeExpression range, List<Value> items) {
    if (range.size() != items.size()) {
      return false;
    }
    run.step(items.size());
    for (int i = 0; i < items.size(); i++) {
      if (!equal(run, new Value.Int(range.get(i)), items.get(i))) {
        return false;
      }
    }
    return true;
  }

  /** The same numbers may be written as other runs. */
  private static boolean sameNumbers(Run run, RangeExpression x, RangeExpression y) {
    if (x.size() != y.size() || x.first() != y.first() || x.last() != y.last()) {
      return false;
    }
    run.step(x.size());
    for (long i = 0; i < x.size(); i++) {
      if (x.get(i) != y.get(i)) {
        return false;
      }
    }
    return true;
  }

  /** Equal for equal values of one type, so that a hash table finds them. */
  static Object key(Run run, Value value) {
    return switch (value) {
      case Value.Real(double x, _) -> x;
      case Value.Text(String text) -> {
        run.read(text);
        yield text;
      }
      case Value.Path(String text) -> {
        run.read(text);
        yield run.windows() ? text.toLowerCase(Locale.ROOT) : text;
      }
      case Value.Range range -> range.value().canonical();
      case Value.Items(_, var items, _) -> {
        run.step(items.size());
        List<Object> keys = new ArrayList<>(items.size());
        items.forEach(item -> keys.add(key(run, item)));
        yield keys;
      }
      case Value.Int _, Value.Bool _, Value.Null _, Value.Unresolved _ -> value;
    };
  }
}
