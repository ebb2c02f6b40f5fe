package blenderer.renderers;

import blenderer.renderers.ImageCheck.Damaged;
import blenderer.renderers.ImageCheck.Ok;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * OpenEXR (layout: openexr.com, "OpenEXR File Layout"): every entry of the offset tables, every
 * block's length without a gap up to the file's end, and that each block holds exactly its pixels,
 * however they are packed. Blender writes the offset table last, so a file cut by a full disk has
 * zeros in it.
 */
final class ExrCheck {

  private static final int MAGIC = 20000630;
  private static final int TILED = 0x200;
  private static final int DEEP = 0x800;
  private static final int MULTIPART = 0x1000;

  private record Block(int part, long offset) {}

  private ExrCheck() {}

  static boolean isExr(ByteBuffer content) {
    return content.remaining() >= 8 && Integer.reverseBytes(content.getInt(0)) == MAGIC;
  }

  static Ok check(ByteBuffer bigEndian) throws Damaged {
    ByteBuffer content = bigEndian.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    try {
      return walk(content);
    } catch (IndexOutOfBoundsException | java.nio.BufferUnderflowException _) {
      throw new Damaged("is cut off");
    }
  }

  private static Ok walk(ByteBuffer content) throws Damaged {
    int flags = content.getInt(4);
    boolean multipart = (flags & MULTIPART) != 0;
    content.position(8);
    List<ExrHeader> parts = new ArrayList<>();
    do {
      parts.add(ExrHeader.read(content, (flags & TILED) != 0));
    } while (multipart && content.get(content.position()) != 0);
    if (multipart) {
      content.get();
    }
    ExrHeader first = parts.getFirst();
    Ok ok = new Ok(first.width(), first.height(), "", null);
    if ((flags & DEEP) != 0) {
      return new Ok(
          first.width(), first.height(), "of deep pixels only the header was checked", null);
    }
    if (!parts.stream().allMatch(ExrHeader::isKnown)) {
      return new Ok(
          first.width(), first.height(), "of this packing only the header was checked", null);
    }
    checkBlocks(content, parts, multipart, readOffsets(content, parts));
    return ok;
  }

  private static List<Block> readOffsets(ByteBuffer content, List<ExrHeader> parts) throws Damaged {
    List<Block> blocks = new ArrayList<>();
    for (int part = 0; part < parts.size(); part++) {
      ExrHeader header = parts.get(part);
      long count = header.blockCount();
      if (count < 0) {
        // Several levels of tiles: the table reaches up to the first block.
        count = (content.getLong(content.position()) - content.position()) / 8;
      }
      if (count <= 0 || count > content.remaining() / 8) {
        throw new Damaged("has an offset table that does not fit");
      }
      for (long i = 0; i < count; i++) {
        long offset = content.getLong();
        if (offset <= 0 || offset >= content.limit()) {
          throw new Damaged("is unfinished: a block is missing from its offset table");
        }
        blocks.add(new Block(part, offset));
      }
    }
    blocks.sort(Comparator.comparingLong(Block::offset));
    return blocks;
  }

  private static void checkBlocks(
      ByteBuffer content, List<ExrHeader> parts, boolean multipart, List<Block> blocks)
      throws Damaged {
    long expected = content.position();
    for (Block block : blocks) {
      if (block.offset() != expected) {
        throw new Damaged("has a gap or an overlap between its blocks");
      }
      int at = (int) block.offset();
      if (multipart) {
        if (content.getInt(at) != block.part()) {
          throw new Damaged("has a block that belongs to another part");
        }
        at += 4;
      }
      ExrHeader header = parts.get(block.part());
      int coordinates = header.tiled() ? 16 : 4;
      int length = content.getInt(at + coordinates);
      int data = at + coordinates + 4;
      if (length < 0 || length > content.limit() - data) {
        throw new Damaged("is cut off");
      }
      checkPixels(header, content, at, data, length);
      expected = (long) data + length;
    }
    if (expected != content.limit()) {
      throw new Damaged("goes on after its last block");
    }
  }

  private static void checkPixels(
      ExrHeader header, ByteBuffer content, int at, int data, int length) throws Damaged {
    ExrHeader.Area area =
        header.tiled()
            ? header.tile(
                content.getInt(at),
                content.getInt(at + 4),
                content.getInt(at + 8),
                content.getInt(at + 12))
            : header.lines(content.getInt(at));
    if (area == null) {
      return;
    }
    long raw = area.bytes();
    if (length > raw || (header.isUncompressed() && length != raw)) {
      throw new Damaged("has a block of the wrong length");
    }
    // A block that packing would not make smaller is stored as it is.
    if (length < raw) {
      ExrBlock.check(header.compression(), content.slice(data, length), area);
    }
  }
}
