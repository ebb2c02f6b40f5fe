package blenderer.renderers;

import blenderer.renderers.ImageCheck.Damaged;
import blenderer.renderers.ImageCheck.Ok;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Cineon and DPX (SMPTE 268M), and SGI's IRIS images: the length they say they have, and room for
 * every pixel; packed rows of IRIS are unpacked.
 */
final class ScanCheck {

  private static final int CINEON = 0x802A5FD7;
  private static final int DPX = 0x53445058;
  private static final int IRIS = 0x01DA;
  private static final int IRIS_HEADER = 512;
  private static final int UNDEFINED = -1;

  private ScanCheck() {}

  static boolean isScan(ByteBuffer content) {
    if (content.remaining() < IRIS_HEADER) {
      return false;
    }
    int magic = content.getInt(0);
    return magic == CINEON
        || magic == Integer.reverseBytes(CINEON)
        || magic == DPX
        || magic == Integer.reverseBytes(DPX)
        || magic >>> 16 == IRIS;
  }

  static Ok check(ByteBuffer content) throws Damaged {
    try {
      int magic = content.getInt(0);
      if (magic >>> 16 == IRIS) {
        return iris(content);
      }
      boolean little = magic != CINEON && magic != DPX;
      ByteBuffer in =
          content.duplicate().order(little ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
      return in.getInt(0) == DPX ? dpx(in) : cineon(in);
    } catch (IndexOutOfBoundsException _) {
      throw new Damaged("is cut off");
    }
  }

  private static Ok cineon(ByteBuffer in) throws Damaged {
    int channels = in.get(193);
    int bits = in.get(198);
    return sized(in, 20, in.getInt(200), in.getInt(204), bits == 10 ? 32 : channels * bits);
  }

  private static Ok dpx(ByteBuffer in) throws Damaged {
    int channels =
        switch (in.get(800) & 0xFF) {
          case 50 -> 3;
          case 51, 52 -> 4;
          default -> 1;
        };
    int bits = in.get(803);
    boolean filled = in.getShort(804) != 0;
    int pixel =
        bits == 10 && filled && channels == 3
            ? 32
            : channels * (bits == 12 && filled ? 16 : Math.max(1, bits));
    return sized(in, 16, in.getInt(772), in.getInt(776), pixel);
  }

  private static Ok sized(ByteBuffer in, int lengthAt, int width, int height, int bits)
      throws Damaged {
    long length = in.getInt(lengthAt);
    if (width <= 0 || height <= 0) {
      throw new Damaged("has an impossible size");
    }
    if (length != UNDEFINED && length != in.limit()) {
      throw new Damaged(length > in.limit() ? "is cut off" : "goes on after its end");
    }
    if (Integer.toUnsignedLong(in.getInt(4)) + (long) width * height * bits / 8 > in.limit()) {
      throw new Damaged("is cut off");
    }
    return new Ok(width, height, "", null);
  }

  private static Ok iris(ByteBuffer in) throws Damaged {
    boolean packed = in.get(2) == 1;
    int bytes = in.get(3);
    int width = Short.toUnsignedInt(in.getShort(6));
    int height = in.getShort(4) > 1 ? Short.toUnsignedInt(in.getShort(8)) : 1;
    int channels = in.getShort(4) > 2 ? Short.toUnsignedInt(in.getShort(10)) : 1;
    if (!packed) {
      if (IRIS_HEADER + (long) width * height * channels * bytes != in.limit()) {
        throw new Damaged("has not the length of its pixels");
      }
      return new Ok(width, height, "", null);
    }
    int rows = height * channels;
    long end = IRIS_HEADER + 8L * rows;
    for (int row = 0; row < rows; row++) {
      int start = in.getInt(IRIS_HEADER + 4 * row);
      int length = in.getInt(IRIS_HEADER + 4 * (rows + row));
      if (start < IRIS_HEADER || length < 0) {
        throw new Damaged("has a row in an impossible place");
      }
      if (bytes == 1) {
        irisRow(in.slice(start, length), width);
      }
      end = Math.max(end, (long) start + length);
    }
    if (end != in.limit()) {
      throw new Damaged(end > in.limit() ? "is cut off" : "goes on after its last row");
    }
    return new Ok(width, height, "", null);
  }

  private static void irisRow(ByteBuffer row, int width) throws Damaged {
    int done = 0;
    while (row.hasRemaining()) {
      int head = row.get();
      int count = head & 0x7F;
      if (count == 0) {
        break;
      }
      done += count;
      row.position(Math.min(row.limit(), row.position() + (head < 0 ? count : 1)));
    }
    if (done != width) {
      throw new Damaged("has a row of the wrong length");
    }
  }
}
