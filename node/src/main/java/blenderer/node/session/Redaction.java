package blenderer.node.session;

import java.util.Comparator;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;

/** Hides secrets in lines. */
final class Redaction {

  private static final String HIDDEN = "********";

  /** Longest first, so that a secret inside another does not leave its rest visible. */
  private final Set<String> secrets =
      new ConcurrentSkipListSet<>(
          Comparator.comparingInt(String::length).reversed().thenComparing(s -> s));

  /** Hides {@code value} from now on, each of its lines by itself. */
  void hide(String value) {
    value.lines().filter(line -> !line.isBlank()).forEach(secrets::add);
  }

  String apply(String line) {
    String shown = line;
    for (String secret : secrets) {
      shown = shown.replace(secret, HIDDEN);
    }
    return shown;
  }
}
