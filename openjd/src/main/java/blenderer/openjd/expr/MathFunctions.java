package blenderer.openjd.expr;

import blenderer.openjd.expr.ExpressionError.Kind;
import blenderer.openjd.range.RangeExpression;
import java.util.Arrays;
import java.util.List;

/** Functions of numbers (§2.2.2). */
final class MathFunctions {

  private MathFunctions() {}

  static void addTo(Library.Builder all) {
    all.add(
        "abs",
        "int -> int",
        (run, a) ->
            Library.whole(a[0]) < 0 ? OperatorForms.difference(run, 0, Library.whole(a[0])) : a[0]);
    all.add("abs", "float -> float", (run, a) -> Numbers.real(run, Math.abs(Library.real(a[0]))));
    extreme(all, "min", -1);
    extreme(all, "max", 1);
    all.add(
        "sum",
        "list[int] -> int",
        (run, a) -> {
          run.step(Library.items(a[0]).size());
          Value sum = Value.of(0);
          for (Value item : Library.items(a[0])) {
            sum = OperatorForms.sum(run, Library.whole(sum), Library.whole(item));
          }
          return sum;
        });
    all.add(
        "sum",
        "list[float] -> float",
        (run, a) -> {
          run.step(Library.items(a[0]).size());
          double sum = 0;
          for (Value item : Library.items(a[0])) {
            sum += Library.real(item);
          }
          return Numbers.real(run, sum);
        });
    all.add(
        "sum",
        "range_expr -> int",
        (run, a) -> {
          RangeExpression range = ((Value.Range) a[0]).value();
          run.step(range.size());
          Value sum = Value.of(0);
          for (long i = 0; i < range.size(); i++) {
            sum = OperatorForms.sum(run, Library.whole(sum), range.get(i));
          }
          return sum;
        });
    for (String name : List.of("floor", "ceil", "round")) {
      all.add(name, "int -> int", (_, a) -> a[0]);
    }
    all.add(
        "floor", "float -> int", (run, a) -> Numbers.whole(run, Math.floor(Library.real(a[0]))));
    all.add("ceil", "float -> int", (run, a) -> Numbers.whole(run, Math.ceil(Library.real(a[0]))));
    all.add("round", "float -> int", (run, a) -> Numbers.whole(run, Math.rint(Library.real(a[0]))));
    all.add(
        "round",
        "int, int -> int",
        (run, a) -> Numbers.round(run, Library.whole(a[0]), Library.whole(a[1])));
    all.add(
        "round",
        "float, int -> float | int",
        (run, a) -> Numbers.round(run, Library.real(a[0]), Library.whole(a[1])));
  }

  private static void extreme(Library.Builder all, String name, int sign) {
    for (String type : List.of("int", "float")) {
      all.add(
          name,
          type + "," + type + " -> " + type,
          (run, a) -> best(run, name, sign, Arrays.asList(a)));
      all.add(
          name,
          type + "," + type + "," + type + " -> " + type,
          (run, a) -> best(run, name, sign, Arrays.asList(a)));
      all.add(
          name,
          "list[" + type + "] -> " + type,
          (run, a) -> best(run, name, sign, Library.items(a[0])));
    }
    all.add(
        name,
        "range_expr -> int",
        (_, a) -> {
          RangeExpression range = ((Value.Range) a[0]).value();
          return Value.of(sign < 0 ? range.first() : range.last());
        });
  }

  private static Value best(Run run, String name, int sign, List<Value> values) {
    if (values.isEmpty()) {
      throw run.error(Kind.VALUE, name + "() needs a list that is not empty");
    }
    run.step(values.size());
    Value best = values.getFirst();
    for (Value value : values) {
      if (Ordering.compare(run, name, value, best) * sign > 0) {
        best = value;
      }
    }
    return best;
  }
}
