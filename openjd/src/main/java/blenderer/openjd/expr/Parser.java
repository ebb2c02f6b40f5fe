package blenderer.openjd.expr;

import blenderer.openjd.expr.ExpressionError.Kind;
import java.math.BigInteger;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads an expression (§1.1): precedence climbing over the tokens of {@link Lexer}. */
final class Parser {

  private static final int LONGEST = 100_000;

  /** Parentheses, brackets and calls inside each other. */
  private static final int DEEPEST = 100;

  /** Operators in a row, which nest to the left. */
  private static final int HIGHEST = 600;

  private static final int OR = 1;
  private static final int AND = 2;
  private static final int NOT = 3;
  private static final int COMPARE = 4;
  private static final int ADD = 5;
  private static final int MULTIPLY = 6;
  private static final int UNARY = 7;
  private static final int POWER = 8;

  private static final Set<String> COMPARISONS = Set.of("<", ">", "<=", ">=", "==", "!=");
  private static final Set<String> KEYWORDS =
      Set.of("if", "else", "and", "or", "not", "for", "in", "is", "lambda", "await", "yield");
  private static final BigInteger TWO_63 = BigInteger.ONE.shiftLeft(63);

  private final List<Token> tokens;
  private final Set<String> symbols = new LinkedHashSet<>();
  private final Set<String> functions = new LinkedHashSet<>();
  private final Deque<String> loopVariables = new ArrayDeque<>();
  private int at;
  private int depth;

  private Parser(List<Token> tokens) {
    this.tokens = tokens;
  }

  static Expression parse(String source) {
    if (source.length() > LONGEST) {
      throw new ExpressionError(
          Kind.SYNTAX,
          0,
          "the expression has "
              + source.length()
              + " characters, at most "
              + LONGEST
              + " are read");
    }
    Parser parser = new Parser(Lexer.read(source));
    if (parser.peek().kind() == Token.Kind.END) {
      throw new ExpressionError(Kind.SYNTAX, 0, "the expression is empty");
    }
    Node root = parser.conditional();
    parser.expectEnd();
    return new Expression(source, root, parser.symbols, parser.functions);
  }

  private Token peek() {
    return tokens.get(at);
  }

  private Token take() {
    Token token = tokens.get(at);
    if (token.kind() != Token.Kind.END) {
      at++;
    }
    return token;
  }

  private boolean takeIf(String sign) {
    if (peek().is(sign)) {
      at++;
      return true;
    }
    return false;
  }

  private boolean takeWord(String word) {
    if (peek().isWord(word)) {
      at++;
      return true;
    }
    return false;
  }

  private void expect(String sign) {
    if (!takeIf(sign)) {
      throw unexpected("'" + sign + "'");
    }
  }

  private void expectEnd() {
    if (peek().kind() != Token.Kind.END) {
      throw unexpected("the end");
    }
  }

  private ExpressionError unexpected(String wanted) {
    return wrong(peek(), "here stands " + peek().shown() + " where " + wanted + " is expected");
  }

  private static ExpressionError wrong(Token token, String sentence) {
    return new ExpressionError(Kind.SYNTAX, token.start(), sentence);
  }

  private static Node lower(Node node) {
    if (node.height() > HIGHEST) {
      throw new ExpressionError(
          Kind.SYNTAX,
          node.at(),
          "more than " + HIGHEST + " operations stand in a row; use join()");
    }
    return node;
  }

  private void deeper() {
    if (++depth > DEEPEST) {
      throw wrong(peek(), "the expression is nested more than " + DEEPEST + " deep");
    }
  }

  private Node conditional() {
    deeper();
    Node value = binary(OR);
    Token word = peek();
    if (takeWord("if")) {
      Node condition = binary(OR);
      if (!takeWord("else")) {
        throw unexpected("'else'");
      }
      Node otherwise = conditional();
      value = lower(new Branches.Conditional(word.start(), condition, value, otherwise));
    }
    depth--;
    return value;
  }

  /** Reads operators that bind at least as strongly as {@code least}. */
  private Node binary(int least) {
    Node left = prefix(least);
    while (true) {
      Token token = peek();
      int strength = strength(token);
      if (strength < least) {
        return left;
      }
      if (strength == COMPARE) {
        left = comparison(left);
        continue;
      }
      at++;
      String sign = token.text();
      left =
          lower(
              switch (strength) {
                case OR -> new Branches.Logical(token.start(), false, left, binary(AND));
                case AND -> new Branches.Logical(token.start(), true, left, binary(NOT));
                // The right side of ** may have a sign of its own and binds to the right.
                case POWER -> Calls.operator(token.start(), sign, left, binary(UNARY));
                default -> Calls.operator(token.start(), sign, left, binary(strength + 1));
              });
    }
  }

