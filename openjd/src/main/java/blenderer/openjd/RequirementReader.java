package blenderer.openjd;

import blenderer.openjd.RequirementsTemplate.Amount;
import blenderer.openjd.RequirementsTemplate.Attribute;
import blenderer.openjd.expr.ExprType;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads host requirements (§3.3). */
final class RequirementReader {

  static final int MOST = 50;
  private static final ExprType OPTIONAL_FLOAT =
      ExprType.union(List.of(ExprType.FLOAT, ExprType.NULL));

  private final Dialect dialect;
  private final Scope scope;
  private final Set<String> names = new HashSet<>();

  RequirementReader(Dialect dialect, Scope scope) {
    this.dialect = dialect;
    this.scope = scope;
  }

  RequirementsTemplate read(Spot spot) {
    Fields fields = spot.fields();
    List<Amount> amounts = new ArrayList<>();
    List<Attribute> attributes = new ArrayList<>();
    if (!fields.has("amounts") && !fields.has("attributes")) {
      fields.wrong("host requirements need 'amounts' or 'attributes'");
    }
    List<Spot> amountSpots = fields.list("amounts", MOST);
    List<Spot> attributeSpots = fields.list("attributes", MOST);
    if (amountSpots.size() + attributeSpots.size() > MOST) {
      fields.wrong("there are more than " + MOST + " amounts and attributes together");
    }
    amountSpots.forEach(s -> amounts.add(amount(s)));
    attributeSpots.forEach(s -> attributes.add(attribute(s)));
    fields.finish();
    return new RequirementsTemplate(amounts, attributes);
  }

  private FormatString name(Fields fields, boolean amount) {
    Optional<Spot> spot = fields.need("name");
    Optional<FormatString> name =
        spot.flatMap(s -> s.format(1, JobReader.MANY, Letters.LINE, scope));
    if (name.isPresent() && name.get().isLiteral()) {
      String complaint = Capabilities.nameComplaint(name.get().source(), amount);
      if (!complaint.isEmpty()) {
        spot.get().wrong(complaint);
      }
    }
    if (name.isPresent() && !names.add(name.get().source().toLowerCase(Locale.ROOT))) {
      spot.get().wrong("the capability '" + name.get().source() + "' stands twice; remove one");
    }
    return name.orElse(FormatString.literal("?"));
  }

  private Amount amount(Spot spot) {
    Fields fields = spot.fields();
    FormatString name = name(fields, true);
    if (!fields.has("min") && !fields.has("max")) {
      fields.wrong("an amount needs 'min' or 'max'");
    }
    Optional<FormatString> min = number(fields, "min");
    Optional<FormatString> max = number(fields, "max");
    if (min.isPresent() && max.isPresent() && min.get().isLiteral() && max.get().isLiteral()) {
      String complaint = orderComplaint(decimal(min.get()), decimal(max.get()));
      if (!complaint.isEmpty()) {
        fields.wrong(complaint);
      }
    }
    fields.finish();
    return new Amount(name, min.orElse(null), max.orElse(null));
  }

  private Optional<FormatString> number(Fields fields, String key) {
    return fields
        .take(key)
        .flatMap(
            spot -> {
              if (dialect.has(Extensions.FEATURE_BUNDLE_1) && spot.hasReferences()) {
                return spot.format(1, JobReader.MANY, Letters.ANY, scope, OPTIONAL_FLOAT);
              }
              return spot.decimal()
                  .filter(
                      text -> {
                        String complaint = complaint(key, new BigDecimal(text));
                        if (!complaint.isEmpty()) {
                          spot.wrong(complaint);
                        }
                        return complaint.isEmpty();
                      })
                  .map(FormatString::literal);
            });
  }

  private static BigDecimal decimal(FormatString literal) {
    return new BigDecimal(literal.source());
  }

  /** What is wrong with the number at {@code min} or {@code max}, or the empty text. */
  static String complaint(String key, BigDecimal value) {
    if (key.equals("min")) {
      return value.signum() < 0 ? "'min' must not be negative" : "";
    }
    return value.signum() <= 0 ? "'max' must be more than 0" : "";
  }

  /** What is wrong with two bounds, or the empty text. */
  static String orderComplaint(@Nullable BigDecimal min, @Nullable BigDecimal max) {
    return min != null && max != null && min.compareTo(max) > 0
        ? "'min' " + min + " is more than 'max' " + max
        : "";
  }

  private Attribute attribute(Spot spot) {
    Fields fields = spot.fields();
    FormatString name = name(fields, false);
    if (!fields.has("anyOf") && !fields.has("allOf")) {
      fields.wrong("an attribute needs 'anyOf' or 'allOf'");
    }
    List<FormatString> anyOf = values(fields, "anyOf", name);
    List<FormatString> allOf = values(fields, "allOf", name);
    if (name.isLiteral() && Capabilities.isSingleValued(name.source()) && allOf.size() > 1) {
      fields.wrong(
          "a host has one value of " + name.source() + ", so 'allOf' cannot name two; use 'anyOf'");
    }
    fields.finish();
    return new Attribute(name, anyOf, allOf);
  }

  private List<FormatString> values(Fields fields, String key, FormatString name) {
    List<FormatString> values = new ArrayList<>();
    for (Spot spot : fields.list(key, MOST)) {
      Optional<FormatString> value =
          spot.format(1, JobReader.MANY, Letters.ANY, scope, ExprType.LIST_ITEM);
      if (value.isPresent() && value.get().isLiteral()) {
        String of = name.isLiteral() ? name.source() : "";
        String complaint = Capabilities.valueComplaint(of, value.get().source());
        if (!complaint.isEmpty()) {
          spot.wrong(complaint);
        }
      }
      value.ifPresent(values::add);
    }
    return values;
  }
}
