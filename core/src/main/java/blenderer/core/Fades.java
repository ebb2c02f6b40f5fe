package blenderer.core;

import blenderer.core.Pictures.Seen;
import blenderer.model.Flag;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Frames with nothing in them, and whether a fade makes them. Keeps nothing. */
final class Fades {

  /** A frame without anything in it. */
  enum Blank {
    BLACK("black-frame", "The picture is black, and no fade leads to it."),
    EMPTY("empty-frame", "The picture is entirely transparent.");

    private final String code;
    private final String sentence;

    Blank(String code, String sentence) {
      this.code = code;
      this.sentence = sentence;
    }

    /** Of the flag that such a frame gets. */
    String code() {
      return code;
    }
  }

  /** Longer stretches of blank frames are no fade, and looking at them would take time. */
  private static final int LONGEST_BLANK = 1_000;

  private final LookLimits limits;

  Fades(LookLimits limits) {
    this.limits = limits;
  }

  @Nullable Blank blank(@Nullable Seen picture) {
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

  /** Adds all of the stretch of blank frames that a blank frame is in; it stands or falls whole. */
  void addStretch(Reel reel, Set<Integer> around, int index) {
    Blank kind = blank(reel.at(index));
    if (kind == null) {
      return;
    }
    for (int way = -1; way <= 1; way += 2) {
      Integer near = reel.next(index, way);
      for (int i = 0; i < LONGEST_BLANK && near != null && blank(reel.at(near)) == kind; i++) {
        if (!around.add(near) && i > limits.reach()) {
          break;
        }
        near = reel.next(near, way);
      }
    }
  }

  /** What is wrong with a blank frame; null: it is none, or a fade makes it. */
  @Nullable Flag flag(Reel reel, int index) {
    Blank kind = blank(reel.at(index));
    if (kind == null || isFade(reel, index, kind)) {
      return null;
    }
    return new Flag(kind.code, kind.sentence);
  }

  /**
   * Whether the stretch of blank frames around {@code index} is one that a fade makes: on both
   * sides, or on one if it is long or the job begins or ends in it.
   */
  private boolean isFade(Reel reel, int index, Blank kind) {
    Integer before = endOf(reel, index, -1, kind);
    Integer after = endOf(reel, index, 1, kind);
    boolean fadesOut = fades(reel, before, -1, kind, after);
    boolean fadesIn = fades(reel, after, 1, kind, before);
    if (fadesOut == fadesIn) {
      return fadesOut;
    }
    return before == null || after == null || after - before > limits.longBlank();
  }

  /** The first picture on that side that is not blank; null: there is none. */
  @Nullable Integer endOf(Reel reel, int index, int way, Blank kind) {
    Integer at = index;
    for (int i = 0; i < LONGEST_BLANK && at != null && blank(reel.at(at)) == kind; i++) {
      at = reel.next(at, way);
    }
    return at;
  }

  /**
   * Whether the pictures from {@code at} on come out of a fade.
   *
   * @param other where the pictures on the other side of the stretch begin
   */
  private boolean fades(
      Reel reel, @Nullable Integer at, int way, Blank kind, @Nullable Integer other) {
    Seen first = at == null ? null : reel.at(at);
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
    Integer further = reel.next(at, way);
    Seen second = further == null ? null : reel.at(further);
    if (further == null || second == null) {
      return false;
    }
    double lost = content(second, kind) - level;
    if (lost < limits.fadeStep() * level
        || Comparison.flickers(reel.from(at, way, limits.reach()), limits)) {
      return false;
    }
    Integer last = reel.next(further, way);
    Seen third = last == null ? null : reel.at(last);
    if (third == null) {
      // So short a way down can also be a flicker.
      return other == null || !Comparison.flickers(reel.from(other, -way, limits.reach()), limits);
    }
    // The level must not have been on its way up.
    return content(third, kind) >= content(second, kind) - lost / 4;
  }
}
