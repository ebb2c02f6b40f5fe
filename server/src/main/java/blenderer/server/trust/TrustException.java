package blenderer.server.trust;

/** A certificate, key or account file that cannot be made, read or written. */
public final class TrustException extends RuntimeException {
  private static final long serialVersionUID = 1;

  public TrustException(String message) {
    super(message);
  }

  public TrustException(String message, Throwable cause) {
    super(message + ": " + cause.getMessage(), cause);
  }
}
