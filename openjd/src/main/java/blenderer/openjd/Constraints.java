package blenderer.openjd;

import java.math.BigDecimal;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the values of a parameter must keep to. Bounds are on the value of a number, on the length
 * of a text in Unicode code points, and on how many items a list has.
 *
 * @param allowed the only values there may be; empty: any
 * @param least the smallest value or length; null: no bound
 * @param most the largest value or length; null: no bound
 * @param item what each item of a list must keep to; null: nothing, or it is no list
 */
public record Constraints(
    List<String> allowed,
    @Nullable BigDecimal least,
    @Nullable BigDecimal most,
    @Nullable Constraints item) {

  static final Constraints NONE = new Constraints(List.of(), null, null, null);

  public Constraints {
    allowed = List.copyOf(allowed);
  }
}
