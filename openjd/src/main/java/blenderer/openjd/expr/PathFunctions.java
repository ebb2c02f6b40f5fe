package blenderer.openjd.expr;

import blenderer.openjd.expr.ExpressionError.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** Functions and properties of paths (§2.3). */
final class PathFunctions {

  private PathFunctions() {}

  static void addPropertiesTo(Library.Builder all) {
    property(all, "name", "string", path -> Value.of(path.name()));
    property(
        all,
        "stem",
        "string",
        path -> Value.of(path.name().substring(0, PathText.suffixAt(path.name()))));
    property(
        all,
        "suffix",
        "string",
        path -> Value.of(path.name().substring(PathText.suffixAt(path.name()))));
    property(all, "suffixes", "list[string]", path -> Value.texts(path.suffixes()));
    property(all, "parent", "path", path -> Value.path(path.parent().text()));
    property(all, "parts", "list[string]", path -> Value.texts(path.parts()));
  }

  private static void property(
      Library.Builder all, String name, String type, Function<PathText, Value> get) {
    all.add(name, "path -> " + type, (run, a) -> get.apply(path(run, a[0])));
  }

  static void addTo(Library.Builder all) {
    all.add("path", "path -> path", (run, a) -> Value.path(path(run, a[0]).text()));
    all.add("path", "string -> path", (run, a) -> Value.path(path(run, a[0]).text()));
    all.add("path", "list[string] -> path", PathFunctions::ofParts);
    all.add(
        "with_name",
        "path, string -> path",
        (run, a) -> renamed(run, "with_name", a[0], Library.text(a[1])));
    all.add(
        "with_stem",
        "path, string -> path",
        (run, a) -> {
          String name = path(run, a[0]).name();
          return renamed(
              run, "with_stem", a[0], Library.text(a[1]) + name.substring(PathText.suffixAt(name)));
        });
    all.add("with_suffix", "path, string -> path", PathFunctions::withSuffix);
    all.add(
        "with_number",
        "path, int -> path",
        (run, a) -> Value.path(FrameNumbers.put(run, path(run, a[0]).text(), Library.whole(a[1]))));
    all.add(
        "with_number",
        "string, int -> string",
        (run, a) -> Value.of(FrameNumbers.put(run, Library.text(a[0]), Library.whole(a[1]))));
    all.add(
        "as_posix",
        "path -> string",
        (run, a) -> {
          PathText path = path(run, a[0]);
          return Value.of(
              path.kind() == PathText.Kind.WINDOWS ? path.text().replace('\\', '/') : path.text());
        });
    all.add("is_absolute", "path -> bool", (run, a) -> Value.of(path(run, a[0]).isAbsolute()));
    all.add(
        "is_relative_to",
        "path, path -> bool",
        (run, a) -> Value.of(path(run, a[0]).isInside(path(run, a[1]))));
    all.add("relative_to", "path, path -> path", PathFunctions::relativeTo);
    all.add("apply_path_mapping", "string -> path", PathFunctions::mapped);
  }

  static PathText path(Run run, Value value) {
    String text = Library.text(value);
    run.read(text);
    // Its parts are texts of their own.
    run.reserve(Library.times(text.length(), 34));
    return PathText.of(text, run.settings().paths());
  }

  static Value join(Run run, Value[] a) {
    run.reserve(a[0].bytes() + a[1].bytes());
    return Value.path(path(run, a[0]).join(path(run, a[1])).text());
  }

  private static Value ofParts(Run run, Value[] a) {
    List<Value> parts = Library.items(a[0]);
    run.step(parts.size());
    run.reserve(a[0].bytes());
    if (parts.isEmpty()) {
      return Value.path(".");
    }
    PathText path = path(run, parts.getFirst());
    if (path.kind() == PathText.Kind.URI) {
      StringBuilder uri = new StringBuilder(Library.text(parts.getFirst()));
      parts.subList(1, parts.size()).forEach(part -> uri.append('/').append(Library.text(part)));
      return Value.path(uri.toString());
    }
    List<String> names = new ArrayList<>(path.names());
    for (Value part : parts.subList(1, parts.size())) {
      PathText next = path(run, part);
      if (!next.anchor().isEmpty()) {
        path = new PathText(path.kind(), path.anchor(), names).join(next);
        names = new ArrayList<>(path.names());
      } else {
        // Joining path after path would take time squared.
        names.addAll(next.names());
      }
    }
    return Value.path(new PathText(path.kind(), path.anchor(), names).text());
  }

  private static Value renamed(Run run, String function, Value value, String name) {
    PathText path = path(run, value);
    if (path.name().isEmpty()) {
      throw run.error(
          Kind.VALUE, function + "() needs a path that ends in a name, not '" + path.text() + "'");
    }
    boolean plain =
        !name.isEmpty()
            && !name.equals(".")
            && name.indexOf('/') < 0
            && (path.kind() != PathText.Kind.WINDOWS || name.indexOf('\\') < 0);
    if (!plain) {
      throw run.error(Kind.VALUE, "'" + Coercion.shortened(name) + "' is not the name of a file");
    }
    return Value.path(path.withName(name).text());
  }

  private static Value withSuffix(Run run, Value[] a) {
    String suffix = Library.text(a[1]);
    if (!suffix.isEmpty() && (!suffix.startsWith(".") || suffix.length() == 1)) {
      throw run.error(
          Kind.VALUE, "'" + Coercion.shortened(suffix) + "' is not a suffix such as .png");
    }
    String name = path(run, a[0]).name();
    return renamed(run, "with_suffix", a[0], name.substring(0, PathText.suffixAt(name)) + suffix);
  }

  private static Value relativeTo(Run run, Value[] a) {
    PathText path = path(run, a[0]);
    PathText other = path(run, a[1]);
    if (!path.isInside(other)) {
      throw run.error(
          Kind.VALUE,
          "'"
              + Coercion.shortened(path.text())
              + "' does not lie in '"
              + Coercion.shortened(other.text())
              + "'");
    }
    return Value.path(path.below(other));
  }

  private static Value mapped(Run run, Value[] a) {
    var mapping = run.settings().mapping();
    return mapping == null
        ? Value.unresolved(ExprType.PATH)
        : Value.path(mapping.apply(Library.text(a[0])));
  }
}
