package blenderer.openjd;

import java.math.BigDecimal;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Holds a value against a parameter's constraints. */
final class ParameterRules {

  /** The longest text value of a job parameter, in code points (§2.5). */
  static final int LONGEST_TEXT = 1024;

  private ParameterRules() {}

  /**
   * What is wrong with {@code value}, or the empty text.
   *
   * @param value of the type, as {@link ParameterText} writes it
   */
  static String complaint(ParameterType type, Constraints constraints, String value) {
    String shown = shown(value);
    List<String> allowed = constraints.allowed();
    if (!allowed.isEmpty() && allowed.stream().noneMatch(other -> same(type, other, value))) {
      return shown
          + " is not one of the allowed values "
          + Problems.shortened(String.join(", ", allowed), 300);
    }
    List<String> items =
        type.element().map(element -> ParameterList.read(value, element)).orElse(List.of());
    BigDecimal measure = measure(type, value, items);
    String unit = type.isList() ? " items" : " characters";
    BigDecimal least = constraints.least();
    if (least != null && measure.compareTo(least) < 0) {
      return type.isNumber()
          ? shown + " is less than the smallest allowed value " + least
          : shown + " has " + measure + unit + ", at least " + least + " are needed";
    }
    BigDecimal most = most(type, constraints);
    if (most != null && measure.compareTo(most) > 0) {
      return type.isNumber()
          ? shown + " is more than the largest allowed value " + most
          : shown + " has " + measure + unit + ", at most " + most + " are allowed";
    }
    return itemComplaint(type, constraints, items);
  }

  private static String itemComplaint(
      ParameterType type, Constraints constraints, List<String> items) {
    Constraints ofItems = constraints.item();
    if (ofItems == null) {
      return "";
    }
    ParameterType element = type.element().orElseThrow();
    for (int i = 0; i < items.size(); i++) {
      String complaint = complaint(element, ofItems, items.get(i));
      if (!complaint.isEmpty()) {
        return "has an item at position " + (i + 1) + " that does not do: " + complaint;
      }
    }
    return "";
  }

  private static @Nullable BigDecimal most(ParameterType type, Constraints constraints) {
    return constraints.most() == null && type == ParameterType.RANGE_EXPR
        ? BigDecimal.valueOf(LONGEST_TEXT)
        : constraints.most();
  }

  /** What bounds are about: a number itself, a text's length, a list's size. */
  private static BigDecimal measure(ParameterType type, String value, List<String> items) {
    if (type.isNumber()) {
      return new BigDecimal(value);
    }
    return BigDecimal.valueOf(
        type.isList() ? items.size() : value.codePointCount(0, value.length()));
  }

  /** Whether two values mean the same: 2 and 2.0 do as numbers, not as texts. */
  static boolean same(ParameterType type, String a, String b) {
    return type.isNumber() ? new BigDecimal(a).compareTo(new BigDecimal(b)) == 0 : a.equals(b);
  }

  private static String shown(String value) {
    return value.length() <= 80 ? "'" + value + "'" : "'" + value.substring(0, 80) + "…'";
  }
}
