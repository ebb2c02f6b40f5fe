package blenderer.openjd.expr;

/** An expression that cannot be read, does not fit its types, or fails when it is evaluated. */
public final class ExpressionError extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /** What went wrong, for code that treats some failures apart. */
  public enum Kind {
    /** The text is no expression. */
    SYNTAX,
    /** Unknown names, or types that do not go together. */
    TYPE,
    /** A value for which an operation has no answer. */
    VALUE,
    /** More memory or more operations than allowed. */
    LIMIT,
    /** The expression itself called {@code fail()}. */
    FAILED
  }

  private final Kind kind;
  private final int offset;

  ExpressionError(Kind kind, int offset, String sentence) {
    // Wrong expressions are part of the language's life; nobody reads their stack traces.
    super(sentence, null, false, false);
    this.kind = kind;
    this.offset = offset;
  }

  /** The kind of failure. */
  public Kind kind() {
    return kind;
  }

  /** Where in the expression's text, in chars from its start. */
  public int offset() {
    return offset;
  }

  /** The sentence, without the place. */
  public String sentence() {
    return String.valueOf(getMessage());
  }
}
