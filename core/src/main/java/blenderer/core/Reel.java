package blenderer.core;

import blenderer.core.Pictures.Seen;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import org.jspecify.annotations.Nullable;

/**
 * Pictures in the order of their indexes, as if one of them were not there.
 *
 * @param seen shared with who made it, and seen as it is now
 * @param without the index that is left out; negative: none
 */
record Reel(NavigableMap<Integer, Seen> seen, int without) {

  /** All of them. */
  Reel(NavigableMap<Integer, Seen> seen) {
    this(seen, -1);
  }

  Reel without(int index) {
    return new Reel(seen, index);
  }

  @Nullable Seen at(int index) {
    return index == without ? null : seen.get(index);
  }

  /** The next index with a picture; null: there is none. */
  @Nullable Integer next(int index, int way) {
    Integer near = way < 0 ? seen.lowerKey(index) : seen.higherKey(index);
    if (near == null || near != without) {
      return near;
    }
    return way < 0 ? seen.lowerKey(near) : seen.higherKey(near);
  }

  /**
   * The picture at {@code at} and those after it, so many with the one that is left out: what is
   * farther away is not drawn in for it.
   */
  List<Seen> from(@Nullable Integer at, int way, int most) {
    List<Seen> near = new ArrayList<>();
    Integer i = at;
    for (int n = 0; n < most && i != null; n++) {
      Seen picture = at(i);
      if (picture != null) {
        near.add(picture);
      }
      i = way < 0 ? seen.lowerKey(i) : seen.higherKey(i);
    }
    return near;
  }
}
