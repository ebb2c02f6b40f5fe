package blenderer.core;

import java.util.function.IntPredicate;

/**
 * The first and the last task, the one in the middle, those in the middle between them, and so on:
 * after any part of the time the tasks that are done show the whole. It ends when those left
 * between two make one chunk; they go in their plain order then.
 *
 * <p>It only goes forward: what is to be done again later goes in the plain order, too.
 */
final class PreviewOrder {

  private final int size;
  private final int chunk;

  /** Into how many parts the whole is cut at this level. */
  private long parts = 1;

  /** The border between two of these parts that is next. */
  private long border = 0;

  PreviewOrder(int size, int chunk) {
    this.size = size;
    this.chunk = Math.max(1, chunk);
  }

  /** The first of what is left that suits; -1: the order has come to its end. */
  int next(IntPredicate suits) {
    while (parts == 1 || (size - 1) / parts >= chunk) {
      while (border <= parts) {
        int index = (int) (border * (size - 1) / parts);
        if (suits.test(index)) {
          return index;
        }
        // Of the second level on, every other border is one of the level before.
        border += parts == 1 ? 1 : 2;
      }
      parts *= 2;
      border = 1;
    }
    return -1;
  }
}
