package blenderer.openjd.expr;

import blenderer.openjd.expr.ExpressionError.Kind;
import blenderer.openjd.range.RangeExpression;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The operators (§2.1) except those that do not evaluate all of their operands. */
final class OperatorForms {

  private OperatorForms() {}

  static void addTo(Library.Builder all) {
    addArithmetic(all);
    addJoining(all);
    addMembership(all);
    addIndexing(all);
    all.add("not", "bool -> bool", (_, a) -> Value.of(a[0].equals(Value.FALSE)));
  }

  private static void addArithmetic(Library.Builder all) {
    all.add("+", "int, int -> int", (run, a) -> sum(run, n(a[0]), n(a[1])));
    all.add("+", "float, float -> float", (run, a) -> Numbers.real(run, r(a[0]) + r(a[1])));
    all.add("-", "int, int -> int", (run, a) -> difference(run, n(a[0]), n(a[1])));
    all.add("-", "float, float -> float", (run, a) -> Numbers.real(run, r(a[0]) - r(a[1])));
    all.add("*", "int, int -> int", (run, a) -> product(run, n(a[0]), n(a[1])));
    all.add("*", "float, float -> float", (run, a) -> Numbers.real(run, r(a[0]) * r(a[1])));
    all.add("/", "int, int -> float", (run, a) -> Numbers.divide(run, n(a[0]), n(a[1])));
    all.add("/", "float, float -> float", (run, a) -> Numbers.divide(run, r(a[0]), r(a[1])));
    all.add("//", "int, int -> int", (run, a) -> Numbers.floorDivide(run, n(a[0]), n(a[1])));
    all.add("//", "float, float -> int", (run, a) -> Numbers.floorDivide(run, r(a[0]), r(a[1])));
    all.add("%", "int, int -> int", (run, a) -> Numbers.modulo(run, n(a[0]), n(a[1])));
    all.add("%", "float, float -> float", (run, a) -> Numbers.modulo(run, r(a[0]), r(a[1])));
    all.add("**", "int, int -> float | int", (run, a) -> Numbers.power(run, n(a[0]), n(a[1])));
    all.add("**", "float, float -> float", (run, a) -> Numbers.power(run, r(a[0]), r(a[1])));
    all.add("unary -", "int -> int", (run, a) -> difference(run, 0, n(a[0])));
    all.add("unary -", "float -> float", (run, a) -> Numbers.real(run, -r(a[0])));
    all.add("unary +", "int -> int", (_, a) -> a[0]);
    all.add("unary +", "float -> float", (run, a) -> Numbers.real(run, r(a[0])));
  }

  private static long n(Value value) {
    return Library.whole(value);
  }

  private static double r(Value value) {
    return Library.real(value);
  }

  static Value sum(Run run, long a, long b) {
    long sum = a + b;
    if (((a ^ sum) & (b ^ sum)) < 0) {
      throw Numbers.overflow(run);
    }
    return Value.of(sum);
  }

  static Value difference(Run run, long a, long b) {
    long difference = a - b;
    if (((a ^ b) & (a ^ difference)) < 0) {
      throw Numbers.overflow(run);
    }
    return Value.of(difference);
  }

  private static Value product(Run run, long a, long b) {
    try {
      return Value.of(Math.multiplyExact(a, b));
    } catch (ArithmeticException e) {
      throw Numbers.overflow(run);
    }
  }

  private static void addJoining(Library.Builder all) {
    all.add("+", "string, string -> string", (run, a) -> joined(run, a[0], a[1]));
    all.add("+", "string, range_expr -> string", (run, a) -> joined(run, a[0], a[1]));
    all.add("+", "range_expr, string -> string", (run, a) -> joined(run, a[0], a[1]));
    all.add("+", "path, string -> path", (run, a) -> Value.path(joined(run, a[0], a[1]).display()));
    all.add("*", "string, int -> string", OperatorForms::repeatedText);
    all.add("*", "list[T], int -> list[T]", OperatorForms::repeatedList);
    all.add("/", "path, string -> path", PathFunctions::join);
    all.add("/", "path, path -> path", PathFunctions::join);
    ExprType list = ExprType.listOf(new ExprType.Variable("T"));
    for (ExprType left : List.of(list, ExprType.RANGE_EXPR)) {
      for (ExprType right : List.of(list, ExprType.RANGE_EXPR)) {
        all.add(
            "+",
            new Signature(
                List.of(left, right), OperatorForms::sharedType, OperatorForms::concatenated));
      }
    }
  }

