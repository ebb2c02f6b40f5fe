package blenderer.node.session;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Hides secrets in lines. */
final class Redaction {

  private static final String HIDDEN = "********";

  /** A line that names a secret, or was meant to: what comes after the name is never shown. */
  private static final Pattern TELLS =
      Pattern.compile(
          "(\\s*openjd_redacted_env(?![a-z0-9_]):? *)(\"?[a-z_][a-z0-9_]*=)?(.*)",
          Pattern.CASE_INSENSITIVE | Pattern.DOTALL);

  private final Set<String> secrets = ConcurrentHashMap.newKeySet();

  /** A stretch of a line. */
  private record Stretch(int start, int end) {}

  /** Hides {@code value} from now on, each of its lines by itself too. */
  void hide(String value) {
    if (value.isBlank()) {
      return;
    }
    secrets.add(value);
    value.lines().filter(line -> !line.isBlank()).forEach(secrets::add);
  }

  /** The line as it may be shown. */
  String line(String line) {
    Matcher tells = TELLS.matcher(line);
    if (!tells.matches()) {
      return apply(line);
    }
    String name = tells.group(2);
    String value = tells.group(3);
    // A malformed one sets nothing, but its value is as secret.
    hide(value);
    if (name == null) {
      name = "";
      hide(value.substring(value.indexOf('=') + 1));
    }
    return apply(tells.group(1) + name) + (value.isEmpty() ? "" : HIDDEN);
  }

  /** The text without secrets. */
  String apply(String text) {
    if (secrets.isEmpty()) {
      return text;
    }
    List<Stretch> found = new ArrayList<>();
    for (String secret : secrets) {
      for (int at = text.indexOf(secret); at >= 0; at = text.indexOf(secret, at + 1)) {
        found.add(new Stretch(at, at + secret.length()));
      }
    }
    if (found.isEmpty()) {
      return text;
    }
    found.sort(Comparator.comparingInt(Stretch::start));
    // Stretches that overlap are one: hidden one by one they would leave each other's ends.
    StringBuilder shown = new StringBuilder();
    int end = -1;
    for (Stretch stretch : found) {
      if (stretch.start() > end) {
        shown.append(text, Math.max(end, 0), stretch.start()).append(HIDDEN);
      }
      end = Math.max(end, stretch.end());
    }
    return shown.append(text, end, text.length()).toString();
  }
}
