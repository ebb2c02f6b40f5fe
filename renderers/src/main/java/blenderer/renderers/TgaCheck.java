package blenderer.renderers;

import blenderer.renderers.ImageCheck.Damaged;
import blenderer.renderers.ImageCheck.Ok;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Truevision TGA: every pixel, packed or not, up to the file's end or its footer. The format has no
 * mark of its own, so it is known by its ending.
 */
final class TgaCheck {

  private static final int HEADER = 18;
  private static final int GREY = 3;
  private static final int COLOUR = 2;
  private static final int PACKED = 8;
  private static final int TOP_FIRST = 0x20;
  private static final byte[] FOOTER = "TRUEVISION-XFILE.\0".getBytes(StandardCharsets.US_ASCII);

  private TgaCheck() {}

  static Ok check(ByteBuffer bigEndian, long mostPixels) throws Damaged {
    ByteBuffer in = bigEndian.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    if (in.remaining() < HEADER) {
      throw new Damaged("is cut off in its header");
    }
    int type = in.get(2);
    int width = Short.toUnsignedInt(in.getShort(12));
    int height = Short.toUnsignedInt(in.getShort(14));
    int bytes = in.get(16) / 8;
    int kind = type & ~PACKED;
    if (in.get(1) != 0 || (kind != COLOUR && kind != GREY)) {
      return new Ok(width, height, "of this kind of TGA only the header was checked", null);
    }
    if (width == 0 || height == 0 || bytes < 1 || bytes > 4 || in.get(16) % 8 != 0) {
      throw new Damaged("has an impossible size");
    }
    in.position(HEADER);
    skip(in, in.get(0) & 0xFF);
    long pixels = (long) width * height;
    int[] argb = pixels <= mostPixels ? new int[(int) pixels] : null;
    if ((type & PACKED) == 0) {
      plain(in, pixels, bytes, argb);
    } else {
      packed(in, pixels, bytes, argb);
    }
    checkEnd(in);
    boolean topFirst = (in.get(17) & TOP_FIRST) != 0;
    return new Ok(
        width, height, "", argb == null ? null : look(argb, width, height, bytes, topFirst));
  }

  private static void skip(ByteBuffer in, long count) throws Damaged {
    if (count > in.remaining()) {
      throw new Damaged("is cut off");
    }
    in.position(in.position() + (int) count);
  }

  private static void plain(ByteBuffer in, long pixels, int bytes, int @Nullable [] argb)
      throws Damaged {
    int from = in.position();
    skip(in, pixels * bytes);
    for (int i = 0; argb != null && i < argb.length; i++) {
      argb[i] = pixel(in, from + i * bytes, bytes);
    }
  }

  private static void packed(ByteBuffer in, long pixels, int bytes, int @Nullable [] argb)
      throws Damaged {
    long done = 0;
    while (done < pixels) {
      if (!in.hasRemaining()) {
        throw new Damaged("is cut off");
      }
      int head = in.get();
      int count = (head & 0x7F) + 1;
      boolean same = head < 0;
      int from = in.position();
      skip(in, (long) bytes * (same ? 1 : count));
      if (done + count > pixels) {
        throw new Damaged("holds more than its pixels");
      }
      for (int i = 0; argb != null && i < count; i++) {
        argb[(int) done + i] = pixel(in, same ? from : from + i * bytes, bytes);
      }
      done += count;
    }
  }

  private static int pixel(ByteBuffer in, int at, int bytes) {
    int first = in.get(at) & 0xFF;
    return switch (bytes) {
      case 3, 4 ->
          first
              | (in.get(at + 1) & 0xFF) << 8
              | (in.get(at + 2) & 0xFF) << 16
              | (bytes == 4 ? in.get(at + 3) & 0xFF : 0xFF) << 24;
      default -> first | first << 8 | first << 16 | 0xFF000000;
    };
  }

  private static void checkEnd(ByteBuffer in) throws Damaged {
    if (!in.hasRemaining()) {
      return;
    }
    boolean footer = in.remaining() >= FOOTER.length;
    for (int i = 0; footer && i < FOOTER.length; i++) {
      footer = in.get(in.limit() - FOOTER.length + i) == FOOTER[i];
    }
    if (!footer) {
      throw new Damaged("goes on after its last pixel");
    }
  }

  private static @Nullable Picture look(
      int[] argb, int width, int height, int bytes, boolean topFirst) {
    if (bytes == 2) {
      return null;
    }
    Sketch sketch = new Sketch(width, height);
    int[] row = new int[width];
    for (int y = 0; y < height; y++) {
      System.arraycopy(argb, (topFirst ? y : height - 1 - y) * width, row, 0, width);
      sketch.row(y, row);
    }
    return sketch.picture();
  }
}
