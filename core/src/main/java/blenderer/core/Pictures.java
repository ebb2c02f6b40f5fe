package blenderer.core;

import blenderer.model.Flag;
import blenderer.model.LookState;
import blenderer.model.PictureGrid;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.IntPredicate;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The pictures of a step's finished tasks in the order of their indexes, and what is odd about
 * each.
 *
 * <p>A picture is judged by itself and by its neighbours. Neighbours are judged anew whenever one
 * arrives, so the verdicts do not depend on the order in which frames come; as long as a neighbour
 * is still to come, nothing is concluded from its absence.
 */
final class Pictures {

  /** What is known of one picture. */
  static final class Seen {
    final int generation;
    final int width;
    final int height;
    final float black;
    final float transparent;
    final float pink;
    final PictureGrid grid;

    /** The mean of the grid, 0 to 1. */
    final float level;

    LookState state;
    List<Flag> flags;

    Seen(Row.Look row, Row.@Nullable Judgement judgement) {
      generation = row.generation();
      width = row.look().width();
      height = row.look().height();
      black = (float) row.look().black();
      transparent = (float) row.look().transparent();
      pink = (float) row.look().pink();
      grid = row.look().grid();
      level = (float) grid.level();
      state = judgement == null ? LookState.FINE : judgement.state();
      flags = judgement == null ? List.of() : judgement.flags();
    }

    boolean isFlagged() {
      return state == LookState.FLAGGED;
    }
  }

  /** A frame without anything in it. */
  private enum Blank {
    BLACK,
    EMPTY
  }

  /** Longer stretches of blank frames are no fade, and looking at them would take time. */
  private static final int LONGEST_BLANK = 1_000;

  /** Neighbours are looked for as far away as so many times their number. */
  private static final int LONGEST_GAP = 4;

  private final LookLimits limits;
  private final IntSupplier size;
  private final IntPredicate isToCome;
  private final NavigableMap<Integer, Seen> seen = new TreeMap<>();

  /**
   * @param size how many tasks the step has
   * @param isToCome whether a task without a picture may still get one
   */
  Pictures(LookLimits limits, IntSupplier size, IntPredicate isToCome) {
    this.limits = limits;
    this.size = size;
    this.isToCome = isToCome;
  }

  /** Takes in what the journal knows; nothing is judged. */
  void restore(int index, Seen picture) {
    seen.put(index, picture);
  }

  @Nullable Seen at(int index) {
    return seen.get(index);
  }

  /** A task's picture no longer counts; what was concluded from it stays until another comes. */
  @Nullable Seen remove(int index) {
    return seen.remove(index);
  }

  /** The indexes of pictures that a person has to look at. */
  Set<Integer> flagged() {
    Set<Integer> found = new TreeSet<>();
    seen.forEach(
        (index, picture) -> {
          if (picture.isFlagged()) {
            found.add(index);
          }
        });
    return found;
  }

  /**
   * Takes in a new picture and judges it and all whose neighbour it is.
   *
   * @return the indexes of those whose verdict is another one now
   */
  Set<Integer> add(int index, Seen picture) {
    seen.put(index, picture);
    return judge(index);
  }

  /** A task has finished without a picture: its neighbours wait for it no longer. */
  Set<Integer> addNone(int index) {
    return seen.isEmpty() ? Set.of() : judge(index);
  }

  private Set<Integer> judge(int index) {
    Set<Integer> changed = judgeAround(index);
    // Whether a blank picture counts as a neighbour depends on what was concluded from it.
    for (int one : List.copyOf(changed)) {
      if (blank(seen.get(one)) != null) {
        changed.addAll(judgeAround(one));
      }
    }
    return changed;
  }

