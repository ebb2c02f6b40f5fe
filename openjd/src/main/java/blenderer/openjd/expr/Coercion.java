package blenderer.openjd.expr;

import blenderer.openjd.expr.ExpressionError.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Conversions that lose nothing (§1.2.3) and types that several values share (§1.2.6). */
final class Coercion {

  private static final int LONGEST_NUMBER = 400;
  private static final Pattern DECIMAL =
      Pattern.compile("[+-]?(?:[0-9]+(?:\\.[0-9]*)?|\\.[0-9]+)(?:[eE][+-]?[0-9]+)?");
  private static final Pattern WHOLE = Pattern.compile("[+-]?[0-9](?:_?[0-9]){0,400}+");

  private Coercion() {}

  /**
   * The value as {@code target}.
   *
   * @throws ExpressionError when it cannot be that
   */
  static Value to(Run run, Value value, ExprType target) {
    if (value instanceof Value.Unresolved(ExprType type)) {
      return Value.unresolved(typeTo(run, type, target));
    }
    if (satisfies(value.type(), target)) {
      return value;
    }
    Value converted = convert(run, value, target);
    if (converted == null) {
      throw refused(run, value.type(), target);
    }
    return converted;
  }

  private static ExpressionError refused(Run run, ExprType type, ExprType target) {
    return run.error(Kind.TYPE, "the value is of type " + type + ", but must be " + target);
  }

  /** Whether a value of {@code type} already is what {@code target} says. */
  static boolean satisfies(ExprType type, ExprType target) {
    if (target == ExprType.ANY || target.equals(type)) {
      return true;
    }
    if (target instanceof ExprType.Union(var members)) {
      return members.stream().anyMatch(member -> satisfies(type, member));
    }
    return type instanceof ExprType.ListOf(ExprType element)
        && target instanceof ExprType.ListOf(ExprType wanted)
        && (element == ExprType.NULL || satisfies(element, wanted));
  }

  /** The only list among the alternatives; null: there is none or more than one. */
  static ExprType.@Nullable ListOf onlyList(ExprType target) {
    ExprType.ListOf only = null;
    for (ExprType one : target.alternatives()) {
      if (one instanceof ExprType.ListOf list && list.element() != ExprType.NULL) {
        if (only != null) {
          return null;
        }
        only = list;
      }
    }
    return only;
  }

  private static @Nullable ExprType onlyScalar(ExprType target) {
    List<ExprType> scalars = target.alternatives().stream().filter(ExprType::isScalar).toList();
    return scalars.size() == 1 ? scalars.getFirst() : null;
  }

  private static boolean includes(ExprType target, ExprType one) {
    return target.alternatives().contains(one);
  }

  private static @Nullable Value convert(Run run, Value value, ExprType target) {
    ExprType.ListOf list = onlyList(target);
    ExprType scalar = onlyScalar(target);
    return switch (value) {
      case Value.Items(_, var items, _) when list != null -> items(run, items, list.element());
      case Value.Range range when includes(target, ExprType.STRING) -> Value.of(range.display());
      case Value.Range range when list != null -> items(run, numbers(run, range), list.element());
      case Value.Int(long number) when includes(target, ExprType.FLOAT) ->
          new Value.Real((double) number, null);
      case Value.Path(String text) when includes(target, ExprType.STRING) -> Value.of(text);
      case Value.Bool _, Value.Int _, Value.Real _, Value.Text _, Value.Path _
          when scalar != null ->
          scalar(run, value, scalar);
      default -> null;
    };
  }

  private static @Nullable Value scalar(Run run, Value value, ExprType target) {
    if (target == ExprType.STRING) {
      return Value.of(value.display());
    }
    if (target == ExprType.PATH && value instanceof Value.Text(String text)) {
      return Value.path(text);
    }
    if (target == ExprType.INT && (value instanceof Value.Text || value instanceof Value.Real)) {
      return whole(run, value);
    }
    return target == ExprType.FLOAT && value instanceof Value.Text ? real(run, value) : null;
  }

  static Value items(Run run, List<Value> items, ExprType element) {
    run.step(items.size());
    List<Value> converted = new ArrayList<>(items.size());
    for (Value item : items) {
      converted.add(to(run, item, element));
    }
    return Value.listOf(element, converted);
  }

  static List<Value> numbers(Run run, Value.Range range) {
    long size = range.value().size();
    run.step(size);
    run.reserve(size * 32);
    List<Value> numbers = new ArrayList<>((int) size);
    range.value().iterator().forEachRemaining((long number) -> numbers.add(Value.of(number)));
    return numbers;
  }

