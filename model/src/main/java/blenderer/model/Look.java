package blenderer.model;

import org.jspecify.annotations.Nullable;

/**
 * What a node saw in the picture that a task made, as a person would see it. Shares are of all
 * pixels, 0 to 1.
 *
 * @param path the file that was looked at, relative to the job's output folder
 * @param width in pixels
 * @param height in pixels
 * @param mean luminance, 0 to 1, over black where it is transparent
 * @param black opaque and black
 * @param transparent entirely
 * @param pink of the colour that stands for a missing texture
 * @param grid what neighbours are compared by
 * @param preview the digest of a small picture for people; null: there is none
 */
public record Look(
    String path,
    int width,
    int height,
    double mean,
    double black,
    double transparent,
    double pink,
    PictureGrid grid,
    @Nullable Digest preview) {

  /** Checks what may come from outside. */
  public Look {
    if (width < 1 || height < 1) {
      throw new IllegalArgumentException("a picture of " + width + "x" + height + " pixels");
    }
    checkShare("mean", mean);
    checkShare("black", black);
    checkShare("transparent", transparent);
    checkShare("pink", pink);
  }

  private static void checkShare(String name, double share) {
    if (!(share >= 0 && share <= 1)) {
      throw new IllegalArgumentException(name + " is " + share + ", not between 0 and 1");
    }
  }
}
