package blenderer.core;

import blenderer.core.Pictures.Seen;
import blenderer.model.PictureGrid;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * One picture among its neighbours: whether it lies off the way from those before to those after.
 *
 * <p>Three things are compared. <i>Colours</i> tell most. <i>Shape</i> is the colours over their
 * own brightness: the same in any light, so it tells another scene from the same one in a fade or a
 * flicker. <i>Nothing</i> is where, and how much, is black or transparent: it tells what was never
 * written.
 */
final class Comparison {

  /** The pictures on one side of a frame, nearest first; {@code open}: more are still to come. */
  record Side(List<Seen> near, boolean open) {}

  /** How far two pictures are apart; keeps the triangle inequality. */
  private interface Distance {
    double between(Seen one, Seen other);
  }

  private static final Distance COLOURS = (one, other) -> one.grid.distance(other.grid);

  private static final Distance NOTHING =
      (one, other) ->
          Math.abs(one.black - other.black) + Math.abs(one.transparent - other.transparent);

  /** How many cells have nothing in them in one and something in the other, of all. */
  private static final Distance HOLES = (one, other) -> one.grid.holes(other.grid);

  /** Where what is in the picture begins and ends. */
  private static final Distance EXTENT = (one, other) -> one.grid.extent(other.grid);

  /** What fewer neighbours span tells nothing. */
  private static final int LEAST_SPAN = 4;

  /** One side of a frame is judged only by so many. */
  private static final int LEAST_AT_EDGE = 3;

  private final LookLimits limits;
  private final Seen picture;
  private final Side before;
  private final Side after;
  private final Distance shape;

  Comparison(LookLimits limits, Seen picture, Side before, Side after) {
    this.limits = limits;
    this.picture = picture;
    this.before = before;
    this.after = after;
    this.shape =
        (one, other) ->
            one.grid.distance(
                other.grid,
                Math.max(one.level, limits.shapeLevel()),
                Math.max(other.level, limits.shapeLevel()));
  }

  boolean isUnlike() {
    if (isFlash()) {
      return false;
    }
    if (isAtEdge()) {
      if (isOpen() || goesOnFading()) {
        return false;
      }
      return isOffAtEdge(NOTHING, farNothing())
          || isStranger(limits.edge())
          || (isOffAtEdge(COLOURS, far()) || isOutside()) && !isOtherLight();
    }
    return isOff(NOTHING, farNothing(), limits.overMotion())
        || isOff(HOLES, limits.holes(), limits.overMotion())
        || isOff(EXTENT, limits.extent(), limits.overExtent())
        || isOff(shape, farShape(), limits.overMotion())
        || isStranger(limits.stranger())
        || (isOff(COLOURS, far(), limits.overMotion()) || isSurelyOff() || isOutside())
            && !isOtherLight();
  }

  /** The same scene in much more light: lightning, or a lamp that is on for a moment. */
  private boolean isFlash() {
    List<Seen> near = new ArrayList<>(before.near());
    near.addAll(after.near());
    double level = near.stream().mapToDouble(one -> one.level).average().orElse(1);
    return picture.level >= limits.flash() * level
        && nearest(shape, picture, near) < farShape()
        && nearest(HOLES, picture, near) < limits.holes();
  }

  /** The same scene in another light is odd only where the light is steady. */
  private boolean isOtherLight() {
    return isSameShape() && (flickers(before.near(), limits) || flickers(after.near(), limits));
  }

  private boolean isSameShape() {
    List<Seen> near = new ArrayList<>(before.near());
    near.addAll(after.near());
    return nearest(shape, picture, near) < farShape() / 2;
  }

  /**
   * Whether light comes and goes there, too often for a fade.
   *
   * @param near nearest first
   */
  static boolean flickers(List<Seen> near, LookLimits limits) {
    int turns = 0;
    double way = 0;
    for (int i = 1; i < near.size(); i++) {
      double step = near.get(i).level - near.get(i - 1).level;
      double least = limits.turn() * Math.max(near.get(i).level, near.get(i - 1).level);
      if (Math.abs(step) > least) {
        if (step * way < 0) {
          turns++;
        }
        way = step;
      }
    }
    return turns >= limits.turns();
  }

  private boolean isAtEdge() {
    return before.near().isEmpty() || after.near().isEmpty();
  }

  /** Whether pictures are to come on the side that has none. */
  private boolean isOpen() {
    return (before.near().isEmpty() ? before : after).open();
  }

  private boolean isOff(Distance distance, double far, double over) {
    double off = detour(distance, picture, before.near(), after.near());
    return off > far && off > over * usual(motion(distance), 1);
  }

  /**
   * So far off that what is usual is told by the third: two frames of a sudden move may be near.
   */
  private boolean isSurelyOff() {
    double off = detour(COLOURS, picture, before.near(), after.near());
    return off > limits.surely() && off > limits.overMotion() * usual(motion(COLOURS), 2);
  }

  /** The first or last frame: to be sure, its only neighbours must lie close together. */
  private List<Seen> onlySide() {
    return before.near().isEmpty() ? after.near() : before.near();
  }

