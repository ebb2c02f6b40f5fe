package blenderer.renderers;

import blenderer.renderers.ImageCheck.Damaged;
import blenderer.renderers.ImageCheck.Ok;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Radiance HDR: every row unpacked to its exact width, up to the file's end. */
final class RadianceCheck {

  private static final Pattern SIZE = Pattern.compile("[-+]Y (\\d{1,7}) [-+]X (\\d{1,7})");
  private static final int LONGEST_HEADER = 64 << 10;
  private static final int LEAST_PACKED = 8;
  private static final int MOST_PACKED = 0x7FFF;

  private RadianceCheck() {}

  static boolean isRadiance(ByteBuffer content) {
    return content.remaining() > 10 && content.get(0) == '#' && content.get(1) == '?';
  }

  static Ok check(ByteBuffer content) throws Damaged {
    ByteBuffer in = content.duplicate();
    String line = line(in);
    while (!line.isEmpty()) {
      line = line(in);
    }
    Matcher size = SIZE.matcher(line(in));
    if (!size.matches()) {
      throw new Damaged("lacks its size");
    }
    int height = Integer.parseInt(size.group(1));
    int width = Integer.parseInt(size.group(2));
    for (int y = 0; y < height; y++) {
      row(in, width);
    }
    if (in.hasRemaining()) {
      throw new Damaged("goes on after its last row");
    }
    return new Ok(width, height, "", null);
  }

  private static String line(ByteBuffer in) throws Damaged {
    StringBuilder line = new StringBuilder();
    while (in.hasRemaining() && in.position() < LONGEST_HEADER) {
      char letter = (char) (in.get() & 0xFF);
      if (letter == '\n') {
        return new String(
            line.toString().getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.US_ASCII);
      }
      line.append(letter);
    }
    throw new Damaged("is cut off in its header");
  }

  private static void row(ByteBuffer in, int width) throws Damaged {
    boolean packed =
        width >= LEAST_PACKED
            && width <= MOST_PACKED
            && in.remaining() >= 4
            && in.getShort(in.position()) == 0x0202
            && in.getShort(in.position() + 2) == width;
    if (!packed) {
      skip(in, 4L * width);
      return;
    }
    skip(in, 4);
    for (int channel = 0; channel < 4; channel++) {
      int done = 0;
      while (done < width) {
        if (!in.hasRemaining()) {
          throw new Damaged("is cut off");
        }
        int count = in.get() & 0xFF;
        boolean same = count > 128;
        count = same ? count - 128 : count;
        if (count == 0 || done + count > width) {
          throw new Damaged("has a row of the wrong length");
        }
        skip(in, same ? 1 : count);
        done += count;
      }
    }
  }

  private static void skip(ByteBuffer in, long count) throws Damaged {
    if (count > in.remaining()) {
      throw new Damaged("is cut off");
    }
    in.position(in.position() + (int) count);
  }
}
