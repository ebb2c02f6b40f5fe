package blenderer.openjd.expr;

import blenderer.openjd.expr.ExpressionError.Kind;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One evaluation: what it sees, and how much it has used. */
final class Run {

  /** The value of a loop variable. */
  private record Local(String name, Value value, @Nullable Local outer) {}

  private final Map<String, Value> symbols;
  private final Evaluation settings;
  private @Nullable Local locals;
  private final long most;
  private long memory;
  private long operations;

  /** The offset of what is evaluated, for errors. */
  private int at;

  Run(Map<String, Value> symbols, Evaluation settings) {
    this.symbols = symbols;
    this.settings = settings;
    Budget shared = settings.shared();
    most = shared == null ? settings.operations() : Math.min(settings.operations(), shared.left());
  }

  /** Takes what was used from the budget that evaluations share. */
  void end() {
    Budget shared = settings.shared();
    if (shared != null) {
      shared.spend(operations);
    }
  }

  Evaluation settings() {
    return settings;
  }

  boolean windows() {
    return settings.paths() == PathFlavour.WINDOWS;
  }

  @Nullable Value symbol(String name) {
    return symbols.get(name);
  }

  Value local(String name) {
    for (Local local = locals; local != null; local = local.outer) {
      if (local.name.equals(name)) {
        return local.value;
      }
    }
    throw new IllegalStateException("the parser let pass the loop variable " + name);
  }

  void enter(String name, Value value) {
    locals = new Local(name, value, locals);
  }

  void leave() {
    if (locals != null) {
      locals = locals.outer;
    }
  }

  void at(int offset) {
    at = offset;
  }

  ExpressionError error(Kind kind, String sentence) {
    return new ExpressionError(kind, at, sentence);
  }

  /** Counts operations (§1.3.10). */
  void step(long count) {
    if (count > most - operations) {
      operations = most;
      Budget shared = settings.shared();
      throw error(
          Kind.LIMIT,
          shared != null && most < settings.operations()
              ? "all expressions together need more than " + shared.all() + " operations"
              : "the expression needs more than " + most + " operations; make it simpler");
    }
    operations += count;
  }

  /** Counts the operations of reading a text. */
  void read(String text) {
    step((text.length() + 255) >> 8);
  }

  /** Counts memory that lives until {@link #release}. */
  void charge(long bytes) {
    memory += bytes;
    check(memory);
  }

  void release(long bytes) {
    memory -= bytes;
  }

  /** Says in time that a value of this size cannot be made. */
  void reserve(long bytes) {
    check(bytes > Long.MAX_VALUE - memory ? Long.MAX_VALUE : memory + bytes);
  }

  private void check(long bytes) {
    if (bytes > settings.memory()) {
      throw error(
          Kind.LIMIT, "the expression needs more than " + settings.memory() + " bytes of memory");
    }
  }

  /** What {@link #restore} goes back to when a branch that may never be taken has failed. */
  record Mark(long memory, @Nullable Object locals) {}

  Mark mark() {
    return new Mark(memory, locals);
  }

  void restore(Mark mark) {
    memory = mark.memory;
    locals = (Local) mark.locals;
  }
}
