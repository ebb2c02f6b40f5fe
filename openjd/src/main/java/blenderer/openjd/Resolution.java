package blenderer.openjd;

import blenderer.openjd.expr.ExprType;
import blenderer.openjd.expr.ExpressionError;
import blenderer.openjd.expr.Value;
import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Resolves what is known once a job is made, and notes what comes out wrong. */
final class Resolution {

  /** They stay with the job for as long as it is known. */
  private static final long MOST_BYTES = 10_000_000;

  private final Symbols symbols;
  private final Map<String, Value> names;
  private final Problems problems;

  /** What the names of all steps take, shared by all resolutions of a job. */
  private final long[] bytes;

  Resolution(Symbols symbols, Problems problems) {
    this(symbols, Map.of(), problems, new long[1]);
  }

  private Resolution(Symbols symbols, Map<String, Value> names, Problems problems, long[] bytes) {
    this.symbols = symbols;
    this.names = Map.copyOf(names);
    this.problems = problems;
    this.bytes = bytes;
  }

  /** The same with one more symbol. */
  Resolution with(String name, Value value) {
    return new Resolution(symbols.with(Map.of(name, value)), names, problems, bytes);
  }

  /** For the inside of a step: with its name and the names it gives. */
  Resolution inStep(String step, List<Let> lets, String path) {
    Map<String, Value> known = new LinkedHashMap<>();
    known.put("Step.Name", Value.of(step));
    for (int i = 0; i < lets.size(); i++) {
      Let let = lets.get(i);
      Symbols here = symbols.with(known);
      try {
        Value value = let.expression().evaluate(here.values(), here.evaluation());
        bytes[0] += value.bytes();
        if (bytes[0] > MOST_BYTES) {
          wrong(
              path + "/let/" + i,
              "the names of the job's steps stand for more than " + MOST_BYTES + " bytes together");
          value = Value.unresolved(value.type());
        }
        known.put(let.name(), value);
      } catch (ExpressionError e) {
        wrong(path + "/let/" + i, "the value of '" + let.name() + "': " + e.sentence());
        known.put(let.name(), Value.unresolved(ExprType.ANY));
      }
    }
    return new Resolution(symbols.with(known), known, problems, bytes);
  }

  /** The names that {@link #inStep} added. */
  Map<String, Value> names() {
    return names;
  }

  void wrong(String path, String message) {
    problems.add(path, message);
  }

  /** Notes {@code complaint}, unless it is empty. */
  void note(String path, String complaint) {
    if (!complaint.isEmpty()) {
      wrong(path, complaint);
    }
  }

  /** Whether an expression gives null, so that the key counts as left out. */
  boolean omits(FormatString format) {
    try {
      return format.isExpression() && format.value(symbols, ExprType.ANY) instanceof Value.Null;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  /** The value as {@code target}; empty, with a problem noted, when it cannot be had. */
  Optional<Value> value(FormatString format, ExprType target, String path) {
    try {
      return Optional.of(format.value(symbols, target));
    } catch (IllegalArgumentException e) {
      wrong(path, String.valueOf(e.getMessage()));
      return Optional.empty();
    }
  }

  /** The texts of an item of a list; empty, with a problem noted, when they cannot be had. */
  Optional<List<String>> item(FormatString format, String path) {
    try {
      return Optional.of(format.resolveItem(symbols));
    } catch (IllegalArgumentException e) {
      wrong(path, String.valueOf(e.getMessage()));
      return Optional.empty();
    }
  }

  /** The text; empty, with a problem noted, when it cannot be had. */
  Optional<String> text(FormatString format, String path) {
    try {
      return Optional.of(format.resolve(symbols));
    } catch (IllegalArgumentException e) {
      wrong(path, String.valueOf(e.getMessage()));
      return Optional.empty();
    }
  }

  /** A whole number within bounds; empty when it cannot be had, with a problem noted. */
  Optional<Long> whole(FormatString format, long least, long most, String path) {
    return value(format, ExprType.INT, path)
        .flatMap(
            number -> {
              String value = number.display().strip();
              if (Spot.isWhole(value)) {
                long parsed = Long.parseLong(value);
                if (parsed >= least && parsed <= most) {
                  return Optional.of(parsed);
                }
              }
              wrong(path, "'" + value + "' is not a whole number from " + least + " to " + most);
              return Optional.empty();
            });
  }

  /** A finite number; empty when it cannot be had, with a problem noted. */
  Optional<BigDecimal> decimal(FormatString format, String path) {
    return value(format, ExprType.FLOAT, path)
        .flatMap(
            number -> {
              String text = number.display().strip();
              if (Spot.isDecimal(text)) {
                return Optional.of(new BigDecimal(text));
              }
              wrong(path, "'" + text + "' is not a finite number");
              return Optional.empty();
            });
  }
}
