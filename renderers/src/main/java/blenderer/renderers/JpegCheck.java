package blenderer.renderers;

import blenderer.renderers.ImageCheck.Damaged;
import blenderer.renderers.ImageCheck.Ok;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicReference;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.event.IIOReadWarningListener;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;

/** JPEG: its end marker, and a full decode without any warning. */
final class JpegCheck {

  private JpegCheck() {}

  static boolean isJpeg(ByteBuffer content) {
    return content.remaining() >= 4 && (content.getInt(0) >>> 8) == 0xFFD8FF;
  }

  static Ok check(ByteBuffer content) throws Damaged {
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
      return new Ok(image.getWidth(), image.getHeight(), "");
    } catch (IOException | IllegalArgumentException | IndexOutOfBoundsException _) {
      throw new Damaged("cannot be decoded as JPEG");
    } finally {
      reader.dispose();
    }
  }
}
