package blenderer.openjd.expr;

import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What an evaluation may use, and how much of it.
 *
 * @param paths how paths are read
 * @param host whether it happens on a session's host, where {@code apply_path_mapping} exists
 * @param mapping maps a path's text by the session's rules; null: no rules are known yet, the
 *     result is unresolved
 * @param memory the most bytes that values may take at once
 * @param operations the most operations; see §1.3.10
 * @param shared what is left for this and other evaluations; null: they share nothing
 */
public record Evaluation(
    PathFlavour paths,
    boolean host,
    @Nullable UnaryOperator<String> mapping,
    long memory,
    long operations,
    @Nullable Budget shared) {

  /** The limits that the specification recommends. */
  public static final long MEMORY = 100_000_000;

  public static final long OPERATIONS = 10_000_000;

  /** Before there is a host: POSIX paths, no path mapping. */
  public static final Evaluation TEMPLATE =
      new Evaluation(PathFlavour.POSIX, false, null, MEMORY, OPERATIONS, null);

  /** For a host that is not known yet. */
  public static final Evaluation SOME_HOST =
      new Evaluation(PathFlavour.POSIX, true, null, MEMORY, OPERATIONS, null);

  /** On a session's host. */
  public static Evaluation onHost(PathFlavour paths, UnaryOperator<String> mapping) {
    return new Evaluation(paths, true, mapping, MEMORY, OPERATIONS, null);
  }

  /** The same within other limits. */
  public Evaluation within(long bytes, long steps) {
    return new Evaluation(paths, host, mapping, bytes, steps, shared);
  }

  /** The same, with operations taken from {@code budget}, too. */
  public Evaluation sharing(Budget budget) {
    return new Evaluation(paths, host, mapping, memory, operations, budget);
  }
}
