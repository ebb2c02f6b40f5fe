package blenderer.model;

import java.util.Locale;

/** Where a node stands. */
public enum NodeState {
  ONLINE,
  OFFLINE,
  PAUSED,
  DRAINING,
  QUARANTINED;

  /** The name as it stands in commands and JSON, in lower case. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The state of that name, in lower case. */
  public static NodeState ofWord(String word) {
    return valueOf(word.toUpperCase(Locale.ROOT));
  }
}
