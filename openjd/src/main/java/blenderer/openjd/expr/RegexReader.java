package blenderer.openjd.expr;

import blenderer.openjd.expr.Regex.Edge;
import blenderer.openjd.expr.Regex.Piece;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntPredicate;

/** Reads what Python's and Rust's regular expressions have in common (§2.2.5). */
final class RegexReader {

  private static final int DEEPEST = 50;
  private static final int MOST_REPEATS = 1000;

  /**
   * Flags in force.
   *
   * @param anyCase i: upper and lower case are the same
   * @param lines m: ^ and $ mean lines
   * @param dotAll s: a dot takes line ends, too
   */
  private record Flags(boolean anyCase, boolean lines, boolean dotAll) {}

  private final RegexLetters letters;
  private Flags flags = new Flags(false, false, false);
  private int groups;
  private int depth;

  private RegexReader(String pattern) {
    letters = new RegexLetters(pattern);
  }

  /**
   * Reads a pattern.
   *
   * @throws IllegalArgumentException with a plain sentence, when it is none or uses what is not
   *     supported
   */
  static Regex read(String pattern) {
    if (pattern.isEmpty()) {
      throw new IllegalArgumentException("the regular expression is empty");
    }
    RegexReader reader = new RegexReader(pattern);
    Piece all = reader.choice();
    if (reader.letters.more()) {
      throw reader.letters.wrong("has a ')' without '(' before it");
    }
    return Regex.compile(all, reader.groups);
  }

  private Piece choice() {
    if (++depth > DEEPEST) {
      throw letters.wrong("is nested more than " + DEEPEST + " deep");
    }
    Flags outer = flags;
    List<Piece> branches = new ArrayList<>(List.of(sequence()));
    while (letters.takeIf('|')) {
      branches.add(sequence());
    }
    flags = outer;
    depth--;
    return branches.size() == 1 ? branches.getFirst() : new Piece.Choice(branches);
  }

  private Piece sequence() {
    List<Piece> pieces = new ArrayList<>();
    while (letters.more() && !letters.at('|') && !letters.at(')')) {
      pieces.add(repeated(piece()));
    }
    return new Piece.Sequence(pieces);
  }

  private Piece repeated(Piece piece) {
    if (!letters.more() || "*+?{".indexOf(letters.peek()) < 0) {
      return piece;
    }
    int sign = letters.take();
    int least = sign == '+' ? 1 : 0;
    int most = sign == '?' ? 1 : -1;
    if (sign == '{') {
      least = letters.number(MOST_REPEATS);
      most = least;
      if (letters.takeIf(',')) {
        most = letters.at('}') ? -1 : letters.number(MOST_REPEATS);
      }
      if (!letters.takeIf('}') || (most >= 0 && most < least)) {
        throw letters.wrong("has a repetition that is none of {2}, {2,} and {2,3}");
      }
    }
    boolean greedy = !letters.takeIf('?');
    if (letters.more() && "*+?{".indexOf(letters.peek()) >= 0) {
      throw letters.wrong("repeats a repetition");
    }
    return new Piece.Repeat(piece, least, most, greedy);
  }

  private Piece piece() {
    int letter = letters.take();
    return switch (letter) {
      case '(' -> group();
      case '[' -> letter(letters.set());
      case '.' -> {
        boolean all = flags.dotAll;
        yield new Piece.Letter(c -> all || c != '\n');
      }
      case '^' -> new Piece.At(flags.lines ? Edge.LINE_START : Edge.START);
      case '$' -> new Piece.At(flags.lines ? Edge.LINE_END : Edge.END);
      case '\\' -> escape();
      case '*', '+', '?', '{' -> throw letters.wrong("repeats nothing");
      default -> letter(c -> c == letter);
    };
  }

  private Piece letter(IntPredicate test) {
    return new Piece.Letter(
        flags.anyCase
            ? c ->
                test.test(c)
                    || test.test(Character.toLowerCase(c))
                    || test.test(Character.toUpperCase(c))
            : test);
  }

  private Piece escape() {
    if (letters.takeIf('b')) {
      return new Piece.At(Edge.WORD);
    }
    if (letters.takeIf('B')) {
      return new Piece.At(Edge.NO_WORD);
    }
    if (letters.takeIf('A')) {
      return new Piece.At(Edge.START);
    }
    return letter(letters.escape());
  }

  private Piece group() {
    if (!letters.takeIf('?')) {
      return captured();
    }
    if (letters.takeIf(':')) {
      return closed(choice());
    }
    if (letters.takeIf('P')) {
      if (!letters.takeIf('<')) {
        throw letters.wrong("refers to a group by name, which is not supported");
      }
      letters.name();
      return captured();
    }
    if (letters.more() && "=!<".indexOf(letters.peek()) >= 0) {
      throw letters.wrong("looks ahead or behind, which is not supported");
    }
    return flagged();
  }

  private Piece captured() {
    int index = ++groups;
    if (index > Regex.MOST_GROUPS) {
      throw letters.wrong("has more than " + Regex.MOST_GROUPS + " groups");
    }
    return new Piece.Group(index, closed(choice()));
  }

  private Piece closed(Piece piece) {
    if (!letters.takeIf(')')) {
      throw letters.wrong("has a '(' without ')' after it");
    }
    return piece;
  }

  private Piece flagged() {
    Flags outer = flags;
    while (letters.more() && "ims".indexOf(letters.peek()) >= 0) {
      int flag = letters.take();
      flags =
          new Flags(
              flags.anyCase || flag == 'i',
              flags.lines || flag == 'm',
              flags.dotAll || flag == 's');
    }
    if (letters.takeIf(')')) {
      return new Piece.Sequence(List.of());
    }
    if (!letters.takeIf(':')) {
      throw letters.wrong("has a group '(?' of a kind that is not supported");
    }
    Piece inner = closed(choice());
    flags = outer;
    return inner;
  }
}
