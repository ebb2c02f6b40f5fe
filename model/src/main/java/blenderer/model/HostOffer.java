package blenderer.model;

import java.math.BigDecimal;
import java.util.List;
import java.util.Map;

/**
 * What a host has to offer. Names and values stand in lower case.
 *
 * @param amounts quantities by name, such as {@code amount.worker.memory} in MiB
 * @param attributes values by name, such as {@code attr.worker.os.family}
 */
public record HostOffer(Map<String, BigDecimal> amounts, Map<String, List<String>> attributes) {

  /** A host that says nothing of itself. */
  public static final HostOffer NONE = new HostOffer(Map.of(), Map.of());

  public HostOffer {
    amounts = Map.copyOf(amounts);
    attributes = Map.copyOf(attributes);
  }
}
