package blenderer.cas;

import java.io.IOException;

/** The place of the blobs is beyond this machine and does not answer as it should; it may later. */
public final class StoreAwayException extends CasException {
  private static final long serialVersionUID = 1;

  public StoreAwayException(String message, IOException cause) {
    super(message, cause);
  }
}
