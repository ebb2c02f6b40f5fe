package blenderer.openjd;

import java.math.BigDecimal;
import java.util.List;
import java.util.SequencedMap;

/**
 * A document as it was written, before anybody asks what it means; the same for JSON and YAML.
 * Every value knows the line it starts in, counted from 1.
 */
sealed interface Tree {

  /** What a person calls this kind of value. */
  String kind();

  int line();

  record Text(String value, int line) implements Tree {
    @Override
    public String kind() {
      return "text";
    }
  }

  /**
   * A number.
   *
   * @param text as written, for values that keep their digits
   * @param whole whether it was written without a point and an exponent
   */
  record Num(BigDecimal value, String text, boolean whole, int line) implements Tree {
    @Override
    public String kind() {
      return whole ? "a whole number" : "a decimal number";
    }
  }

  record Bool(boolean value, int line) implements Tree {
    @Override
    public String kind() {
      return "true or false";
    }
  }

  /** {@code null}, and YAML's infinities and not-a-number, which no field accepts. */
  record Nothing(String text, int line) implements Tree {
    @Override
    public String kind() {
      return "'" + text + "'";
    }
  }

  record Items(List<Tree> items, int line) implements Tree {
    @Override
    public String kind() {
      return "a list";
    }
  }

  record Fields(SequencedMap<String, Tree> fields, int line) implements Tree {
    @Override
    public String kind() {
      return "an object";
    }
  }

  /** A document that is neither JSON nor YAML, or one that asks for too much. */
  final class Unreadable extends Exception {
    private static final long serialVersionUID = 1;

    private final int line;

    /**
     * @param line where; 0: the document as a whole
     */
    Unreadable(int line, String message) {
      super(message);
      this.line = line;
    }

    int line() {
      return line;
    }
  }
}
