package blenderer.openjd;

import java.math.BigDecimal;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a form shows a parameter. Hints only: a control that is not known is shown as a text field.
 *
 * @param control the control's name, such as {@code SPIN_BOX}, the default filled in
 * @param label empty: the parameter's name
 * @param groupLabel empty: no group
 * @param decimals digits after the point; null: not given
 * @param singleStepDelta by how much one click changes the value; null: not given
 * @param fileFilters for the file controls; may be empty
 * @param fileFilterDefault null: not given
 */
public record UserInterface(
    String control,
    String label,
    String groupLabel,
    @Nullable Integer decimals,
    @Nullable BigDecimal singleStepDelta,
    List<FileFilter> fileFilters,
    @Nullable FileFilter fileFilterDefault) {

  public UserInterface {
    fileFilters = List.copyOf(fileFilters);
  }

  /**
   * A choice of a file dialog.
   *
   * @param patterns such as {@code *.blend}
   */
  public record FileFilter(String label, List<String> patterns) {
    public FileFilter {
      patterns = List.copyOf(patterns);
    }
  }
}
