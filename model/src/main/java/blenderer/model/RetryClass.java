package blenderer.model;

import java.util.Locale;

/** Where the next try after a failure may run: the same node, another node, or none. */
public enum RetryClass {
  HERE,
  ELSEWHERE,
  NEVER;

  /** The name as it stands in commands and JSON, in lower case. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The state of that name, in lower case. */
  public static RetryClass ofWord(String word) {
    return valueOf(word.toUpperCase(Locale.ROOT));
  }
}
