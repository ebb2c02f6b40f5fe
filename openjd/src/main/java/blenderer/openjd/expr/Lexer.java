package blenderer.openjd.expr;

import blenderer.openjd.expr.ExpressionError.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Cuts an expression into tokens (§1.1). Line ends are spaces. */
final class Lexer {

  private static final String DIGITS = "[0-9](?:_?[0-9]){0,400}+";
  private static final String EXPONENT = "[eE][+-]?" + DIGITS;
  private static final Pattern FLOAT =
      Pattern.compile(
          "(?:(?:" + DIGITS + ")?\\." + DIGITS + "|" + DIGITS + "\\.)(?:" + EXPONENT + ")?|"
              + DIGITS + EXPONENT);
  private static final Pattern INT =
      Pattern.compile(
          "0[xX](?:_?[0-9a-fA-F]){1,64}+|0[oO](?:_?[0-7]){1,64}+|0[bB](?:_?[01]){1,128}+|"
              + DIGITS);
  private static final List<String> SIGNS =
      List.of(
          "**", "//", "<=", ">=", "==", "!=", "+", "-", "*", "/", "%", "<", ">", "(", ")", "[", "]",
          ",", ":", ".");

  private final String source;
  private final List<Token> tokens = new ArrayList<>();
  private int at;

  private Lexer(String source) {
    this.source = source;
  }

  static List<Token> read(String source) {
    return new Lexer(source).all();
  }

  private List<Token> all() {
    while (at < source.length()) {
      char c = source.charAt(at);
      if (c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f') {
        at++;
      } else if (isNameStart(c)) {
        nameOrText();
      } else if (c == '"' || c == '\'') {
        text(at, false);
      } else if (isDigit(c) || (c == '.' && at + 1 < source.length() && isDigit(next()))) {
        number();
      } else {
        sign();
      }
    }
    tokens.add(new Token(Token.Kind.END, "", source.length(), source.length()));
    return tokens;
  }

  private char next() {
    return source.charAt(at + 1);
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  private static boolean isNameStart(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
  }

  private void nameOrText() {
    int start = at;
    while (at < source.length() && (isNameStart(source.charAt(at)) || isDigit(source.charAt(at)))) {
      at++;
    }
    String name = source.substring(start, at);
    if (at < source.length() && (source.charAt(at) == '"' || source.charAt(at) == '\'')) {
      if (!name.equals("r") && !name.equals("R")) {
        throw wrong(start, "a text may have the prefix r and no other, not '" + name + "'");
      }
      text(start, true);
      return;
    }
    tokens.add(new Token(Token.Kind.NAME, name, start, at));
  }

  private void number() {
    int start = at;
    Matcher matcher = FLOAT.matcher(source).region(at, source.length());
    boolean isFloat = matcher.lookingAt();
    if (!isFloat) {
      matcher = INT.matcher(source).region(at, source.length());
      if (!matcher.lookingAt()) {
        throw wrong(start, "this number is not complete");
      }
    }
    at = matcher.end();
    if (at < source.length() && (isNameStart(source.charAt(at)) || isDigit(source.charAt(at)))) {
      throw wrong(
          start,
          "'"
              + source.substring(start, at + 1)
              + "' is not a number; a method of a number needs parentheses: (42).zfill(5)");
    }
    String digits = matcher.group().replace("_", "");
    tokens.add(new Token(isFloat ? Token.Kind.FLOAT : Token.Kind.INT, digits, start, at));
  }

  private void sign() {
    for (String sign : SIGNS) {
      if (source.startsWith(sign, at)) {
        // A lone = is refused below, but == is a sign; := and friends end there, too.
        tokens.add(new Token(Token.Kind.SIGN, sign, at, at + sign.length()));
        at += sign.length();
        return;
      }
    }
    int letter = source.codePointAt(at);
    String shown =
        Character.isISOControl(letter)
            ? "a control character"
            : "'" + Character.toString(letter) + "'";
    throw wrong(at, shown + " has no meaning in an expression");
  }

  private void text(int start, boolean raw) {
    char quote = source.charAt(at);
    String three = String.valueOf(quote).repeat(3);
    boolean isLong = source.startsWith(three, at);
    at += isLong ? 3 : 1;
    StringBuilder value = new StringBuilder();
    while (true) {
      if (at >= source.length()) {
        throw wrong(start, "this text has no closing quote");
      }
      char c = source.charAt(at);
      if (isLong ? source.startsWith(three, at) : c == quote) {
        at += isLong ? 3 : 1;
        break;
      }
      if (!isLong && (c == '\n' || c == '\r')) {
        throw wrong(start, "this text has no closing quote before the end of the line");
      }
      if (c == '\\') {
        if (at + 1 >= source.length()) {
          throw wrong(start, "this text has no closing quote");
        }
        if (raw) {
          value.append(c).append(next());
          at += 2;
        } else {
          at = Escapes.read(source, at, value);
        }
      } else {
        value.append(c);
        at++;
      }
    }
    tokens.add(new Token(Token.Kind.TEXT, value.toString(), start, at));
  }

  private static ExpressionError wrong(int at, String sentence) {
    return new ExpressionError(Kind.SYNTAX, at, sentence);
  }
}