  private int strength(Token token) {
    if (token.kind() == Token.Kind.NAME) {
      return switch (token.text()) {
        case "or" -> OR;
        case "and" -> AND;
        case "in" -> COMPARE;
        case "not" -> tokens.get(at + 1).isWord("in") ? COMPARE : 0;
        default -> 0;
      };
    }
    if (token.kind() != Token.Kind.SIGN) {
      return 0;
    }
    return switch (token.text()) {
      case "+", "-" -> ADD;
      case "*", "/", "//", "%" -> MULTIPLY;
      case "**" -> POWER;
      default -> COMPARISONS.contains(token.text()) ? COMPARE : 0;
    };
  }

  private Node comparison(Node first) {
    List<String> signs = new ArrayList<>();
    List<Node> operands = new ArrayList<>(List.of(first));
    Token start = peek();
    while (strength(peek()) == COMPARE) {
      String sign = take().text();
      if (sign.equals("not")) {
        at++;
        sign = "not in";
      }
      signs.add(sign);
      operands.add(binary(ADD));
    }
    if (signs.size() > HIGHEST) {
      throw wrong(start, "more than " + HIGHEST + " comparisons stand in a row");
    }
    return lower(new Branches.Comparison(start.start(), signs, operands));
  }

  private Node prefix(int least) {
    Token token = peek();
    if (token.isWord("not") && least <= NOT) {
      at++;
      deeper();
      Node operand = binary(NOT);
      depth--;
      return lower(Calls.operator(token.start(), "not", operand));
    }
    if (token.is("-") || token.is("+")) {
      at++;
      deeper();
      Node operand = binary(UNARY);
      depth--;
      if (token.is("-") && operand instanceof Leaves.TooLarge) {
        return new Leaves.Literal(token.start(), Value.of(Long.MIN_VALUE));
      }
      return lower(Calls.operator(token.start(), token.text(), operand));
    }
    return postfix();
  }

  private Node postfix() {
    Node node = primary();
    while (true) {
      Token token = peek();
      if (takeIf("[")) {
        node = lower(subscript(token, node));
      } else if (takeIf(".")) {
        node = lower(member(node));
      } else if (token.is("(")) {
        throw wrong(token, "only functions and methods can be called");
      } else {
        return node;
      }
    }
  }

  private Node member(Node receiver) {
    Token name = memberName();
    if (takeIf("(")) {
      functions.add(name.text());
      List<Node> all = new ArrayList<>(List.of(receiver));
      all.addAll(arguments());
      return Calls.method(name.start(), name.text(), all);
    }
    return Calls.property(name.start(), name.text(), receiver);
  }

  private Token memberName() {
    Token name = take();
    if (name.kind() != Token.Kind.NAME) {
      at--;
      throw unexpected("a name after '.'");
    }
    if (name.text().startsWith("__") && name.text().endsWith("__")) {
      throw wrong(name, "'" + name.text() + "' cannot be used directly");
    }
    return name;
  }

  private List<Node> arguments() {
    List<Node> arguments = new ArrayList<>();
    while (!takeIf(")")) {
      arguments.add(conditional());
      if (!takeIf(",") && !peek().is(")")) {
        throw unexpected("',' or ')'");
      }
    }
    return arguments;
  }

  private Node subscript(Token bracket, Node receiver) {
    @Nullable Node[] bounds = new @Nullable Node[3];
    int colons = 0;
    if (!peek().is(":")) {
      bounds[0] = conditional();
    }
    while (colons < 2 && takeIf(":")) {
      colons++;
      if (!peek().is(":") && !peek().is("]")) {
        bounds[colons] = conditional();
      }
    }
    expect("]");
    List<Node> all = new ArrayList<>(List.of(receiver));
    if (colons == 0 && bounds[0] != null) {
      all.add(bounds[0]);
    } else {
      for (Node bound : bounds) {
        all.add(bound != null ? bound : new Leaves.Literal(bracket.start(), Value.NULL));
      }
    }
    return Calls.subscript(bracket.start(), all);
  }

  private Node primary() {
    Token token = take();
    return switch (token.kind()) {
      case INT -> whole(token);
      case FLOAT -> real(token);
      case TEXT -> new Leaves.Literal(token.start(), Value.of(token.text()));
      case NAME -> name(token);
      case SIGN -> {
        if (token.is("(")) {
          Node inner = conditional();
          expect(")");
          yield new Leaves.Group(inner);
        }
        if (token.is("[")) {
          yield list(token);
        }
        at--;
        throw unexpected("a value");
      }
      case END -> throw unexpected("a value");
    };
  }

