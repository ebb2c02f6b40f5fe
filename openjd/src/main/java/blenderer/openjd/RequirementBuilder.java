package blenderer.openjd;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Makes a step's host requirements of what its template asks for. */
final class RequirementBuilder {

  private final Resolution resolution;
  private final String path;

  RequirementBuilder(Resolution resolution, String path) {
    this.resolution = resolution;
    this.path = path;
  }

  HostRequirements build(RequirementsTemplate template) {
    List<HostRequirements.Amount> amounts = new ArrayList<>();
    for (int i = 0; i < template.amounts().size(); i++) {
      amounts.add(amount(template.amounts().get(i), path + "/amounts/" + i));
    }
    List<HostRequirements.Attribute> attributes = new ArrayList<>();
    for (int i = 0; i < template.attributes().size(); i++) {
      attributes.add(attribute(template.attributes().get(i), path + "/attributes/" + i));
    }
    List<String> names = new ArrayList<>();
    amounts.forEach(amount -> names.add(amount.name()));
    attributes.forEach(attribute -> names.add(attribute.name()));
    for (int i = 0; i < names.size(); i++) {
      if (names.indexOf(names.get(i)) < i) {
        resolution.wrong(path, "the capability '" + names.get(i) + "' stands twice; remove one");
      }
    }
    // With both bounds null nothing is asked.
    amounts.removeIf(amount -> amount.min() == null && amount.max() == null);
    return new HostRequirements(amounts, attributes);
  }

  private String name(FormatString format, boolean amount, String at) {
    String name = resolution.text(format, at + "/name").orElse("?");
    resolution.note(at + "/name", Capabilities.nameComplaint(name, amount));
    return name;
  }

  private HostRequirements.Amount amount(RequirementsTemplate.Amount amount, String at) {
    String name = name(amount.name(), true, at);
    BigDecimal min = bound("min", amount.min(), at);
    BigDecimal max = bound("max", amount.max(), at);
    resolution.note(at, RequirementReader.orderComplaint(min, max));
    return new HostRequirements.Amount(name.toLowerCase(Locale.ROOT), min, max);
  }

  private @Nullable BigDecimal bound(String key, @Nullable FormatString format, String at) {
    if (format == null || resolution.omits(format)) {
      return null;
    }
    Optional<BigDecimal> value = resolution.decimal(format, at + "/" + key);
    value.ifPresent(
        number -> resolution.note(at + "/" + key, RequirementReader.complaint(key, number)));
    return value.orElse(null);
  }

  private HostRequirements.Attribute attribute(
      RequirementsTemplate.Attribute attribute, String at) {
    String name = name(attribute.name(), false, at);
    List<String> allOf = values(attribute.allOf(), name, at + "/allOf");
    if (Capabilities.isSingleValued(name) && allOf.size() > 1) {
      resolution.wrong(at, "a host has one value of " + name + ", so 'allOf' cannot name two");
    }
    return new HostRequirements.Attribute(
        name.toLowerCase(Locale.ROOT), values(attribute.anyOf(), name, at + "/anyOf"), allOf);
  }

  private List<String> values(List<FormatString> formats, String name, String at) {
    List<String> values = new ArrayList<>();
    for (int i = 0; i < formats.size(); i++) {
      String where = at + "/" + i;
      resolution
          .item(formats.get(i), where)
          .orElse(List.of())
          .forEach(
              text -> {
                resolution.note(where, Capabilities.valueComplaint(name, text));
                values.add(text.toLowerCase(Locale.ROOT));
              });
    }
    if (!formats.isEmpty() && values.isEmpty()) {
      resolution.wrong(at, "the list came out empty; it needs at least one value");
    } else if (values.size() > RequirementReader.MOST) {
      resolution.wrong(
          at,
          "the list came out with "
              + values.size()
              + " values, at most "
              + RequirementReader.MOST
              + " are allowed");
    }
    return values;
  }
}
