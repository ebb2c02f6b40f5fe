package blenderer.openjd;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** The names a format string may use at one place of a template, and why others are not for it. */
final class Scope {

  private final Set<String> known;
  private final Map<String, String> refused;

  private Scope(Set<String> known, Map<String, String> refused) {
    this.known = known;
    this.refused = refused;
  }

  static Scope empty() {
    return new Scope(Set.of(), Map.of());
  }

  Scope with(Set<String> names) {
    Set<String> more = new HashSet<>(known);
    more.addAll(names);
    return new Scope(more, refused);
  }

  /** Names that exist, but not here; {@code why} is a sentence that says what to do. */
  Scope without(Set<String> names, String why) {
    Map<String, String> more = new HashMap<>(refused);
    names.forEach(name -> more.put(name, why));
    return new Scope(known, more);
  }

  void check(FormatString text, String path, Problems problems) {
    for (String name : text.references()) {
      if (!known.contains(name)) {
        String why = refused.get(name);
        problems.add(
            path,
            "'"
                + name
                + "' "
                + (why != null ? why : "has no meaning here" + Near.hint(name, known)));
      }
    }
  }
}
