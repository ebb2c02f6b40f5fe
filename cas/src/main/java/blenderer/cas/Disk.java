package blenderer.cas;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** What the JDK does not say plainly about disks. */
final class Disk {

  private static final boolean WINDOWS =
      System.getProperty("os.name", "").toLowerCase(Locale.ROOT).startsWith("windows");

  private Disk() {}

  /** Makes names in {@code folder} survive a power cut. Windows has no such call and needs none. */
  static void syncFolder(Path folder) throws IOException {
    if (WINDOWS) {
      return;
    }
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  /** Whether {@code failure} says that the disk or the quota is used up. The JDK has no type. */
  static boolean isFull(IOException failure) {
    String reason =
        failure instanceof FileSystemException named ? named.getReason() : failure.getMessage();
    return reason != null
        && (reason.contains("No space left")
            || reason.contains("quota exceeded")
            || reason.contains("not enough space"));
  }

  /**
   * The length of a regular file, or -1 if there is none at {@code file}. A disk that cannot tell
   * is an exception: taking that for "missing" would throw good blobs away.
   */
  static long sizeOrMissing(Path file) {
    try {
      BasicFileAttributes attributes =
          Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
      return attributes.isRegularFile() ? attributes.size() : -1;
    } catch (NoSuchFileException e) {
      return -1;
    } catch (IOException e) {
      throw new CasException("cannot look at " + file, e);
    }
  }

  /** The entries of {@code folder}, sorted; none if it is not there. */
  static List<Path> list(Path folder) {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.sorted().toList();
    } catch (IOException e) {
      throw new CasException("cannot list " + folder, e);
    }
  }

  /** Deletes a file if it is there; false if it was not. */
  static boolean delete(Path file) {
    try {
      return Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new CasException("cannot delete " + file, e);
    }
  }
}
