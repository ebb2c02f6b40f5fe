package blenderer.server;

/** A server that cannot start; the message is a plain sentence for the person who started it. */
public final class ServerException extends RuntimeException {
  private static final long serialVersionUID = 1;

  public ServerException(String message, Throwable cause) {
    super(message, cause);
  }

  public ServerException(String message) {
    super(message);
  }
}
