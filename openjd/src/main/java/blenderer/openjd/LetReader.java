package blenderer.openjd;

import blenderer.openjd.expr.ExprType;
import blenderer.openjd.expr.Expression;
import blenderer.openjd.expr.ExpressionError;
import blenderer.openjd.expr.Value;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads the names that a template gives to expressions (§3.6, extension EXPR).
 *
 * @param lets in order
 * @param values what is known of their values
 */
record LetReader(List<Let> lets, Map<String, Value> values) {

  private static final int MOST = 50;
  private static final int MOST_KEPT = 65_536;
  private static final int LONGEST_NAME = 512;
  private static final Pattern LET =
      Pattern.compile("[ \\t]*([a-z_][A-Za-z0-9_]*)[ \\t]*=(.*)", Pattern.DOTALL);

  /** Reads the key {@code let} of an object, if it has one. */
  static LetReader read(Fields fields, Scope scope) {
    LetReader read = new LetReader(new ArrayList<>(), new LinkedHashMap<>());
    if (scope.expressions()) {
      for (Spot spot : fields.list("let", MOST)) {
        spot.text().ifPresent(text -> read.add(text, spot, scope));
      }
    } else {
      fields.onlyWith(Extensions.EXPR, "let");
    }
    return read;
  }

  private void add(String text, Spot spot, Scope scope) {
    Matcher matcher = LET.matcher(text);
    if (!matcher.matches()) {
      spot.wrong(
          "this is not of the form name = expression, with a name that starts with a small letter");
      return;
    }
    String name = matcher.group(1);
    if (name.length() > LONGEST_NAME) {
      spot.wrong("the name has " + name.length() + " characters, at most 512 are allowed");
      return;
    }
    if (values.containsKey(name) || scope.known().containsKey(name)) {
      spot.wrong("the name '" + name + "' already stands for something here; rename one");
      return;
    }
    try {
      Expression expression = Expression.parse(matcher.group(2));
      Scope here = scope.with(values);
      boolean sound = true;
      for (String symbol : expression.symbols()) {
        Optional<String> complaint = here.complaint(symbol);
        complaint.ifPresent(spot::wrong);
        sound &= complaint.isEmpty();
      }
      if (sound) {
        Value value = expression.evaluate(here.known(), here.evaluation());
        // Checking must not hold what a stranger makes large.
        values.put(name, value.bytes() > MOST_KEPT ? Value.unresolved(value.type()) : value);
        lets.add(new Let(name, expression));
        return;
      }
    } catch (ExpressionError e) {
      spot.wrong(
          "the expression of '"
              + name
              + "', at character "
              + (matcher.start(2) + e.offset() + 1)
              + ": "
              + e.sentence());
    }
    // What is wrong has been said once; its uses are not wrong, too.
    values.put(name, Value.unresolved(ExprType.ANY));
  }
}
