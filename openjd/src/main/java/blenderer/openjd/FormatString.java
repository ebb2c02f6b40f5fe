package blenderer.openjd;

import blenderer.openjd.expr.ExprType;
import blenderer.openjd.expr.Expression;
import blenderer.openjd.expr.ExpressionError;
import blenderer.openjd.expr.Value;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Text with references in double braces: {@code frame {{Task.Param.Frame}} of {{Param.Scene}}};
 * with the extension EXPR the braces hold expressions. Which names exist, and whether types fit, is
 * checked when a template is read; the values come in at two later moments, job creation and the
 * start of an action.
 */
public final class FormatString {

  /** A piece of a format string. */
  private sealed interface Segment {
    record Literal(String text) implements Segment {}

    record Reference(String name) implements Segment {}

    /**
     * @param at where it starts in the source
     */
    record Computed(Expression expression, int at) implements Segment {}
  }

  private static final int LONGEST_NAME = 1024;
  private static final Pattern NAME =
      Pattern.compile("[A-Za-z_][A-Za-z0-9_]*(?:\\.[A-Za-z_][A-Za-z0-9_]*)*");

  private final String source;
  private final List<Segment> segments;

  private FormatString(String source, List<Segment> segments) {
    this.source = source;
    this.segments = List.copyOf(segments);
  }

  /**
   * Reads a format string whose braces hold names.
   *
   * @throws IllegalArgumentException with a plain sentence, when braces do not pair up or hold
   *     anything but a dotted name
   */
  public static FormatString parse(String source) {
    return parse(source, false);
  }

  /**
   * Reads a format string.
   *
   * @param expressions whether braces hold expressions (extension EXPR)
   * @throws IllegalArgumentException with a plain sentence, when braces do not pair up or hold
   *     neither a dotted name nor an expression
   */
  static FormatString parse(String source, boolean expressions) {
    List<Segment> segments = new ArrayList<>();
    int at = 0;
    while (at < source.length()) {
      int open = source.indexOf("{{", at);
      int close = source.indexOf("}}", at);
      if (close >= 0 && (open < 0 || close < open)) {
        throw new IllegalArgumentException("there is '}}' without '{{' before it");
      }
      if (open < 0) {
        segments.add(new Segment.Literal(source.substring(at)));
        break;
      }
      if (close < 0) {
        throw new IllegalArgumentException("there is '{{' without '}}' after it");
      }
      if (open > at) {
        segments.add(new Segment.Literal(source.substring(at, open)));
      }
      int end = expressions ? end(source, open + 2, close) : close;
      String inner = source.substring(open + 2, end);
      segments.add(expressions ? computed(inner, open + 2) : new Segment.Reference(name(inner)));
      at = end + 2;
    }
    return new FormatString(source, segments);
  }

  /** The braces that end an expression: the first outside of its texts, if quotes pair up. */
  private static int end(String source, int start, int first) {
    char quote = 0;
    for (int i = start; i < source.length(); i++) {
      char c = source.charAt(i);
      if (quote != 0) {
        if (c == '\\') {
          i++;
        } else if (c == quote) {
          quote = 0;
        }
      } else if (c == '"' || c == '\'') {
        quote = c;
      } else if (source.startsWith("}}", i)) {
        return i;
      }
    }
    return first;
  }

  private static Segment computed(String inner, int at) {
    if (inner.isBlank()) {
      throw new IllegalArgumentException("there is nothing between '{{' and '}}'");
    }
    try {
      return new Segment.Computed(Expression.parse(inner), at);
    } catch (ExpressionError e) {
      throw new IllegalArgumentException(sentence(e, inner, at), e);
    }
  }

  /** An error as a sentence about the whole text. */
  private static String sentence(ExpressionError e, String inner, int at) {
    return e.kind() == ExpressionError.Kind.FAILED
        ? e.sentence()
        : "in '{{"
            + Problems.shortened(inner, 100)
            + "}}', at character "
            + (at + e.offset() + 1)
            + ": "
            + e.sentence();
  }

