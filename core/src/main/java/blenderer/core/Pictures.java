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

    /** What is odd about it if no neighbour is at fault; null: not looked since it is here. */
    @Nullable List<Flag> first;

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

  private static final String UNLIKE = "unlike-neighbours";

  /** Neighbours are looked for as far away as so many times their number. */
  private static final int LONGEST_GAP = 4;

  private final LookLimits limits;
  private final IntSupplier size;
  private final IntPredicate isToCome;
  private final NavigableMap<Integer, Seen> seen = new TreeMap<>();
  private final Reel all = new Reel(seen);
  private final Fades fades;

  /**
   * @param size how many tasks the step has
   * @param isToCome whether a task without a picture may still get one
   */
  Pictures(LookLimits limits, IntSupplier size, IntPredicate isToCome) {
    this.limits = limits;
    this.size = size;
    this.isToCome = isToCome;
    this.fades = new Fades(limits);
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

  /**
   * Judges a picture and all that depend on it, in two rounds: what is odd about each if its
   * neighbours are good, and then whether it is still odd without any one neighbour that is odd
   * itself. So a fault does not spoil the good frames beside it.
   */
  private Set<Integer> judge(int index) {
    Set<Integer> around = around(index);
    Set<Integer> moved = lookFirst(around);
    // Whether a blank picture counts as a neighbour depends on what was concluded from it.
    for (int one : List.copyOf(moved)) {
      if (fades.blank(seen.get(one)) != null) {
        Set<Integer> more = around(one);
        around.addAll(more);
        moved.addAll(lookFirst(more));
      }
    }
    for (int one : moved) {
      around.addAll(around(one));
    }
    Set<Integer> changed = new TreeSet<>();
    for (int near : around) {
      Seen picture = seen.get(near);
      if (picture == null || picture.state == LookState.ACCEPTED) {
        continue;
      }
      List<Flag> flags =
          first(near, picture).stream().filter(flag -> stands(near, picture, flag)).toList();
      LookState state = flags.isEmpty() ? LookState.FINE : LookState.FLAGGED;
      if (state != picture.state || !flags.equals(picture.flags)) {
        picture.state = state;
        picture.flags = flags;
        changed.add(near);
      }
    }
    return changed;
  }

  /** Those whose verdict may depend on a picture, and itself. */
  private Set<Integer> around(int index) {
    TreeSet<Integer> around = new TreeSet<>();
    addNear(around, seen.lowerKey(index), -1);
    addNear(around, seen.higherKey(index), 1);
    if (seen.containsKey(index)) {
      around.add(index);
    }
    // A blank stretch stands or falls as a whole, however far its other end is.
    for (int near : List.copyOf(around)) {
      fades.addStretch(all, around, near);
    }
    return around;
  }

  private void addNear(Set<Integer> around, @Nullable Integer from, int way) {
    Integer near = from;
    for (int i = 0; i < limits.reach() && near != null; i++) {
      around.add(near);
      near = all.next(near, way);
    }
  }

  /** The first round. Those of whom it says another thing now. */
  private Set<Integer> lookFirst(Set<Integer> around) {
    Map<Integer, @Nullable Flag> blanks = new HashMap<>();
    for (int near : around) {
      Integer before = seen.lowerKey(near);
      boolean goesOn =
          before != null
              && blanks.containsKey(before)
              && fades.blank(seen.get(before)) == fades.blank(seen.get(near));
      blanks.put(near, goesOn ? blanks.get(before) : fades.flag(all, near));
    }
    Set<Integer> moved = new TreeSet<>();
    for (int near : around) {
      Seen picture = seen.get(near);
      if (picture != null) {
        List<Flag> flags = flags(near, picture, blanks.get(near));
        if (!flags.equals(picture.first)) {
          picture.first = flags;
          moved.add(near);
        }
      }
    }
    return moved;
  }

  private List<Flag> first(int index, Seen picture) {
    List<Flag> known = picture.first;
    if (known == null) {
      known = flags(index, picture, fades.flag(all, index));
      picture.first = known;
    }
    return known;
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
    Flag odd = oddSize(picture, side(all, index, -1), side(all, index, 1));
    if (odd != null) {
      flags.add(odd);
    } else if (isUnlike(all, index, picture)) {
      flags.add(new Flag(UNLIKE, "The picture is unlike those before and after it."));
    }
    return List.copyOf(flags);
  }

  private boolean isUnlike(Reel reel, int index, Seen picture) {
    return fades.blank(picture) == null
        && new Comparison(limits, picture, side(reel, index, -1), side(reel, index, 1)).isUnlike();
  }

  /** Whether a flag stays without any one neighbour that is odd, too. */
  private boolean stands(int index, Seen picture, Flag flag) {
    Fades.Blank kind = fades.blank(picture);
    boolean unlike = flag.code().equals(UNLIKE);
    if (!unlike && (kind == null || !flag.code().equals(kind.code()))) {
      return true; // what the picture is by itself
    }
    Set<Integer> near = new TreeSet<>();
    for (int way = -1; way <= 1; way += 2) {
      Integer from =
          kind == null || unlike ? all.next(index, way) : fades.endOf(all, index, way, kind);
      addNear(near, from, way);
    }
    for (int one : near) {
      Seen other = seen.get(one);
      if (other == null || first(one, other).isEmpty()) {
        continue;
      }
      Reel reel = all.without(one);
      if (unlike ? !isUnlike(reel, index, picture) : fades.flag(reel, index) == null) {
        return false;
      }
    }
    return true;
  }

  private static String percent(double share) {
    double percent = share * 100;
    return percent < 1 ? "less than 1 %" : Math.round(percent) + " %";
  }

  /** Neighbours that are blank for no reason tell nothing; nor do those beyond a long gap. */
  private Comparison.Side side(Reel reel, int index, int way) {
    List<Seen> near = new ArrayList<>();
    int most = limits.reach();
    for (int i = 1; i <= LONGEST_GAP * limits.reach() && near.size() < most; i++) {
      int at = index + way * i;
      if (at < 0 || at >= size.getAsInt()) {
        break;
      }
      if (at == reel.without()) {
        most--; // what is farther away is not drawn in for it
        continue;
      }
      Seen picture = reel.at(at);
      if (picture == null && isToCome.test(at)) {
        return new Comparison.Side(near, true);
      }
      if (picture != null && (fades.blank(picture) == null || isFade(reel, at, picture))) {
        near.add(picture);
      }
    }
    return new Comparison.Side(near, false);
  }

  private boolean isFade(Reel reel, int index, Seen blank) {
    List<Flag> known = blank.first;
    return known == null ? fades.flag(reel, index) == null : known.isEmpty();
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
