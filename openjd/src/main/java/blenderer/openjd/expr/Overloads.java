package blenderer.openjd.expr;

import blenderer.openjd.expr.ExpressionError.Kind;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * All forms of one function, operator or property; the first that fits is taken.
 *
 * @param name as a person writes it
 * @param forms in the order of preference
 */
record Overloads(String name, Sort sort, List<Signature> forms) {

  /** How it is written, which decides what is converted and how errors speak of it. */
  enum Sort {
    FUNCTION,
    OPERATOR,
    PROPERTY
  }

  private static final int MOST_COMBINATIONS = 4096;

  /** A path is not taken for its text here, as its truth would mean something else (§2.2.1). */
  private static final Set<String> EXACT = Set.of("bool");

  /**
   * Calls the form that fits.
   *
   * @param receiver whether the first argument stands before the name and keeps its type (§1.2.4)
   */
  Value call(Run run, Value[] arguments, boolean receiver) {
    for (Value argument : arguments) {
      if (argument instanceof Value.Unresolved) {
        return Value.unresolved(type(run, arguments, receiver));
      }
    }
    for (Signature form : forms) {
      if (form.fits(arguments)) {
        return form.body().apply(run, arguments);
      }
    }
    for (Signature form : EXACT.contains(name) ? List.<Signature>of() : forms) {
      Value[] converted = form.converted(run, arguments, receiver ? 1 : 0, sort == Sort.OPERATOR);
      if (converted != null) {
        return form.body().apply(run, converted);
      }
    }
    throw refused(run, types(arguments), receiver);
  }

  private static List<ExprType> types(Value[] arguments) {
    List<ExprType> types = new ArrayList<>(arguments.length);
    for (Value argument : arguments) {
      types.add(argument.type());
    }
    return types;
  }

  /** Every type that some combination of the arguments' alternatives gives. */
  private ExprType type(Run run, Value[] arguments, boolean receiver) {
    List<ExprType> types = types(arguments);
    List<List<ExprType>> combinations = List.of(List.of());
    for (ExprType type : types) {
      List<List<ExprType>> longer = new ArrayList<>();
      for (List<ExprType> combination : combinations) {
        for (ExprType one : type.alternatives()) {
          List<ExprType> more = new ArrayList<>(combination);
          more.add(one);
          longer.add(more);
        }
      }
      if (longer.size() > MOST_COMBINATIONS) {
        return ExprType.ANY;
      }
      combinations = longer;
    }
    Set<ExprType> results = new LinkedHashSet<>();
    for (List<ExprType> combination : combinations) {
      if (combination.contains(ExprType.NO_RETURN)) {
        results.add(ExprType.NO_RETURN);
      } else {
        addResults(combination, receiver, results);
      }
    }
    if (results.isEmpty()) {
      throw refused(run, types, receiver);
    }
    return ExprType.union(results);
  }

  private void addResults(List<ExprType> types, boolean receiver, Set<ExprType> results) {
    boolean vague = types.contains(ExprType.ANY);
    boolean found = false;
    for (Signature form : forms) {
      if (form.parameters().size() == types.size()
          && form.converted(types, types.size(), false) != null
          && add(form.rule().apply(types), results)) {
        found = true;
        if (!vague) {
          return;
        }
      }
    }
    for (Signature form : forms) {
      if (found || form.parameters().size() != types.size() || EXACT.contains(name)) {
        continue;
      }
      List<ExprType> converted = form.converted(types, receiver ? 1 : 0, sort == Sort.OPERATOR);
      if (converted != null && add(form.rule().apply(converted), results)) {
        return;
      }
    }
  }

  private static boolean add(@Nullable ExprType type, Set<ExprType> results) {
    if (type == null) {
      return false;
    }
    results.add(type);
    return true;
  }

  private ExpressionError refused(Run run, List<ExprType> types, boolean receiver) {
    String shown = types.stream().map(Object::toString).collect(Collectors.joining(", "));
    String sentence =
        switch (sort) {
          case OPERATOR ->
              name.equals("[]")
                  ? types.getFirst()
                      + " cannot be indexed with "
                      + shown.substring(shown.indexOf(',') + 2)
                  : "'" + name + "' does not work with " + shown.replace(", ", " and ");
          case PROPERTY -> types.getFirst() + " has no property '" + name + "'";
          case FUNCTION -> function(types, shown, receiver);
        };
    return run.error(Kind.TYPE, sentence);
  }

  private String function(List<ExprType> types, String shown, boolean receiver) {
    Set<Integer> counts = new TreeSet<>();
    forms.forEach(form -> counts.add(form.parameters().size()));
    if (!counts.contains(types.size())) {
      String wanted = counts.stream().map(Object::toString).collect(Collectors.joining(" or "));
      return name + "() takes " + wanted + " arguments, not " + types.size();
    }
    if (receiver
        && forms.stream()
            .noneMatch(form -> Signature.fits(types.getFirst(), form.parameters().getFirst()))) {
      return types.getFirst() + " has no method " + name + "()";
    }
    return name + "() does not take (" + shown + ")";
  }
}
