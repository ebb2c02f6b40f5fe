package blenderer.openjd;

import java.math.BigDecimal;
import java.util.List;

/** Holds a value against a parameter's type and constraints. */
final class ParameterRules {

  /** The longest text value of a job parameter, in code points (§2.1). */
  static final int LONGEST_TEXT = 1024;

  private ParameterRules() {}

  /** What is wrong with {@code value}, or the empty text. */
  static String complaint(ParameterType type, Constraints constraints, String value) {
    String ofType = typeComplaint(type, value);
    if (!ofType.isEmpty()) {
      return ofType;
    }
    String shown = shown(value);
    List<String> allowed = constraints.allowed();
    if (!allowed.isEmpty() && allowed.stream().noneMatch(other -> same(type, other, value))) {
      return shown + " is not one of the allowed values " + String.join(", ", allowed);
    }
    BigDecimal measure = measure(type, value);
    String unit = type.isNumber() ? "" : " characters";
    BigDecimal least = constraints.least();
    if (least != null && measure.compareTo(least) < 0) {
      return type.isNumber()
          ? shown + " is less than the smallest allowed value " + least
          : shown + " has " + measure + unit + ", at least " + least + " are needed";
    }
    BigDecimal most = constraints.most();
    if (most != null && measure.compareTo(most) > 0) {
      return type.isNumber()
          ? shown + " is more than the largest allowed value " + most
          : shown + " has " + measure + unit + ", at most " + most + " are allowed";
    }
    return "";
  }

  static String typeComplaint(ParameterType type, String value) {
    return switch (type) {
      case STRING, PATH ->
          value.codePointCount(0, value.length()) > LONGEST_TEXT
              ? "the value has more than " + LONGEST_TEXT + " characters"
              : "";
      case INT -> Spot.isWhole(value) ? "" : shown(value) + " is not a whole number of 64 bits";
      case FLOAT -> Spot.isDecimal(value) ? "" : shown(value) + " is not a finite number";
    };
  }

  /** What bounds are about: a number itself, a text's length. */
  private static BigDecimal measure(ParameterType type, String value) {
    return type.isNumber()
        ? new BigDecimal(value)
        : BigDecimal.valueOf(value.codePointCount(0, value.length()));
  }

  /** Whether two values mean the same: 2 and 2.0 do as numbers, not as texts. */
  static boolean same(ParameterType type, String a, String b) {
    return type.isNumber() ? new BigDecimal(a).compareTo(new BigDecimal(b)) == 0 : a.equals(b);
  }

  private static String shown(String value) {
    return value.length() <= 80 ? "'" + value + "'" : "'" + value.substring(0, 80) + "…'";
  }
}
