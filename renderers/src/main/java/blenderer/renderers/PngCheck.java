package blenderer.renderers;

import blenderer.renderers.ImageCheck.Damaged;
import blenderer.renderers.ImageCheck.Ok;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/** PNG (ISO/IEC 15948): every chunk's checksum, and all pixels unpacked to the exact length. */
final class PngCheck {

  private static final long SIGNATURE = 0x89504E470D0A1A0AL;
  private static final int IHDR = 0x49484452;
  private static final int IDAT = 0x49444154;
  private static final int PLTE = 0x504C5445;
  private static final int TRNS = 0x74524E53;
  private static final int IEND = 0x49454E44;

  private PngCheck() {}

  static boolean isPng(ByteBuffer content) {
    return content.remaining() >= 8 && content.getLong(0) == SIGNATURE;
  }

  /**
   * @param mostPixels a picture with more is not looked at; 0: none is
   */
  static Ok check(ByteBuffer content, long mostPixels) throws Damaged {
    ByteBuffer header = null;
    byte[] palette = null;
    byte[] clear = null;
    List<ByteBuffer> pixels = new ArrayList<>();
    int at = 8;
    int type = 0;
    while (type != IEND) {
      if (content.limit() - at < 12) {
        throw new Damaged("is cut off");
      }
      int length = content.getInt(at);
      type = content.getInt(at + 4);
      if (length < 0 || length > content.limit() - at - 12) {
        throw new Damaged("is cut off");
      }
      CRC32 crc = new CRC32();
      crc.update(content.slice(at + 4, length + 4));
      if ((int) crc.getValue() != content.getInt(at + 8 + length)) {
        throw new Damaged("has a wrong checksum");
      }
      ByteBuffer data = content.slice(at + 8, length);
      if (header == null) {
        if (type != IHDR || length != 13) {
          throw new Damaged("has no PNG header");
        }
        header = data;
      } else if (type == IDAT) {
        pixels.add(data);
      } else if (type == PLTE) {
        palette = bytes(data);
      } else if (type == TRNS) {
        clear = bytes(data);
      }
      at += length + 12;
    }
    if (at != content.limit()) {
      throw new Damaged("goes on after its end");
    }
    if (header == null) {
      throw new Damaged("has no PNG header");
    }
    int width = header.getInt(0);
    int height = header.getInt(4);
    if (width <= 0 || height <= 0) {
      throw new Damaged("has no size");
    }
    long raw = rawLength(header, width, height);
    if (header.get(12) != 0) {
      unpack(pixels, raw);
      return new Ok(width, height, "", null);
    }
    Sketch sketch = (long) width * height <= mostPixels ? new Sketch(width, height) : null;
    try (PngPixels rows = new PngPixels(header, pixels, palette, clear)) {
      rows.read(sketch);
    }
    return new Ok(width, height, "", sketch == null ? null : sketch.picture());
  }

  private static byte[] bytes(ByteBuffer data) {
    byte[] bytes = new byte[data.remaining()];
    data.duplicate().get(bytes);
    return bytes;
  }

  private static void unpack(List<ByteBuffer> pixels, long wanted) throws Damaged {
    byte[] sink = new byte[1 << 16];
    long total = 0;
    try (Inflater inflater = new Inflater()) {
      for (ByteBuffer part : pixels) {
        inflater.setInput(part);
        int unpacked = 1;
        while (!inflater.finished() && unpacked > 0) {
          unpacked = inflater.inflate(sink);
          total += unpacked;
        }
      }
      if (!inflater.finished() || total != wanted) {
        throw new Damaged("does not hold all its pixels");
      }
    } catch (DataFormatException _) {
      throw new Damaged("has damaged pixels");
    }
  }

  /** Bytes of all rows with their filter bytes, for each pass of an interlaced image. */
  private static long rawLength(ByteBuffer header, int width, int height) throws Damaged {
    int depth = header.get(8);
    if (depth < 1 || depth > 16 || Integer.bitCount(depth) != 1) {
      throw new Damaged("has an unknown depth of colour");
    }
    int channels = channels(header.get(9));
    if ((depth < 8 && channels > 1) || (depth == 16 && header.get(9) == 3)) {
      throw new Damaged("has a depth that its colour type has not");
    }
    long bits = (long) channels * depth;
    if (header.get(12) == 0) {
      return passLength(width, height, bits);
    }
    int[][] passes = {
      {0, 0, 8, 8},
      {4, 0, 8, 8},
      {0, 4, 4, 8},
      {2, 0, 4, 4},
      {0, 2, 2, 4},
      {1, 0, 2, 2},
      {0, 1, 1, 2}
    };
    long total = 0;
    for (int[] pass : passes) {
      long across = Math.max(0, (width - pass[0] + pass[2] - 1L) / pass[2]);
      long down = Math.max(0, (height - pass[1] + pass[3] - 1L) / pass[3]);
      total += across == 0 ? 0 : passLength(across, down, bits);
    }
    return total;
  }

  static int channels(int colourType) throws Damaged {
    return switch (colourType) {
      case 0, 3 -> 1;
      case 2 -> 3;
      case 4 -> 2;
      case 6 -> 4;
      default -> throw new Damaged("has an unknown colour type");
    };
  }

  private static long passLength(long width, long height, long bitsPerPixel) {
    return height * (1 + (width * bitsPerPixel + 7) / 8);
  }
}
