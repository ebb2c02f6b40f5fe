package blenderer.openjd.expr;

import blenderer.openjd.expr.ExpressionError.Kind;
import java.util.Locale;
import java.util.function.IntPredicate;
import java.util.function.UnaryOperator;

/** Functions that look into texts or change their letters (§2.2.4). */
final class TextFunctions {

  private TextFunctions() {}

  static void addTo(Library.Builder all) {
    letters(all, "upper", text -> text.toUpperCase(Locale.ROOT));
    letters(all, "lower", text -> text.toLowerCase(Locale.ROOT));
    letters(all, "capitalize", TextFunctions::capitalized);
    letters(all, "title", TextFunctions::titled);
    test(all, "isdigit", Character::isDigit);
    test(all, "isalpha", Character::isLetter);
    test(all, "isalnum", Character::isLetterOrDigit);
    test(all, "isspace", TextFunctions::isSpace);
    cased(all, "isupper", true);
    cased(all, "islower", false);
    all.add(
        "isascii",
        "string -> bool",
        (run, a) -> {
          run.read(Library.text(a[0]));
          return Value.of(Library.text(a[0]).chars().allMatch(c -> c < 128));
        });
    all.add(
        "startswith",
        "string, string -> bool",
        (run, a) -> {
          run.read(Library.text(a[1]));
          return Value.of(Library.text(a[0]).startsWith(Library.text(a[1])));
        });
    all.add(
        "endswith",
        "string, string -> bool",
        (run, a) -> {
          run.read(Library.text(a[1]));
          return Value.of(Library.text(a[0]).endsWith(Library.text(a[1])));
        });
    all.add(
        "removeprefix",
        "string, string -> string",
        (run, a) -> {
          run.read(Library.text(a[0]));
          String text = Library.text(a[0]);
          String prefix = Library.text(a[1]);
          return text.startsWith(prefix) ? Value.of(text.substring(prefix.length())) : a[0];
        });
    all.add(
        "removesuffix",
        "string, string -> string",
        (run, a) -> {
          run.read(Library.text(a[0]));
          String text = Library.text(a[0]);
          String suffix = Library.text(a[1]);
          return text.endsWith(suffix)
              ? Value.of(text.substring(0, text.length() - suffix.length()))
              : a[0];
        });
    search(all, "find", false, false);
    search(all, "rfind", true, false);
    search(all, "index", false, true);
    search(all, "rindex", true, true);
    all.add(
        "count", "string, string -> int", (run, a) -> Value.of(count(run, "count", a[0], a[1])));
    all.add("replace", "string, string, string -> string", TextFunctions::replaced);
  }

  private static void letters(Library.Builder all, String name, UnaryOperator<String> change) {
    all.add(
        name,
        "string -> string",
        (run, a) -> {
          String text = Library.text(a[0]);
          run.read(text);
          // A letter becomes at most three.
          run.reserve(Value.Text.bytesOf(3L * text.length()));
          return Value.of(change.apply(text));
        });
  }

  private static void test(Library.Builder all, String name, IntPredicate test) {
    all.add(
        name,
        "string -> bool",
        (run, a) -> {
          String text = Library.text(a[0]);
          run.read(text);
          return Value.of(!text.isEmpty() && text.codePoints().allMatch(test));
        });
  }

  private static void cased(Library.Builder all, String name, boolean upper) {
    IntPredicate wanted = upper ? Character::isUpperCase : Character::isLowerCase;
    IntPredicate other = upper ? Character::isLowerCase : Character::isUpperCase;
    all.add(
        name,
        "string -> bool",
        (run, a) -> {
          String text = Library.text(a[0]);
          run.read(text);
          return Value.of(
              text.codePoints().anyMatch(wanted)
                  && text.codePoints().noneMatch(c -> other.test(c) || Character.isTitleCase(c)));
        });
  }

  static boolean isSpace(int letter) {
    return Character.isWhitespace(letter) || Character.isSpaceChar(letter) || letter == 0x85;
  }

  private static String capitalized(String text) {
    if (text.isEmpty()) {
      return text;
    }
    int end = text.offsetByCodePoints(0, 1);
    return Character.toString(Character.toTitleCase(text.codePointAt(0)))
        + text.substring(end).toLowerCase(Locale.ROOT);
  }

  private static String titled(String text) {
    StringBuilder titled = new StringBuilder(text.length());
    boolean inWord = false;
    for (int letter : text.codePoints().toArray()) {
      titled.appendCodePoint(
          inWord ? Character.toLowerCase(letter) : Character.toTitleCase(letter));
      inWord =
          Character.isUpperCase(letter)
              || Character.isLowerCase(letter)
              || Character.isTitleCase(letter);
    }
    return titled.toString();
  }

  static String wanted(Run run, String name, Value value) {
    String wanted = Library.text(value);
    if (wanted.isEmpty()) {
      throw run.error(Kind.VALUE, name + "() cannot look for an empty text");
    }
    return wanted;
  }

  private static void search(Library.Builder all, String name, boolean last, boolean must) {
    all.add(
        name,
        "string, string -> int",
        (run, a) -> {
          String text = Library.text(a[0]);
          String wanted = wanted(run, name, a[1]);
          run.read(text);
          int at = last ? Search.lastIndexOf(text, wanted) : Search.indexOf(text, wanted, 0);
          if (at < 0 && must) {
            throw run.error(
                Kind.VALUE,
                "'"
                    + Coercion.shortened(wanted)
                    + "' does not occur in '"
                    + Coercion.shortened(text)
                    + "'");
          }
          return Value.of(at < 0 ? -1 : text.codePointCount(0, at));
        });
  }

  private static long count(Run run, String name, Value value, Value part) {
    String text = Library.text(value);
    String wanted = wanted(run, name, part);
    run.read(text);
    long count = 0;
    for (int at = Search.indexOf(text, wanted, 0);
        at >= 0;
        at = Search.indexOf(text, wanted, at + wanted.length())) {
      count++;
      if (wanted.length() > 32) {
        // A long text is prepared anew for each search.
        run.read(wanted);
      }
    }
    return count;
  }

  private static Value replaced(Run run, Value[] a) {
    String text = Library.text(a[0]);
    String old = Library.text(a[1]);
    String with = Library.text(a[2]);
    long count = count(run, "replace", a[0], a[1]);
    long length = text.length() + Library.times(count, Math.max(0, with.length() - old.length()));
    run.reserve(Value.Text.bytesOf(length));
    run.step(length / 256);
    StringBuilder out = new StringBuilder();
    int from = 0;
    for (int at = Search.indexOf(text, old, 0); at >= 0; at = Search.indexOf(text, old, from)) {
      out.append(text, from, at).append(with);
      from = at + old.length();
    }
    return Value.of(out.append(text, from, text.length()).toString());
  }
}
