package blenderer.openjd;

import java.math.BigDecimal;
import java.util.Map;
import java.util.Optional;

/** Resolves what is known once a job is made, and notes what comes out wrong. */
final class Resolution {

  private final Map<String, String> symbols;
  private final Problems problems;

  Resolution(Map<String, String> symbols, Problems problems) {
    this.symbols = symbols;
    this.problems = problems;
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
    return text(format, path)
        .flatMap(
            text -> {
              String value = text.strip();
              if (Spot.isWhole(value)) {
                long number = Long.parseLong(value);
                if (number >= least && number <= most) {
                  return Optional.of(number);
                }
              }
              wrong(path, "'" + value + "' is not a whole number from " + least + " to " + most);
              return Optional.empty();
            });
  }

  /** A finite number; empty when it cannot be had, with a problem noted. */
  Optional<BigDecimal> decimal(FormatString format, String path) {
    return text(format, path)
        .flatMap(
            text -> {
              if (Spot.isDecimal(text.strip())) {
                return Optional.of(new BigDecimal(text.strip()));
              }
              wrong(path, "'" + text + "' is not a finite number");
              return Optional.empty();
            });
  }
}
