package blenderer.openjd.expr;

import blenderer.openjd.expr.ExpressionError.Kind;
import java.util.List;

/** Which of two values comes first (§2.1.4, §1.2.5). */
final class Ordering {

  private Ordering() {}

  static int compare(Run run, String sign, Value a, Value b) {
    return switch (a) {
      case Value.Int(long x) when b instanceof Value.Int(long y) -> Long.compare(x, y);
      case Value.Int(long x) when b instanceof Value.Real(double y, _) -> Numbers.compare(x, y);
      case Value.Real(double x, _) when b instanceof Value.Int(long y) -> -Numbers.compare(y, x);
      case Value.Real(double x, _) when b instanceof Value.Real(double y, _) ->
          Double.compare(x, y);
      case Value.Bool(boolean x) when b instanceof Value.Bool(boolean y) -> Boolean.compare(x, y);
      case Value.Text(String x) when b instanceof Value.Text(String y) -> texts(run, x, y);
      case Value.Text(String x) when b instanceof Value.Path(String y) -> texts(run, x, y);
      case Value.Path(String x) when b instanceof Value.Text(String y) -> texts(run, x, y);
      case Value.Path(String x) when b instanceof Value.Path(String y) ->
          run.windows() ? x.compareToIgnoreCase(y) : texts(run, x, y);
      case Value.Items(_, var x, _) when b instanceof Value.Items(_, var y, _) ->
          lists(run, sign, x, y);
      default -> throw refused(run, sign, a.type(), b.type());
    };
  }

  /** By code points: char by char, letters beyond the first plane would come too early. */
  private static int texts(Run run, String x, String y) {
    run.read(x.length() < y.length() ? x : y);
    int end = Math.min(x.length(), y.length());
    for (int i = 0; i < end; i++) {
      char a = x.charAt(i);
      char b = y.charAt(i);
      if (a != b) {
        boolean same = Character.isSurrogate(a) == Character.isSurrogate(b);
        return same ? Character.compare(a, b) : Character.isSurrogate(a) ? 1 : -1;
      }
    }
    return Integer.compare(x.length(), y.length());
  }

  private static int lists(Run run, String sign, List<Value> x, List<Value> y) {
    int end = Math.min(x.size(), y.size());
    run.step(end);
    for (int i = 0; i < end; i++) {
      int order = compare(run, sign, x.get(i), y.get(i));
      if (order != 0) {
        return order;
      }
    }
    return Integer.compare(x.size(), y.size());
  }

  /**
   * Checks values that are not known yet.
   *
   * @throws ExpressionError when no values of these types have an order
   */
  static void checkTypes(Run run, String sign, ExprType a, ExprType b) {
    for (ExprType x : a.alternatives()) {
      for (ExprType y : b.alternatives()) {
        if (ordered(x, y)) {
          return;
        }
      }
    }
    throw refused(run, sign, a, b);
  }

  private static boolean ordered(ExprType a, ExprType b) {
    if (a == ExprType.ANY || b == ExprType.ANY) {
      return true;
    }
    if (a instanceof ExprType.ListOf(ExprType x) && b instanceof ExprType.ListOf(ExprType y)) {
      return x == ExprType.NULL || y == ExprType.NULL || ordered(x, y);
    }
    return (a == ExprType.BOOL && b == ExprType.BOOL)
        || (isNumber(a) && isNumber(b))
        || (isText(a) && isText(b));
  }

  private static boolean isNumber(ExprType type) {
    return type == ExprType.INT || type == ExprType.FLOAT;
  }

  private static boolean isText(ExprType type) {
    return type == ExprType.STRING || type == ExprType.PATH;
  }

  static ExpressionError refused(Run run, String sign, ExprType a, ExprType b) {
    return run.error(Kind.TYPE, "'" + sign + "' does not work with " + a + " and " + b);
  }
}
