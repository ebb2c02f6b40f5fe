package blenderer.openjd.expr;

/**
 * A piece of an expression.
 *
 * @param text of a name or sign: as written; of a text literal: its value; of a number: its digits
 *     without underscores
 * @param start the offset of its first char
 * @param end the offset after its last char
 */
record Token(Kind kind, String text, int start, int end) {

  enum Kind {
    NAME,
    INT,
    FLOAT,
    TEXT,
    SIGN,
    END
  }

  boolean is(String sign) {
    return kind == Kind.SIGN && text.equals(sign);
  }

  boolean isWord(String word) {
    return kind == Kind.NAME && text.equals(word);
  }

  /** How a sentence calls it. */
  String shown() {
    return switch (kind) {
      case END -> "the end";
      case TEXT -> "a text";
      default -> "'" + text + "'";
    };
  }
}
