package blenderer.e2e;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Arrays;
import javax.imageio.ImageIO;

/** The pixels of an image file: what must agree, where the file's bytes cannot. */
record Pixels(int width, int height, int[] argb) {

  static Pixels of(Path image) {
    try {
      BufferedImage read = ImageIO.read(image.toFile());
      if (read == null) {
        throw new AssertionError(image + " is no image");
      }
      int width = read.getWidth();
      int height = read.getHeight();
      return new Pixels(width, height, read.getRGB(0, 0, width, height, null, 0, width));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + image, e);
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Pixels that
        && width == that.width
        && height == that.height
        && Arrays.equals(argb, that.argb);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(argb);
  }

  @Override
  public String toString() {
    return width + "x" + height + ", hash " + hashCode();
  }
}