  private static Node whole(Token token) {
    String digits = token.text();
    int radix =
        digits.length() < 2
            ? 10
            : switch (Character.toLowerCase(digits.charAt(1))) {
              case 'x' -> 16;
              case 'o' -> 8;
              case 'b' -> 2;
              default -> 10;
            };
    if (radix == 10 && digits.startsWith("0") && !digits.matches("0+")) {
      throw wrong(token, "the number '" + digits + "' may not start with 0; write 0o for octal");
    }
    BigInteger value = new BigInteger(radix == 10 ? digits : digits.substring(2), radix);
    if (value.equals(TWO_63)) {
      return new Leaves.TooLarge(token.start(), digits);
    }
    if (value.bitLength() > 63) {
      throw wrong(token, "the number " + digits + " does not fit in 64 bits");
    }
    return new Leaves.Literal(token.start(), Value.of(value.longValue()));
  }

  private static Node real(Token token) {
    String written = token.text();
    try {
      String padded =
          (written.startsWith(".") ? "0" : "") + written + (written.endsWith(".") ? "0" : "");
      return new Leaves.Literal(token.start(), Value.real(padded));
    } catch (IllegalArgumentException e) {
      throw wrong(token, "the number " + written + " is too large");
    }
  }

  private Node name(Token token) {
    switch (token.text()) {
      case "true", "True" -> {
        return new Leaves.Literal(token.start(), Value.TRUE);
      }
      case "false", "False" -> {
        return new Leaves.Literal(token.start(), Value.FALSE);
      }
      case "null", "None" -> {
        return new Leaves.Literal(token.start(), Value.NULL);
      }
      default -> {
        if (KEYWORDS.contains(token.text())) {
          at--;
          throw unexpected("a value");
        }
      }
    }
    if (takeIf("(")) {
      if (token.text().startsWith("__")) {
        throw wrong(token, "'" + token.text() + "' cannot be used directly");
      }
      functions.add(token.text());
      return lower(Calls.function(token.start(), token.text(), arguments()));
    }
    if (loopVariables.contains(token.text())) {
      return new Leaves.Local(token.start(), token.text());
    }
    List<String> parts = new ArrayList<>(List.of(token.text()));
    // A name with ( after it is a method of what stands before it.
    while (peek().is(".") && !tokens.get(Math.min(at + 2, tokens.size() - 1)).is("(")) {
      at++;
      parts.add(memberName().text());
      if (parts.size() > DEEPEST) {
        throw wrong(token, "the name has more than " + DEEPEST + " parts");
      }
    }
    symbols.add(String.join(".", parts));
    return new Leaves.Name(token.start(), parts);
  }

  private Node list(Token bracket) {
    if (takeIf("]")) {
      return new Lists.Literal(bracket.start(), List.of());
    }
    // What the item's names mean is known only behind it.
    Token variable = loopVariable();
    if (variable != null) {
      loopVariables.push(variable.text());
      Node item = conditional();
      loopVariables.pop();
      return comprehension(bracket, variable, item);
    }
    List<Node> items = new ArrayList<>();
    while (!takeIf("]")) {
      items.add(conditional());
      if (!takeIf(",") && !peek().is("]")) {
        throw unexpected("',' or ']'");
      }
    }
    return lower(new Lists.Literal(bracket.start(), items));
  }

  /** The variable of the comprehension whose item starts here; null: it is none. */
  private @Nullable Token loopVariable() {
    int open = 0;
    for (int i = at; i < tokens.size(); i++) {
      Token token = tokens.get(i);
      if (token.is("(") || token.is("[")) {
        open++;
      } else if (token.is(")") || token.is("]")) {
        if (--open < 0) {
          return null;
        }
      } else if (open == 0) {
        if (token.is(",")) {
          return null;
        }
        if (token.isWord("for") && i > at && !tokens.get(i - 1).is(".")) {
          return variableName(tokens.get(i + 1));
        }
      }
    }
    return null;
  }

  private Token variableName(Token name) {
    if (name.kind() != Token.Kind.NAME || KEYWORDS.contains(name.text())) {
      throw wrong(name, "a loop needs one variable, as in [x * 2 for x in values]");
    }
    if (Character.isUpperCase(name.text().charAt(0))) {
      throw wrong(name, "the loop variable '" + name.text() + "' must start with a small letter");
    }
    if (loopVariables.contains(name.text())) {
      throw wrong(name, "the loop variable '" + name.text() + "' hides another; rename one");
    }
    return name;
  }

  private Node comprehension(Token bracket, Token variable, Node item) {
    if (!takeWord("for")) {
      throw unexpected("'for'");
    }
    at++;
    if (!takeWord("in")) {
      throw unexpected("'in'");
    }
    Node source = binary(OR);
    Node condition = null;
    if (takeWord("if")) {
      loopVariables.push(variable.text());
      condition = conditional();
      loopVariables.pop();
    }
    if (peek().isWord("for")) {
      throw wrong(peek(), "a list has one loop only; put a list inside a list or use flatten()");
    }
    expect("]");
    return lower(
        new Lists.Comprehension(bracket.start(), variable.text(), item, source, condition));
  }
}
