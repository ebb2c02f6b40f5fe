package blenderer.openjd.expr;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Every operator, function and property of the language (§2). */
final class Library {

  private static final Map<String, Overloads> OPERATORS;
  private static final Map<String, Overloads> FUNCTIONS;
  private static final Map<String, Overloads> PROPERTIES;

  static {
    Builder operators = new Builder(Overloads.Sort.OPERATOR);
    OperatorForms.addTo(operators);
    OPERATORS = operators.build();
    Builder functions = new Builder(Overloads.Sort.FUNCTION);
    GeneralFunctions.addTo(functions);
    MathFunctions.addTo(functions);
    ListFunctions.addTo(functions);
    TextFunctions.addTo(functions);
    TextShapes.addTo(functions);
    RegexFunctions.addTo(functions);
    ReprFunctions.addTo(functions);
    PathFunctions.addTo(functions);
    FUNCTIONS = functions.build();
    Builder properties = new Builder(Overloads.Sort.PROPERTY);
    PathFunctions.addPropertiesTo(properties);
    PROPERTIES = properties.build();
  }

  private Library() {}

  static Overloads operator(String sign) {
    return Objects.requireNonNull(OPERATORS.get(sign), sign);
  }

  static @Nullable Overloads function(String name) {
    return FUNCTIONS.get(name);
  }

  static @Nullable Overloads property(String name) {
    return PROPERTIES.get(name);
  }

  /** Collects forms by name, in order. */
  static final class Builder {
    private final Overloads.Sort sort;
    private final Map<String, List<Signature>> forms = new HashMap<>();

    Builder(Overloads.Sort sort) {
      this.sort = sort;
    }

    /** Adds a form, as {@link Signature#of} reads it. */
    void add(String name, String types, Signature.Body body) {
      add(name, Signature.of(types, body));
    }

    void add(String name, Signature signature) {
      forms.computeIfAbsent(name, _ -> new ArrayList<>()).add(signature);
    }

    Map<String, Overloads> build() {
      Map<String, Overloads> all = new HashMap<>();
      forms.forEach(
          (name, list) ->
              all.put(name, new Overloads(name.replace("unary ", ""), sort, List.copyOf(list))));
      return Map.copyOf(all);
    }
  }

  static String text(Value value) {
    return switch (value) {
      case Value.Text(String text) -> text;
      case Value.Path(String text) -> text;
      default -> throw new IllegalStateException("a signature let pass " + value.type());
    };
  }

  static long whole(Value value) {
    return ((Value.Int) value).value();
  }

  static double real(Value value) {
    return ((Value.Real) value).value();
  }

  static List<Value> items(Value value) {
    return ((Value.Items) value).items();
  }

  static ExprType element(Value value) {
    return ((Value.Items) value).element();
  }

  /** A product that stops at the largest number. */
  static long times(long a, long b) {
    return Math.multiplyHigh(a, b) != 0 || a * b < 0
        ? Long.MAX_VALUE / 4
        : Math.min(a * b, Long.MAX_VALUE / 4);
  }
}
