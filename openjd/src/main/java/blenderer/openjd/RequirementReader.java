package blenderer.openjd;

import blenderer.openjd.RequirementsTemplate.Amount;
import blenderer.openjd.RequirementsTemplate.Attribute;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Reads host requirements (§3.3). */
final class RequirementReader {

  private static final int MOST = 50;

  private final Scope scope;
  private final Set<String> names = new HashSet<>();

  RequirementReader(Scope scope) {
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
    Optional<BigDecimal> min = number(fields, "min").filter(v -> least(fields, v));
    Optional<BigDecimal> max = number(fields, "max").filter(v -> most(fields, v));
    if (min.isPresent() && max.isPresent() && min.get().compareTo(max.get()) > 0) {
      fields.wrong("'min' " + min.get() + " is more than 'max' " + max.get());
    }
    fields.finish();
    return new Amount(name, min.orElse(null), max.orElse(null));
  }

  private static boolean least(Fields fields, BigDecimal value) {
    if (value.signum() < 0) {
      fields.wrong("'min' must not be negative");
    }
    return value.signum() >= 0;
  }

  private static boolean most(Fields fields, BigDecimal value) {
    if (value.signum() <= 0) {
      fields.wrong("'max' must be more than 0");
    }
    return value.signum() > 0;
  }

  private static Optional<BigDecimal> number(Fields fields, String key) {
    return fields.take(key).flatMap(Spot::decimal).map(BigDecimal::new);
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
      Optional<FormatString> value = spot.format(1, JobReader.MANY, Letters.ANY, scope);
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
