package blenderer.openjd.expr;

import java.util.function.IntPredicate;

/** Reads the letters of a regular expression: escapes, sets, numbers. */
final class RegexLetters {

  private final String pattern;
  private final int[] letters;
  private int at;

  RegexLetters(String pattern) {
    this.pattern = pattern;
    letters = pattern.codePoints().toArray();
  }

  IllegalArgumentException wrong(String what) {
    return new IllegalArgumentException(
        "the regular expression '" + Coercion.shortened(pattern) + "' " + what);
  }

  boolean more() {
    return at < letters.length;
  }

  int peek() {
    return letters[at];
  }

  boolean at(int letter) {
    return more() && letters[at] == letter;
  }

  int take() {
    if (!more()) {
      throw wrong("ends too early");
    }
    return letters[at++];
  }

  boolean takeIf(int letter) {
    if (at(letter)) {
      at++;
      return true;
    }
    return false;
  }

  int number(int most) {
    int number = -1;
    while (more() && peek() >= '0' && peek() <= '9') {
      number = Math.max(0, number) * 10 + take() - '0';
      if (number > most) {
        throw wrong("repeats more than " + most + " times");
      }
    }
    if (number < 0) {
      throw wrong("has a repetition that is none of {2}, {2,} and {2,3}");
    }
    return number;
  }

  void name() {
    boolean first = true;
    while (!takeIf('>')) {
      int letter = take();
      boolean fits = first ? Character.isLetter(letter) : Character.isLetterOrDigit(letter);
      if (!fits && letter != '_') {
        throw wrong("has a group whose name is not plain");
      }
      first = false;
    }
    if (first) {
      throw wrong("has a group with an empty name");
    }
  }

  /** What stands after a backslash. */
  IntPredicate escape() {
    int letter = take();
    return switch (letter) {
      case 'd' -> Character::isDigit;
      case 'D' -> c -> !Character.isDigit(c);
      case 'w' -> RegexLetters::isWord;
      case 'W' -> c -> !isWord(c);
      case 's' -> TextFunctions::isSpace;
      case 'S' -> c -> !TextFunctions.isSpace(c);
      default -> {
        int single = single(letter);
        yield c -> c == single;
      }
    };
  }

  static boolean isWord(int c) {
    return switch (Character.getType(c)) {
      case Character.CONNECTOR_PUNCTUATION,
          Character.NON_SPACING_MARK,
          Character.ENCLOSING_MARK,
          Character.COMBINING_SPACING_MARK,
          Character.DECIMAL_DIGIT_NUMBER ->
          true;
      default -> Character.isAlphabetic(c);
    };
  }

  /** An escape that stands for one letter. */
  private int single(int letter) {
    return switch (letter) {
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      case 'f' -> '\f';
      case 'v' -> 0x0b;
      case 'a' -> 7;
      case 'x' -> hex(2);
      case 'u' -> hex(4);
      case 'U' -> hex(8);
      case 'z', 'Z' -> throw wrong("has \\" + (char) letter + ", which is not supported; use $");
      default -> {
        if (letter >= '0' && letter <= '9') {
          throw wrong("refers back to a group, which is not supported");
        }
        if (Character.isLetter(letter)) {
          throw wrong("has the escape \\" + Character.toString(letter) + ", which has no meaning");
        }
        yield letter;
      }
    };
  }

  private int hex(int digits) {
    long value = 0;
    for (int i = 0; i < digits; i++) {
      int digit = Character.digit(take(), 16);
      if (digit < 0) {
        throw wrong("has an escape that needs " + digits + " hex digits");
      }
      value = value * 16 + digit;
    }
    if (value > Character.MAX_CODE_POINT) {
      throw wrong("has an escape that is no character");
    }
    return (int) value;
  }

  /** A set in brackets, whose opening one is taken. */
  IntPredicate set() {
    boolean negated = takeIf('^');
    IntPredicate any = _ -> false;
    boolean first = true;
    int count = 0;
    while (first || !at(']')) {
      // Each test asks the one before it.
      if (++count > 500) {
        throw wrong("has a set of more than 500 parts");
      }
      first = false;
      IntPredicate one = member();
      IntPredicate before = any;
      any = c -> one.test(c) || before.test(c);
    }
    at++;
    IntPredicate all = any;
    return negated ? c -> !all.test(c) : all;
  }

  private IntPredicate member() {
    int letter = take();
    if (letter == '[' && at(':')) {
      throw wrong("has a set '[:…:]', which is not supported");
    }
    if (letter == '&' && at('&')) {
      throw wrong("has '&&' in a set, which is not supported; write \\&");
    }
    if (letter == '\\' && more() && "dDwWsS".indexOf(peek()) >= 0) {
      return escape();
    }
    int low = letter == '\\' ? setEscape() : letter;
    if (!at('-') || at + 1 >= letters.length || letters[at + 1] == ']') {
      return c -> c == low;
    }
    at++;
    int end = take();
    int high = end == '\\' ? setEscape() : end;
    if (high < low) {
      throw wrong("has a set with a range that goes down");
    }
    return c -> c >= low && c <= high;
  }

  private int setEscape() {
    int letter = take();
    return letter == 'b' ? '\b' : single(letter);
  }
}
