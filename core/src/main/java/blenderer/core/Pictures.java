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

  /** The pictures on one side of a frame, nearest first; {@code open}: more are still to come. */
  private record Side(List<Seen> near, boolean open) {}

  /** Longer stretches of blank frames are no fade, and looking at them would take time. */
  private static final int LONGEST_BLANK = 1_000;

  /** What fewer neighbours span tells nothing. */
  private static final int LEAST_SPAN = 4;

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
    return kind == Blank.EMPTY ? 1 - picture.transparent : picture.grid.level();
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
    if (fadesInto(index, -1, kind) || fadesInto(index, 1, kind)) {
      return null;
    }
    return kind == Blank.BLACK
        ? new Flag("black-frame", "The picture is black, and no fade leads to it.")
        : new Flag("empty-frame", "The picture is entirely transparent.");
  }

  /** Whether the stretch of blank frames around {@code index} ends in a fade on that side. */
  private boolean fadesInto(int index, int way, Blank kind) {
    Integer at = index;
    for (int i = 0; i < LONGEST_BLANK && at != null && blank(seen.get(at)) == kind; i++) {
      at = next(at, way);
    }
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
    if (lost < limits.fadeStep() * level) {
      return false;
    }
    Integer last = next(further, way);
    Seen third = last == null ? null : seen.get(last);
    // The level must not have been on its way up.
    return third == null || content(third, kind) >= content(second, kind) - lost / 4;
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
    Side before = side(index, -1);
    Side after = side(index, 1);
    Flag odd = oddSize(picture, before, after);
    if (odd != null) {
      flags.add(odd);
    } else if (blank(picture) == null
        && (isFarOff(picture, before, after) || isOutside(picture, before, after))) {
      flags.add(new Flag("unlike-neighbours", "The picture is unlike those before and after it."));
    }
    return List.copyOf(flags);
  }

  private static String percent(double share) {
    double percent = share * 100;
    return percent < 1 ? "less than 1 %" : Math.round(percent) + " %";
  }

  /** Neighbours that are blank for no reason tell nothing; nor do those beyond a long gap. */
  private Side side(int index, int way) {
    List<Seen> near = new ArrayList<>();
    for (int i = 1; i <= LONGEST_GAP * limits.reach() && near.size() < limits.reach(); i++) {
      int at = index + way * i;
      if (at < 0 || at >= size.getAsInt()) {
        break;
      }
      Seen picture = seen.get(at);
      if (picture == null && isToCome.test(at)) {
        return new Side(near, true);
      }
      if (picture != null && (blank(picture) == null || picture.flags.isEmpty())) {
        near.add(picture);
      }
    }
    return new Side(near, false);
  }

  private static @Nullable Flag oddSize(Seen picture, Side before, Side after) {
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

  private boolean isFarOff(Seen picture, Side before, Side after) {
    if (!before.near().isEmpty() && !after.near().isEmpty()) {
      double off = detour(picture, before.near(), after.near());
      return off > far(before, after) && off > limits.overMotion() * motion(before, after);
    }
    // The first or last frame: to be sure, its only neighbours must lie close together.
    Side side = before.near().isEmpty() ? after : before;
    Side other = side == after ? before : after;
    if (side.near().size() < 3 || other.open()) {
      return false;
    }
    double off =
        Math.min(
            picture.grid.distance(side.near().get(0).grid),
            picture.grid.distance(side.near().get(1).grid));
    return off > limits.edge() * far(before, after)
        && off > limits.edge() * longestStep(side.near());
  }

  /**
   * Whether much of the picture is darker, brighter or of another colour than in any neighbour:
   * what tells a fault where so much moves or flickers that detours tell nothing.
   */
  private boolean isOutside(Seen picture, Side before, Side after) {
    boolean edge = before.near().isEmpty() || after.near().isEmpty();
    if (edge && (before.near().isEmpty() ? before : after).open()) {
      return false;
    }
    List<Seen> near = new ArrayList<>(before.near());
    near.addAll(after.near());
    // Nothing is farther outside than its detour is long, which is quicker to know.
    if (near.size() < LEAST_SPAN
        || (!edge && detour(picture, before.near(), after.near()) <= limits.outside())) {
      return false;
    }
    double margin = edge ? limits.spanMarginAtEdge() : limits.spanMargin();
    double outside = 0;
    double level = 0;
    for (int i = 0; i < PictureGrid.BYTES; i++) {
      int low = 255;
      int high = 0;
      for (Seen one : near) {
        int value = one.grid.value(i);
        low = Math.min(low, value);
        high = Math.max(high, value);
        level += value / (255.0 * near.size() * PictureGrid.BYTES);
      }
      int value = picture.grid.value(i);
      double beyond = Math.max(low - value, value - high);
      outside += Math.max(0, beyond - margin * (high - low) - limits.spanLeast() * 255);
    }
    outside /= 255.0 * PictureGrid.BYTES;
    return outside > limits.outside() && outside > limits.outsideShare() * level;
  }

  /**
   * How far one strays from the way between frames before and after who goes by this picture:
   * nothing in a cut, a fade or a steady move, where it lies on the way. The nearest two on each
   * side count, since one of them may be a fault itself.
   */
  private static double detour(Seen picture, List<Seen> before, List<Seen> after) {
    double least = Double.MAX_VALUE;
    for (Seen one : before.subList(0, Math.min(2, before.size()))) {
      for (Seen other : after.subList(0, Math.min(2, after.size()))) {
        double detour =
            (picture.grid.distance(one.grid)
                    + picture.grid.distance(other.grid)
                    - one.grid.distance(other.grid))
                / 2;
        least = Math.min(least, detour);
      }
    }
    return least;
  }

  /** The distance that counts as far, where it is as bright as here. */
  private double far(Side before, Side after) {
    double level = 0;
    int count = 0;
    for (Side side : List.of(before, after)) {
      for (Seen near : side.near()) {
        level += near.grid.level();
        count++;
      }
    }
    return Math.clamp(
        limits.farShare() * level / Math.max(1, count), limits.farLeast(), limits.farMost());
  }

  /**
   * The detour that is usual here: the second longest among the neighbours, as the longest may be a
   * fault. What flickers, or moves faster than it can be followed, has long ones everywhere.
   */
  private static double motion(Side before, Side after) {
    List<Seen> all = new ArrayList<>(before.near().reversed());
    all.addAll(after.near());
    double longest = 0;
    double second = 0;
    for (int i = 1; i < all.size() - 1; i++) {
      double detour =
          detour(all.get(i), all.subList(0, i).reversed(), all.subList(i + 1, all.size()));
      if (detour > longest) {
        second = longest;
        longest = detour;
      } else {
        second = Math.max(second, detour);
      }
    }
    return second;
  }

  private static double longestStep(List<Seen> near) {
    double longest = 0;
    for (int i = 1; i < near.size(); i++) {
      longest = Math.max(longest, near.get(i - 1).grid.distance(near.get(i).grid));
    }
    return longest;
  }
}
