package blenderer.preflight;

import java.util.List;

/**
 * One thing that preflight found.
 *
 * @param code of {@link Trap}
 * @param weight {@code blocks}, {@code warns} or {@code notes}
 * @param sentence what is the matter
 * @param next what to do
 * @param details the single things it is about, such as files
 */
public record Finding(
    String code, String weight, String sentence, String next, List<String> details) {

  private static final int MOST_DETAILS = 50;

  public Finding {
    if (details.size() > MOST_DETAILS) {
      List<String> some = new java.util.ArrayList<>(details.subList(0, MOST_DETAILS));
      some.add("and " + (details.size() - MOST_DETAILS) + " more");
      details = some;
    }
    details = List.copyOf(details);
  }

  /** Of the table, with what stands for the numbers in its texts. */
  static Finding of(Trap trap, List<String> details, String... words) {
    return new Finding(
        trap.code(),
        trap.weight().word(),
        filled(trap.sentence(), words),
        filled(trap.next(), words),
        details);
  }

  private static String filled(String text, String... words) {
    StringBuilder filled = new StringBuilder();
    for (int at = 0; at < text.length(); at++) {
      if (text.charAt(at) == '{' && at + 2 < text.length() && text.charAt(at + 2) == '}') {
        filled.append(words[text.charAt(at + 1) - '0']);
        at += 2;
      } else {
        filled.append(text.charAt(at));
      }
    }
    return filled.toString();
  }

  public boolean blocks() {
    return weight.equals(Weight.BLOCKS.word());
  }

  /** The same, waved through by a person. */
  Finding allowed() {
    return new Finding(code, Weight.WARNS.word(), sentence, next, details);
  }
}
