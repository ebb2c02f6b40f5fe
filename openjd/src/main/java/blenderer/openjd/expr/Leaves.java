package blenderer.openjd.expr;

import blenderer.openjd.expr.ExpressionError.Kind;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The nodes that stand for a value themselves. */
final class Leaves {

  private Leaves() {}

  /** A literal. */
  record Literal(int at, Value value) implements Node {
    @Override
    public Value eval(Run run, @Nullable ExprType target) {
      return value;
    }

    @Override
    public boolean owned() {
      return false;
    }

    @Override
    public int height() {
      return 1;
    }
  }

  /** 2 to the 63rd, which is a number only behind a minus. */
  record TooLarge(int at, String digits) implements Node {
    @Override
    public Value eval(Run run, @Nullable ExprType target) {
      throw new ExpressionError(
          Kind.SYNTAX, at, "the number " + digits + " does not fit in 64 bits");
    }

    @Override
    public boolean owned() {
      return false;
    }

    @Override
    public int height() {
      return 1;
    }
  }

  /** Parentheses. */
  record Group(Node inner) implements Node {
    @Override
    public int at() {
      return inner.at();
    }

    @Override
    public Value eval(Run run, @Nullable ExprType target) {
      return inner.eval(run, target);
    }

    @Override
    public boolean owned() {
      return inner.owned();
    }

    @Override
    public int height() {
      return inner.height() + 1;
    }
  }

  /** A loop variable. */
  record Local(int at, String name) implements Node {
    @Override
    public Value eval(Run run, @Nullable ExprType target) {
      return run.local(name);
    }

    @Override
    public boolean owned() {
      return false;
    }

    @Override
    public int height() {
      return 1;
    }
  }

  /** A symbol, perhaps with properties after it: which part is which only the symbols tell. */
  static final class Name implements Node {
    private final int at;
    private final List<String> parts;
    private final String[] prefixes;

    Name(int at, List<String> parts) {
      this.at = at;
      this.parts = List.copyOf(parts);
      prefixes = new String[parts.size()];
      for (int i = 0; i < prefixes.length; i++) {
        prefixes[i] = String.join(".", parts.subList(0, i + 1));
      }
    }

    @Override
    public int at() {
      return at;
    }

    @Override
    public Value eval(Run run, @Nullable ExprType target) {
      for (int i = prefixes.length - 1; i >= 0; i--) {
        Value value = run.symbol(prefixes[i]);
        if (value != null) {
          for (String property : parts.subList(i + 1, parts.size())) {
            value = Calls.property(run, at, property, value);
          }
          return value;
        }
      }
      throw new ExpressionError(
          Kind.TYPE, at, "'" + prefixes[prefixes.length - 1] + "' has no meaning here");
    }

    /** Properties of symbols are small and short-lived enough to go uncounted. */
    @Override
    public boolean owned() {
      return false;
    }

    @Override
    public int height() {
      return 1;
    }
  }
}
