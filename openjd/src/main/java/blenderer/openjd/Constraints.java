package blenderer.openjd;

import java.math.BigDecimal;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the values of a parameter must keep to. Bounds are on the value of a number and on the
 * length of a text in Unicode code points.
 *
 * @param allowed the only values there may be; empty: any
 * @param least the smallest value or length; null: no bound
 * @param most the largest value or length; null: no bound
 */
public record Constraints(
    List<String> allowed, @Nullable BigDecimal least, @Nullable BigDecimal most) {

  static final Constraints NONE = new Constraints(List.of(), null, null);

  public Constraints {
    allowed = List.copyOf(allowed);
  }
}
