package blenderer.model;

import java.util.Locale;

/** Where a task stands, in its newest generation. */
public enum TaskState {
  BLOCKED,
  READY,
  LEASED,
  DONE,
  FAILED,
  SKIPPED,
  CANCELLED;

  /** Whether the task needs nothing more unless a person asks for it. */
  public boolean isFinished() {
    return this == DONE || this == FAILED || this == SKIPPED || this == CANCELLED;
  }

  /** The name as it stands in commands and JSON, in lower case. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The state of that name, in lower case. */
  public static TaskState ofWord(String word) {
    return valueOf(word.toUpperCase(Locale.ROOT));
  }
}
