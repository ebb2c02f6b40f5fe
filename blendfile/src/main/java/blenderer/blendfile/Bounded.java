package blenderer.blendfile;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** Ends after so many bytes, and tells that it was the limit and not the end. */
final class Bounded extends FilterInputStream {

  private long left;
  private boolean reached;

  Bounded(InputStream in, long most) {
    super(in);
    left = most;
  }

  /** Whether the limit ended it. */
  boolean reached() {
    return reached;
  }

  @Override
  public int read() throws IOException {
    if (left <= 0) {
      reached = true;
      return -1;
    }
    int got = super.read();
    left -= got >= 0 ? 1 : 0;
    return got;
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    if (left <= 0 && length > 0) {
      reached = true;
      return -1;
    }
    int got = super.read(target, offset, (int) Math.min(length, left));
    left -= Math.max(0, got);
    return got;
  }

  @Override
  public long skip(long count) throws IOException {
    long skipped = super.skip(Math.min(count, left));
    left -= skipped;
    return skipped;
  }
}
