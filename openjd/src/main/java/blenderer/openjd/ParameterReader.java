package blenderer.openjd;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads job parameter definitions (§2) and checks that they do not contradict themselves. */
final class ParameterReader {

  private static final List<String> TYPES =
      Arrays.stream(ParameterType.values()).map(Enum::name).toList();

  private final Limits limits;

  ParameterReader(Limits limits) {
    this.limits = limits;
  }

  Optional<ParameterDefinition> read(Spot spot) {
    Fields fields = spot.fields();
    Optional<String> name =
        fields.need("name").flatMap(s -> s.text(1, limits.identifier(), Letters.IDENTIFIER));
    Optional<ParameterType> type =
        fields.need("type").flatMap(s -> s.oneOf(TYPES)).map(ParameterType::valueOf);
    if (type.isEmpty()) {
      // Which other keys belong here depends on the type.
      return Optional.empty();
    }
    ParameterType known = type.get();
    String description = JobReader.description(fields);
    Constraints constraints = constraints(fields, known);
    Optional<Spot> defaultSpot = fields.take("default");
    Optional<String> defaultValue = defaultSpot.flatMap(s -> value(s, known));
    if (defaultValue.isPresent()) {
      String complaint = ParameterRules.complaint(known, constraints, defaultValue.get());
      if (!complaint.isEmpty()) {
        defaultSpot.get().wrong("the default " + complaint);
      }
    }
    PathUse path = known == ParameterType.PATH ? pathUse(fields) : null;
    UserInterface shown =
        new UserInterfaceReader(known, path, fields.has("objectType"), constraints)
            .read(fields.take("userInterface"));
    fields.finish();
    return name.map(
        n ->
            new ParameterDefinition(
                n, known, description, defaultValue.orElse(null), constraints, path, shown));
  }

  private static Optional<String> value(Spot spot, ParameterType type) {
    return switch (type) {
      case STRING, PATH -> spot.text(0, ParameterRules.LONGEST_TEXT, Letters.ANY);
      case INT -> spot.whole().map(value -> Long.toString(value));
      case FLOAT -> spot.decimal();
    };
  }

  private static Constraints constraints(Fields fields, ParameterType type) {
    Optional<BigDecimal> least;
    Optional<BigDecimal> most;
    String leastKey = type.isNumber() ? "minValue" : "minLength";
    String mostKey = type.isNumber() ? "maxValue" : "maxLength";
    if (type.isNumber()) {
      least = fields.take(leastKey).flatMap(s -> value(s, type)).map(BigDecimal::new);
      most = fields.take(mostKey).flatMap(s -> value(s, type)).map(BigDecimal::new);
    } else {
      least = length(fields, leastKey, 0);
      most = length(fields, mostKey, 1);
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
    Constraints bounds = new Constraints(List.of(), least.orElse(null), most.orElse(null));
    List<String> allowed = new ArrayList<>();
    for (Spot spot : fields.list("allowedValues", JobReader.MANY)) {
      Optional<String> value = value(spot, type);
      if (value.isEmpty()) {
        continue;
      }
      String complaint = ParameterRules.complaint(type, bounds, value.get());
      if (!complaint.isEmpty()) {
        spot.wrong("the allowed value " + complaint);
      }
      allowed.add(value.get());
    }
    return new Constraints(allowed, bounds.least(), bounds.most());
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

  private static @Nullable PathUse pathUse(Fields fields) {
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
