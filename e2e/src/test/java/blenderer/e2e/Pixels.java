package blenderer.e2e;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Arrays;
import javax.imageio.ImageIO;

/** The pixels of an image file: what must agree, where the file's bytes cannot. */
record Pixels(int width, int height, int[] argb) {

  /** Of 255; what is not brighter is black. */
  private static final int BLACK = 2;

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

  /** Whether it is all black, or all transparent. */
  boolean isNothing() {
    return Arrays.stream(argb)
            .allMatch(
                p ->
                    p >>> 24 == 255
                        && (p >> 16 & 255) <= BLACK
                        && (p >> 8 & 255) <= BLACK
                        && (p & 255) <= BLACK)
        || Arrays.stream(argb).allMatch(p -> p >>> 24 == 0);
  }

  /** How far this is from what it should be. */
  String differenceTo(Pixels expected) {
    if (width != expected.width || height != expected.height) {
      return this + " instead of " + expected;
    }
    int count = 0;
    int most = 0;
    for (int i = 0; i < argb.length; i++) {
      if (argb[i] != expected.argb[i]) {
        count++;
        for (int shift = 0; shift < 32; shift += 8) {
          most =
              Math.max(
                  most, Math.abs((argb[i] >> shift & 255) - (expected.argb[i] >> shift & 255)));
        }
      }
    }
    return count + " of " + argb.length + " pixels, by at most " + most;
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
