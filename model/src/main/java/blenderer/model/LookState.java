package blenderer.model;

import java.util.Locale;

/** What the farm thinks of a picture. */
public enum LookState {
  /** Nothing is odd about it. */
  FINE,
  /** Something is; a person has to look. */
  FLAGGED,
  /** A person looked and took it. */
  ACCEPTED,
  /** It was flagged, and its task is rendered again. */
  RETRIED;

  /** Reads the lower-case form. */
  public static LookState ofWord(String word) {
    return valueOf(word.toUpperCase(Locale.ROOT));
  }

  /** The lower-case form, as in the journal and on the wire. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
