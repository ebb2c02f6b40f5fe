package blenderer.renderers;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.zip.Deflater;
import javax.imageio.ImageIO;

/** Small images for tests: noise over a gradient, so that compression has something to do. */
final class TestImages {

  private TestImages() {}

  static BufferedImage picture(int width, int height) {
    BufferedImage picture = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    SplittableRandom random = new SplittableRandom(42);
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        picture.setRGB(x, y, (x * 3 << 16) | (y * 5 << 8) | random.nextInt(32));
      }
    }
    return picture;
  }

  static byte[] encoded(BufferedImage picture, String format) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    if (!ImageIO.write(picture, format, out)) {
      throw new IOException("no writer for " + format);
    }
    return out.toByteArray();
  }

  /** A scanline OpenEXR file with one 32-bit channel; compression 0 none, 2 ZIPS, 3 ZIP. */
  static byte[] exr(BufferedImage picture, int compression) {
    int lines = compression == 3 ? 16 : 1;
    List<byte[]> blocks = new ArrayList<>();
    for (int y = 0; y < picture.getHeight(); y += lines) {
      int to = Math.min(picture.getHeight(), y + lines);
      ByteBuffer raw = little((to - y) * picture.getWidth() * 4);
      for (int row = y; row < to; row++) {
        for (int x = 0; x < picture.getWidth(); x++) {
          raw.putFloat(picture.getRGB(x, row) & 0xFF);
        }
      }
      blocks.add(compression == 0 ? raw.array() : packed(raw.array()));
    }
    ByteBuffer out = little(1 << 20);
    out.putInt(20000630).putInt(2);
    ByteBuffer channels = little(19);
    channels.put((byte) 'R').put((byte) 0).putInt(2).putInt(0).putInt(1).putInt(1).put((byte) 0);
    attribute(out, "channels", "chlist", channels.array());
    attribute(out, "compression", "compression", new byte[] {(byte) compression});
    ByteBuffer window = little(16);
    window.putInt(0).putInt(0).putInt(picture.getWidth() - 1).putInt(picture.getHeight() - 1);
    attribute(out, "dataWindow", "box2i", window.array());
    out.put((byte) 0);
    long at = out.position() + 8L * blocks.size();
    for (byte[] block : blocks) {
      out.putLong(at);
      at += 8 + block.length;
    }
    for (int i = 0; i < blocks.size(); i++) {
      out.putInt(i * lines).putInt(blocks.get(i).length).put(blocks.get(i));
    }
    byte[] content = new byte[out.position()];
    out.get(0, content);
    return content;
  }

  /** Where the offset table of a file made by {@link #exr} begins. */
  static int offsetTableOf(byte[] exr) {
    byte[] mark = "box2i".getBytes(StandardCharsets.US_ASCII);
    for (int i = 0; i < exr.length; i++) {
      if (ByteBuffer.wrap(exr, i, mark.length).equals(ByteBuffer.wrap(mark))) {
        return i + mark.length + 1 + 4 + 16 + 1;
      }
    }
    throw new IllegalArgumentException("no data window");
  }

  private static void attribute(ByteBuffer out, String name, String type, byte[] value) {
    out.put(name.getBytes(StandardCharsets.US_ASCII)).put((byte) 0);
    out.put(type.getBytes(StandardCharsets.US_ASCII)).put((byte) 0);
    out.putInt(value.length).put(value);
  }

  private static byte[] packed(byte[] raw) {
    try (Deflater deflater = new Deflater()) {
      deflater.setInput(raw);
      deflater.finish();
      byte[] out = new byte[raw.length * 2 + 100];
      int length = deflater.deflate(out);
      return length < raw.length ? java.util.Arrays.copyOf(out, length) : raw;
    }
  }

  private static ByteBuffer little(int size) {
    return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
  }
}
