package blenderer.openjd;

import blenderer.openjd.expr.Evaluation;
import blenderer.openjd.expr.ExprType;
import blenderer.openjd.expr.Value;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The names a format string may use at one place of a template, with what is known of their values,
 * and why others are not for it.
 *
 * @param expressions whether braces hold expressions (extension EXPR)
 * @param known by name; values are unresolved, but for those that depend on nothing
 * @param refused sentences by name
 * @param evaluation where format strings at this place are resolved
 */
record Scope(
    boolean expressions,
    Map<String, Value> known,
    Map<String, String> refused,
    Evaluation evaluation) {

  Scope {
    known = Map.copyOf(known);
    refused = Map.copyOf(refused);
  }

  /** Without names, for what is resolved when a job is made. */
  static Scope empty(boolean expressions, Evaluation evaluation) {
    return new Scope(expressions, Map.of(), Map.of(), evaluation);
  }

  Scope with(Map<String, Value> names) {
    Map<String, Value> more = new HashMap<>(known);
    more.putAll(names);
    return new Scope(expressions, more, refused, evaluation);
  }

  /** Names that exist, but not here; {@code why} is a sentence that says what to do. */
  Scope without(Set<String> names, String why) {
    Map<String, String> more = new HashMap<>(refused);
    names.forEach(name -> more.put(name, why));
    return new Scope(expressions, known, more, evaluation);
  }

  /** The same names on the host of a session. */
  Scope onHost() {
    Evaluation onHost =
        new Evaluation(
            evaluation.paths(),
            true,
            null,
            evaluation.memory(),
            evaluation.operations(),
            evaluation.shared());
    return new Scope(expressions, known, refused, onHost);
  }

  /** Values of these types that are not known yet. */
  static Map<String, Value> unresolved(Map<String, ExprType> types) {
    Map<String, Value> values = new HashMap<>();
    types.forEach((name, type) -> values.put(name, Value.unresolved(type)));
    return values;
  }

  /**
   * Notes what is wrong with a format string here.
   *
   * @param target the type of a lone expression's value
   */
  void check(FormatString text, ExprType target, String path, Problems problems) {
    boolean sound = true;
    for (String name : text.references()) {
      Optional<String> complaint = complaint(name);
      complaint.ifPresent(sentence -> problems.add(path, sentence));
      sound &= complaint.isEmpty();
    }
    if (sound && expressions && !text.isLiteral()) {
      try {
        text.value(Symbols.of(known, evaluation), target);
      } catch (IllegalArgumentException e) {
        problems.add(path, String.valueOf(e.getMessage()));
      }
    }
  }

  /** Why a name is not for this place. */
  Optional<String> complaint(String name) {
    if (find(name, known.keySet()) != null) {
      return Optional.empty();
    }
    String unfit = find(name, refused.keySet());
    return Optional.of(
        unfit != null
            ? "'" + unfit + "' " + refused.get(unfit)
            : "'"
                + name
                + "' has no meaning here"
                + Near.hint(name, new HashSet<>(known.keySet())));
  }

  /** The name or, in expressions, what stands before its properties. */
  private @Nullable String find(String name, Set<String> names) {
    String start = name;
    while (!names.contains(start)) {
      int dot = start.lastIndexOf('.');
      if (!expressions || dot < 0) {
        return null;
      }
      start = start.substring(0, dot);
    }
    return start;
  }
}
