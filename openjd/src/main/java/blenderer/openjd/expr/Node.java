package blenderer.openjd.expr;

import org.jspecify.annotations.Nullable;

/** A part of a parsed expression. */
interface Node {

  /** Its offset in the text. */
  int at();

  /**
   * Its value.
   *
   * @param target the type that is wanted in the end; guides lists only, whoever passes it converts
   *     the result (§1.3.1); null: any
   */
  Value eval(Run run, @Nullable ExprType target);

  /**
   * Whether its value's memory has been charged, so that whoever consumes the value releases it.
   */
  boolean owned();

  /** How many nodes stand above each other at most. */
  int height();

  /** Releases the memory of a value that this node gave. */
  default void done(Run run, Value value) {
    if (owned()) {
      run.release(value.bytes());
    }
  }

  /** Its value, charged in any case. */
  default Value evalOwned(Run run, @Nullable ExprType target) {
    Value value = eval(run, target);
    if (!owned()) {
      run.charge(value.bytes());
    }
    return value;
  }
}
