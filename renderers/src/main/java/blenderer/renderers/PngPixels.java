package blenderer.renderers;

import blenderer.renderers.ImageCheck.Damaged;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.jspecify.annotations.Nullable;

/** The pixels of a PNG that is not interlaced, row by row (ISO/IEC 15948, clauses 7, 9, 12). */
final class PngPixels implements AutoCloseable {

  private final Inflater inflater = new Inflater();
  private final List<ByteBuffer> parts;
  private final int width;
  private final int height;
  private final int depth;
  private final int type;
  private final int step;
  private final byte @Nullable [] palette;
  private final byte @Nullable [] clear;
  private byte[] row;
  private byte[] before;
  private final int[] argb;
  private int part;

  /**
   * @param parts the IDAT chunks' contents in their order
   * @param palette the PLTE chunk's content, if there is one
   * @param clear the tRNS chunk's content, if there is one
   */
  PngPixels(
      ByteBuffer header, List<ByteBuffer> parts, byte @Nullable [] palette, byte @Nullable [] clear)
      throws Damaged {
    this.parts = parts;
    width = header.getInt(0);
    height = header.getInt(4);
    depth = header.get(8);
    type = header.get(9);
    long bits = (long) PngCheck.channels(type) * depth;
    step = Math.max(1, (int) (bits / 8));
    long bytes = (width * bits + 7) / 8;
    if (bytes > Integer.MAX_VALUE - 16) {
      throw new Damaged("has rows of an impossible length");
    }
    this.palette = palette;
    this.clear = clear;
    row = new byte[(int) bytes];
    before = new byte[(int) bytes];
    argb = new int[width];
  }

  /** Unpacks every row, to the exact end; tells {@code sketch} what is in them. */
  void read(@Nullable Sketch sketch) throws Damaged {
    byte[] filter = new byte[1];
    for (int y = 0; y < height; y++) {
      fill(filter);
      fill(row);
      unfilter(filter[0]);
      if (sketch != null) {
        convert();
        sketch.row(y, argb);
      }
      byte[] swap = before;
      before = row;
      row = swap;
    }
    // What is left must be the checksum alone.
    if (inflate(filter, 0, 1) != 0 || !inflater.finished()) {
      throw new Damaged("does not hold all its pixels");
    }
  }

  private void fill(byte[] target) throws Damaged {
    for (int at = 0; at < target.length; ) {
      int count = inflate(target, at, target.length - at);
      if (count == 0) {
        throw new Damaged("does not hold all its pixels");
      }
      at += count;
    }
  }

  /** 0 only at the end. */
  private int inflate(byte[] target, int at, int most) throws Damaged {
    try {
      while (!inflater.finished()) {
        int count = inflater.inflate(target, at, most);
        if (count > 0) {
          return count;
        }
        if (inflater.needsInput()) {
          if (part == parts.size()) {
            return 0;
          }
          inflater.setInput(parts.get(part++));
        } else if (inflater.needsDictionary()) {
          return 0;
        }
      }
      return 0;
    } catch (DataFormatException _) {
      throw new Damaged("has damaged pixels");
    }
  }

  private void unfilter(int filter) throws Damaged {
    switch (filter) {
      case 0 -> {}
      case 1 -> {
        for (int i = step; i < row.length; i++) {
          row[i] += row[i - step];
        }
      }
      case 2 -> {
        for (int i = 0; i < row.length; i++) {
          row[i] += before[i];
        }
      }
      case 3 -> {
        for (int i = 0; i < row.length; i++) {
          int left = i < step ? 0 : row[i - step] & 0xFF;
          row[i] += (byte) ((left + (before[i] & 0xFF)) / 2);
        }
      }
      case 4 -> {
        for (int i = 0; i < Math.min(step, row.length); i++) {
          row[i] += before[i];
        }
        for (int i = step; i < row.length; i++) {
          row[i] += paeth(row[i - step] & 0xFF, before[i] & 0xFF, before[i - step] & 0xFF);
        }
      }
      default -> throw new Damaged("has a row that is packed in an unknown way");
    }
  }

  private static byte paeth(int left, int above, int corner) {
    int toLeft = Math.abs(above - corner);
    int toAbove = Math.abs(left - corner);
    int toCorner = Math.abs(left + above - 2 * corner);
    int nearest =
        toLeft <= toAbove && toLeft <= toCorner ? left : toAbove <= toCorner ? above : corner;
    return (byte) nearest;
  }

  private void convert() throws Damaged {
    if (type == 3) {
      convertPalette();
      return;
    }
    int bytes = depth == 16 ? 2 : 1;
    for (int x = 0; x < width; x++) {
      int at = x * step;
      argb[x] =
          switch (type) {
            case 2 -> rgb(row[at], row[at + bytes], row[at + 2 * bytes]) | opaque(at, 3, bytes);
            case 4 -> grey(row[at] & 0xFF) | (row[at + bytes] & 0xFF) << 24;
            case 6 ->
                rgb(row[at], row[at + bytes], row[at + 2 * bytes])
                    | (row[at + 3 * bytes] & 0xFF) << 24;
            default ->
                depth < 8
                    ? grey(bits(x) * 255 / ((1 << depth) - 1)) | 0xFF000000
                    : grey(row[at] & 0xFF) | opaque(at, 1, bytes);
          };
    }
  }

  /** The alpha of a pixel without one: none where it has the colour that stands for none. */
  private int opaque(int at, int channels, int bytes) {
    byte[] none = clear;
    if (none == null || none.length < 2 * channels) {
      return 0xFF000000;
    }
    for (int channel = 0; channel < channels; channel++) {
      int wanted = (none[2 * channel] & 0xFF) << 8 | none[2 * channel + 1] & 0xFF;
      int value = row[at + channel * bytes] & 0xFF;
      if (bytes == 2) {
        value = value << 8 | row[at + channel * bytes + 1] & 0xFF;
      }
      if (value != wanted) {
        return 0xFF000000;
      }
    }
    return 0;
  }

  private void convertPalette() throws Damaged {
    byte[] colours = palette;
    byte[] none = clear;
    if (colours == null) {
      throw new Damaged("has no palette");
    }
    for (int x = 0; x < width; x++) {
      int entry = bits(x);
      if (3 * entry + 2 >= colours.length) {
        throw new Damaged("has a pixel that its palette does not have");
      }
      int alpha = none != null && entry < none.length ? none[entry] & 0xFF : 0xFF;
      argb[x] =
          rgb(colours[3 * entry], colours[3 * entry + 1], colours[3 * entry + 2]) | alpha << 24;
    }
  }

  private int bits(int x) {
    int shift = 8 - depth - x * depth % 8;
    return row[x * depth / 8] >> shift & (1 << depth) - 1;
  }

  private static int rgb(byte red, byte green, byte blue) {
    return (red & 0xFF) << 16 | (green & 0xFF) << 8 | blue & 0xFF;
  }

  private static int grey(int value) {
    return value << 16 | value << 8 | value;
  }

  @Override
  public void close() {
    inflater.end();
  }
}
