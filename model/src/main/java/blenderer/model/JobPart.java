package blenderer.model;

import java.util.Locale;

/** What a job holds of the content store, as far as it can go without the job. */
public enum JobPart {
  /** The files that it was submitted with. */
  SCENES,
  /** The files that it made. */
  FRAMES,
  /** The logs of its attempts. */
  LOGS;

  /** Reads the lower-case form. */
  public static JobPart ofWord(String word) {
    return valueOf(word.toUpperCase(Locale.ROOT));
  }

  /** The lower-case form, as in the journal and on the wire. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
