package blenderer.core;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Nodes of which placement asks the same and gets the same: what fits one of them fits all. A farm
 * has few such groups, however many nodes there are.
 */
final class Likes {

  private static final int MOST_FITS = 4096;

  private final Map<Kind, Boolean> fits = new HashMap<>();
  private int nodes = 0;

  /** All groups of a farm. */
  static final class Groups {
    private final Map<List<Object>, Likes> byTraits = new HashMap<>();

    Likes of(NodeEntry node) {
      Likes known = node.likes;
      if (known == null) {
        known = byTraits.computeIfAbsent(node.traits(), _ -> new Likes());
        known.nodes++;
        node.likes = known;
      }
      return known;
    }

    /** Must be called before the node is another. */
    void leave(NodeEntry node) {
      Likes known = node.likes;
      if (known != null && --known.nodes == 0) {
        byTraits.remove(node.traits());
      }
      node.likes = null;
      node.share = null;
    }

    /** What nodes fit is to be found out anew. */
    void forget() {
      byTraits.values().forEach(likes -> likes.fits.clear());
    }
  }

  /** What was said of the kind; null: nothing yet. */
  @Nullable Boolean fits(Kind kind) {
    return fits.get(kind);
  }

  void fits(Kind kind, boolean answer) {
    if (fits.size() >= MOST_FITS) {
      fits.clear();
    }
    fits.put(kind, answer);
  }
}
