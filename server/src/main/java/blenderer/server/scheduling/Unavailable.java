package blenderer.server.scheduling;

/** The scheduler cannot answer now; the same call may succeed later. */
public final class Unavailable extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final String code;

  Unavailable(String code, String message) {
    super(message, null, false, false);
    this.code = code;
  }

  /**
   * Stable: {@code read-only}, {@code draining}, {@code busy}, {@code superseded} or {@code
   * no-leader}.
   */
  public String code() {
    return code;
  }

  static Unavailable readOnly() {
    return new Unavailable(
        "read-only",
        "The server cannot write its journal, most often because its disk is full or its database"
            + " is away, and takes no changes until it can.");
  }

  static Unavailable draining() {
    return new Unavailable("draining", "The server is stopping.");
  }

  static Unavailable busy() {
    return new Unavailable("busy", "The server has too much to do.");
  }

  /** Of several servers none leads now, or this one does not know which. */
  public static Unavailable noLeader() {
    return new Unavailable(
        "no-leader", "No server leads this farm right now; another one takes over in seconds.");
  }

  static Unavailable superseded() {
    return new Unavailable("superseded", "A newer call took this one's place.");
  }
}
