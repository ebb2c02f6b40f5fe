package blenderer.openjd;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedSet;

/** Collects what is wrong in one pass over a document, in the order in which it was found. */
final class Problems {

  private static final int MOST = 200;
  private static final int LONGEST = 600;

  private final SequencedSet<TemplateError> found = new LinkedHashSet<>();

  void add(String path, String message) {
    if (found.size() < MOST) {
      found.add(new TemplateError(plain(path), plain(message)));
    }
  }

  /** Messages repeat what strangers wrote: keeps it short, and without escapes for a terminal. */
  private static String plain(String text) {
    String shorter = text.length() > LONGEST ? shortened(text, LONGEST) : text;
    return shorter.replaceAll("\\p{Cc}", "?");
  }

  /** The start and the end of a long text. */
  static String shortened(String text, int most) {
    return text.length() <= most
        ? text
        : text.substring(0, most * 2 / 3) + "…" + text.substring(text.length() - most / 3);
  }

  boolean isEmpty() {
    return found.isEmpty();
  }

  List<TemplateError> toList() {
    return List.copyOf(new ArrayList<>(found));
  }
}
