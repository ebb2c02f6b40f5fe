package blenderer.openjd;

import java.util.function.IntPredicate;
import java.util.regex.Pattern;

/** Which characters a text may hold. */
enum Letters {
  ANY(c -> true, "anything"),
  /** Everything but Unicode's Cc category. */
  LINE(c -> !Character.isISOControl(c), "a control character"),
  /** As LINE, and line ends. */
  LINES(c -> !Character.isISOControl(c) || c == '\n' || c == '\r', "a control character"),
  /** As LINE, and line ends and tabs. */
  PROSE(
      c -> !Character.isISOControl(c) || c == '\n' || c == '\r' || c == '\t',
      "a control character"),
  /** A name that format strings can refer to. */
  IDENTIFIER(c -> c == '_' || isLetterOrDigit(c), "a character other than A-Z, a-z, 0-9 and _");

  private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

  @SuppressWarnings("ImmutableEnumChecker") // A lambda without state.
  private final IntPredicate passes;

  private final String otherwise;

  Letters(IntPredicate passes, String otherwise) {
    this.passes = passes;
    this.otherwise = otherwise;
  }

  private static boolean isLetterOrDigit(int c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  }

  static boolean isIdentifier(String text) {
    return NAME.matcher(text).matches();
  }

  /** Whether {@code text} keeps to the bounds and holds nothing else; if not, the spot says so. */
  boolean check(String text, int least, int most, Spot spot) {
    String complaint = complaint(text, least, most);
    if (complaint.isEmpty()) {
      return true;
    }
    spot.wrong(complaint);
    return false;
  }

  /** What is wrong with {@code text}, or the empty text. */
  String complaint(String text, int least, int most) {
    int length = text.codePointCount(0, text.length());
    if (length < least) {
      return least == 1
          ? "this text is empty"
          : "this text needs at least " + least + " characters";
    }
    if (length > most) {
      return "this text has " + length + " characters, at most " + most + " are allowed";
    }
    if (!text.codePoints().allMatch(passes)) {
      return "'" + text.replaceAll("\\p{Cc}", "?") + "' holds " + otherwise;
    }
    if (this == IDENTIFIER && !isIdentifier(text)) {
      return "'" + text + "' starts with a digit; a name starts with a letter or _";
    }
    return "";
  }
}
