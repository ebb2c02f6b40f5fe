package blenderer.renderers;

import blenderer.renderers.ImageCheck.Damaged;
import java.nio.ByteBuffer;

/**
 * The Huffman code of OpenEXR's PIZ and DWA blocks, unpacked only to see that there are exactly as
 * many values as there must be (layout: OpenEXR's file layout and technical introduction). Codes
 * are canonical: of one length they follow each other, and longer ones have smaller numbers.
 */
final class ExrHuffman {

  private static final int SYMBOLS = (1 << 16) + 1;
  private static final int LONGEST = 58;
  private static final int LONG_RUN = 63;
  private static final int SHORT_RUN = 59;
  private static final int LEAST_LONG_RUN = 2 + LONG_RUN - SHORT_RUN;
  private static final int HEADER = 20;

  private final ByteBuffer data;
  private long at;

  private ExrHuffman(ByteBuffer data) {
    this.data = data;
  }

  /**
   * Unpacks.
   *
   * @param packed little-endian, from its first to its last byte
   * @param wanted how many values there must be
   */
  static void check(ByteBuffer packed, long wanted) throws Damaged {
    if (wanted == 0 && packed.remaining() == 0) {
      return;
    }
    if (packed.remaining() < HEADER) {
      throw new Damaged("has a block that is too short");
    }
    int first = packed.getInt(0);
    int last = packed.getInt(4);
    int bits = packed.getInt(12);
    if (first < 0 || last < first || last >= SYMBOLS || bits < 0) {
      throw new Damaged("has a block with an impossible code");
    }
    ExrHuffman huffman = new ExrHuffman(packed.slice(HEADER, packed.remaining() - HEADER));
    huffman.unpack(first, last, bits, wanted);
  }

  private void unpack(int first, int last, long bits, long wanted) throws Damaged {
    byte[] lengths = lengths(first, last);
    long[] count = new long[LONGEST + 1];
    for (int symbol = first; symbol <= last; symbol++) {
      count[lengths[symbol]]++;
    }
    count[0] = 0;
    long[] base = new long[LONGEST + 1];
    int[] place = new int[LONGEST + 1];
    long code = 0;
    for (int length = LONGEST; length > 0; length--) {
      base[length] = code;
      code = code + count[length] >> 1;
    }
    int sum = 0;
    for (int length = 1; length <= LONGEST; length++) {
      place[length] = sum;
      sum += (int) count[length];
    }
    int[] symbols = new int[sum];
    int[] next = place.clone();
    for (int symbol = first; symbol <= last; symbol++) {
      if (lengths[symbol] > 0) {
        symbols[next[lengths[symbol]]++] = symbol;
      }
    }
    at = at + 7 & ~7L;
    long end = at + bits;
    if (end > 8L * data.limit() || end + 7 < 8L * data.limit()) {
      throw new Damaged("has a block of the wrong length");
    }
    long values = 0;
    while (at < end) {
      long read = 0;
      int length = 0;
      do {
        if (length == LONGEST || at >= end) {
          throw new Damaged("has damaged pixels");
        }
        read = read << 1 | bit();
        length++;
      } while (read < base[length] || read - base[length] >= count[length]);
      int symbol = symbols[place[length] + (int) (read - base[length])];
      if (symbol == last) {
        // Not a value of its own: the one before, so many times more.
        if (at + 8 > end || values == 0) {
          throw new Damaged("has damaged pixels");
        }
        values += bits(8);
      } else {
        values++;
      }
    }
    if (values != wanted) {
      throw new Damaged("has a block that does not hold all its pixels");
    }
  }

  private byte[] lengths(int first, int last) throws Damaged {
    byte[] lengths = new byte[SYMBOLS];
    for (int symbol = first; symbol <= last; ) {
      int length = (int) bits(6);
      if (length == LONG_RUN) {
        symbol += (int) bits(8) + LEAST_LONG_RUN;
      } else if (length >= SHORT_RUN) {
        symbol += length - SHORT_RUN + 2;
      } else {
        lengths[symbol++] = (byte) length;
      }
      if (symbol > last + 1) {
        throw new Damaged("has a block with an impossible code");
      }
    }
    return lengths;
  }

  private long bits(int count) throws Damaged {
    long value = 0;
    for (int i = 0; i < count; i++) {
      value = value << 1 | bit();
    }
    return value;
  }

  private int bit() throws Damaged {
    int index = (int) (at >>> 3);
    if (index >= data.limit()) {
      throw new Damaged("has a block that is too short");
    }
    return data.get(index) >> (7 - (int) (at++ & 7)) & 1;
  }
}
