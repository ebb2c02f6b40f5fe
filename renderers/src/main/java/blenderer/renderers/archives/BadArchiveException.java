package blenderer.renderers.archives;

/** An archive that is damaged, hostile, or none of a renderer; the message is a plain sentence. */
public final class BadArchiveException extends Exception {

  private static final long serialVersionUID = 1;

  BadArchiveException(String sentence) {
    super(sentence);
  }

  BadArchiveException(String sentence, Throwable cause) {
    super(sentence, cause);
  }

  /** What is wrong. */
  public String sentence() {
    return String.valueOf(getMessage());
  }
}