  private static Value joined(Run run, Value a, Value b) {
    String left = a.display();
    String right = b.display();
    run.read(left);
    run.read(right);
    run.reserve(Value.Text.bytesOf((long) left.length() + right.length()));
    return Value.of(left + right);
  }

  private static Value repeatedText(Run run, Value[] a) {
    String text = Library.text(a[0]);
    long count = Math.max(0, n(a[1]));
    long length = Library.times(text.length(), count);
    run.reserve(Value.Text.bytesOf(length));
    run.step((length + 255) / 256);
    return Value.of(text.isEmpty() ? "" : text.repeat((int) count));
  }

  private static Value repeatedList(Run run, Value[] a) {
    List<Value> items = Library.items(a[0]);
    long count = items.isEmpty() ? 0 : Math.max(0, n(a[1]));
    run.reserve(Library.times(a[0].bytes(), count));
    run.step(Library.times(items.size(), count));
    List<Value> repeated = new ArrayList<>(items.size() * (int) count);
    for (long i = 0; i < count; i++) {
      repeated.addAll(items);
    }
    return Value.listOf(Library.element(a[0]), repeated);
  }

  private static @Nullable ExprType sharedType(List<ExprType> types) {
    return Coercion.shared(asList(types.get(0)), asList(types.get(1)));
  }

  private static ExprType asList(ExprType type) {
    return type == ExprType.RANGE_EXPR ? ExprType.listOf(ExprType.INT) : type;
  }

  private static Value concatenated(Run run, Value[] a) {
    ExprType type = sharedType(List.of(a[0].type(), a[1].type()));
    if (!(type instanceof ExprType.ListOf(ExprType element))) {
      throw run.error(Kind.TYPE, "'+' does not work with " + a[0].type() + " and " + a[1].type());
    }
    List<Value> left = numbersOrItems(run, a[0]);
    List<Value> right = numbersOrItems(run, a[1]);
    run.step((long) left.size() + right.size());
    run.reserve(a[0].bytes() + a[1].bytes());
    List<Value> all = new ArrayList<>(left.size() + right.size());
    all.addAll(left);
    all.addAll(right);
    return Coercion.widened(all, element);
  }

  static List<Value> numbersOrItems(Run run, Value value) {
    return value instanceof Value.Range range ? Coercion.numbers(run, range) : Library.items(value);
  }

  private static void addMembership(Library.Builder all) {
    all.add("in", "list[T1], T2 -> bool", OperatorForms::isIn);
    all.add(
        "in",
        "range_expr, T -> bool",
        (_, a) ->
            Value.of(
                switch (a[1]) {
                  case Value.Int(long number) -> range(a[0]).contains(number);
                  case Value.Real(double number, _) ->
                      Numbers.equal((long) number, number) && range(a[0]).contains((long) number);
                  default -> false;
                }));
    all.add(
        "in",
        "string, string -> bool",
        (run, a) -> {
          run.read(Library.text(a[0]));
          return Value.of(Search.indexOf(Library.text(a[0]), Library.text(a[1]), 0) >= 0);
        });
  }

  private static Value isIn(Run run, Value[] a) {
    for (Value item : Library.items(a[0])) {
      run.step(1);
      if (Equality.equal(run, item, a[1])) {
        return Value.TRUE;
      }
    }
    return Value.FALSE;
  }

  private static RangeExpression range(Value value) {
    return ((Value.Range) value).value();
  }

  private static void addIndexing(Library.Builder all) {
    all.add(
        "[]",
        "list[T], int -> T",
        (run, a) -> {
          List<Value> items = Library.items(a[0]);
          return items.get((int) Slices.index(run, n(a[1]), items.size()));
        });
    all.add(
        "[]",
        "range_expr, int -> int",
        (run, a) -> Value.of(range(a[0]).get(Slices.index(run, n(a[1]), range(a[0]).size()))));
    all.add("[]", "string, int -> string", Slices::letter);
    all.add("[]", "list[T], int?, int?, int? -> list[T]", Slices::items);
    all.add("[]", "string, int?, int?, int? -> string", Slices::text);
    all.add("[]", "range_expr, int?, int?, int? -> range_expr | list[int]", Slices::range);
  }
}
