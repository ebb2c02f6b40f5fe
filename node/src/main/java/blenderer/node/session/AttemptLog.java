package blenderer.node.session;

import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;

/**
 * The log of one attempt, in a file that never grows beyond its bound: of a longer one the head and
 * the tail are kept. Safe for many threads; a log that cannot be written is cut, never in the way.
 */
public final class AttemptLog {

  private static final int ROOM_FOR_THE_GAP = 128;

  private final Path file;
  private final long headBytes;
  private final long tailBytes;
  private final OutputStream out;
  private final Deque<byte[]> tail = new ArrayDeque<>();
  private long written;
  private long inTail;
  private long leftOut;
  private boolean closed;

  /**
   * @param file made or emptied
   * @param bound in bytes
   */
  public AttemptLog(Path file, long bound) throws IOException {
    this.file = file;
    this.tailBytes = bound / 2;
    this.headBytes = Math.max(0, bound - tailBytes - ROOM_FOR_THE_GAP);
    this.out = new BufferedOutputStream(Files.newOutputStream(file));
  }

  public Path file() {
    return file;
  }

  /** Adds a line. */
  public synchronized void line(String line) {
    if (closed) {
      return;
    }
    byte[] bytes = (line + "\n").getBytes(StandardCharsets.UTF_8);
    if (tail.isEmpty() && leftOut == 0 && written + bytes.length <= headBytes) {
      written += bytes.length;
      write(bytes);
      return;
    }
    tail.addLast(bytes);
    inTail += bytes.length;
    while (inTail > tailBytes && !tail.isEmpty()) {
      byte[] first = tail.removeFirst();
      inTail -= first.length;
      leftOut += first.length;
    }
  }

  /**
   * Some lines of a log.
   *
   * @param from where they begin, in bytes
   */
  public record Part(long from, byte[] bytes) {}

  /**
   * What came after a place, in whole lines: the newest if that is more than {@code most}. Empty
   * when there is nothing new, and of a closed log.
   */
  public synchronized Part after(long from, int most) throws IOException {
    long end = written + leftOut + inTail;
    long start = Math.max(from, end - most);
    if (closed || from < 0 || start >= end) {
      return new Part(from, new byte[0]);
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    if (start < written) {
      out.flush();
      try (InputStream in = Files.newInputStream(file)) {
        in.skipNBytes(start);
        in.transferTo(bytes);
      }
      if (leftOut > 0) { // what is between is nowhere
        bytes.reset();
      }
    }
    long begin = bytes.size() == 0 ? Math.max(start, written + leftOut) : start;
    long at = written + leftOut;
    for (byte[] line : tail) {
      int skipped = (int) Math.clamp(begin - at, 0, line.length);
      bytes.write(line, skipped, line.length - skipped);
      at += line.length;
    }
    byte[] all = bytes.toByteArray();
    boolean startsLine = begin == from || begin == written + leftOut;
    int cut = startsLine ? 0 : afterLine(all);
    return new Part(begin + cut, Arrays.copyOfRange(all, cut, all.length));
  }

  /** Where the first line that is there whole begins; the end, if none is. */
  private static int afterLine(byte[] bytes) {
    int at = 0;
    while (at < bytes.length && bytes[at] != '\n') {
      at++;
    }
    return Math.min(at + 1, bytes.length);
  }

  /** Whether nothing comes any more. */
  public synchronized boolean isClosed() {
    return closed;
  }

  /** Closes the file and deletes it. */
  public synchronized void discard() {
    close();
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      // The next start of the node deletes it.
    }
  }

  private void write(byte[] bytes) {
    try {
      out.write(bytes);
    } catch (IOException e) {
      closed = true; // the disk is full; the result matters more than its log
    }
  }

  /** Writes the tail and closes the file; repeating it does nothing. */
  public synchronized void close() {
    if (leftOut > 0) {
      write(("… " + leftOut + " bytes were left out here …\n").getBytes(StandardCharsets.UTF_8));
    }
    tail.forEach(this::write);
    tail.clear();
    leftOut = 0;
    closed = true;
    try {
      out.close();
    } catch (IOException e) {
      // As in write.
    }
  }
}
