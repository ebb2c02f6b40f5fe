package blenderer.api;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/**
 * The reading end of a connection: lines for heads, and bytes. Large reads of bytes go around the
 * buffer. One thread at a time.
 */
final class WireInput {

  private static final int LONGEST_LINE = 64 * 1024;

  private final InputStream in;
  private final byte[] buffer = new byte[16 * 1024];
  private int at;
  private int end;
  private boolean touched;

  WireInput(InputStream in) {
    this.in = in;
  }

  /** From now on, {@link #touched} tells whether the peer has sent anything. */
  void expectReply() {
    touched = end > at;
  }

  boolean touched() {
    return touched;
  }

  private boolean fill() throws IOException {
    int got = in.read(buffer, 0, buffer.length);
    at = 0;
    end = Math.max(0, got);
    touched |= got > 0;
    return got > 0;
  }

  /** The next line without its end (CR LF or LF). */
  String readLine() throws IOException {
    StringBuilder line = new StringBuilder(64);
    while (true) {
      if (at == end && !fill()) {
        throw new EOFException("the connection ended inside a line");
      }
      int start = at;
      while (at < end && buffer[at] != '\n') {
        at++;
      }
      line.append(new String(buffer, start, at - start, StandardCharsets.UTF_8));
      if (line.length() > LONGEST_LINE) {
        throw new IOException("the server sent a line longer than " + LONGEST_LINE + " bytes");
      }
      if (at < end) {
        at++;
        int length = line.length();
        return length > 0 && line.charAt(length - 1) == '\r'
            ? line.substring(0, length - 1)
            : line.toString();
      }
    }
  }

  /** At least one byte, at most {@code length}; -1 at the end of the connection. */
  int read(byte[] target, int offset, int length) throws IOException {
    if (at == end) {
      if (length >= buffer.length) {
        return in.read(target, offset, length);
      }
      if (!fill()) {
        return -1;
      }
    }
    int count = Math.min(length, end - at);
    System.arraycopy(buffer, at, target, offset, count);
    at += count;
    return count;
  }
}
