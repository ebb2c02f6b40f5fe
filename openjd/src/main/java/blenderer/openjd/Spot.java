package blenderer.openjd;

import blenderer.openjd.expr.ExprType;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A value in a document and its place. Reads it as what the format wants it to be; what does not
 * fit is noted as a problem and comes back empty, so that the reader goes on and finds the rest.
 *
 * @param path a JSON pointer
 */
record Spot(Tree tree, String path, Problems problems) {

  private static final Pattern WHOLE = Pattern.compile("[+-]?[0-9]{1,400}");
  private static final Pattern DECIMAL =
      Pattern.compile("[+-]?(?:[0-9]+(?:\\.[0-9]*)?|\\.[0-9]+)(?:[eE][+-]?[0-9]{1,6})?");
  private static final BigDecimal LARGEST_FLOAT = BigDecimal.valueOf(Double.MAX_VALUE);
  private static final BigDecimal MIN_LONG = BigDecimal.valueOf(Long.MIN_VALUE);
  private static final BigDecimal MAX_LONG = BigDecimal.valueOf(Long.MAX_VALUE);

  void wrong(String message) {
    problems.add(path, message);
  }

  private <T> Optional<T> expected(String what) {
    wrong("this is " + tree.kind() + ", but must be " + what);
    return Optional.empty();
  }

  /** Any text. */
  Optional<String> text() {
    return tree instanceof Tree.Text(String value, _) ? Optional.of(value) : expected("text");
  }

  /** A text of so many code points, all of which {@code allowed} lets pass. */
  Optional<String> text(int least, int most, Letters allowed) {
    return text().filter(value -> allowed.check(value, least, most, this));
  }

  /** A text that is one of {@code words}. */
  Optional<String> oneOf(List<String> words) {
    return text()
        .filter(
            value -> {
              if (words.contains(value)) {
                return true;
              }
              wrong(
                  "'"
                      + value
                      + "' is not one of "
                      + String.join(", ", words)
                      + Near.hint(value, words));
              return false;
            });
  }

  /** A format string; its unresolved length is bounded. */
  Optional<FormatString> format(int least, int most, Letters allowed, Scope scope) {
    return format(least, most, allowed, scope, ExprType.STRING);
  }

  /**
   * A format string; its unresolved length is bounded.
   *
   * @param target the type of the value, if it is one expression and nothing else
   */
  Optional<FormatString> format(
      int least, int most, Letters allowed, Scope scope, ExprType target) {
    return text(least, most, allowed).flatMap(text -> format(text, scope, target));
  }

  private Optional<FormatString> format(String text, Scope scope, ExprType target) {
    try {
      FormatString parsed = FormatString.parse(text, scope.expressions());
      scope.check(parsed, target, path, problems);
      return Optional.of(parsed);
    } catch (IllegalArgumentException e) {
      wrong(String.valueOf(e.getMessage()));
      return Optional.empty();
    }
  }

  Optional<Boolean> bool() {
    return tree instanceof Tree.Bool(boolean value, _)
        ? Optional.of(value)
        : expected("true or false");
  }

  /** A whole number of 64 bits, or a text of digits. */
  Optional<Long> whole() {
    BigDecimal value =
        switch (tree) {
          case Tree.Num(BigDecimal number, _, boolean whole, _) when whole -> number;
          case Tree.Text(String text, _) when WHOLE.matcher(text.strip()).matches() ->
              new BigDecimal(text.strip());
          default -> null;
        };
    if (value == null) {
      return tree instanceof Tree.Text(String text, _)
          ? refuse("'" + text + "' is not a whole number")
          : expected("a whole number");
    }
    if (value.compareTo(MIN_LONG) < 0 || value.compareTo(MAX_LONG) > 0) {
      return refuse("the number " + value + " does not fit in 64 bits");
    }
    return Optional.of(value.longValueExact());
  }

  Optional<Long> whole(long least, long most) {
    return whole()
        .filter(
            value -> {
              if (value >= least && value <= most) {
                return true;
              }
              wrong(
                  "the number "
                      + value
                      + (value < least ? " is less than " + least : " is more than " + most));
              return false;
            });
  }

  /** The digits of a decimal number, as written; or of a text that holds one. */
  Optional<String> decimal() {
    String text =
        switch (tree) {
          case Tree.Num number -> number.text();
          case Tree.Text(String written, _) -> written.strip();
          default -> null;
        };
    if (text == null) {
      return expected("a number");
    }
    return isDecimal(text) ? Optional.of(text) : refuse("'" + text + "' is not a finite number");
  }

  /** Whether {@code text} is a finite number as FLOAT parameters take it. */
  static boolean isDecimal(String text) {
    return text.length() <= 400
        && DECIMAL.matcher(text).matches()
        && new BigDecimal(text).abs().compareTo(LARGEST_FLOAT) <= 0;
  }

  /** Whether {@code text} is a whole number of 64 bits as INT parameters take it. */
  static boolean isWhole(String text) {
    if (!WHOLE.matcher(text).matches()) {
      return false;
    }
    BigDecimal value = new BigDecimal(text);
    return value.compareTo(MIN_LONG) >= 0 && value.compareTo(MAX_LONG) <= 0;
  }

  private <T> Optional<T> refuse(String message) {
    wrong(message);
    return Optional.empty();
  }

  /** A list of so many items; empty when it is none. */
  List<Spot> items(int least, int most) {
    if (!(tree instanceof Tree.Items(List<Tree> items, _))) {
      expected("a list");
      return List.of();
    }
    if (items.size() < least) {
      wrong(
          least == 1 && items.isEmpty()
              ? "this list is empty; leave the key out or give at least one item"
              : "this list has " + items.size() + " items, at least " + least + " are needed");
    }
    if (items.size() > most) {
      wrong("this list has " + items.size() + " items, at most " + most + " are allowed");
      // One sentence says it; the surplus would only repeat itself.
      items = items.subList(0, most);
    }
    List<Spot> spots = new ArrayList<>();
    for (int i = 0; i < items.size(); i++) {
      spots.add(new Spot(items.get(i), path + "/" + i, problems));
    }
    return spots;
  }

  /** Whether it is text that holds a reference in braces. */
  boolean hasReferences() {
    return tree instanceof Tree.Text(String text, _) && text.contains("{{");
  }

  boolean isList() {
    return tree instanceof Tree.Items;
  }

  /** An object; when it is none, one without fields that complains no more. */
  Fields fields() {
    if (tree instanceof Tree.Fields(var fields, _)) {
      return new Fields(fields, path, problems);
    }
    expected("an object");
    return Fields.broken(path, problems);
  }
}
