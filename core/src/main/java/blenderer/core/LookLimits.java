package blenderer.core;

/**
 * From where on a picture is odd. Shares are of all pixels, levels and distances of cells of the
 * grid, 0 to 1; how they were found stands in docs/looking-at-frames.md.
 *
 * @param blackShare a frame with so much black is black
 * @param emptyShare a frame with so much that is entirely transparent is empty
 * @param pinkShare a frame with so much of the colour of missing textures lacks one
 * @param fadeStep black is the end of a fade when the frame before lost at least this part of its
 *     own level against the one before that
 * @param nearlyEmpty an empty frame beside one that covers at most so much is no surprise
 * @param farShare a frame is far off its neighbours from this part of their level on
 * @param farLeast but never below this distance
 * @param farMost and always above this one
 * @param overMotion and only if it is so many times farther off than its neighbours are of theirs
 * @param surely so far off, it need not stand out against more than the third of its neighbours
 * @param edge how many times farther off a frame must be that has neighbours on one side only
 * @param spanMargin a cell is outside what its neighbours span when it is beyond it by this part of
 *     the span
 * @param spanMarginAtEdge the same where there are neighbours on one side only
 * @param spanLeast and by this much at least
 * @param outside so far outside, in the mean over all cells, is far off, too
 * @param outsideShare and this part of the neighbours' level
 * @param shape a frame is far off its neighbours when its shape is so far off theirs
 * @param shapeLevel darker pictures tell little of their shape
 * @param nothingShare and when by this part of what its neighbours show more of it, or less, is
 *     black or transparent
 * @param nothingLeast but never below this share
 * @param nothingMost and always above this one
 * @param holes and when so many of its cells, of all, have nothing in them
 * @param extent and when what is in it begins or ends so much earlier or later
 * @param overExtent and so many times as much as is usual among its neighbours
 * @param stranger a frame is of another scene when it is so many times farther from its nearest
 *     neighbour than neighbours are from theirs
 * @param flash the same shape so many times as bright is a flash, and fine
 * @param longBlank a stretch of so many blank frames needs a fade on one side only
 * @param turn light that changes by this part comes or goes
 * @param turns where it turns so often on one side, it flickers
 * @param reach how many frames on each side are looked at
 */
public record LookLimits(
    double blackShare,
    double emptyShare,
    double pinkShare,
    double fadeStep,
    double nearlyEmpty,
    double farShare,
    double farLeast,
    double farMost,
    double overMotion,
    double surely,
    double edge,
    double spanMargin,
    double spanMarginAtEdge,
    double spanLeast,
    double outside,
    double outsideShare,
    double shape,
    double shapeLevel,
    double nothingShare,
    double nothingLeast,
    double nothingMost,
    double holes,
    double extent,
    double overExtent,
    double stranger,
    double flash,
    int longBlank,
    double turn,
    int turns,
    int reach) {

  /** The farm's defaults. */
  public static LookLimits defaults() {
    return new LookLimits(
        0.995, 0.9995, 0.002, 0.25, 0.03, 0.12, 0.006, 0.03, 3.3, 0.08, 2.0, 0.3, 1.5, 0.02, 0.025,
        0.06, 0.12, 0.02, 0.15, 0.005, 0.03, 0.03, 0.15, 2.5, 1.6, 1.5, 4, 0.1, 2, 8);
  }
}
