package blenderer.renderers;

import blenderer.renderers.ImageCheck.Damaged;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the header of one part of an OpenEXR file says about its blocks.
 *
 * @param compression the format's number, 0 is none
 * @param tileWidth 0 if the part is not tiled
 * @param levels 0 for one level of tiles, else several
 * @param chunkCount as the header says, -1 if it does not
 */
record ExrHeader(
    int left,
    int top,
    int right,
    int bottom,
    int compression,
    int tileWidth,
    int tileHeight,
    int levels,
    int chunkCount,
    List<Channel> channels) {

  /** One channel: the kind of its samples, and every how many pixels there is one. */
  record Channel(int type, int across, int down) {

    private static final int HALF = 1;
    private static final int FLOAT = 2;

    boolean isHalf() {
      return type == HALF;
    }

    int bytes() {
      return isHalf() ? 2 : 4;
    }

    /** PXR24 leaves out the last byte of long floating-point numbers. */
    int pxr24Bytes() {
      return type == FLOAT ? 3 : bytes();
    }
  }

  /** The samples of one channel in a block. */
  record Plane(Channel channel, long width, long height) {}

  /** What a block holds, channel by channel. */
  record Area(List<Plane> planes) {

    long bytes() {
      return planes.stream().mapToLong(p -> p.width() * p.height() * p.channel().bytes()).sum();
    }

    long pxr24Bytes() {
      return planes.stream()
          .mapToLong(p -> p.width() * p.height() * p.channel().pxr24Bytes())
          .sum();
    }
  }

  private static final int[] LINES_OF_A_BLOCK = {1, 1, 1, 16, 32, 16, 32, 32, 32, 256};
  private static final int LARGEST_SIDE = 1 << 20;

  /** Reads one header; {@code in} then stands after its closing zero. */
  static ExrHeader read(ByteBuffer in, boolean tiled) throws Damaged {
    int[] window = null;
    int compression = -1;
    int[] tiles = new int[3];
    int chunkCount = -1;
    List<Channel> channels = new ArrayList<>();
    boolean isTiled = tiled;
    for (String name = text(in); !name.isEmpty(); name = text(in)) {
      text(in); // the attribute's type
      int size = in.getInt();
      if (size < 0 || size > in.remaining()) {
        throw new Damaged("is cut off in its header");
      }
      ByteBuffer value = in.slice(in.position(), size).order(in.order());
      in.position(in.position() + size);
      switch (name) {
        case "dataWindow" ->
            window = new int[] {value.getInt(), value.getInt(), value.getInt(), value.getInt()};
        case "compression" -> compression = value.get();
        case "chunkCount" -> chunkCount = value.getInt();
        case "channels" -> readChannels(value, channels);
        case "type" ->
            isTiled |= StandardCharsets.US_ASCII.decode(value).toString().contains("tile");
        case "tiles" -> tiles = new int[] {value.getInt(), value.getInt(), value.get() & 0x0F};
        default -> {}
      }
    }
    if (window == null
        || compression < 0
        || channels.isEmpty()
        || (isTiled && (tiles[0] <= 0 || tiles[1] <= 0))) {
      throw new Damaged("lacks a part of its header");
    }
    long width = (long) window[2] - window[0] + 1;
    long height = (long) window[3] - window[1] + 1;
    if (width <= 0 || height <= 0 || width > LARGEST_SIDE || height > LARGEST_SIDE) {
      throw new Damaged("has an impossible size");
    }
    return new ExrHeader(
        window[0],
        window[1],
        window[2],
        window[3],
        compression,
        isTiled ? tiles[0] : 0,
        isTiled ? tiles[1] : 0,
        tiles[2],
        chunkCount,
        List.copyOf(channels));
  }

  private static void readChannels(ByteBuffer in, List<Channel> channels) throws Damaged {
    while (!text(in).isEmpty()) {
      int type = in.getInt();
      in.getInt(); // whether the values are perceptually linear
      int across = in.getInt();
      int down = in.getInt();
      if (type < 0 || type > 2 || across <= 0 || down <= 0) {
        throw new Damaged("has an unknown kind of channel");
      }
      channels.add(new Channel(type, across, down));
    }
  }

  private static String text(ByteBuffer in) {
    int start = in.position();
    while (in.get() != 0) {
      continue;
    }
    byte[] bytes = new byte[in.position() - start - 1];
    in.get(start, bytes);
    return new String(bytes, StandardCharsets.UTF_8);
  }

  int width() {
    return right - left + 1;
  }

  int height() {
    return bottom - top + 1;
  }

  boolean tiled() {
    return tileWidth > 0;
  }

  boolean isUncompressed() {
    return compression == 0;
  }

  /** Whether it is known what its blocks look like. */
  boolean isKnown() {
    return compression < LINES_OF_A_BLOCK.length;
  }

  /** How many blocks the part has; -1 if that cannot be told from the header. */
  long blockCount() {
    if (!tiled()) {
      int lines = LINES_OF_A_BLOCK[compression];
      return (height() + lines - 1) / lines;
    }
    if (levels != 0) {
      return chunkCount;
    }
    long across = (width() + tileWidth - 1) / tileWidth;
    return across * ((height() + tileHeight - 1) / tileHeight);
  }

  /** What the block of lines that begins at {@code y} holds. */
  Area lines(int y) throws Damaged {
    if (y < top || y > bottom || (y - top) % LINES_OF_A_BLOCK[compression] != 0) {
      throw new Damaged("has a block outside the image");
    }
    return area(left, right, y, Math.min(bottom, y + LINES_OF_A_BLOCK[compression] - 1));
  }

  /** What one tile holds; null for tiles of smaller levels, which are not judged. */
  @Nullable Area tile(int column, int row, int levelX, int levelY) throws Damaged {
    if (levelX != 0 || levelY != 0) {
      return null;
    }
    long x = left + (long) column * tileWidth;
    long y = top + (long) row * tileHeight;
    if (column < 0 || row < 0 || x > right || y > bottom) {
      throw new Damaged("has a tile outside the image");
    }
    return area(
        (int) x,
        (int) Math.min(right, x + tileWidth - 1),
        (int) y,
        (int) Math.min(bottom, y + tileHeight - 1));
  }

  private Area area(int fromX, int toX, int fromY, int toY) {
    return new Area(
        channels.stream()
            .map(
                channel ->
                    new Plane(
                        channel,
                        samples(fromX, toX, channel.across()),
                        samples(fromY, toY, channel.down())))
            .toList());
  }

  /** How many of the numbers from..to are multiples of {@code every}. */
  private static long samples(int from, int to, int every) {
    return (long) Math.floorDiv(to, every) - Math.floorDiv(from - 1, every);
  }
}
