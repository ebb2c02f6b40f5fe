package blenderer.openjd;

import blenderer.openjd.expr.Expression;
import blenderer.openjd.expr.Value;
import java.util.List;
import java.util.Map;

/**
 * A name that a template gives to the value of an expression (§3.6, extension EXPR).
 *
 * @param name starts with a small letter or an underscore
 */
public record Let(String name, Expression expression) {

  /**
   * The names that the format strings of a script or an environment's variables see besides those
   * of the session.
   *
   * @param known those of the step around it, by the time a job is made
   * @param lets the script's own, each of which may use those before it
   */
  public record Names(Map<String, Value> known, List<Let> lets) {
    static final Names NONE = new Names(Map.of(), List.of());

    public Names {
      known = Map.copyOf(known);
      lets = List.copyOf(lets);
    }

    static Names of(List<Let> lets) {
      return new Names(Map.of(), lets);
    }

    Names inside(Map<String, Value> values) {
      return new Names(values, lets);
    }
  }
}
