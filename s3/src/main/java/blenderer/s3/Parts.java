package blenderer.s3;

/**
 * How a blob is cut for sending: in one piece up to {@link #WHOLE}, else in parts of one size, of
 * which S3 takes at most 10,000.
 *
 * @param size bytes of each part but the last
 * @param count how many; 1: in one piece
 */
record Parts(long size, int count) {

  /** The longest blob that goes in one request, whose sum is its digest; in bytes. */
  static final long WHOLE = 64L << 20;

  private static final long MOST = 10_000;

  static Parts of(long bytes) {
    if (bytes <= WHOLE) {
      return new Parts(bytes, 1);
    }
    long least = Math.ceilDiv(bytes, MOST);
    long size = Math.max(WHOLE, Math.ceilDiv(least, 1L << 20) << 20);
    return new Parts(size, Math.toIntExact(Math.ceilDiv(bytes, size)));
  }

  boolean isWhole() {
    return count == 1;
  }

  /** Where a part begins, and how long it is in a blob of {@code bytes}. */
  long offset(int part) {
    return part * size;
  }

  long length(int part, long bytes) {
    return Math.min(size, bytes - offset(part));
  }
}
