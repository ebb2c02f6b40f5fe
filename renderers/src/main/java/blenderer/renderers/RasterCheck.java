package blenderer.renderers;

import blenderer.renderers.ImageCheck.Damaged;
import blenderer.renderers.ImageCheck.Ok;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.concurrent.atomic.AtomicReference;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;

/** TIFF and BMP: their own lengths, and a full decode without any warning. */
final class RasterCheck {

  /** Bytes of one value, by the number of its type. */
  private static final int[] UNITS = {1, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8};

  private static final int WIDTH = 256;
  private static final int HEIGHT = 257;
  private static final int DEPTH = 258;
  private static final int PACKING = 259;
  private static final int DEFLATE = 8;
  private static final int OLD_DEFLATE = 32946;
  private static final int STRIP_OFFSETS = 273;
  private static final int STRIP_LENGTHS = 279;
  private static final int TILE_OFFSETS = 324;
  private static final int TILE_LENGTHS = 325;

  private RasterCheck() {}

  static boolean isTiff(ByteBuffer content) {
    if (content.remaining() < 8) {
      return false;
    }
    int magic = content.getInt(0);
    return magic == 0x49492A00 || magic == 0x4D4D002A;
  }

  static boolean isBmp(ByteBuffer content) {
    return content.remaining() >= 26 && content.get(0) == 'B' && content.get(1) == 'M';
  }

  static Ok tiff(ByteBuffer content, long mostPixels) throws Damaged {
    try {
      Ok strips = checkStrips(content);
      // The reader does not know every kind of sample; deflated strips are proven without it.
      return strips.width() > 0 ? strips : decode("tiff", content, mostPixels);
    } catch (IndexOutOfBoundsException _) {
      throw new Damaged("is cut off");
    }
  }

  /**
   * The reader takes what is missing for empty: every strip must lie inside the file.
   *
   * @return with a size only for what the reader does not know
   */
  private static Ok checkStrips(ByteBuffer content) throws Damaged {
    ByteBuffer in =
        content
            .duplicate()
            .order(content.get(0) == 'I' ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
    int directory = in.getInt(4);
    int entries = Short.toUnsignedInt(in.getShort(directory));
    int offsets = -1;
    int lengths = -1;
    int width = 0;
    int height = 0;
    int packing = 1;
    int depth = 8;
    for (int i = 0; i < entries; i++) {
      int entry = directory + 2 + 12 * i;
      int tag = Short.toUnsignedInt(in.getShort(entry));
      int type = in.getShort(entry + 2);
      int unit = type > 0 && type < UNITS.length ? UNITS[type] : 1;
      long length = Integer.toUnsignedLong(in.getInt(entry + 4)) * unit;
      if (length > 4 && Integer.toUnsignedLong(in.getInt(entry + 8)) + length > in.limit()) {
        throw new Damaged("is cut off in its header");
      }
      if (tag == STRIP_OFFSETS || tag == TILE_OFFSETS) {
        offsets = entry;
      } else if (tag == STRIP_LENGTHS || tag == TILE_LENGTHS) {
        lengths = entry;
      } else if (tag == WIDTH) {
        width = (int) value(in, entry, 0);
      } else if (tag == HEIGHT) {
        height = (int) value(in, entry, 0);
      } else if (tag == PACKING) {
        packing = (int) value(in, entry, 0);
      } else if (tag == DEPTH) {
        depth = (int) value(in, entry, 0);
      }
    }
    boolean deflated = packing == DEFLATE || packing == OLD_DEFLATE;
    if (offsets < 0 || lengths < 0 || in.getInt(offsets + 4) != in.getInt(lengths + 4)) {
      throw new Damaged("lacks a part of its header");
    }
    for (int i = 0; i < in.getInt(offsets + 4); i++) {
      long length = value(in, lengths, i);
      if (value(in, offsets, i) + length > in.limit() || length == 0) {
        throw new Damaged("is cut off");
      }
      if (deflated && depth > 8) {
        inflate(in.slice((int) value(in, offsets, i), (int) length));
      }
    }
    return deflated && depth > 8
        ? new Ok(width, height, "", null)
        : new Ok(0, 0, "its strips lie inside the file", null);
  }

  private static void inflate(ByteBuffer strip) throws Damaged {
    byte[] sink = new byte[1 << 16];
    try (Inflater inflater = new Inflater()) {
      inflater.setInput(strip);
      int unpacked = 1;
      while (!inflater.finished() && unpacked > 0) {
        unpacked = inflater.inflate(sink);
      }
      if (!inflater.finished()) {
        throw new Damaged("does not hold all its pixels");
      }
    } catch (DataFormatException _) {
      throw new Damaged("has damaged pixels");
    }
  }

  private static long value(ByteBuffer in, int entry, int index) {
    boolean wide = in.getShort(entry + 2) == 4;
    int bytes = wide ? 4 : 2;
    int at = in.getInt(entry + 4) * bytes <= 4 ? entry + 8 : in.getInt(entry + 8);
    return wide
        ? Integer.toUnsignedLong(in.getInt(at + 4 * index))
        : Short.toUnsignedInt(in.getShort(at + 2 * index));
  }

  static Ok bmp(ByteBuffer content, long mostPixels) throws Damaged {
    long length =
        Integer.toUnsignedLong(content.duplicate().order(ByteOrder.LITTLE_ENDIAN).getInt(2));
    if (length != content.limit()) {
      throw new Damaged(length > content.limit() ? "is cut off" : "goes on after its end");
    }
    return decode("bmp", content, mostPixels);
  }

  private static Ok decode(String format, ByteBuffer content, long mostPixels) throws Damaged {
    ImageReader reader = ImageIO.getImageReadersByFormatName(format).next();
    AtomicReference<String> warned = new AtomicReference<>("");
    try (ImageInputStream in =
        new MemoryCacheImageInputStream(
            new ByteArrayInputStream(content.array(), content.arrayOffset(), content.limit()))) {
      reader.addIIOReadWarningListener((source, warning) -> warned.set(warning));
      reader.setInput(in, true, true);
      BufferedImage image = reader.read(0);
      if (!warned.get().isEmpty()) {
        throw new Damaged("has damaged pixels");
      }
      return new Ok(image.getWidth(), image.getHeight(), "", JpegCheck.look(image, mostPixels));
    } catch (IOException | RuntimeException _) {
      throw new Damaged("cannot be decoded");
    } finally {
      reader.dispose();
    }
  }
}
