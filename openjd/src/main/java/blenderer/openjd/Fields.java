package blenderer.openjd;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;

/**
 * An object's fields while it is read. Every key that somebody asked for is known; {@link #finish}
 * complains of the others.
 */
final class Fields {

  private final SequencedMap<String, Tree> fields;
  private final String path;
  private final Problems problems;
  private final boolean broken;
  private final Set<String> known = new LinkedHashSet<>();

  Fields(SequencedMap<String, Tree> fields, String path, Problems problems) {
    this(fields, path, problems, false);
  }

  private Fields(
      SequencedMap<String, Tree> fields, String path, Problems problems, boolean broken) {
    this.fields = fields;
    this.path = path;
    this.problems = problems;
    this.broken = broken;
  }

  static Fields broken(String path, Problems problems) {
    return new Fields(new LinkedHashMap<>(), path, problems, true);
  }

  String path() {
    return path;
  }

  void wrong(String message) {
    if (!broken) {
      problems.add(path, message);
    }
  }

  /** The value of a key that may be left out. */
  Optional<Spot> take(String key) {
    known.add(key);
    return Optional.ofNullable(fields.get(key)).map(tree -> spot(key, tree));
  }

  /** The value of a key that must be there. */
  Optional<Spot> need(String key) {
    Optional<Spot> spot = take(key);
    if (spot.isEmpty()) {
      wrong("the key '" + key + "' is missing");
    }
    return spot;
  }

  /** The items of a list that may be left out, but not be empty. */
  List<Spot> list(String key, int most) {
    return take(key).map(spot -> spot.items(1, most)).orElse(List.of());
  }

  boolean has(String key) {
    return fields.containsKey(key);
  }

  /** Every field, for objects whose keys are the writer's own. */
  List<Map.Entry<String, Spot>> all() {
    known.addAll(fields.keySet());
    return fields.entrySet().stream()
        .map(entry -> Map.entry(entry.getKey(), spot(entry.getKey(), entry.getValue())))
        .toList();
  }

  /** Complains of a key that exists in the format, but only with an extension. */
  void onlyWith(String extension, String... keys) {
    for (String key : keys) {
      if (fields.containsKey(key)) {
        known.add(key);
        problems.add(
            path + "/" + key,
            "the key '"
                + key
                + "' needs the extension "
                + extension
                + ", which is not in use here");
      }
    }
  }

  /** Complains of keys nobody asked for. */
  void finish() {
    for (var entry : fields.entrySet()) {
      String key = entry.getKey();
      if (!known.contains(key)) {
        Set<String> absent = new LinkedHashSet<>(known);
        absent.removeAll(fields.keySet());
        spot(key, entry.getValue())
            .wrong("the key '" + key + "' is not known here" + Near.hint(key, absent));
      }
    }
  }

  private Spot spot(String key, Tree tree) {
    return new Spot(tree, path + "/" + key.replace("~", "~0").replace("/", "~1"), problems);
  }
}
