package blenderer.journal;

import blenderer.model.Digest;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import org.jspecify.annotations.Nullable;

/** The digest of a table's rows, one after the other. One thread. */
final class RowHash {

  private final MessageDigest hasher = Digest.newHasher();
  private final byte[] buffer = new byte[8192];
  private int filled;
  private long rows;

  /**
   * A row; of each value its kind and, of a text, its length come first, so that none run into
   * another.
   */
  void add(@Nullable Object[] values) {
    for (Object value : values) {
      switch (value) {
        case null -> put((byte) 0);
        case Long whole -> {
          put((byte) 1);
          put(whole);
        }
        case Double real -> {
          put((byte) 2);
          put(Double.doubleToLongBits(real));
        }
        case String text -> {
          byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
          put((byte) 3);
          put(bytes.length);
          put(bytes);
        }
        default -> throw new IllegalArgumentException("no value of a row: " + value.getClass());
      }
    }
    rows++;
  }

  private void put(byte one) {
    room(1);
    buffer[filled++] = one;
  }

  private void put(long number) {
    room(8);
    for (int shift = 56; shift >= 0; shift -= 8) {
      buffer[filled++] = (byte) (number >>> shift);
    }
  }

  private void put(byte[] bytes) {
    if (bytes.length > buffer.length) {
      flush();
      hasher.update(bytes);
      return;
    }
    room(bytes.length);
    System.arraycopy(bytes, 0, buffer, filled, bytes.length);
    filled += bytes.length;
  }

  private void room(int wanted) {
    if (buffer.length - filled < wanted) {
      flush();
    }
  }

  private void flush() {
    hasher.update(buffer, 0, filled);
    filled = 0;
  }

  long rows() {
    return rows;
  }

  /** Ends it. */
  JournalSums.Table sum(String table) {
    flush();
    return new JournalSums.Table(table, rows, Digest.ofHash(hasher.digest()).hex());
  }
}
