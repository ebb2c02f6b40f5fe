package blenderer.openjd.expr;

import blenderer.openjd.expr.ExpressionError.Kind;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The nodes that call functions: every operator, property and index is one (§1.3.3). */
final class Calls {

  private Calls() {}

  /**
   * A call.
   *
   * @param receiver whether the first argument stands before the name
   */
  record Call(int at, Overloads what, List<Node> arguments, boolean receiver) implements Node {

    @Override
    public Value eval(Run run, @Nullable ExprType target) {
      Value[] values = new Value[arguments.size()];
      for (int i = 0; i < values.length; i++) {
        values[i] = arguments.get(i).eval(run, null);
      }
      run.at(at);
      Value result = call(run, what, values, receiver);
      run.charge(result.bytes());
      for (int i = 0; i < values.length; i++) {
        arguments.get(i).done(run, values[i]);
      }
      return result;
    }

    @Override
    public boolean owned() {
      return true;
    }

    @Override
    public int height() {
      int height = 0;
      for (Node argument : arguments) {
        height = Math.max(height, argument.height());
      }
      return height + 1;
    }
  }

  /** A property of a value. */
  record Property(int at, String name, Node receiver) implements Node {
    @Override
    public Value eval(Run run, @Nullable ExprType target) {
      Value value = receiver.eval(run, null);
      Value result = property(run, at, name, value);
      run.charge(result.bytes());
      receiver.done(run, value);
      return result;
    }

    @Override
    public boolean owned() {
      return true;
    }

    @Override
    public int height() {
      return receiver.height() + 1;
    }
  }

  static Value call(Run run, Overloads what, Value[] values, boolean receiver) {
    run.step(1);
    if (what.name().equals("apply_path_mapping") && !run.settings().host()) {
      throw run.error(
          Kind.TYPE,
          "apply_path_mapping() works only where a session runs: in scripts and environments");
    }
    return what.call(run, values, receiver);
  }

  static Value property(Run run, int at, String name, Value value) {
    run.at(at);
    Overloads what = Library.property(name);
    if (what == null) {
      throw run.error(Kind.TYPE, value.type() + " has no property '" + name + "'");
    }
    return call(run, what, new Value[] {value}, true);
  }

  static Node operator(int at, String sign, Node... operands) {
    String name = operands.length == 1 && !sign.equals("not") ? "unary " + sign : sign;
    return new Call(at, Library.operator(name), List.of(operands), false);
  }

  static Node subscript(int at, List<Node> arguments) {
    return new Call(at, Library.operator("[]"), List.copyOf(arguments), true);
  }

  /** Refuses what no values could make work, even where it would never be evaluated. */
  private static Overloads named(int at, String name) {
    Overloads what = Library.function(name);
    if (what == null) {
      throw new ExpressionError(Kind.TYPE, at, "there is no function " + name + "()");
    }
    return what;
  }

  static Node function(int at, String name, List<Node> arguments) {
    return new Call(at, named(at, name), List.copyOf(arguments), false);
  }

  static Node method(int at, String name, List<Node> arguments) {
    return new Call(at, named(at, name), List.copyOf(arguments), true);
  }

  static Node property(int at, String name, Node receiver) {
    return new Property(at, name, receiver);
  }
}
