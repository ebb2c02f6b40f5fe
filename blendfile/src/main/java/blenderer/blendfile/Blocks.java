package blenderer.blendfile;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** The header, and the heads of the blocks one after the other. One thread at a time. */
final class Blocks {

  /** "BLENDER". */
  static final byte[] MAGIC = "BLENDER".getBytes(StandardCharsets.US_ASCII);

  private static final int LEGACY_HEADER = 12;
  private static final int LONGEST_HEADER = 64;

  private final InputStream in;
  private final ByteOrder order;
  private final int pointer;
  private final boolean wide;
  private final ByteBuffer head;
  private long left;

  /** The version as Blender counts it, such as 304 for 3.4. */
  final int version;

  /** Of the block that {@link #next} found: its type, such as {@code SC}. */
  String code = "";

  /** How many bytes the block says it has. */
  long length;

  /** Which struct it holds: a number in the struct description. */
  int struct;

  /** Where it lay in the memory of the Blender that saved it; other blocks point to it by that. */
  long address;

  /**
   * Reads the header.
   *
   * @throws DamagedException when there is none
   */
  Blocks(InputStream in) throws IOException {
    this.in = in;
    byte[] start = in.readNBytes(LEGACY_HEADER);
    if (start.length < LEGACY_HEADER) {
      throw new DamagedException(start.length == 0 ? "is empty" : "is cut off in its header");
    }
    for (int i = 0; i < MAGIC.length; i++) {
      if (start[i] != MAGIC[i]) {
        throw new DamagedException("is no .blend file");
      }
    }
    if (start[7] == '-' || start[7] == '_') {
      wide = false;
      pointer = start[7] == '-' ? 8 : 4;
      order =
          switch (start[8]) {
            case 'v' -> ByteOrder.LITTLE_ENDIAN;
            case 'V' -> ByteOrder.BIG_ENDIAN;
            default -> throw new DamagedException("has a header that is no .blend header");
          };
      version = number(start, 9, 3);
    } else {
      // From 5.0: "17" is the header's length, "01" its format, then "v0500".
      int size = number(start, 7, 2);
      int format = number(start, 10, 2);
      if (size < 17 || size > LONGEST_HEADER || start[9] != '-') {
        throw new DamagedException("has a header that is no .blend header");
      }
      byte[] rest = in.readNBytes(size - LEGACY_HEADER);
      if (rest.length < size - LEGACY_HEADER) {
        throw new DamagedException("is cut off in its header");
      }
      if (format != 1 || rest[0] != 'v') {
        throw new DamagedException("is of a format that is newer than this program knows");
      }
      wide = true;
      pointer = 8;
      order = ByteOrder.LITTLE_ENDIAN;
      version = number(rest, 1, 4);
    }
    head = ByteBuffer.allocate(wide ? 32 : 16 + pointer).order(order);
  }

  private static int number(byte[] bytes, int from, int digits) {
    int number = 0;
    for (int i = from; i < from + digits; i++) {
      if (bytes[i] < '0' || bytes[i] > '9') {
        throw new DamagedException("has a header that is no .blend header");
      }
      number = number * 10 + bytes[i] - '0';
    }
    return number;
  }

  int pointer() {
    return pointer;
  }

  ByteOrder order() {
    return order;
  }

  /**
   * Goes to the next block.
   *
   * @return false at the end, marked or not
   */
  boolean next() throws IOException {
    skip(left);
    left = 0;
    int got = in.readNBytes(head.array(), 0, head.capacity());
    if (got < head.capacity()) {
      return false;
    }
    code = code(head.array());
    if (wide) {
      struct = head.getInt(4);
      address = head.getLong(8);
      length = head.getLong(16);
    } else {
      length = head.getInt(4);
      address = pointer == 8 ? head.getLong(8) : Integer.toUnsignedLong(head.getInt(8));
      struct = head.getInt(8 + pointer);
    }
    if (length < 0) {
      throw new DamagedException("is damaged: a block of it has a length below zero");
    }
    left = length;
    return !code.equals("ENDB");
  }

  /** Without the zeros that fill up short ones, which come first on big-endian computers. */
  private static String code(byte[] head) {
    int from = 0;
    int to = 4;
    while (from < to && head[from] == 0) {
      from++;
    }
    while (to > from && head[to - 1] == 0) {
      to--;
    }
    return new String(head, from, to - from, StandardCharsets.ISO_8859_1);
  }

  /** The block's first bytes, {@code most} at most. */
  ByteBuffer read(int most) throws IOException {
    int wanted = (int) Math.min(most, left);
    byte[] bytes = in.readNBytes(wanted);
    left -= bytes.length;
    if (bytes.length < wanted) {
      throw new DamagedException("is cut off");
    }
    return ByteBuffer.wrap(bytes).order(order);
  }

  private void skip(long count) throws IOException {
    if (count > 0) {
      try {
        // A file is not read but jumped over.
        in.skipNBytes(count);
      } catch (EOFException e) {
        throw new DamagedException("is cut off");
      }
    }
  }
}
