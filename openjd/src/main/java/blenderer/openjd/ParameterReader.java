package blenderer.openjd;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads job parameter definitions (§2) and checks that they do not contradict themselves. */
final class ParameterReader {

  private final Dialect dialect;
  private final boolean expressions;

  ParameterReader(Dialect dialect) {
    this.dialect = dialect;
    expressions = dialect.has(Extensions.EXPR);
  }

  Optional<ParameterDefinition> read(Spot spot) {
    Fields fields = spot.fields();
    Optional<String> name =
        fields
            .need("name")
            .flatMap(s -> s.text(1, dialect.limits().identifier(), Letters.IDENTIFIER));
    Optional<ParameterType> type = fields.need("type").flatMap(this::type);
    if (type.isEmpty()) {
      // Which other keys belong here depends on the type.
      return Optional.empty();
    }
    ParameterType known = type.get();
    String description = JobReader.description(fields);
    Constraints constraints = constraints(fields, known);
    Optional<Spot> defaultSpot = fields.take("default");
    Optional<String> defaultValue = defaultSpot.flatMap(s -> ParameterText.of(s, known));
    if (defaultValue.isPresent()) {
      String complaint = ParameterRules.complaint(known, constraints, defaultValue.get());
      if (!complaint.isEmpty()) {
        defaultSpot.get().wrong("the default " + complaint);
      }
    }
    PathUse path = known.isPath() ? pathUse(fields) : null;
    UserInterface shown =
        new UserInterfaceReader(known, path, fields.has("objectType"), constraints)
            .read(fields.take("userInterface"));
    fields.finish();
    return name.map(
        n ->
            new ParameterDefinition(
                n, known, description, defaultValue.orElse(null), constraints, path, shown));
  }

  private Optional<ParameterType> type(Spot spot) {
    Optional<String> word = spot.text();
    Optional<ParameterType> type = word.flatMap(w -> ParameterType.ofWord(w, expressions));
    if (word.isPresent() && type.isEmpty()) {
      List<String> words = ParameterType.words(expressions);
      boolean extended = !expressions && ParameterType.ofWord(word.get(), true).isPresent();
      spot.wrong(
          "'"
              + word.get()
              + "' is not one of "
              + String.join(", ", words)
              + (extended ? "; add EXPR to 'extensions' to use it" : Near.hint(word.get(), words)));
    }
    return type;
  }

  private static Constraints constraints(Fields fields, ParameterType type) {
    Constraints bounds = type == ParameterType.BOOL ? Constraints.NONE : bounds(fields, type);
    List<String> allowed = new ArrayList<>();
    if (!type.isList() && type != ParameterType.BOOL && type != ParameterType.RANGE_EXPR) {
      for (Spot spot : fields.list("allowedValues", JobReader.MANY)) {
        Optional<String> value = ParameterText.of(spot, type);
        if (value.isEmpty()) {
          continue;
        }
        String complaint = ParameterRules.complaint(type, bounds, value.get());
        if (!complaint.isEmpty()) {
          spot.wrong("the allowed value " + complaint);
        }
        allowed.add(value.get());
      }
    }
    Constraints item = null;
    // LIST[BOOL] has nothing that could be asked of its items.
    if (type.isList() && type != ParameterType.LIST_BOOL) {
      Optional<Fields> inner = fields.take("item").map(Spot::fields);
      if (inner.isPresent()) {
        item = constraints(inner.get(), type.element().orElseThrow());
        inner.get().finish();
      }
    }
    return new Constraints(allowed, bounds.least(), bounds.most(), item);
  }

  private static Constraints bounds(Fields fields, ParameterType type) {
    String leastKey = type.isNumber() ? "minValue" : "minLength";
    String mostKey = type.isNumber() ? "maxValue" : "maxLength";
    Optional<BigDecimal> least;
    Optional<BigDecimal> most;
    if (type.isNumber()) {
      least = fields.take(leastKey).flatMap(s -> ParameterText.of(s, type)).map(BigDecimal::new);
      most = fields.take(mostKey).flatMap(s -> ParameterText.of(s, type)).map(BigDecimal::new);
    } else {
      least = length(fields, leastKey, type == ParameterType.RANGE_EXPR ? 1 : 0);
      // A list may be bound to be empty; a text's largest length is at least 1.
      most = length(fields, mostKey, type.isList() ? 0 : 1);
    }
    if (least.isPresent() && most.isPresent() && least.get().compareTo(most.get()) > 0) {
      fields.wrong(
          "'"
              + leastKey
              + "' "
              + least.get()
              + " is more than '"
              + mostKey
              + "' "
              + most.get()
              + "; no value can keep to both");
      most = Optional.empty();
    }
    return new Constraints(List.of(), least.orElse(null), most.orElse(null), null);
  }

  private static Optional<BigDecimal> length(Fields fields, String key, int least) {
    return fields
        .take(key)
        .flatMap(
            spot -> {
              if (spot.tree() instanceof Tree.Text) {
                spot.wrong("this is text, but must be a whole number");
                return Optional.empty();
              }
              return spot.whole(least, Integer.MAX_VALUE);
            })
        .map(BigDecimal::valueOf);
  }

  private static PathUse pathUse(Fields fields) {
    PathUse.ObjectType objectType =
        fields
            .take("objectType")
            .flatMap(s -> s.oneOf(List.of("FILE", "DIRECTORY")))
            .map(PathUse.ObjectType::valueOf)
            .orElse(PathUse.ObjectType.DIRECTORY);
    PathUse.DataFlow dataFlow =
        fields
            .take("dataFlow")
            .flatMap(s -> s.oneOf(List.of("NONE", "IN", "OUT", "INOUT")))
            .map(PathUse.DataFlow::valueOf)
            .orElse(PathUse.DataFlow.NONE);
    return new PathUse(objectType, dataFlow);
  }
}
