package blenderer.renderers;

import blenderer.model.PictureGrid;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/**
 * What a picture looks like, as a person would see it. Shares are of all pixels, 0 to 1.
 *
 * @param width of the picture in pixels
 * @param height as width
 * @param mean luminance, 0 to 1, over black where it is transparent
 * @param black opaque and black
 * @param transparent entirely
 * @param pink of the colour that stands for a missing texture
 */
public record Picture(
    int width,
    int height,
    double mean,
    double black,
    double transparent,
    double pink,
    PictureGrid grid,
    Small small) {

  /** The longest side of a preview in pixels. */
  public static final int LONGEST_SIDE = 512;

  private static final float QUALITY = 0.8f;

  /** The same, of which it is known that no texture is missing: what is pink is meant. */
  public Picture withoutPink() {
    return new Picture(width, height, mean, black, transparent, 0, grid, small);
  }

  /**
   * The picture made small, over a chequered ground where it is transparent.
   *
   * @param rgb one integer a pixel, row by row
   */
  @SuppressWarnings("ArrayRecordComponent")
  public record Small(int width, int height, int[] rgb) {

    /** As a JPEG file. */
    public byte[] jpeg() {
      BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
      image.setRGB(0, 0, width, height, rgb, 0, width);
      ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      try (MemoryCacheImageOutputStream out = new MemoryCacheImageOutputStream(bytes)) {
        ImageWriteParam how = writer.getDefaultWriteParam();
        how.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
        how.setCompressionQuality(QUALITY);
        writer.setOutput(out);
        writer.write(null, new IIOImage(image, null, null), how);
      } catch (IOException e) {
        throw new UncheckedIOException("a picture in memory cannot be written", e);
      } finally {
        writer.dispose();
      }
      return bytes.toByteArray();
    }
  }
}
