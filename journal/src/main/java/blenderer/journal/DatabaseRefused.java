package blenderer.journal;

/** A database that cannot hold this server's journal; the message is for who starts the server. */
public final class DatabaseRefused extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final String code;

  /**
   * @param code stable, such as {@code database-unreachable}
   * @param message a plain sentence, and what to do next
   */
  DatabaseRefused(String code, String message) {
    super(message);
    this.code = code;
  }

  DatabaseRefused(String code, String message, Throwable cause) {
    super(message, cause);
    this.code = code;
  }

  /** Stable, such as {@code database-unreachable}. */
  public String code() {
    return code;
  }
}
