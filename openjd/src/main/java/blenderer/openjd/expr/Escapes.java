package blenderer.openjd.expr;

import blenderer.openjd.expr.ExpressionError.Kind;

/** The escapes of text literals (§1.1.5). */
final class Escapes {

  private Escapes() {}

  /**
   * Reads the escape at {@code at} into {@code out}.
   *
   * @return the offset after it
   */
  static int read(String source, int at, StringBuilder out) {
    char letter = source.charAt(at + 1);
    switch (letter) {
      case '\n' -> {
        return at + 2;
      }
      case '\r' -> {
        return source.startsWith("\n", at + 2) ? at + 3 : at + 2;
      }
      case '\\', '\'', '"' -> out.append(letter);
      case 'n' -> out.append('\n');
      case 'r' -> out.append('\r');
      case 't' -> out.append('\t');
      case 'a' -> out.append('\u0007');
      case 'b' -> out.append('\b');
      case 'f' -> out.append('\f');
      case 'v' -> out.append('\u000b');
      case 'x' -> {
        return codePoint(source, at, 2, out);
      }
      case 'u' -> {
        return codePoint(source, at, 4, out);
      }
      case 'U' -> {
        return codePoint(source, at, 8, out);
      }
      case 'N' -> {
        return named(source, at, out);
      }
      default -> {
        if (letter >= '0' && letter <= '7') {
          return octal(source, at, out);
        }
        // What is no escape stays as it is, as in Python.
        out.append('\\').append(letter);
      }
    }
    return at + 2;
  }

  private static int codePoint(String source, int at, int digits, StringBuilder out) {
    int end = at + 2 + digits;
    String hex = end <= source.length() ? source.substring(at + 2, end) : "";
    if (!hex.matches("[0-9a-fA-F]+")) {
      throw wrong(at, "an escape \\" + source.charAt(at + 1) + " needs " + digits + " hex digits");
    }
    long point = Long.parseLong(hex, 16);
    if (point > Character.MAX_CODE_POINT || (point >= 0xD800 && point <= 0xDFFF)) {
      throw wrong(at, "\\" + source.charAt(at + 1) + hex + " is no character");
    }
    out.appendCodePoint((int) point);
    return end;
  }

  private static int octal(String source, int at, StringBuilder out) {
    int end = at + 1;
    int value = 0;
    while (end < source.length()
        && end < at + 4
        && source.charAt(end) >= '0'
        && source.charAt(end) <= '7') {
      value = value * 8 + source.charAt(end++) - '0';
    }
    out.append((char) value);
    return end;
  }

  private static int named(String source, int at, StringBuilder out) {
    int close = source.indexOf('}', at);
    if (!source.startsWith("{", at + 2) || close < 0) {
      throw wrong(at, "an escape \\N needs a name in braces, such as \\N{BULLET}");
    }
    String name = source.substring(at + 3, close);
    try {
      out.appendCodePoint(Character.codePointOf(name));
    } catch (IllegalArgumentException e) {
      throw wrong(at, "no character has the name '" + name + "'");
    }
    return close + 1;
  }

  private static ExpressionError wrong(int at, String sentence) {
    return new ExpressionError(Kind.SYNTAX, at, sentence);
  }
}
