package blenderer.openjd;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedSet;

/** Collects what is wrong in one pass over a document, in the order in which it was found. */
final class Problems {

  private static final int MOST = 200;

  private final SequencedSet<TemplateError> found = new LinkedHashSet<>();

  void add(String path, String message) {
    if (found.size() < MOST) {
      found.add(new TemplateError(path, message));
    }
  }

  boolean isEmpty() {
    return found.isEmpty();
  }

  List<TemplateError> toList() {
    return List.copyOf(new ArrayList<>(found));
  }
}
