package blenderer.model;

import java.util.Locale;

/** Where a job stands. */
public enum JobState {
  HELD,
  WAITING,
  RUNNING,
  PAUSED,
  DONE,
  FAILED,
  CANCELLED;

  /** Whether no task of the job will run again unless a person asks for it. */
  public boolean isFinished() {
    return this == DONE || this == FAILED || this == CANCELLED;
  }

  /** The name as it stands in commands and JSON, in lower case. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The state of that name, in lower case. */
  public static JobState ofWord(String word) {
    return valueOf(word.toUpperCase(Locale.ROOT));
  }
}
