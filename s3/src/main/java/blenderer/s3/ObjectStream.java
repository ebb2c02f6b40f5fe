package blenderer.s3;

import java.io.FilterInputStream;
import java.io.IOException;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;

/**
 * The bytes of an object, or of a range of it. Closed early, it ends its connection, where the
 * client below would read all that is left: gigabytes, when somebody stops a download.
 */
final class ObjectStream extends FilterInputStream {

  /** So few bytes are read to their end, since a new connection costs more. */
  private static final long FEW = 64 << 10;

  private final ResponseInputStream<GetObjectResponse> object;
  private long left;

  ObjectStream(ResponseInputStream<GetObjectResponse> object) {
    super(object);
    this.object = object;
    left = object.response().contentLength();
  }

  @Override
  public int read() throws IOException {
    int one = super.read();
    left -= one < 0 ? 0 : 1;
    return one;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    int count = super.read(bytes, offset, length);
    left -= Math.max(0, count);
    return count;
  }

  @Override
  public long skip(long count) throws IOException {
    long skipped = super.skip(count);
    left -= skipped;
    return skipped;
  }

  @Override
  public boolean markSupported() {
    return false;
  }

  @Override
  public void close() throws IOException {
    if (left > FEW) {
      object.abort();
    } else {
      super.close();
    }
  }
}
