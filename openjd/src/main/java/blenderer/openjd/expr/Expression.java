package blenderer.openjd.expr;

import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A parsed expression; parsed once, evaluated as often as one likes, from any thread. */
public final class Expression {

  private final String source;
  private final Node root;
  private final Set<String> symbols;
  private final Set<String> functions;

  Expression(String source, Node root, Set<String> symbols, Set<String> functions) {
    this.source = source;
    this.root = root;
    this.symbols = Set.copyOf(symbols);
    this.functions = Set.copyOf(functions);
  }

  /**
   * Reads an expression.
   *
   * @throws ExpressionError when the text is none
   */
  public static Expression parse(String source) {
    return Parser.parse(source);
  }

  /** The text as it was written. */
  public String source() {
    return source;
  }

  /** The dotted names it refers to, each with the properties behind it; no loop variables. */
  public Set<String> symbols() {
    return symbols;
  }

  /** The functions and methods it calls. */
  public Set<String> functions() {
    return functions;
  }

  /**
   * The value. Where a symbol is {@link Value.Unresolved} the result may be, too.
   *
   * @param known by dotted name
   * @throws ExpressionError when it has no value, or its types do not fit
   */
  public Value evaluate(Map<String, Value> known, Evaluation settings) {
    return evaluate(known, settings, null);
  }

  /**
   * The value as {@code target}; what is of another type is converted where nothing is lost
   * (§1.2.3).
   *
   * @throws ExpressionError when it has no value, or its types do not fit
   */
  public Value evaluate(Map<String, Value> known, Evaluation settings, @Nullable ExprType target) {
    Run run = new Run(known, settings);
    try {
      Value value = root.eval(run, target);
      run.at(root.at());
      return target == null ? value : Coercion.to(run, value, target);
    } finally {
      run.end();
    }
  }

  /**
   * The type, as far as it can be told: symbols whose value is not known are {@link
   * Value.Unresolved}.
   *
   * @throws ExpressionError when no values could make it succeed
   */
  public ExprType check(Map<String, Value> known, Evaluation settings, @Nullable ExprType target) {
    return evaluate(known, settings, target).type();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Expression that && source.equals(that.source);
  }

  @Override
  public int hashCode() {
    return source.hashCode();
  }

  @Override
  public String toString() {
    return source;
  }
}
