package blenderer.blendfile;

import com.github.luben.zstd.ZstdIOException;
import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/** Looks at a .blend. */
public final class BlendFile {

  private static final int BUFFER = 16 * 1024;

  private BlendFile() {}

  /** As {@link #look(InputStream, Limits)}, with the usual limits. */
  public static Look look(InputStream file) throws IOException {
    return look(file, Limits.USUAL);
  }

  /**
   * Reads what the file says.
   *
   * @param file from the file's first byte on; one that can skip cheaply makes a look at a large
   *     file cheap
   * @throws IOException when the stream itself fails; whatever is wrong with its bytes is {@link
   *     Look.Unreadable}
   */
  public static Look look(InputStream file, Limits limits) throws IOException {
    BufferedInputStream in = new BufferedInputStream(file, BUFFER);
    in.mark(8);
    byte[] magic = in.readNBytes(4);
    in.reset();
    try {
      if (magic.length >= 2 && magic[0] == 0x1f && magic[1] == (byte) 0x8b) {
        Bounded unpacked = new Bounded(new GZIPInputStream(in, BUFFER), limits.mostUnpacked());
        return new Reader(unpacked, Look.Packing.GZIP, limits).read();
      }
      if (magic.length == 4
          && magic[0] == 0x28
          && magic[1] == (byte) 0xb5
          && magic[2] == 0x2f
          && magic[3] == (byte) 0xfd) {
        // Closed, because the unpacker holds memory that is not Java's.
        try (ZstdInputStreamNoFinalizer zstd = new ZstdInputStreamNoFinalizer(in)) {
          zstd.setLongMax(limits.mostWindow());
          Bounded unpacked =
              new Bounded(new BufferedInputStream(zstd, BUFFER), limits.mostUnpacked());
          return new Reader(unpacked, Look.Packing.ZSTD, limits).read();
        }
      }
      return new Reader(new Bounded(in, Long.MAX_VALUE), Look.Packing.PLAIN, limits).read();
    } catch (DamagedException e) {
      return new Look.Unreadable(String.valueOf(e.getMessage()));
    } catch (EOFException e) {
      return new Look.Unreadable("is cut off");
    } catch (ZipException | ZstdIOException e) {
      return new Look.Unreadable("is packed, and cannot be unpacked");
    }
  }
}