  private static String name(String inner) {
    String name = inner.strip();
    if (name.isEmpty()) {
      throw new IllegalArgumentException("there is nothing between '{{' and '}}'");
    }
    // The pattern recurses once a part; a longer name could not exist anyway.
    if (name.length() > LONGEST_NAME || !NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "'{{"
              + Problems.shortened(inner, 100)
              + "}}' is not a name such as Param.Frames (expressions need the extension EXPR)");
    }
    return name;
  }

  /** Text that is taken as it is, braces included. */
  static FormatString literal(String text) {
    return new FormatString(text, text.isEmpty() ? List.of() : List.of(new Segment.Literal(text)));
  }

  /** The text as it was written. */
  public String source() {
    return source;
  }

  /** Whether there is nothing to resolve. */
  public boolean isLiteral() {
    return segments.stream().allMatch(segment -> segment instanceof Segment.Literal);
  }

  /** Whether it is one expression and nothing else, so that its value may be more than a text. */
  boolean isExpression() {
    return segments.size() == 1 && segments.getFirst() instanceof Segment.Computed;
  }

  /** The names referred to, each once, in order; those of expressions with properties. */
  public Set<String> references() {
    Set<String> names = new LinkedHashSet<>();
    for (Segment segment : segments) {
      switch (segment) {
        case Segment.Literal _ -> {}
        case Segment.Reference(String name) -> names.add(name);
        case Segment.Computed(Expression expression, _) -> names.addAll(expression.symbols());
      }
    }
    return names;
  }

  /**
   * The text with every reference replaced. Values are never read for braces again.
   *
   * @throws IllegalArgumentException naming a reference that {@code symbols} lacks, or what is
   *     wrong with an expression
   */
  public String resolve(Symbols symbols) {
    return value(symbols, ExprType.STRING).display();
  }

  /**
   * The texts for an item of a list: usually one; a lone expression may give none or several.
   *
   * @throws IllegalArgumentException as {@link #resolve}
   */
  List<String> resolveItem(Symbols symbols) {
    return switch (value(symbols, ExprType.LIST_ITEM)) {
      case Value.Null _ -> List.of();
      case Value.Items list -> list.items().stream().map(Value::display).toList();
      case Value value -> List.of(value.display());
    };
  }

  /**
   * The value: a text, or what a lone expression gives. Not known yet where a symbol is not.
   *
   * @param target the type of a lone expression's value
   * @throws IllegalArgumentException as {@link #resolve}
   */
  Value value(Symbols symbols, ExprType target) {
    if (isExpression() && segments.getFirst() instanceof Segment.Computed computed) {
      return computed(computed, symbols, target);
    }
    StringBuilder out = new StringBuilder();
    boolean known = true;
    for (Segment segment : segments) {
      switch (segment) {
        case Segment.Literal(String text) -> out.append(text);
        case Segment.Reference(String name) -> {
          Value value = symbols.get(name);
          if (value == null) {
            throw new IllegalArgumentException("'" + name + "' has no value here");
          }
          known &= !(value instanceof Value.Unresolved);
          out.append(value.display());
        }
        case Segment.Computed computed -> {
          Value value = computed(computed, symbols, null);
          known &= !(value instanceof Value.Unresolved);
          out.append(value instanceof Value.Null ? "" : value.display());
        }
      }
    }
    return known ? Value.of(out.toString()) : Value.unresolved(ExprType.STRING);
  }

  private static Value computed(
      Segment.Computed computed, Symbols symbols, @Nullable ExprType target) {
    try {
      return computed.expression.evaluate(symbols.values(), symbols.evaluation(), target);
    } catch (ExpressionError e) {
      throw new IllegalArgumentException(sentence(e, computed.expression.source(), computed.at), e);
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof FormatString that && segments.equals(that.segments);
  }

  @Override
  public int hashCode() {
    return segments.hashCode();
  }

  @Override
  public String toString() {
    return source;
  }
}