  private boolean isOffAtEdge(Distance distance, double far) {
    List<Seen> near = onlySide();
    if (near.size() < LEAST_AT_EDGE) {
      return false;
    }
    double off =
        Math.min(distance.between(picture, near.get(0)), distance.between(picture, near.get(1)));
    return off > limits.edge() * far
        && off > limits.edge() * longestStep(distance, near.subList(0, LEAST_AT_EDGE));
  }

  /** Whether it is the dark end of a fade, where steps grow. */
  private boolean goesOnFading() {
    List<Seen> near = onlySide();
    if (near.size() < 2) {
      return false;
    }
    double level = near.get(0).level;
    return picture.level <= level
        && near.get(1).level - level >= limits.fadeStep() * level
        && !flickers(near, limits);
  }

  /**
   * Whether it is farther from each neighbour than any of them is from its own nearest one: what
   * tells another scene where everything moves too fast to be followed.
   */
  private boolean isStranger(double times) {
    List<Seen> near = new ArrayList<>(before.near());
    near.addAll(after.near());
    return near.size() >= limits.reach()
        && isStranger(COLOURS, near, far(), times)
        && isStranger(shape, near, farShape(), times);
  }

  private boolean isStranger(Distance distance, List<Seen> near, double far, double times) {
    double own = nearest(distance, picture, near);
    return own > far && own > times * alone(distance, near);
  }

  /** How far neighbours stand from all others. */
  private static double alone(Distance distance, List<Seen> near) {
    return usual(near.stream().map(one -> nearest(distance, one, near)).toList(), 1);
  }

  private static double nearest(Distance distance, Seen picture, List<Seen> near) {
    double least = Double.MAX_VALUE;
    for (Seen one : near) {
      if (one != picture) {
        least = Math.min(least, distance.between(picture, one));
      }
    }
    return least;
  }

  /**
   * How far one strays from the way between frames before and after who goes by this picture:
   * nothing in a cut, a fade or a steady move, where it lies on the way. The nearest two on each
   * side count, since one of them may be a fault itself.
   */
  private static double detour(
      Distance distance, Seen picture, List<Seen> before, List<Seen> after) {
    double least = Double.MAX_VALUE;
    for (Seen one : before.subList(0, Math.min(2, before.size()))) {
      for (Seen other : after.subList(0, Math.min(2, after.size()))) {
        double detour =
            (distance.between(picture, one)
                    + distance.between(picture, other)
                    - distance.between(one, other))
                / 2;
        least = Math.min(least, detour);
      }
    }
    return least;
  }

  /**
   * The detours of the neighbours themselves. What flickers, or moves faster than it can be
   * followed, has long ones everywhere.
   */
  private List<Double> motion(Distance distance) {
    List<Seen> all = new ArrayList<>(before.near().reversed());
    all.addAll(after.near());
    List<Double> detours = new ArrayList<>();
    for (int i = 1; i < all.size() - 1; i++) {
      detours.add(
          detour(
              distance, all.get(i), all.subList(0, i).reversed(), all.subList(i + 1, all.size())));
    }
    return detours;
  }

  /** The largest but for some, which may be faults; 0 if there are none. */
  private static double usual(List<Double> values, int skipped) {
    return values.stream().sorted(Comparator.reverseOrder()).skip(skipped).findFirst().orElse(0.0);
  }

  private static double longestStep(Distance distance, List<Seen> near) {
    double longest = 0;
    for (int i = 1; i < near.size(); i++) {
      longest = Math.max(longest, distance.between(near.get(i - 1), near.get(i)));
    }
    return longest;
  }

  /** The distance of colours that counts as far, where it is as bright as here. */
  private double far() {
    double level = 0;
    int count = 0;
    for (Side side : List.of(before, after)) {
      for (Seen near : side.near()) {
        level += near.level;
        count++;
      }
    }
    return Math.clamp(
        limits.farShare() * level / Math.max(1, count), limits.farLeast(), limits.farMost());
  }

  /** The same for nothing, where as much is in the picture as here. */
  private double farNothing() {
    double content = 0;
    int count = 0;
    for (Side side : List.of(before, after)) {
      for (Seen near : side.near()) {
        content += 1 - near.transparent - near.black;
        count++;
      }
    }
    return Math.clamp(
        limits.nothingShare() * content / Math.max(1, count),
        limits.nothingLeast(),
        limits.nothingMost());
  }

  /** The same for shapes, which the steps of an 8-bit channel blur where it is dark. */
  private double farShape() {
    return limits.shape() + 1 / (255 * Math.max(picture.level, limits.shapeLevel()));
  }

  /**
   * Whether much of the picture is darker, brighter or of another colour than in any neighbour:
   * what tells a fault where so much moves or flickers that detours tell nothing.
   */
  private boolean isOutside() {
    boolean edge = isAtEdge();
    List<Seen> near = new ArrayList<>(before.near());
    near.addAll(after.near());
    // Nothing is farther outside than its detour is long, which is quicker to know.
    if (near.size() < LEAST_SPAN
        || (!edge && detour(COLOURS, picture, before.near(), after.near()) <= limits.outside())) {
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
}
