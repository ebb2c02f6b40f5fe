package blenderer.model;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a step asks of the host that it runs on, resolved. Names and values stand in lower case.
 *
 * @param amounts quantities, held back for the step's session while it has a lease
 * @param attributes properties
 */
public record HostNeeds(List<Amount> amounts, List<Attribute> attributes) {

  /** Nothing but what every step needs. */
  public static final HostNeeds NONE = new HostNeeds(List.of(), List.of());

  /** The processors of a host; every step needs one at least. */
  public static final String VCPU = "amount.worker.vcpu";

  /** The memory, in MiB, that a host gives to each session; held back for nobody. */
  public static final String SESSION_MEMORY = "amount.blenderer.session.memory";

  /** The pools that a host belongs to; its owner names them. */
  public static final String POOL = "attr.farm.pool";

  /**
   * A quantity.
   *
   * @param name such as {@code amount.worker.memory}, whose unit is MiB
   * @param min what is held back; null: what the capability itself asks, one processor or nothing
   * @param max no session gets more; null: no bound
   */
  public record Amount(String name, @Nullable BigDecimal min, @Nullable BigDecimal max) {

    /** How much of it a session takes away from others. */
    public BigDecimal reserved() {
      BigDecimal floor = name.equals(VCPU) ? BigDecimal.ONE : BigDecimal.ZERO;
      return min == null ? floor : min.max(floor);
    }
  }

  /**
   * A property.
   *
   * @param name such as {@code attr.worker.os.family}
   * @param anyOf the host has one of them; empty: not asked
   * @param allOf the host has all of them; empty: not asked
   */
  public record Attribute(String name, List<String> anyOf, List<String> allOf) {
    public Attribute {
      anyOf = List.copyOf(anyOf);
      allOf = List.copyOf(allOf);
    }
  }

  public HostNeeds {
    amounts = List.copyOf(amounts);
    attributes = List.copyOf(attributes);
  }

  /** The same, only on hosts of one of the pools; none: of any. */
  public HostNeeds inPools(List<String> pools) {
    if (pools.isEmpty()) {
      return this;
    }
    List<Attribute> more = new ArrayList<>(attributes);
    more.add(new Attribute(POOL, pools, List.of()));
    return new HostNeeds(amounts, more);
  }

  /** The same on hosts of these pools, whichever were named before; none: of any. */
  public HostNeeds inOtherPools(List<String> pools) {
    List<Attribute> rest =
        attributes.stream().filter(attribute -> !attribute.name().equals(POOL)).toList();
    return new HostNeeds(amounts, rest).inPools(pools);
  }

  /** Whether the step says itself how many processors it needs. */
  public boolean namesProcessors() {
    return amounts.stream().anyMatch(amount -> amount.name().equals(VCPU));
  }
}
