package blenderer.cas;

import blenderer.model.Failure;
import blenderer.model.RetryClass;

/** A manifest, or a tree that should become one, that cannot be used. Its message is for people. */
public final class BadManifestException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final String code;

  /**
   * @param code stable, in lower case with dashes
   * @param message one sentence that names the path
   */
  public BadManifestException(String code, String message) {
    super(message);
    this.code = code;
  }

  /** The same as a value, for an answer. */
  public Failure failure() {
    return new Failure(code, String.valueOf(getMessage()), RetryClass.NEVER);
  }
}
