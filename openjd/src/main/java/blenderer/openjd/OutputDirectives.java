package blenderer.openjd;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Finds what an action tells its session in the lines it prints, on either stream. A line must be
 * whole and without its line end; only a line that starts with {@code openjd_} or {@code
 * blenderer_} can be one.
 */
public final class OutputDirectives {

  private static final Pattern DIRECTIVE =
      Pattern.compile(
          "(openjd_(?:progress|status|fail|env|unset_env|redacted_env)|blenderer_(?:done|frame|look)):"
              + " (.*)",
          Pattern.DOTALL);

  /** Near misses of what changes the session's state, which nobody may overlook. */
  private static final Pattern MEANT =
      Pattern.compile(
          "\\s*(openjd_env|openjd_unset_env|openjd_redacted_env|blenderer_done)(?:[: ].*)?",
          Pattern.DOTALL);

  private static final Pattern VARIABLE = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");
  private static final Pattern NUMBER = Pattern.compile("[0-9]{1,15}(?:\\.[0-9]{1,15})?");
  private static final Pattern WHOLE = Pattern.compile("-?[0-9]{1,18}");
  private static final Pattern DONE = Pattern.compile("(\\S+) (\\[.*)", Pattern.DOTALL);

  private static final Pattern LOOK = Pattern.compile("(\\S+) (\\{.*)", Pattern.DOTALL);

  private OutputDirectives() {}

  /** What {@code line} says; empty: it is only output. Never throws. */
  public static Optional<Directive> parse(String line) {
    if (line.isEmpty() || "ob \tOB".indexOf(line.charAt(0)) < 0) {
      return Optional.empty();
    }
    Matcher matcher = DIRECTIVE.matcher(line);
    if (matcher.matches()) {
      String payload = matcher.group(2);
      return Optional.of(
          switch (matcher.group(1)) {
            case "openjd_progress" -> progress(payload);
            case "openjd_status" -> new Directive.Status(payload);
            case "openjd_fail" -> new Directive.Fail(payload);
            case "openjd_env" -> variable(payload, false);
            case "openjd_redacted_env" -> variable(payload, true);
            case "openjd_unset_env" -> unset(payload);
            case "blenderer_done" -> done(payload);
            case "blenderer_look" -> look(payload);
            default -> frame(payload);
          });
    }
    Matcher meant = MEANT.matcher(line.toLowerCase(Locale.ROOT));
    if (meant.matches()) {
      return Optional.of(
          new Directive.Malformed(
              "the line starts almost like '" + meant.group(1) + ": ', but not exactly so", true));
    }
    return Optional.empty();
  }

  private static Directive progress(String payload) {
    return percent(payload.strip()).isPresent()
        ? new Directive.Progress(percent(payload.strip()).getAsDouble())
        : new Directive.Malformed("'" + payload + "' is no progress from 0 to 100", false);
  }

  private static OptionalDouble percent(String text) {
    return NUMBER.matcher(text).matches()
        ? OptionalDouble.of(Math.min(100, Double.parseDouble(text)))
        : OptionalDouble.empty();
  }

  private static Directive variable(String written, boolean redacted) {
    String payload = written.stripLeading();
    String assignment = payload;
    if (payload.startsWith("\"")) {
      try {
        if (!(JsonText.read(payload) instanceof Tree.Text(String text, _))) {
          return noVariable(redacted);
        }
        assignment = text;
      } catch (Tree.Unreadable e) {
        return noVariable(redacted);
      }
    }
    int equals = assignment.indexOf('=');
    if (equals < 0 || !VARIABLE.matcher(assignment.substring(0, equals)).matches()) {
      return noVariable(redacted);
    }
    return new Directive.SetVariable(
        assignment.substring(0, equals), assignment.substring(equals + 1), redacted);
  }

  /** Does not repeat the line: it may hold a secret. */
  private static Directive noVariable(boolean redacted) {
    return new Directive.Malformed(
        (redacted ? "openjd_redacted_env" : "openjd_env") + " must be followed by NAME=VALUE",
        true);
  }

  private static Directive unset(String payload) {
    String name = payload.strip();
    return VARIABLE.matcher(name).matches()
        ? new Directive.UnsetVariable(name)
        : new Directive.Malformed("openjd_unset_env must be followed by a variable's name", true);
  }

  private static Directive done(String payload) {
    Matcher matcher = DONE.matcher(payload);
    if (!matcher.matches() || !WHOLE.matcher(matcher.group(1)).matches()) {
      return noDone();
    }
    List<String> files = new ArrayList<>();
    try {
      if (!(JsonText.read(matcher.group(2)) instanceof Tree.Items(List<Tree> items, _))) {
        return noDone();
      }
      for (Tree item : items) {
        if (!(item instanceof Tree.Text(String path, _))) {
          return noDone();
        }
        files.add(path);
      }
    } catch (Tree.Unreadable e) {
      return noDone();
    }
    return new Directive.Done(Long.parseLong(matcher.group(1)), files);
  }

  private static Directive noDone() {
    return new Directive.Malformed(
        "blenderer_done must be followed by a number and a JSON array of paths", true);
  }

  private static Directive look(String payload) {
    Matcher matcher = LOOK.matcher(payload);
    if (matcher.matches() && WHOLE.matcher(matcher.group(1)).matches()) {
      try {
        if (JsonText.read(matcher.group(2)) instanceof Tree.Fields(var fields, _)) {
          return new Directive.Look(
              Long.parseLong(matcher.group(1)),
              text(fields.get("image")),
              text(fields.get("shown")),
              text(fields.get("device")),
              text(fields.get("program")),
              text(fields.get("textures")));
        }
      } catch (Tree.Unreadable e) {
        // told below
      }
    }
    return new Directive.Malformed(
        "blenderer_look must be followed by a number and a JSON object", false);
  }

  private static Optional<String> text(@Nullable Tree tree) {
    return tree instanceof Tree.Text(String value, _) ? Optional.of(value) : Optional.empty();
  }

  private static Directive frame(String payload) {
    String[] words = payload.strip().split(" +", -1);
    if (words.length == 4
        && WHOLE.matcher(words[0]).matches()
        && percent(words[1]).isPresent()
        && (words[2].equals("-") || NUMBER.matcher(words[2]).matches())
        && NUMBER.matcher(words[3]).matches()) {
      return new Directive.Frame(
          Long.parseLong(words[0]),
          percent(words[1]).getAsDouble(),
          words[2].equals("-")
              ? OptionalDouble.empty()
              : OptionalDouble.of(Double.parseDouble(words[2])),
          (long) Double.parseDouble(words[3]));
    }
    return new Directive.Malformed(
        "blenderer_frame must be followed by a number, percent, seconds or '-', and MB", false);
  }
}
