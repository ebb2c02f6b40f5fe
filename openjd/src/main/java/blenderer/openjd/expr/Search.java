package blenderer.openjd.expr;

/** Finds texts in texts, in time linear in both whatever they are. */
final class Search {

  /** Up to here trying every place is quick enough, and quicker. */
  private static final int SHORT = 32;

  private Search() {}

  /** The first place at or after {@code from}, or -1. */
  static int indexOf(String text, String wanted, int from) {
    return wanted.length() <= SHORT ? text.indexOf(wanted, from) : find(text, wanted, from, false);
  }

  /** The last place, or -1. */
  static int lastIndexOf(String text, String wanted) {
    return wanted.length() <= SHORT ? text.lastIndexOf(wanted) : find(text, wanted, 0, true);
  }

  /** The algorithm of Knuth, Morris and Pratt. */
  private static int find(String text, String wanted, int from, boolean last) {
    int[] shorter = new int[wanted.length()];
    for (int i = 1, length = 0; i < wanted.length(); i++) {
      while (length > 0 && wanted.charAt(i) != wanted.charAt(length)) {
        length = shorter[length - 1];
      }
      if (wanted.charAt(i) == wanted.charAt(length)) {
        length++;
      }
      shorter[i] = length;
    }
    int found = -1;
    for (int i = from, length = 0; i < text.length(); i++) {
      while (length > 0 && text.charAt(i) != wanted.charAt(length)) {
        length = shorter[length - 1];
      }
      if (text.charAt(i) == wanted.charAt(length)) {
        length++;
      }
      if (length == wanted.length()) {
        found = i - length + 1;
        if (!last) {
          return found;
        }
        length = shorter[length - 1];
      }
    }
    return found;
  }
}
