package blenderer.openjd.expr;

import blenderer.openjd.expr.ExpressionError.Kind;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The nodes that evaluate only some of their parts. */
final class Branches {

  private Branches() {}

  private static int highest(List<Node> nodes) {
    int height = 0;
    for (Node node : nodes) {
      height = Math.max(height, node.height());
    }
    return height + 1;
  }

  /** The truth of a condition; null: not known yet. */
  static @Nullable Boolean truth(Run run, Value value, String what) {
    if (value instanceof Value.Bool(boolean truth)) {
      return truth;
    }
    if (value instanceof Value.Unresolved(ExprType type)
        && (type == ExprType.ANY || type.alternatives().contains(ExprType.BOOL))) {
      return null;
    }
    throw run.error(Kind.TYPE, what + " must be a bool, not " + value.type());
  }

  /** {@code a if c else b}. */
  record Conditional(int at, Node condition, Node then, Node otherwise) implements Node {
    @Override
    public Value eval(Run run, @Nullable ExprType target) {
      Value decision = condition.eval(run, null);
      run.at(condition.at());
      Boolean truth = truth(run, decision, "the condition");
      condition.done(run, decision);
      if (truth != null) {
        return (truth ? then : otherwise).evalOwned(run, target);
      }
      return either(run, target);
    }

    /** Either branch may be taken: a branch that can only fail never gives the value. */
    private Value either(Run run, @Nullable ExprType target) {
      Run.Mark mark = run.mark();
      List<ExprType> types = new ArrayList<>();
      ExpressionError first = null;
      for (Node branch : List.of(then, otherwise)) {
        try {
          types.add(branch.eval(run, target).type());
        } catch (ExpressionError e) {
          if (e.kind() == Kind.LIMIT) {
            throw e;
          }
          if (first != null) {
            throw new ExpressionError(
                e.kind(), at, "both branches fail: " + first.sentence() + "; " + e.sentence());
          }
          first = e;
        }
        run.restore(mark);
      }
      return Value.unresolved(ExprType.union(types));
    }

    @Override
    public boolean owned() {
      return true;
    }

    @Override
    public int height() {
      return highest(List.of(condition, then, otherwise));
    }
  }

  /** {@code and} and {@code or}, which give one of their sides (§2.1.6). */
  record Logical(int at, boolean and, Node left, Node right) implements Node {
    @Override
    public Value eval(Run run, @Nullable ExprType target) {
      Value value = left.evalOwned(run, null);
      run.at(at);
      run.step(1);
      if (value instanceof Value.Unresolved(ExprType type)) {
        return either(run, type);
      }
      boolean falsy = value instanceof Value.Null || value.equals(Value.FALSE);
      if (falsy == and) {
        return value;
      }
      run.release(value.bytes());
      return right.evalOwned(run, null);
    }

    private Value either(Run run, ExprType type) {
      List<ExprType> types = new ArrayList<>();
      boolean stops = type == ExprType.ANY;
      boolean goesOn = type == ExprType.ANY;
      for (ExprType one : type.alternatives()) {
        boolean mayBeFalsy = one == ExprType.NULL || one == ExprType.BOOL;
        boolean mayBeTruthy = one != ExprType.NULL;
        if (and ? mayBeFalsy : mayBeTruthy) {
          types.add(one);
          stops = true;
        }
        goesOn |= and ? mayBeTruthy : mayBeFalsy;
      }
      if (goesOn) {
        Run.Mark mark = run.mark();
        try {
          types.add(right.eval(run, null).type());
        } catch (ExpressionError e) {
          // The left side may make this one unnecessary.
          if (!stops || e.kind() == Kind.LIMIT) {
            throw e;
          }
        }
        run.restore(mark);
      }
      return Value.unresolved(ExprType.union(types));
    }

    @Override
    public boolean owned() {
      return true;
    }

    @Override
    public int height() {
      return highest(List.of(left, right));
    }
  }

  /** {@code a < b <= c}: each operand is evaluated once (§1.3.6). */
  record Comparison(int at, List<String> signs, List<Node> operands) implements Node {
    @Override
    public Value eval(Run run, @Nullable ExprType target) {
      Node leftNode = operands.getFirst();
      Value left = leftNode.eval(run, null);
      Value result = Value.TRUE;
      for (int i = 0; i < signs.size(); i++) {
        Node rightNode = operands.get(i + 1);
        Value right = rightNode.eval(run, null);
        run.at(at);
        run.step(1);
        Value one = compare(run, signs.get(i), left, right);
        leftNode.done(run, left);
        left = right;
        leftNode = rightNode;
        if (one.equals(Value.FALSE)) {
          result = one;
          break;
        }
        if (one instanceof Value.Unresolved) {
          result = one;
        }
      }
      leftNode.done(run, left);
      return result;
    }

    private static Value compare(Run run, String sign, Value left, Value right) {
      if (left instanceof Value.Int(long a) && right instanceof Value.Int(long b)) {
        switch (sign) {
          case "==":
            return Value.of(a == b);
          case "!=":
            return Value.of(a != b);
          case "<":
            return Value.of(a < b);
          case ">":
            return Value.of(a > b);
          case "<=":
            return Value.of(a <= b);
          case ">=":
            return Value.of(a >= b);
          default:
            break;
        }
      }
      if (sign.endsWith("in")) {
        Value in = Calls.call(run, Library.operator("in"), new Value[] {right, left}, true);
        return sign.equals("in") || in instanceof Value.Unresolved
            ? in
            : Value.of(in.equals(Value.FALSE));
      }
      if (left instanceof Value.Unresolved || right instanceof Value.Unresolved) {
        if (!sign.equals("==") && !sign.equals("!=")) {
          Ordering.checkTypes(run, sign, left.type(), right.type());
        }
        return Value.unresolved(ExprType.BOOL);
      }
      return switch (sign) {
        case "==" -> Value.of(Equality.equal(run, left, right));
        case "!=" -> Value.of(!Equality.equal(run, left, right));
        case "<" -> Value.of(Ordering.compare(run, sign, left, right) < 0);
        case ">" -> Value.of(Ordering.compare(run, sign, left, right) > 0);
        case "<=" -> Value.of(Ordering.compare(run, sign, left, right) <= 0);
        default -> Value.of(Ordering.compare(run, sign, left, right) >= 0);
      };
    }

    @Override
    public boolean owned() {
      return true;
    }

    @Override
    public int height() {
      return highest(operands);
    }
  }
}
