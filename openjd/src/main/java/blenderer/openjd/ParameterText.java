package blenderer.openjd;

import blenderer.openjd.range.RangeExpression;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The text in which a parameter's value is kept and sent: numbers as written (whole ones without
 * signs and zeros that say nothing), {@code true} and {@code false}, ranges as written, and lists
 * as JSON.
 */
final class ParameterText {

  private static final List<String> TRUE = List.of("true", "yes", "on", "1");
  private static final List<String> FALSE = List.of("false", "no", "off", "0");

  private ParameterText() {}

  /** The text of a value in a document; empty, with a problem noted, when it is of another type. */
  static Optional<String> of(Spot spot, ParameterType type) {
    return switch (type) {
      case STRING, PATH -> spot.text(0, ParameterRules.LONGEST_TEXT, Letters.ANY);
      case INT -> spot.whole().map(value -> Long.toString(value));
      case FLOAT -> spot.decimal();
      case BOOL -> bool(spot);
      case RANGE_EXPR -> spot.text().filter(text -> isRange(text, spot));
      case LIST_STRING, LIST_PATH, LIST_INT, LIST_FLOAT, LIST_BOOL, LIST_LIST_INT ->
          list(spot, type.element().orElseThrow());
    };
  }

  private static Optional<String> list(Spot spot, ParameterType element) {
    if (!spot.isList()) {
      spot.wrong("this is " + spot.tree().kind() + ", but must be a list");
      return Optional.empty();
    }
    List<String> items = new ArrayList<>();
    List<Spot> spots = spot.items(0, JobReader.MANY);
    for (Spot item : spots) {
      of(item, element).ifPresent(items::add);
    }
    return items.size() < spots.size()
        ? Optional.empty()
        : Optional.of(ParameterList.write(items, element));
  }

  private static Optional<String> bool(Spot spot) {
    Optional<Boolean> value =
        switch (spot.tree()) {
          case Tree.Bool(boolean written, _) -> Optional.of(written);
          case Tree.Num number when number.value().signum() == 0 -> Optional.of(false);
          case Tree.Num number when number.value().compareTo(BigDecimal.ONE) == 0 ->
              Optional.of(true);
          case Tree.Text(String text, _) -> bool(text);
          default -> Optional.empty();
        };
    if (value.isEmpty()) {
      spot.wrong("this is no truth value; write true or false");
    }
    return value.map(truth -> Boolean.toString(truth));
  }

  /** What a person's word means. */
  static Optional<Boolean> bool(String text) {
    String lower = text.strip().toLowerCase(Locale.ROOT);
    if (TRUE.contains(lower)) {
      return Optional.of(true);
    }
    return FALSE.contains(lower) ? Optional.of(false) : Optional.empty();
  }

  private static boolean isRange(String text, Spot spot) {
    try {
      RangeExpression.parse(text);
      return true;
    } catch (IllegalArgumentException e) {
      spot.wrong(String.valueOf(e.getMessage()));
      return false;
    }
  }

  /** A value that was given as text; empty, with a problem noted, when it is of another type. */
  static Optional<String> ofText(String text, ParameterType type, Problems problems) {
    Tree tree = new Tree.Text(text, 0);
    if (type.isList()) {
      try {
        tree = JsonText.read(text);
      } catch (Tree.Unreadable e) {
        problems.add(
            "", "a list is written in JSON, such as [1, 2]; this is not: " + e.getMessage());
        return Optional.empty();
      }
    }
    return of(new Spot(tree, "", problems), type);
  }
}
