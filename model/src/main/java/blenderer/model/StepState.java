package blenderer.model;

import java.util.Locale;

/** Where a step stands. */
public enum StepState {
  BLOCKED,
  READY,
  RUNNING,
  DONE,
  FAILED,
  CANCELLED,
  INCOMPATIBLE;

  /** The name as it stands in commands and JSON, in lower case. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The state of that name, in lower case. */
  public static StepState ofWord(String word) {
    return valueOf(word.toUpperCase(Locale.ROOT));
  }
}
