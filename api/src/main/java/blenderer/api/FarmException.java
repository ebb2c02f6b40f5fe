package blenderer.api;

/**
 * Something that the client could not do, in a form that people can act on: a stable code, one
 * plain sentence (the message), and what to do next.
 */
public abstract sealed class FarmException extends RuntimeException
    permits ApiException, UnreachableException, LocalFileException, ConnectionStringException {

  private final String code;
  private final String next;

  FarmException(String code, String sentence, String next) {
    super(sentence);
    this.code = code;
    this.next = next;
  }

  /** Stable, in lower case with dashes, such as {@code unreachable}. */
  public String code() {
    return code;
  }

  /** One plain sentence that names the thing. */
  public String sentence() {
    return String.valueOf(getMessage());
  }

  /** What a person can do about it. */
  public String next() {
    return next;
  }

  /** Whether the same request may succeed a little later. */
  public abstract boolean mayPass();
}
