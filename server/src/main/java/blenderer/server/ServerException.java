package blenderer.server;

/** A server that cannot start; the message is a plain sentence for the person who started it. */
public final class ServerException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private static final String CODE = "server-not-started";

  private final String code;

  public ServerException(String message, Throwable cause) {
    this(CODE, message, cause);
  }

  public ServerException(String message) {
    super(message);
    code = CODE;
  }

  /**
   * @param code stable, for a cause that has one of its own
   */
  public ServerException(String code, String message, Throwable cause) {
    super(message, cause);
    this.code = code;
  }

  /**
   * @param code stable, such as {@code target-not-empty}
   * @param message a plain sentence, and what to do next
   */
  public ServerException(String code, String message) {
    super(message);
    this.code = code;
  }

  /** Stable: {@code server-not-started}, or what stands for the cause. */
  public String code() {
    return code;
  }
}
