package blenderer.sim;

import blenderer.model.IndexRanges;
import java.util.BitSet;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Runs seeds and makes a failing one small. Stateless: several threads may use it side by side. */
public final class FaultSearch {

  private static final int MOST_SHRINKING_RUNS = 400;

  /**
   * A seed that broke an invariant.
   *
   * @param invariant which, such as {@code INV-3}
   * @param message what happened
   * @param kept the items of the plan that are needed for it
   * @param items how many items the plan has
   * @param story the kept items, one a line
   * @param broken with the stack of the moment
   */
  public record Found(
      long seed,
      String invariant,
      String message,
      String kept,
      int items,
      String story,
      int events,
      Violation broken) {

    /** The command that shows it again. */
    public String replay() {
      return "blenderer sim --faults --seed " + seed + " --keep " + kept;
    }

    @Override
    public String toString() {
      return message
          + "\n  seed "
          + seed
          + " ("
          + events
          + " events), replay: "
          + replay()
          + "\n  with these of its "
          + items
          + " items:\n"
          + story;
    }
  }

  /** How one seed went. */
  public record Ran(int events, long virtualMillis, Optional<Found> found) {}

  private FaultSearch() {}

  /**
   * Runs one seed.
   *
   * @param kept which items of its plan, such as {@code 0-4,7}; null: all
   */
  public static Ran run(long seed, @Nullable String kept) {
    return run(seed, kept, Parts.TRUE);
  }

  static Ran run(long seed, @Nullable String kept, Parts parts) {
    Plan plan = Plan.of(seed);
    BitSet items = kept == null ? all(plan) : parse(kept, plan.items().size());
    FaultRun.Result result = FaultRun.of(plan, items, parts);
    Violation broken = result.broken();
    return new Ran(
        result.events(),
        result.millis(),
        broken == null
            ? Optional.empty()
            : Optional.of(found(plan, items, result.events(), broken)));
  }

  private static BitSet all(Plan plan) {
    BitSet items = new BitSet();
    items.set(0, plan.items().size());
    return items;
  }

  /** Leaves out what the fault does not need, as long as the same invariant breaks. */
  public static Found shrink(Found found) {
    return shrink(found, () -> Parts.TRUE);
  }

  /**
   * @param parts makes the parts of one run
   */
  static Found shrink(Found found, Supplier<Parts> parts) {
    Plan plan = Plan.of(found.seed());
    BitSet best = parse(found.kept(), plan.items().size());
    Found smallest = found;
    int runs = 0;
    int piece = Math.max(1, best.cardinality() / 2);
    while (runs < MOST_SHRINKING_RUNS) {
      boolean smaller = false;
      int[] items = best.stream().toArray();
      for (int from = 0; from < items.length && runs < MOST_SHRINKING_RUNS; from += piece) {
        BitSet fewer = (BitSet) best.clone();
        for (int i = from; i < Math.min(items.length, from + piece); i++) {
          fewer.clear(items[i]);
        }
        runs++;
        FaultRun.Result result = FaultRun.of(plan, fewer, parts.get());
        Violation broken = result.broken();
        if (broken != null && broken.invariant().equals(found.invariant())) {
          best = fewer;
          smallest = found(plan, fewer, result.events(), broken);
          smaller = true;
        }
      }
      if (piece > 1) {
        // Large pieces first, then single items, until nothing more can go.
        piece /= 2;
      } else if (!smaller) {
        break;
      }
    }
    return smallest;
  }

  private static Found found(Plan plan, BitSet kept, int events, Violation broken) {
    StringBuilder story = new StringBuilder();
    kept.stream()
        .forEach(
            i ->
                story
                    .append("    ")
                    .append(i)
                    .append(' ')
                    .append(plan.items().get(i).line())
                    .append('\n'));
    return new Found(
        plan.seed(),
        broken.invariant(),
        String.valueOf(broken.getMessage()),
        format(kept),
        plan.items().size(),
        story.toString(),
        events,
        broken);
  }

  private static String format(BitSet items) {
    return items.isEmpty() ? "none" : IndexRanges.of(items.stream().toArray()).toString();
  }

  private static BitSet parse(String text, int size) {
    BitSet items = new BitSet();
    if (!text.equals("none")) {
      IndexRanges.parse(text).toList().stream().filter(item -> item < size).forEach(items::set);
    }
    return items;
  }
}
