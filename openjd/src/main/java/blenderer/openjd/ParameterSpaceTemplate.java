package blenderer.openjd;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The task parameters of a step before their ranges are resolved (§3.4).
 *
 * @param combination null: the product of all, the first varying slowest
 */
public record ParameterSpaceTemplate(
    List<Definition> definitions, @Nullable Combination combination) {

  static final ParameterSpaceTemplate ONE_TASK = new ParameterSpaceTemplate(List.of(), null);

  public ParameterSpaceTemplate {
    definitions = List.copyOf(definitions);
  }

  /**
   * A task parameter.
   *
   * @param chunks null for all types but CHUNK[INT]
   */
  public record Definition(
      String name, TaskParameterType type, Range range, @Nullable Chunks chunks) {}

  /** Where a task parameter's values come from. */
  public sealed interface Range {
    /** A range expression. */
    record Expression(FormatString text) implements Range {}

    /** Value by value. */
    record Listed(List<FormatString> items) implements Range {
      public Listed {
        items = List.copyOf(items);
      }
    }
  }

  /**
   * How tasks are put together, before resolution (extension TASK_CHUNKING).
   *
   * @param defaultTaskCount resolves to a whole number of at least 1
   * @param targetRuntimeSeconds resolves to a whole number of at least 0
   */
  public record Chunks(
      FormatString defaultTaskCount,
      FormatString targetRuntimeSeconds,
      ChunkSpec.RangeConstraint rangeConstraint) {}
}
