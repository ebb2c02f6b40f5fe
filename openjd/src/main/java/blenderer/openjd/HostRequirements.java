package blenderer.openjd;

import java.math.BigDecimal;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a step asks of the host it runs on (§3.3). Names and values are compared without regard to
 * case and stand here in lower case.
 *
 * @param amounts held for the session as long as it lives; may be empty
 * @param attributes may be empty
 */
public record HostRequirements(List<Amount> amounts, List<Attribute> attributes) {

  public HostRequirements {
    amounts = List.copyOf(amounts);
    attributes = List.copyOf(attributes);
  }

  /**
   * A quantity, such as {@code amount.worker.memory} in MiB.
   *
   * @param min null: no bound
   * @param max null: no bound
   */
  public record Amount(String name, @Nullable BigDecimal min, @Nullable BigDecimal max) {}

  /**
   * A property, such as {@code attr.worker.os.family}.
   *
   * @param anyOf the host has one of them; empty: not asked
   * @param allOf the host has all of them; empty: not asked
   */
  public record Attribute(String name, List<String> anyOf, List<String> allOf) {
    public Attribute {
      anyOf = List.copyOf(anyOf);
      allOf = List.copyOf(allOf);
    }
  }
}
