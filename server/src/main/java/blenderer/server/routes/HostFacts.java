package blenderer.server.routes;

import blenderer.model.HostOffer;
import blenderer.model.Permission;
import java.math.BigDecimal;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Checks what a node says of its host. */
final class HostFacts {

  private static final int MOST = 200;
  private static final int LONGEST = 500;

  private HostFacts() {}

  /**
   * Names and values in lower case.
   *
   * @throws IllegalArgumentException when there is too much of it, or an amount is negative
   */
  static HostOffer offer(@Nullable HostOffer given) {
    if (given == null) {
      return HostOffer.NONE;
    }
    if (given.amounts().size() > MOST || given.attributes().size() > MOST) {
      throw new IllegalArgumentException("more than " + MOST + " capabilities");
    }
    Map<String, BigDecimal> amounts = new HashMap<>();
    given
        .amounts()
        .forEach(
            (name, amount) -> {
              if (amount.signum() < 0 || amount.precision() > 40 || Math.abs(amount.scale()) > 40) {
                throw new IllegalArgumentException("the amount of '" + name + "' is " + amount);
              }
              amounts.put(lower(name), amount);
            });
    Map<String, List<String>> attributes = new HashMap<>();
    given
        .attributes()
        .forEach(
            (name, values) ->
                attributes.put(lower(name), values.stream().map(HostFacts::lower).toList()));
    return new HostOffer(amounts, attributes);
  }

  private static String lower(String text) {
    if (text.length() > LONGEST) {
      throw new IllegalArgumentException("a capability has " + text.length() + " letters");
    }
    return text.toLowerCase(Locale.ROOT);
  }

  /** A node that does not say takes what nodes have always taken. */
  static Permission accepts(@Nullable String word) {
    return word == null ? Permission.SCRIPTS : Permission.ofWord(word);
  }

  static String sandbox(@Nullable String sandbox) {
    return sandbox == null
        ? ""
        : sandbox.length() > LONGEST ? sandbox.substring(0, LONGEST) : sandbox;
  }
}
