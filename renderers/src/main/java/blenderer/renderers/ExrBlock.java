package blenderer.renderers;

import blenderer.renderers.ImageCheck.Damaged;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * Whether a packed block of an OpenEXR file holds exactly the pixels it must. Entropy coding is
 * undone to its last value; what the lossy codecs do to the values after that can hide no hole.
 */
final class ExrBlock {

  private static final int RLE = 1;
  private static final int ZIPS = 2;
  private static final int ZIP = 3;
  private static final int PIZ = 4;
  private static final int PXR24 = 5;
  private static final int B44 = 6;
  private static final int B44A = 7;
  private static final int DWAA = 8;
  private static final int DWAB = 9;

  private static final int DWA_SIZES = 11;
  private static final int PIZ_BITMAP = 8192;

  /** From this third byte on, all values of a B44 block are the same one. */
  private static final int FLAT = 13 << 2;

  private ExrBlock() {}

  /**
   * Checks one block that is shorter than its pixels.
   *
   * @param packed all of it
   * @param area which samples it holds
   */
  static void check(int compression, ByteBuffer packed, ExrHeader.Area area) throws Damaged {
    ByteBuffer block = packed.slice().order(ByteOrder.LITTLE_ENDIAN);
    switch (compression) {
      case RLE -> runs(block, area.bytes());
      case ZIPS, ZIP -> inflate(block, area.bytes());
      case PIZ -> piz(block, area.bytes());
      case PXR24 -> inflate(block, area.pxr24Bytes());
      case B44, B44A -> b44(block, area);
      case DWAA, DWAB -> dwa(block);
      default -> {} // The header's reader lets no other through.
    }
  }

  private static void runs(ByteBuffer block, long wanted) throws Damaged {
    long total = 0;
    while (block.hasRemaining()) {
      int count = block.get();
      int skip = count < 0 ? -count : 1;
      if (skip > block.remaining()) {
        throw new Damaged("has a block that is too short");
      }
      block.position(block.position() + skip);
      total += count < 0 ? -count : count + 1;
    }
    if (total != wanted) {
      throw new Damaged("has a block that does not hold all its pixels");
    }
  }

  private static void inflate(ByteBuffer packed, long wanted) throws Damaged {
    inflate(packed, wanted, new byte[1 << 16], false);
  }

  /**
   * Unpacks.
   *
   * @param keep whether the sink, which has one byte more than is wanted, shall hold it all
   */
  private static void inflate(ByteBuffer packed, long wanted, byte[] sink, boolean keep)
      throws Damaged {
    long total = 0;
    try (Inflater inflater = new Inflater()) {
      inflater.setInput(packed);
      int unpacked = 1;
      while (!inflater.finished() && unpacked > 0) {
        int from = keep ? (int) Math.min(total, sink.length - 1) : 0;
        unpacked = inflater.inflate(sink, from, sink.length - from);
        total += unpacked;
      }
      if (!inflater.finished() || total != wanted || inflater.getRemaining() != 0) {
        throw new Damaged("has a block that does not hold all its pixels");
      }
    } catch (DataFormatException _) {
      throw new Damaged("has damaged pixels");
    }
  }

  private static void piz(ByteBuffer block, long bytes) throws Damaged {
    int first = Short.toUnsignedInt(block.getShort());
    int last = Short.toUnsignedInt(block.getShort());
    if (first >= PIZ_BITMAP || last >= PIZ_BITMAP) {
      throw new Damaged("has a block with an impossible code");
    }
    if (first <= last) {
      block.position(block.position() + last - first + 1);
    }
    int length = block.getInt();
    if (length != block.remaining()) {
      throw new Damaged("has a block of the wrong length");
    }
    ExrHuffman.check(block.slice().order(ByteOrder.LITTLE_ENDIAN), bytes / 2);
  }

  private static void b44(ByteBuffer block, ExrHeader.Area area) throws Damaged {
    for (ExrHeader.Plane plane : area.planes()) {
      if (!plane.channel().isHalf()) {
        skip(block, plane.width() * plane.height() * plane.channel().bytes());
        continue;
      }
      long squares = (plane.width() + 3) / 4 * ((plane.height() + 3) / 4);
      for (long i = 0; i < squares; i++) {
        if (block.remaining() < 3) {
          throw new Damaged("has a block that is too short");
        }
        skip(block, (block.get(block.position() + 2) & 0xFF) >= FLAT ? 3 : 14);
      }
    }
    if (block.hasRemaining()) {
      throw new Damaged("has a block of the wrong length");
    }
  }

  private static void skip(ByteBuffer block, long bytes) throws Damaged {
    if (bytes > block.remaining()) {
      throw new Damaged("has a block that is too short");
    }
    block.position(block.position() + (int) bytes);
  }

  private static void dwa(ByteBuffer block) throws Damaged {
    if (block.remaining() < 8 * DWA_SIZES) {
      throw new Damaged("has a block that is too short");
    }
    long[] sizes = new long[DWA_SIZES];
    for (int i = 0; i < DWA_SIZES; i++) {
      sizes[i] = block.getLong();
      if (sizes[i] < 0 || (i > 0 && sizes[i] > Integer.MAX_VALUE)) {
        throw new Damaged("has a block with an impossible length");
      }
    }
    if (sizes[0] >= 2) {
      skip(block, Short.toUnsignedInt(block.getShort(block.position())));
    }
    ByteBuffer other = take(block, sizes[2]);
    ByteBuffer waves = take(block, sizes[3]);
    ByteBuffer means = take(block, sizes[4]);
    ByteBuffer runs = take(block, sizes[5]);
    if (block.hasRemaining()) {
      throw new Damaged("has a block of the wrong length");
    }
    if (other.hasRemaining()) {
      inflate(other, sizes[1]);
    }
    if (waves.hasRemaining() && sizes[10] == 0) {
      ExrHuffman.check(waves, sizes[8]);
    } else if (waves.hasRemaining()) {
      inflate(waves, sizes[8] * 2);
    }
    if (means.hasRemaining()) {
      inflate(means, sizes[9] * 2);
    }
    if (runs.hasRemaining()) {
      if (sizes[6] > 2 * sizes[7] + 16) {
        throw new Damaged("has a block with an impossible length");
      }
      byte[] unpacked = new byte[(int) sizes[6] + 1];
      inflate(runs, sizes[6], unpacked, true);
      runs(ByteBuffer.wrap(unpacked, 0, (int) sizes[6]), sizes[7]);
    }
  }

  private static ByteBuffer take(ByteBuffer block, long size) throws Damaged {
    int from = block.position();
    skip(block, size);
    return block.slice(from, (int) size).order(ByteOrder.LITTLE_ENDIAN);
  }
}
