package blenderer.openjd;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a step asks of the host it runs on, before names and values are resolved (§3.3).
 *
 * @param amounts may be empty
 * @param attributes may be empty
 */
public record RequirementsTemplate(List<Amount> amounts, List<Attribute> attributes) {

  static final RequirementsTemplate NONE = new RequirementsTemplate(List.of(), List.of());

  public RequirementsTemplate {
    amounts = List.copyOf(amounts);
    attributes = List.copyOf(attributes);
  }

  /**
   * A quantity; bounds resolve to numbers.
   *
   * @param min null: no bound
   * @param max null: no bound
   */
  public record Amount(FormatString name, @Nullable FormatString min, @Nullable FormatString max) {}

  /** A property; at least one of the lists is not empty. */
  public record Attribute(FormatString name, List<FormatString> anyOf, List<FormatString> allOf) {
    public Attribute {
      anyOf = List.copyOf(anyOf);
      allOf = List.copyOf(allOf);
    }
  }
}
