package blenderer.cas;

import java.io.IOException;

/** The disk of a content store failed in a way that is no expected outcome. Names the file. */
public sealed class CasException extends RuntimeException permits StoreAwayException {
  private static final long serialVersionUID = 1;

  public CasException(String message) {
    super(message);
  }

  public CasException(String message, IOException cause) {
    super(message + ": " + cause, cause);
  }
}
