package blenderer.submit;

import blenderer.api.LocalFileException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.util.concurrent.TimeUnit;

/**
 * What tells without reading it whether a file changed. Follows links: what they lead to is what
 * renders.
 *
 * @param size in bytes
 * @param modifiedNanos when it was last written, nanoseconds since 1970
 * @param inode what the file system calls it; empty where it says nothing
 */
record FileStamp(long size, long modifiedNanos, String inode) {

  static FileStamp of(Path file) {
    try {
      BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
      if (!attributes.isRegularFile()) {
        throw new IOException("it is no file");
      }
      Object key = attributes.fileKey();
      return new FileStamp(
          attributes.size(),
          attributes.lastModifiedTime().to(TimeUnit.NANOSECONDS),
          key == null ? "" : key.toString());
    } catch (IOException e) {
      throw LocalFileException.unreadable(file, e);
    }
  }

  /**
   * Whether a write after {@code now} is sure to show: file systems round the time of a write, some
   * to two seconds, so a file that was only just written may change again under the same stamp.
   */
  boolean isSettled(Instant now) {
    long nanos = TimeUnit.MILLISECONDS.toNanos(now.toEpochMilli());
    return nanos - modifiedNanos > TimeUnit.SECONDS.toNanos(2);
  }
}