  private Set<Integer> judgeAround(int index) {
    TreeSet<Integer> around = new TreeSet<>();
    addNear(around, index, -1);
    addNear(around, index, 1);
    if (seen.containsKey(index)) {
      around.add(index);
    }
    // A blank stretch stands or falls as a whole, however far its other end is.
    for (int near : List.copyOf(around)) {
      addStretch(around, near);
    }
    Map<Integer, @Nullable Flag> blanks = new HashMap<>();
    for (int near : around) {
      blanks.put(near, blankFlag(near, blanks));
    }
    Set<Integer> changed = new TreeSet<>();
    for (int near : around) {
      Seen picture = seen.get(near);
      if (picture == null || picture.state == LookState.ACCEPTED) {
        continue;
      }
      List<Flag> flags = flags(near, picture, blanks.get(near));
      LookState state = flags.isEmpty() ? LookState.FINE : LookState.FLAGGED;
      if (state != picture.state || !flags.equals(picture.flags)) {
        picture.state = state;
        picture.flags = flags;
        changed.add(near);
      }
    }
    return changed;
  }

  private void addNear(Set<Integer> around, int index, int way) {
    Integer near = next(index, way);
    for (int i = 0; i < limits.reach() && near != null; i++) {
      around.add(near);
      near = next(near, way);
    }
  }

  private @Nullable Integer next(int index, int way) {
    return way < 0 ? seen.lowerKey(index) : seen.higherKey(index);
  }

  // Blank frames.

  private @Nullable Blank blank(@Nullable Seen picture) {
    if (picture == null) {
      return null;
    }
    if (picture.transparent >= limits.emptyShare()) {
      return Blank.EMPTY;
    }
    return picture.black >= limits.blackShare() ? Blank.BLACK : null;
  }

  /** How much there is in a picture that is not of that kind of nothing. */
  private static double content(Seen picture, Blank kind) {
    return kind == Blank.EMPTY ? 1 - picture.transparent : picture.level;
  }

  private void addStretch(Set<Integer> around, int index) {
    Blank kind = blank(seen.get(index));
    if (kind == null) {
      return;
    }
    for (int way = -1; way <= 1; way += 2) {
      Integer near = next(index, way);
      for (int i = 0; i < LONGEST_BLANK && near != null && blank(seen.get(near)) == kind; i++) {
        if (!around.add(near) && i > limits.reach()) {
          break;
        }
        near = next(near, way);
      }
    }
  }

  private @Nullable Flag blankFlag(int index, Map<Integer, @Nullable Flag> known) {
    Blank kind = blank(seen.get(index));
    if (kind == null) {
      return null;
    }
    Integer before = seen.lowerKey(index);
    if (before != null && known.containsKey(before) && blank(seen.get(before)) == kind) {
      return known.get(before);
    }
    if (isFade(index, kind)) {
      return null;
    }
    return kind == Blank.BLACK
        ? new Flag("black-frame", "The picture is black, and no fade leads to it.")
        : new Flag("empty-frame", "The picture is entirely transparent.");
  }

  /**
   * Whether the stretch of blank frames around {@code index} is one that a fade makes: on both
   * sides, or on one if it is long or the job begins or ends in it.
   */
  private boolean isFade(int index, Blank kind) {
    Integer before = endOf(index, -1, kind);
    Integer after = endOf(index, 1, kind);
    boolean fadesOut = fades(before, -1, kind, after);
    boolean fadesIn = fades(after, 1, kind, before);
    if (fadesOut == fadesIn) {
      return fadesOut;
    }
    return before == null || after == null || after - before > limits.longBlank();
  }

  /** The first picture on that side that is not blank; null: there is none. */
  private @Nullable Integer endOf(int index, int way, Blank kind) {
    Integer at = index;
    for (int i = 0; i < LONGEST_BLANK && at != null && blank(seen.get(at)) == kind; i++) {
      at = next(at, way);
    }
    return at;
  }

