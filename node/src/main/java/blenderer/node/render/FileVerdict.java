package blenderer.node.render;

import blenderer.model.Failure;
import blenderer.renderers.Picture;
import org.jspecify.annotations.Nullable;

/**
 * What came of looking at a file.
 *
 * @param failure why it must not count; null: it may
 * @param picture what it looks like; null: it is no picture, or one that does not show what a
 *     person would see
 */
public record FileVerdict(@Nullable Failure failure, @Nullable Picture picture) {

  /** It may count, and nothing is known of what it shows. */
  public static final FileVerdict UNSEEN = new FileVerdict(null, null);

  /** It must not count. */
  public static FileVerdict bad(Failure failure) {
    return new FileVerdict(failure, null);
  }
}
