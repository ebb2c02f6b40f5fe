package blenderer.openjd.expr;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One form of a function.
 *
 * @param rule the result's type by the arguments'; null: they do not fit after all
 */
record Signature(
    List<ExprType> parameters, Function<List<ExprType>, @Nullable ExprType> rule, Body body) {

  /** What a function does with arguments that fit. */
  interface Body {
    Value apply(Run run, Value[] arguments);
  }

  /**
   * A form written as in the specification.
   *
   * @param text such as {@code list[T], int -> T}
   */
  static Signature of(String text, Body body) {
    String[] sides = text.split("->", -1);
    List<ExprType> parameters =
        sides[0].isBlank()
            ? List.of()
            : Arrays.stream(sides[0].split(",", -1)).map(ExprType::parse).toList();
    ExprType result = ExprType.parse(sides[1]);
    return new Signature(parameters, types -> result(parameters, result, types), body);
  }

  private static ExprType result(List<ExprType> parameters, ExprType result, List<ExprType> types) {
    Map<String, ExprType> bound = new HashMap<>();
    for (int i = 0; i < types.size(); i++) {
      bind(parameters.get(i), types.get(i), bound);
    }
    return substitute(result, bound);
  }

  private static void bind(ExprType parameter, ExprType type, Map<String, ExprType> bound) {
    switch (parameter) {
      case ExprType.Variable(String name) -> bound.putIfAbsent(name, type);
      case ExprType.ListOf(ExprType element) -> {
        if (type instanceof ExprType.ListOf(ExprType actual)) {
          bind(element, actual, bound);
        }
      }
      case ExprType.Simple _, ExprType.Union _ -> {}
    }
  }

  private static ExprType substitute(ExprType type, Map<String, ExprType> bound) {
    return switch (type) {
      case ExprType.Variable(String name) -> bound.getOrDefault(name, ExprType.ANY);
      case ExprType.ListOf(ExprType element) -> ExprType.listOf(substitute(element, bound));
      case ExprType.Union(var members) ->
          ExprType.union(members.stream().map(member -> substitute(member, bound)).toList());
      case ExprType.Simple simple -> simple;
    };
  }

  boolean fits(Value[] arguments) {
    if (arguments.length != parameters.size()) {
      return false;
    }
    for (int i = 0; i < arguments.length; i++) {
      if (!fits(arguments[i], parameters.get(i))) {
        return false;
      }
    }
    return true;
  }

  static boolean fits(Value value, ExprType parameter) {
    return switch (parameter) {
      case ExprType.Simple simple -> !(value instanceof Value.Items) && value.type() == simple;
      case ExprType.Variable _ -> true;
      case ExprType.ListOf(ExprType element) ->
          value instanceof Value.Items(ExprType actual, _, _)
              && (actual == ExprType.NULL || fits(actual, element));
      case ExprType.Union(var members) -> members.stream().anyMatch(member -> fits(value, member));
    };
  }

  static boolean fits(ExprType type, ExprType parameter) {
    return type == ExprType.ANY
        || switch (parameter) {
          case ExprType.Simple simple -> simple == type;
          case ExprType.Variable _ -> true;
          case ExprType.ListOf(ExprType element) ->
              type instanceof ExprType.ListOf(ExprType actual)
                  && (actual == ExprType.NULL
                      || actual.alternatives().stream().anyMatch(one -> fits(one, element)));
          case ExprType.Union(var members) ->
              members.stream().anyMatch(member -> fits(type, member));
        };
  }

  /**
   * The arguments as this form wants them; null: they cannot be.
   *
   * @param kept how many of the first stay as they are
   */
  Value @Nullable [] converted(Run run, Value[] arguments, int kept, boolean operator) {
    if (arguments.length != parameters.size()) {
      return null;
    }
    Value[] converted = new Value[arguments.length];
    for (int i = 0; i < arguments.length; i++) {
      Value value = arguments[i];
      ExprType parameter = parameters.get(i);
      if (!fits(value, parameter)) {
        if (i < kept || convertedType(value.type(), parameter, operator) == null) {
          return null;
        }
        value =
            value instanceof Value.Range range && parameter instanceof ExprType.ListOf
                ? Value.listOf(ExprType.INT, Coercion.numbers(run, range))
                : Coercion.to(run, value, parameter);
      }
      converted[i] = value;
    }
    return converted;
  }

  /** The types after conversion; null: they do not fit. */
  @Nullable List<ExprType> converted(List<ExprType> types, int kept, boolean operator) {
    List<ExprType> converted = new ArrayList<>(types.size());
    for (int i = 0; i < types.size(); i++) {
      ExprType type = types.get(i);
      if (!fits(type, parameters.get(i))) {
        type = i < kept ? null : convertedType(type, parameters.get(i), operator);
        if (type == null) {
          return null;
        }
      }
      converted.add(type);
    }
    return converted;
  }

  /**
   * What an argument becomes. Fewer conversions than for a result: an argument shows which form of
   * a function is meant, so that only what cannot be mistaken is converted.
   */
  private static @Nullable ExprType convertedType(
      ExprType from, ExprType parameter, boolean operator) {
    if (from == ExprType.INT && parameter == ExprType.FLOAT) {
      return parameter;
    }
    if (from == ExprType.PATH && parameter == ExprType.STRING) {
      return parameter;
    }
    if (operator) {
      return null;
    }
    if (from == ExprType.RANGE_EXPR) {
      boolean numbers =
          parameter instanceof ExprType.ListOf(ExprType element) && fits(ExprType.INT, element);
      return numbers
          ? ExprType.listOf(ExprType.INT)
          : parameter == ExprType.STRING ? parameter : null;
    }
    if (from == ExprType.STRING && parameter == ExprType.PATH) {
      return parameter;
    }
    return from instanceof ExprType.ListOf(ExprType actual)
            && parameter instanceof ExprType.ListOf(ExprType element)
            && convertedType(actual, element, false) != null
        ? parameter
        : null;
  }
}
