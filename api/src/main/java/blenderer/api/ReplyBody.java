package blenderer.api;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;

/**
 * The body of a reply in one of HTTP/1.1's framings (RFC 9112, section 6). Ends at the body's end,
 * not at the connection's; a connection that ends first is an {@link EOFException}.
 */
abstract sealed class ReplyBody extends InputStream {

  final WireInput in;
  private final byte[] one = new byte[1];

  private ReplyBody(WireInput in) {
    this.in = in;
  }

  /** Whether the body was read to its end, so that the connection can carry another request. */
  abstract boolean isFinished();

  @Override
  public abstract int read(byte[] target, int offset, int length) throws IOException;

  @Override
  public int read() throws IOException {
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  static EOFException cut() {
    return new EOFException("the connection ended in mid-body");
  }

  /** {@code Content-Length}. */
  static final class Sized extends ReplyBody {
    private long left;

    Sized(WireInput in, long length) {
      super(in);
      this.left = length;
    }

    @Override
    boolean isFinished() {
      return left == 0;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
      if (length == 0) {
        return 0;
      }
      if (left == 0) {
        return -1;
      }
      int got = in.read(target, offset, (int) Math.min(length, left));
      if (got < 0) {
        throw cut();
      }
      left -= got;
      return got;
    }
  }

  /** {@code Transfer-Encoding: chunked}; trailers are dropped. */
  static final class Chunked extends ReplyBody {
    private long left;
    private boolean first = true;
    private boolean finished;

    Chunked(WireInput in) {
      super(in);
    }

    @Override
    boolean isFinished() {
      return finished;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
      if (length == 0) {
        return 0;
      }
      if (left == 0 && !finished) {
        nextPiece();
      }
      if (finished) {
        return -1;
      }
      int got = in.read(target, offset, (int) Math.min(length, left));
      if (got < 0) {
        throw cut();
      }
      left -= got;
      return got;
    }

    private void nextPiece() throws IOException {
      if (!first && !in.readLine().isEmpty()) {
        throw new IOException("the server's chunked body is malformed");
      }
      first = false;
      String line = in.readLine();
      int semicolon = line.indexOf(';');
      String size = (semicolon < 0 ? line : line.substring(0, semicolon)).strip();
      if (size.isEmpty() || size.length() > 15 || !size.chars().allMatch(Chunked::isHex)) {
        throw new IOException("the server's chunked body has a malformed size");
      }
      left = Long.parseLong(size, 16);
      if (left == 0) {
        while (!in.readLine().isEmpty()) {
          // A trailer: nothing here needs one.
        }
        finished = true;
      }
    }

    private static boolean isHex(int c) {
      return Character.digit(c, 16) >= 0;
    }
  }

  /** Neither length nor chunks: up to the end of the connection. */
  static final class UntilClosed extends ReplyBody {
    UntilClosed(WireInput in) {
      super(in);
    }

    @Override
    boolean isFinished() {
      return false;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
      return length == 0 ? 0 : in.read(target, offset, length);
    }
  }
}