  /**
   * Whether the pictures from {@code at} on come out of a fade.
   *
   * @param other where the pictures on the other side of the stretch begin
   */
  private boolean fades(@Nullable Integer at, int way, Blank kind, @Nullable Integer other) {
    Seen first = at == null ? null : seen.get(at);
    if (at == null || first == null || blank(first) == kind) {
      return false;
    }
    if (kind == Blank.BLACK && first.transparent > 0.5) {
      return false; // what mostly shows nothing does not end in an opaque black
    }
    double level = content(first, kind);
    if (kind == Blank.EMPTY && level <= limits.nearlyEmpty()) {
      return true;
    }
    Integer further = next(at, way);
    Seen second = further == null ? null : seen.get(further);
    if (further == null || second == null) {
      return false;
    }
    double lost = content(second, kind) - level;
    if (lost < limits.fadeStep() * level || Comparison.flickers(from(at, way), limits)) {
      return false;
    }
    Integer last = next(further, way);
    Seen third = last == null ? null : seen.get(last);
    if (third == null) {
      // So short a way down can also be a flicker.
      return other == null || !Comparison.flickers(from(other, -way), limits);
    }
    // The level must not have been on its way up.
    return content(third, kind) >= content(second, kind) - lost / 4;
  }

  private List<Seen> from(int index, int way) {
    List<Seen> near = new ArrayList<>();
    Integer at = index;
    while (at != null && near.size() < limits.reach()) {
      Seen picture = seen.get(at);
      if (picture != null) {
        near.add(picture);
      }
      at = next(at, way);
    }
    return near;
  }

  // What is wrong with a picture.

  private List<Flag> flags(int index, Seen picture, @Nullable Flag blank) {
    List<Flag> flags = new ArrayList<>();
    if (blank != null) {
      flags.add(blank);
    }
    if (picture.pink >= limits.pinkShare()) {
      flags.add(
          new Flag(
              "pink-frame",
              "The colour of missing textures covers "
                  + percent(picture.pink)
                  + " of the picture."));
    }
    Comparison.Side before = side(index, -1);
    Comparison.Side after = side(index, 1);
    Flag odd = oddSize(picture, before, after);
    if (odd != null) {
      flags.add(odd);
    } else if (blank(picture) == null
        && new Comparison(limits, picture, before, after).isUnlike()) {
      flags.add(new Flag("unlike-neighbours", "The picture is unlike those before and after it."));
    }
    return List.copyOf(flags);
  }

  private static String percent(double share) {
    double percent = share * 100;
    return percent < 1 ? "less than 1 %" : Math.round(percent) + " %";
  }

  /** Neighbours that are blank for no reason tell nothing; nor do those beyond a long gap. */
  private Comparison.Side side(int index, int way) {
    List<Seen> near = new ArrayList<>();
    for (int i = 1; i <= LONGEST_GAP * limits.reach() && near.size() < limits.reach(); i++) {
      int at = index + way * i;
      if (at < 0 || at >= size.getAsInt()) {
        break;
      }
      Seen picture = seen.get(at);
      if (picture == null && isToCome.test(at)) {
        return new Comparison.Side(near, true);
      }
      if (picture != null && (blank(picture) == null || picture.flags.isEmpty())) {
        near.add(picture);
      }
    }
    return new Comparison.Side(near, false);
  }

  private static @Nullable Flag oddSize(
      Seen picture, Comparison.Side before, Comparison.Side after) {
    List<Seen> near = new ArrayList<>();
    near.addAll(before.near().subList(0, Math.min(2, before.near().size())));
    near.addAll(after.near().subList(0, Math.min(2, after.near().size())));
    if (near.size() < 2) {
      return null;
    }
    Seen one = near.getFirst();
    boolean agree =
        near.stream().allMatch(other -> other.width == one.width && other.height == one.height);
    return agree && (one.width != picture.width || one.height != picture.height)
        ? new Flag(
            "odd-size",
            "The picture has %dx%d pixels, its neighbours have %dx%d."
                .formatted(picture.width, picture.height, one.width, one.height))
        : null;
  }
}