  /** As {@code int()} does. */
  static Value whole(Run run, Value value) {
    switch (value) {
      case Value.Int _ -> {
        return value;
      }
      case Value.Real(double number, _) when number == Math.rint(number) -> {
        return Numbers.whole(run, number);
      }
      case Value.Text(String text) -> {
        try {
          String stripped = text.strip();
          if (WHOLE.matcher(stripped).matches()) {
            return Value.of(Long.parseLong(stripped.replace("_", "")));
          }
        } catch (NumberFormatException e) {
          throw run.error(Kind.VALUE, "the number '" + text.strip() + "' does not fit in 64 bits");
        }
      }
      default -> {}
    }
    throw run.error(Kind.VALUE, "'" + shortened(value.display()) + "' is not a whole number");
  }

  /** As {@code float()} does. */
  static Value real(Run run, Value value) {
    if (value instanceof Value.Int(long number)) {
      return new Value.Real((double) number, null);
    }
    if (value instanceof Value.Text(String text)) {
      String digits = text.strip().replace("_", "");
      // Double.parseDouble alone would take 1f, 0x1p3 and NaN.
      if (digits.length() <= LONGEST_NUMBER && DECIMAL.matcher(digits).matches()) {
        double number = Double.parseDouble(digits);
        if (!Double.isInfinite(number)) {
          return new Value.Real(number + 0.0, null);
        }
      }
      throw run.error(Kind.VALUE, "'" + shortened(text) + "' is not a finite number");
    }
    return value;
  }

  static String shortened(String text) {
    return text.length() <= 60 ? text : text.substring(0, 60) + "…";
  }

  private static ExprType typeTo(Run run, ExprType type, ExprType target) {
    List<ExprType> possible = new ArrayList<>();
    for (ExprType one : type.alternatives()) {
      if (one == ExprType.ANY || one == ExprType.NO_RETURN) {
        possible.add(target);
      } else if (satisfies(one, target)) {
        possible.add(one);
      } else {
        ExprType converted = converted(one, target);
        if (converted != null) {
          possible.add(converted);
        }
      }
    }
    if (possible.isEmpty()) {
      throw refused(run, type, target);
    }
    return ExprType.union(possible);
  }

  /** What a value of a type could be converted to; null: nothing. */
  private static @Nullable ExprType converted(ExprType from, ExprType target) {
    ExprType.ListOf list = onlyList(target);
    ExprType scalar = onlyScalar(target);
    if (from instanceof ExprType.ListOf(ExprType element)) {
      boolean fits =
          list != null
              && (element == ExprType.ANY
                  || satisfies(element, list.element())
                  || converted(element, list.element()) != null);
      return fits ? list : null;
    }
    if (from == ExprType.RANGE_EXPR) {
      return includes(target, ExprType.STRING)
          ? ExprType.STRING
          : list != null && converted(ExprType.listOf(ExprType.INT), target) != null ? list : null;
    }
    if (from == ExprType.INT && includes(target, ExprType.FLOAT)) {
      return ExprType.FLOAT;
    }
    if (from == ExprType.PATH && includes(target, ExprType.STRING)) {
      return ExprType.STRING;
    }
    boolean fits =
        scalar == ExprType.STRING
            ? from.isScalar()
            : scalar == ExprType.PATH || scalar == ExprType.FLOAT
                ? from == ExprType.STRING
                : scalar == ExprType.INT && (from == ExprType.STRING || from == ExprType.FLOAT);
    return fits ? scalar : null;
  }

  /** The type that values of both types share in a list; null: none. */
  static @Nullable ExprType shared(ExprType a, ExprType b) {
    if (a.equals(b)) {
      return a;
    }
    if (a == ExprType.ANY
        || b == ExprType.ANY
        || a instanceof ExprType.Union
        || b instanceof ExprType.Union) {
      return ExprType.ANY;
    }
    if (a instanceof ExprType.ListOf(ExprType x) && b instanceof ExprType.ListOf(ExprType y)) {
      ExprType element = x == ExprType.NULL ? y : y == ExprType.NULL ? x : shared(x, y);
      return element == null ? null : ExprType.listOf(element);
    }
    List<ExprType> both = List.of(a, b);
    if (both.contains(ExprType.INT) && both.contains(ExprType.FLOAT)) {
      return ExprType.FLOAT;
    }
    return both.contains(ExprType.PATH) && both.contains(ExprType.STRING) ? ExprType.STRING : null;
  }

  /** The items as one list of {@code element}, a type they share. */
  static Value widened(List<Value> items, ExprType element) {
    List<Value> wide = new ArrayList<>(items.size());
    for (Value item : items) {
      wide.add(widen(item, element));
    }
    return Value.listOf(element, wide);
  }

  private static Value widen(Value item, ExprType type) {
    return switch (item) {
      case Value.Int(long number) when type == ExprType.FLOAT ->
          new Value.Real((double) number, null);
      case Value.Path(String text) when type == ExprType.STRING -> Value.of(text);
      case Value.Items(ExprType element, var items, _)
          when type instanceof ExprType.ListOf(ExprType wanted)
              && !element.equals(wanted)
              && !items.isEmpty() ->
          widened(items, wanted);
      default -> item;
    };
  }
}
