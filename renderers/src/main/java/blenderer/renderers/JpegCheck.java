package blenderer.renderers;

import blenderer.renderers.ImageCheck.Damaged;
import blenderer.renderers.ImageCheck.Ok;
import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.DataBufferByte;
import java.awt.image.Raster;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicReference;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.event.IIOReadWarningListener;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;
import org.jspecify.annotations.Nullable;

/** JPEG: its end marker, and a full decode without any warning. */
final class JpegCheck {

  private JpegCheck() {}

  static boolean isJpeg(ByteBuffer content) {
    return content.remaining() >= 4 && (content.getInt(0) >>> 8) == 0xFFD8FF;
  }

  /**
   * @param mostPixels a picture with more is not looked at; 0: none is
   */
  static Ok check(ByteBuffer content, long mostPixels) throws Damaged {
    int length = content.limit();
    if ((content.getShort(length - 2) & 0xFFFF) != 0xFFD9) {
      throw new Damaged("is cut off");
    }
    ImageReader reader = ImageIO.getImageReadersByFormatName("jpeg").next();
    // The decoder fills what it cannot read with grey and only warns.
    AtomicReference<String> warned = new AtomicReference<>("");
    IIOReadWarningListener listener = (source, warning) -> warned.set(warning);
    try (ImageInputStream in =
        new MemoryCacheImageInputStream(
            new ByteArrayInputStream(content.array(), content.arrayOffset(), length))) {
      reader.addIIOReadWarningListener(listener);
      reader.setInput(in, true, true);
      BufferedImage image = reader.read(0);
      if (!warned.get().isEmpty()) {
        throw new Damaged("has damaged pixels");
      }
      return new Ok(image.getWidth(), image.getHeight(), "", look(image, mostPixels));
    } catch (IOException | IllegalArgumentException | IndexOutOfBoundsException _) {
      throw new Damaged("cannot be decoded as JPEG");
    } finally {
      reader.dispose();
    }
  }

  static @Nullable Picture look(BufferedImage image, long mostPixels) {
    int width = image.getWidth();
    int height = image.getHeight();
    if ((long) width * height > mostPixels) {
      return null;
    }
    Sketch sketch = new Sketch(width, height);
    int[] row = new int[width];
    byte[] bytes = bgr(image);
    for (int y = 0; y < height; y++) {
      if (isGrey(image)) {
        greyRow(image, y, row);
      } else if (bytes == null) {
        image.getRGB(0, y, width, 1, row, 0, width);
      } else {
        for (int x = 0, at = 3 * y * width; x < width; x++, at += 3) {
          row[x] =
              0xFF000000
                  | (bytes[at + 2] & 0xFF) << 16
                  | (bytes[at + 1] & 0xFF) << 8
                  | (bytes[at] & 0xFF);
        }
      }
      sketch.row(y, row);
    }
    return sketch.picture();
  }

  private static boolean isGrey(BufferedImage image) {
    return image.getColorModel().getColorSpace().getType() == ColorSpace.TYPE_GRAY;
  }

  /** As the file has it: to Java grey is linear light, and it would make it brighter. */
  private static void greyRow(BufferedImage image, int y, int[] row) {
    Raster pixels = image.getRaster();
    int shift = Math.max(0, image.getColorModel().getComponentSize(0) - 8);
    for (int x = 0; x < row.length; x++) {
      int value = pixels.getSample(x, y, 0) >> shift & 0xFF;
      int alpha = pixels.getNumBands() > 1 ? pixels.getSample(x, y, 1) >> shift & 0xFF : 0xFF;
      row[x] = alpha << 24 | value << 16 | value << 8 | value;
    }
  }

  /** The pixels as they lie in memory, where they are blue, green, red: far quicker to read. */
  private static byte @Nullable [] bgr(BufferedImage image) {
    return image.getType() == BufferedImage.TYPE_3BYTE_BGR
            && image.getRaster().getDataBuffer() instanceof DataBufferByte buffer
            && buffer.getData().length == 3 * image.getWidth() * image.getHeight()
        ? buffer.getData()
        : null;
  }
}
