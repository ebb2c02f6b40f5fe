package blenderer.openjd.expr;

import blenderer.openjd.expr.ExpressionError.Kind;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The nodes that make lists. */
final class Lists {

  private Lists() {}

  /**
   * A list of items whose memory is charged; charges the list instead.
   *
   * @param wanted the type items are converted to; null: the one they share
   */
  private static Value list(Run run, List<Value> items, @Nullable ExprType wanted) {
    long charged = 0;
    boolean known = true;
    for (Value item : items) {
      charged += item.bytes();
      known &= !(item instanceof Value.Unresolved);
      if (item.type() == ExprType.NULL) {
        throw run.error(Kind.TYPE, "null cannot be an item of a list");
      }
    }
    ExprType element = wanted;
    List<Value> converted = items;
    if (wanted != null) {
      converted = new ArrayList<>(items.size());
      for (Value item : items) {
        converted.add(Coercion.to(run, item, wanted));
      }
    } else {
      element = items.isEmpty() ? ExprType.NULL : sharedType(run, items);
    }
    ExprType type = element == null ? ExprType.NULL : element;
    if (type instanceof ExprType.ListOf(ExprType inner) && inner instanceof ExprType.ListOf) {
      throw run.error(Kind.TYPE, "a list may hold lists, but no lists of lists");
    }
    if (!known) {
      run.release(charged);
      return Value.unresolved(ExprType.listOf(type));
    }
    Value list = wanted != null ? Value.listOf(type, converted) : Coercion.widened(items, type);
    run.release(charged);
    run.charge(list.bytes());
    return list;
  }

  private static ExprType sharedType(Run run, List<Value> items) {
    ExprType shared = items.getFirst().type();
    for (Value item : items) {
      ExprType next = Coercion.shared(shared, item.type());
      if (next == null) {
        throw run.error(Kind.TYPE, "a list cannot hold both " + shared + " and " + item.type());
      }
      shared = next;
    }
    return shared;
  }

  private static @Nullable ExprType elementOf(@Nullable ExprType target) {
    ExprType.ListOf list = target == null ? null : Coercion.onlyList(target);
    return list == null ? null : list.element();
  }

  /** {@code [a, b]}. */
  record Literal(int at, List<Node> items) implements Node {
    @Override
    public Value eval(Run run, @Nullable ExprType target) {
      ExprType wanted = elementOf(target);
      List<Value> values = new ArrayList<>(items.size());
      for (Node item : items) {
        values.add(item.evalOwned(run, wanted));
      }
      run.at(at);
      return list(run, values, wanted);
    }

    @Override
    public boolean owned() {
      return true;
    }

    @Override
    public int height() {
      int height = 0;
      for (Node item : items) {
        height = Math.max(height, item.height());
      }
      return height + 1;
    }
  }

  /** {@code [item for variable in source if condition]}. */
  record Comprehension(int at, String variable, Node item, Node source, @Nullable Node condition)
      implements Node {

    @Override
    public Value eval(Run run, @Nullable ExprType target) {
      run.at(at);
      if (run.symbol(variable) != null) {
        throw run.error(
            Kind.TYPE, "the loop variable '" + variable + "' hides another name; rename it");
      }
      Value all = source.eval(run, null);
      run.at(at);
      Value result =
          switch (all) {
            case Value.Items(_, var items, _) -> over(run, items.iterator(), target);
            case Value.Range range -> {
              Iterator<Long> numbers = range.value().iterator();
              yield over(
                  run,
                  new Iterator<>() {
                    @Override
                    public boolean hasNext() {
                      return numbers.hasNext();
                    }

                    @Override
                    public Value next() {
                      return Value.of((long) numbers.next());
                    }
                  },
                  target);
            }
            case Value.Unresolved(ExprType type) -> overUnknown(run, type, target);
            default -> throw notIterable(run, all.type());
          };
      source.done(run, all);
      return result;
    }

    private static ExpressionError notIterable(Run run, ExprType type) {
      return run.error(Kind.TYPE, "a loop needs a list or a range, not " + type);
    }

    private Value over(Run run, Iterator<Value> values, @Nullable ExprType target) {
      ExprType wanted = elementOf(target);
      List<Value> results = new ArrayList<>();
      boolean sure = true;
      while (values.hasNext()) {
        run.step(1);
        run.enter(variable, values.next());
        Boolean taken = taken(run);
        if (!Boolean.FALSE.equals(taken)) {
          sure &= taken != null;
          results.add(item.evalOwned(run, wanted));
          run.charge(8);
        }
        run.leave();
      }
      run.release(8L * results.size());
      run.at(at);
      Value list = list(run, results, wanted);
      if (sure || list instanceof Value.Unresolved) {
        return list;
      }
      run.release(list.bytes());
      return Value.unresolved(list.type());
    }

    /** Whether the condition holds; null: not known. */
    private @Nullable Boolean taken(Run run) {
      if (condition == null) {
        return true;
      }
      Value value = condition.eval(run, null);
      run.at(condition.at());
      Boolean truth = Branches.truth(run, value, "the condition of a loop");
      condition.done(run, value);
      return truth;
    }

    private Value overUnknown(Run run, ExprType type, @Nullable ExprType target) {
      List<ExprType> elements = new ArrayList<>();
      for (ExprType one : type.alternatives()) {
        switch (one) {
          case ExprType.ListOf(ExprType element) -> elements.add(element);
          case ExprType.Simple simple when simple == ExprType.RANGE_EXPR ->
              elements.add(ExprType.INT);
          case ExprType.Simple simple when simple == ExprType.ANY -> elements.add(ExprType.ANY);
          default -> {}
        }
      }
      if (elements.isEmpty()) {
        throw notIterable(run, type);
      }
      Value any = Value.unresolved(ExprType.union(elements));
      Value result = over(run, List.of(any).iterator(), target);
      run.release(result.bytes());
      return Value.unresolved(result.type());
    }

    @Override
    public boolean owned() {
      return true;
    }

    @Override
    public int height() {
      int highest = Math.max(item.height(), source.height());
      return 1 + (condition == null ? highest : Math.max(highest, condition.height()));
    }
  }
}
