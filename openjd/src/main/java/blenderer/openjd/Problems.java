package blenderer.openjd;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedSet;
import org.jspecify.annotations.Nullable;

/**
 * Collects what is wrong in one pass over a document. Told from the first line to the last, those
 * of a line in the order in which they were found.
 */
final class Problems {

  private static final int MOST = 200;
  private static final int LONGEST = 600;

  private record Problem(String path, int line, String message) {}

  private final SequencedSet<Problem> found = new LinkedHashSet<>();
  private @Nullable Tree document;

  /** Whose paths are meant, so that lines can be named. */
  void in(Tree tree) {
    document = tree;
  }

  void add(String path, String message) {
    if (found.size() < MOST) {
      found.add(new Problem(path, 0, plain(message)));
    }
  }

  /** A document that could not be read as far as its end. */
  void add(Tree.Unreadable e) {
    found.add(new Problem("", e.line(), plain(String.valueOf(e.getMessage()))));
  }

  /** Messages repeat what strangers wrote: keeps it short, and without escapes for a terminal. */
  private static String plain(String text) {
    return shortened(text, LONGEST).replaceAll("\\p{Cc}", "?");
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
    List<TemplateError> errors = new ArrayList<>();
    for (Problem problem : found) {
      int line = problem.path().isEmpty() ? problem.line() : line(problem.path());
      errors.add(new TemplateError(plain(problem.path()), line, problem.message()));
    }
    errors.sort(Comparator.comparingInt(TemplateError::line));
    return List.copyOf(errors);
  }

  /** The line of the value at {@code path}, or of the innermost value around it that exists. */
  private int line(String path) {
    Tree at = document;
    if (at == null) {
      return 0;
    }
    int line = at.line();
    for (String key : path.split("/", -1)) {
      if (key.isEmpty()) {
        continue;
      }
      Tree next =
          switch (at) {
            case Tree.Fields(var fields, _) ->
                fields.get(key.replace("~1", "/").replace("~0", "~"));
            case Tree.Items(var items, _) -> item(items, key);
            default -> null;
          };
      if (next == null) {
        break;
      }
      at = next;
      line = at.line();
    }
    return line;
  }

  private static @Nullable Tree item(List<Tree> items, String key) {
    if (!key.matches("[0-9]{1,9}")) {
      return null;
    }
    int index = Integer.parseInt(key);
    return index < items.size() ? items.get(index) : null;
  }
}
