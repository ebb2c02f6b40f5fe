package blenderer.model;

import java.util.Locale;

/** How an attempt at a task ended. */
public enum Outcome {
  SUCCEEDED,
  FAILED,
  CANCELLED,
  LOST;

  /** The name as it stands in commands and JSON, in lower case. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The state of that name, in lower case. */
  public static Outcome ofWord(String word) {
    return valueOf(word.toUpperCase(Locale.ROOT));
  }
}
