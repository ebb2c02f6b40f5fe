package blenderer.openjd.expr;

import blenderer.openjd.expr.ExpressionError.Kind;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Puts frame numbers into file names (§2.3.2). */
final class FrameNumbers {

  private static final int WIDEST = 32;
  private static final Pattern PLACE = Pattern.compile("%(?:0([0-9]++))?d|(#++)|([0-9]++)");

  private FrameNumbers() {}

  /** The text with the last place for a number, in its last name's stem, filled in. */
  static String put(Run run, String text, long number) {
    int start = text.lastIndexOf('/') + 1;
    if (run.windows() && !PathText.isUri(text)) {
      start = Math.max(start, text.lastIndexOf('\\') + 1);
    }
    String name = text.substring(start);
    int end = PathText.suffixAt(name);
    Matcher place = PLACE.matcher(name).region(0, end);
    int from = -1;
    while (place.find()) {
      from = place.start();
    }
    String before = text.substring(0, start);
    if (from < 0 || !place.region(from, end).lookingAt()) {
      return before + name.substring(0, end) + "_" + padded(number, 4) + name.substring(end);
    }
    return before
        + name.substring(0, from)
        + shown(run, place, number)
        + name.substring(place.end());
  }

  private static String shown(Run run, Matcher place, long number) {
    String printf = place.group(1);
    String hashes = place.group(2);
    String digits = place.group(3);
    if (digits != null) {
      return padded(number, digits.length());
    }
    int width = hashes != null ? hashes.length() : 0;
    if (printf != null) {
      width = printf.length() > 4 ? Integer.MAX_VALUE : Integer.parseInt(printf);
    }
    if (width > WIDEST) {
      throw run.error(
          Kind.VALUE, "with_number() pads to " + WIDEST + " digits at most, not to more");
    }
    return padded(number, width);
  }

  /** With zeros between sign and digits; the sign counts. */
  private static String padded(long number, int width) {
    String text = Long.toString(number);
    int sign = number < 0 ? 1 : 0;
    return text.substring(0, sign)
        + "0".repeat(Math.max(0, width - text.length()))
        + text.substring(sign);
  }
}
