package blenderer.openjd.expr;

import blenderer.openjd.range.RangeExpression;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A value of the expression language. */
public sealed interface Value {

  /** The type. */
  ExprType type();

  /** As text, the way {@code string()} and text around an expression show it. */
  String display();

  /** How much memory it counts for, in bytes. */
  long bytes();

  Value NULL = new Null();
  Value TRUE = new Bool(true);
  Value FALSE = new Bool(false);

  /** {@code null}. */
  record Null() implements Value {
    @Override
    public ExprType type() {
      return ExprType.NULL;
    }

    @Override
    public String display() {
      return "null";
    }

    @Override
    public long bytes() {
      return 0;
    }
  }

  /** A truth value. */
  record Bool(boolean value) implements Value {
    @Override
    public ExprType type() {
      return ExprType.BOOL;
    }

    @Override
    public String display() {
      return Boolean.toString(value);
    }

    @Override
    public long bytes() {
      return 0;
    }
  }

  /** A whole number. */
  record Int(long value) implements Value {
    @Override
    public ExprType type() {
      return ExprType.INT;
    }

    @Override
    public String display() {
      return Long.toString(value);
    }

    @Override
    public long bytes() {
      return 24;
    }
  }

  /**
   * A finite number, never negative zero.
   *
   * @param written how it was written, as long as nothing is computed with it (§1.3.4); null: the
   *     shortest text that reads as the same number
   */
  record Real(double value, @Nullable String written) implements Value {
    @Override
    public ExprType type() {
      return ExprType.FLOAT;
    }

    @Override
    public String display() {
      return written != null ? written : Numbers.text(value);
    }

    @Override
    public long bytes() {
      return 32;
    }
  }

  /** A text. */
  record Text(String value) implements Value {
    @Override
    public ExprType type() {
      return ExprType.STRING;
    }

    @Override
    public String display() {
      return value;
    }

    @Override
    public long bytes() {
      return bytesOf(value.length());
    }

    static long bytesOf(long chars) {
      return 56 + 2 * chars;
    }
  }

  /** A path or a URI; how its text is read depends on the {@link PathFlavour} of an evaluation. */
  record Path(String value) implements Value {
    @Override
    public ExprType type() {
      return ExprType.PATH;
    }

    @Override
    public String display() {
      return value;
    }

    @Override
    public long bytes() {
      return Text.bytesOf(value.length());
    }
  }

  /**
   * A set of whole numbers in ascending order.
   *
   * @param written how it is shown; null: in the canonical form
   */
  record Range(RangeExpression value, @Nullable String written) implements Value {
    @Override
    public ExprType type() {
      return ExprType.RANGE_EXPR;
    }

    @Override
    public String display() {
      return written != null ? written : value.canonical();
    }

    @Override
    public long bytes() {
      return 256;
    }
  }

  /**
   * A list; {@link #listOf} makes one.
   *
   * @param element the type of every item
   */
  record Items(ExprType element, List<Value> items, long bytes) implements Value {
    @Override
    public ExprType type() {
      return ExprType.listOf(element);
    }

    @Override
    public String display() {
      StringBuilder json = new StringBuilder();
      Json.write(this, false, json);
      return json.toString();
    }
  }

  /** Not known yet, but of this type. */
  record Unresolved(ExprType type) implements Value {
    @Override
    public String display() {
      return "<" + type + ">";
    }

    @Override
    public long bytes() {
      return 0;
    }
  }

  /** A truth value. */
  static Value of(boolean value) {
    return value ? TRUE : FALSE;
  }

  /** A whole number. */
  static Value of(long value) {
    return new Int(value);
  }

  /** A text. */
  static Value of(String value) {
    return new Text(value);
  }

  /** A path or URI, its text as it is. */
  static Value path(String value) {
    return new Path(value);
  }

  /** A value that is known later. */
  static Value unresolved(ExprType type) {
    return new Unresolved(type);
  }

  /**
   * A number that shows as it was written.
   *
   * @throws IllegalArgumentException when the text is no finite number
   */
  static Value real(String written) {
    double value = Double.parseDouble(written);
    if (Double.isNaN(value) || Double.isInfinite(value)) {
      throw new IllegalArgumentException("'" + written + "' is not a finite number");
    }
    return new Real(value + 0.0, written);
  }

  /** A list whose items all are of {@code element}; the caller vouches for it. */
  static Value listOf(ExprType element, List<? extends Value> items) {
    List<Value> copy = List.copyOf(items);
    long bytes = 40;
    for (Value item : copy) {
      bytes += item.bytes() + 8;
    }
    return new Items(copy.isEmpty() ? ExprType.NULL : element, copy, bytes);
  }

  /** A list of texts. */
  static Value texts(List<String> items) {
    List<Value> values = new ArrayList<>(items.size());
    items.forEach(item -> values.add(new Text(item)));
    return listOf(ExprType.STRING, values);
  }
}
