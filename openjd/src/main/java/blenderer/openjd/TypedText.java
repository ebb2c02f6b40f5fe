package blenderer.openjd;

import blenderer.openjd.expr.ExprType;
import blenderer.openjd.expr.Value;
import blenderer.openjd.range.RangeExpression;
import java.util.List;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/** Values of parameters, which are kept as text, as expressions take them (§1.2.2 of EXPR). */
final class TypedText {

  private TypedText() {}

  /** The type of {@code Param.X}. */
  static ExprType type(ParameterType type) {
    return switch (type) {
      case STRING -> ExprType.STRING;
      case PATH -> ExprType.PATH;
      case INT -> ExprType.INT;
      case FLOAT -> ExprType.FLOAT;
      case BOOL -> ExprType.BOOL;
      case RANGE_EXPR -> ExprType.RANGE_EXPR;
      case LIST_STRING, LIST_PATH, LIST_INT, LIST_FLOAT, LIST_BOOL, LIST_LIST_INT ->
          ExprType.listOf(type(type.element().orElseThrow()));
    };
  }

  /** The type of {@code RawParam.X}: paths of strange hosts are mere texts. */
  static ExprType rawType(ParameterType type) {
    return switch (type) {
      case PATH -> ExprType.STRING;
      case LIST_PATH -> ExprType.listOf(ExprType.STRING);
      default -> type(type);
    };
  }

  /** The type of {@code Task.Param.X}. */
  static ExprType type(TaskParameterType type) {
    return switch (type) {
      case INT -> ExprType.INT;
      case FLOAT -> ExprType.FLOAT;
      case STRING -> ExprType.STRING;
      case PATH -> ExprType.PATH;
      case CHUNK_INT -> ExprType.RANGE_EXPR;
    };
  }

  static Value raw(Job.Parameter parameter) {
    return value(parameter.type(), parameter.value(), Value::of);
  }

  static Value mapped(
      Job.Parameter parameter,
      Function<Job.Parameter, String> mapParameter,
      UnaryOperator<String> rules) {
    return parameter.type() == ParameterType.PATH
        ? Value.path(mapParameter.apply(parameter))
        : value(parameter.type(), parameter.value(), text -> Value.path(rules.apply(text)));
  }

  private static Value value(ParameterType type, String text, Function<String, Value> path) {
    return switch (type) {
      case STRING -> Value.of(text);
      case PATH -> path.apply(text);
      case INT -> Value.of(Long.parseLong(text));
      case FLOAT -> Value.real(text);
      case BOOL -> Value.of(Boolean.parseBoolean(text));
      case RANGE_EXPR -> new Value.Range(RangeExpression.parse(text), null);
      case LIST_STRING, LIST_PATH, LIST_INT, LIST_FLOAT, LIST_BOOL, LIST_LIST_INT -> {
        ParameterType element = type.element().orElseThrow();
        List<Value> items =
            ParameterList.read(text, element).stream()
                .map(item -> value(element, item, path))
                .toList();
        yield Value.listOf(items.isEmpty() ? ExprType.NULL : items.getFirst().type(), items);
      }
    };
  }

  /** The value of a task parameter, a path as the text it is. */
  static Value task(TaskParameterType type, String text) {
    return switch (type) {
      case INT -> Value.of(Long.parseLong(text));
      case FLOAT -> Value.real(text);
      case STRING, PATH -> Value.of(text);
      // A chunk's text says more than its numbers: 5-5 is one contiguous chunk.
      case CHUNK_INT -> new Value.Range(RangeExpression.parse(text), text);
    };
  }
}
