package blenderer.renderers;

import blenderer.model.Failure;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Which lines of a renderer's log mean that a frame is bad, although its exit code says otherwise.
 *
 * @param rules the first that matches a line gives the failure
 */
public record LogRules(List<Rule> rules) {

  /**
   * One kind of bad line.
   *
   * @param pattern searched anywhere in the line
   */
  public record Rule(Pattern pattern, Failure failure) {}

  /** Longer lines are judged by their beginning, so that no pattern can take long. */
  private static final int LONGEST = 2_000;

  public LogRules {
    rules = List.copyOf(rules);
  }

  /** The failure this line stands for, its sentence followed by the line itself. */
  public Optional<Failure> judge(String line) {
    String text = line.length() > LONGEST ? line.substring(0, LONGEST) : line;
    for (Rule rule : rules) {
      if (rule.pattern().matcher(text).find()) {
        Failure failure = rule.failure();
        String said = text.strip();
        String shown = said.length() > 200 ? said.substring(0, 200) + "…" : said;
        return Optional.of(
            new Failure(failure.code(), failure.message() + " (" + shown + ")", failure.retry()));
      }
    }
    return Optional.empty();
  }
}
