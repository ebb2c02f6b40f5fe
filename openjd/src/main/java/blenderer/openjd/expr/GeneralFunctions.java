package blenderer.openjd.expr;

import blenderer.openjd.expr.ExpressionError.Kind;
import blenderer.openjd.range.RangeExpression;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Lengths and conversions (§2.2.1). */
final class GeneralFunctions {

  private static final Set<String> YES = Set.of("1", "true", "on", "yes");
  private static final Set<String> NO = Set.of("0", "false", "off", "no");

  private GeneralFunctions() {}

  static void addTo(Library.Builder all) {
    all.add("len", "list[T] -> int", (_, a) -> Value.of(Library.items(a[0]).size()));
    all.add("len", "string -> int", (_, a) -> length(a[0]));
    all.add("len", "path -> int", (_, a) -> length(a[0]));
    all.add("len", "range_expr -> int", (_, a) -> Value.of(((Value.Range) a[0]).value().size()));
    all.add("bool", "bool -> bool", (_, a) -> a[0]);
    all.add("bool", "nulltype -> bool", (_, _) -> Value.FALSE);
    all.add("bool", "int -> bool", (_, a) -> Value.of(Library.whole(a[0]) != 0));
    all.add("bool", "float -> bool", (_, a) -> Value.of(Library.real(a[0]) != 0));
    all.add("bool", "string -> bool", GeneralFunctions::truth);
    all.add("string", "string -> string", (_, a) -> a[0]);
    all.add("string", "T -> string", GeneralFunctions::shown);
    all.add("int", "int | float | string -> int", (run, a) -> Coercion.whole(run, a[0]));
    all.add("float", "int | float | string -> float", (run, a) -> Coercion.real(run, a[0]));
    all.add(
        "list",
        "range_expr -> list[int]",
        (run, a) -> Value.listOf(ExprType.INT, Coercion.numbers(run, (Value.Range) a[0])));
    all.add("range_expr", "range_expr -> range_expr", (_, a) -> a[0]);
    all.add("range_expr", "string -> range_expr", GeneralFunctions::parsed);
    all.add("range_expr", "list[int] -> range_expr", GeneralFunctions::collected);
    all.add(
        "fail",
        "string -> noreturn",
        (run, a) -> {
          throw run.error(Kind.FAILED, Library.text(a[0]));
        });
  }

  private static Value length(Value value) {
    String text = Library.text(value);
    return Value.of(text.codePointCount(0, text.length()));
  }

  private static Value truth(Run run, Value[] a) {
    String word = Library.text(a[0]).toLowerCase(Locale.ROOT);
    if (YES.contains(word)) {
      return Value.TRUE;
    }
    if (NO.contains(word)) {
      return Value.FALSE;
    }
    throw run.error(
        Kind.VALUE,
        "'"
            + Coercion.shortened(Library.text(a[0]))
            + "' is neither true nor false: give true, yes, on, 1, false, no, off or 0");
  }

  private static Value shown(Run run, Value[] a) {
    if (a[0] instanceof Value.Items list) {
      run.step(list.items().size());
      // An escape has up to six letters for one.
      run.reserve(6 * list.bytes());
    }
    return Value.of(a[0].display());
  }

  private static Value parsed(Run run, Value[] a) {
    String text = Library.text(a[0]);
    run.read(text);
    try {
      return new Value.Range(RangeExpression.parse(text), null);
    } catch (IllegalArgumentException | ArithmeticException e) {
      throw run.error(Kind.VALUE, String.valueOf(e.getMessage()));
    }
  }

  private static Value collected(Run run, Value[] a) {
    List<Value> items = Library.items(a[0]);
    run.step(items.size());
    try {
      return new Value.Range(
          RangeExpression.of(items.stream().mapToLong(Library::whole).distinct().toArray()), null);
    } catch (IllegalArgumentException e) {
      throw run.error(Kind.VALUE, String.valueOf(e.getMessage()));
    }
  }
}
