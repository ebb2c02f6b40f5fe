package blenderer.renderers;

import blenderer.renderers.ImageCheck.Damaged;
import blenderer.renderers.ImageCheck.Ok;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * WebP and JPEG 2000: every chunk, box and tile up to the exact end of the file. Their pixels are
 * not unpacked.
 */
final class WebCheck {

  private static final int RIFF = 0x52494646;
  private static final int WEBP = 0x57454250;
  private static final int JP2_BOX = 0x6A502020;
  private static final int CODESTREAM_BOX = 0x6A703263;
  private static final int CODESTREAM = 0xFF4FFF51;
  private static final int TILE = 0xFF90;
  private static final int END = 0xFFD9;
  private static final String NOTE = "its pixels were not unpacked";

  private WebCheck() {}

  static boolean isWebp(ByteBuffer content) {
    return content.remaining() >= 12 && content.getInt(0) == RIFF && content.getInt(8) == WEBP;
  }

  static boolean isJpeg2000(ByteBuffer content) {
    return content.remaining() >= 12
        && (content.getInt(4) == JP2_BOX || content.getInt(0) == CODESTREAM);
  }

  static Ok webp(ByteBuffer content) throws Damaged {
    ByteBuffer in = content.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    long length = Integer.toUnsignedLong(in.getInt(4)) + 8;
    if (length != in.limit()) {
      throw new Damaged(length > in.limit() ? "is cut off" : "goes on after its end");
    }
    int width = 0;
    int height = 0;
    boolean pixels = false;
    long at = 12;
    try {
      while (at < length) {
        int start = (int) at;
        long size = Integer.toUnsignedLong(in.getInt(start + 4));
        String name =
            ""
                + (char) in.get(start)
                + (char) in.get(start + 1)
                + (char) in.get(start + 2)
                + (char) in.get(start + 3);
        int data = start + 8;
        at = data + size + (size & 1);
        if (at > length) {
          throw new Damaged("has a chunk that is too long");
        }
        switch (name) {
          case "VP8X" -> {
            width = (in.getInt(data + 4) & 0xFFFFFF) + 1;
            height = (in.getInt(data + 6) >>> 8) + 1;
          }
          case "VP8L" -> {
            pixels = true;
            if (in.get(data) != 0x2F) {
              throw new Damaged("has no picture where it must be");
            }
            int bits = in.getInt(data + 1);
            width = (bits & 0x3FFF) + 1;
            height = (bits >>> 14 & 0x3FFF) + 1;
          }
          case "VP8 " -> {
            pixels = true;
            int tag = in.getInt(data) & 0xFFFFFF;
            if ((in.getInt(data + 3) & 0xFFFFFF) != 0x2A019D || tag >>> 5 > size) {
              throw new Damaged("has no picture where it must be");
            }
            width = in.getShort(data + 6) & 0x3FFF;
            height = in.getShort(data + 8) & 0x3FFF;
          }
          default -> {}
        }
      }
    } catch (IndexOutOfBoundsException _) {
      throw new Damaged("is cut off");
    }
    if (!pixels) {
      throw new Damaged("holds no picture");
    }
    return new Ok(width, height, NOTE, null);
  }

  static Ok jpeg2000(ByteBuffer content) throws Damaged {
    try {
      if (content.getInt(0) == CODESTREAM) {
        return codestream(content, 0, content.limit());
      }
      long at = 0;
      Ok found = null;
      while (at < content.limit()) {
        int start = (int) at;
        long size = Integer.toUnsignedLong(content.getInt(start));
        int head = 8;
        if (size == 1) {
          size = content.getLong(start + 8);
          head = 16;
        }
        long end = size == 0 ? content.limit() : at + size;
        if (end > content.limit() || end < at + head) {
          throw new Damaged("is cut off");
        }
        if (content.getInt(start + 4) == CODESTREAM_BOX) {
          found = codestream(content, start + head, (int) end);
        }
        at = end;
      }
      if (found == null) {
        throw new Damaged("holds no picture");
      }
      return found;
    } catch (IndexOutOfBoundsException _) {
      throw new Damaged("is cut off");
    }
  }

  private static Ok codestream(ByteBuffer in, int from, int end) throws Damaged {
    if (in.getInt(from) != CODESTREAM) {
      throw new Damaged("has no picture where it must be");
    }
    int width = in.getInt(from + 8) - in.getInt(from + 16);
    int height = in.getInt(from + 12) - in.getInt(from + 20);
    long at = from + 2L;
    int tiles = 0;
    while (Short.toUnsignedInt(in.getShort((int) at)) != END) {
      int marker = Short.toUnsignedInt(in.getShort((int) at));
      if (marker == TILE) {
        tiles++;
        long length = Integer.toUnsignedLong(in.getInt((int) at + 6));
        at = length == 0 ? end - 2L : at + length;
      } else {
        at += 2L + Short.toUnsignedInt(in.getShort((int) at + 2));
      }
      if (at > end - 2L) {
        throw new Damaged("is cut off");
      }
    }
    if (tiles == 0 || at + 2 != end || width <= 0 || height <= 0) {
      throw new Damaged("has no end where it must be");
    }
    return new Ok(width, height, NOTE, null);
  }
}
