package blenderer.node.sandbox;

import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * How much of the disk was added to a folder. Walking it costs, so it is walked only when the disk
 * has lost enough free bytes to matter, or after a while, and never more than a small share of the
 * time.
 */
final class DiskUse {

  enum Verdict {
    FITS,
    TOO_MANY_BYTES,
    TOO_MANY_FILES
  }

  private static final long REST_AFTER_WALK = 20;

  /** A folder that takes long to walk is one to look at all the same: it may be growing. */
  private static final long LONGEST_REST_NANOS = Duration.ofSeconds(15).toNanos();

  private static final long OFTEN_NANOS = Duration.ofMillis(500).toNanos();
  private static final long SELDOM_NANOS = Duration.ofSeconds(10).toNanos();

  private final Path folder;
  private final long most;
  private final long mostFiles;
  private final LongSupplier nanos;
  private long walkedAt;
  private long walkTook;
  private long freeThen;
  private long bytesBefore;
  private long filesBefore;
  private long left;

  /**
   * @param most how many bytes may be added to it
   * @param mostFiles how many files and folders
   * @param nanos a clock that only grows
   */
  DiskUse(Path folder, long most, long mostFiles, LongSupplier nanos) {
    this.folder = folder;
    this.nanos = nanos;
    this.most = most;
    this.mostFiles = mostFiles;
    this.left = most;
  }

  /** Looks now, if it is worth it. What lies there at the first look counts for nobody. */
  Verdict look() {
    long now = nanos.getAsLong();
    long free = free();
    boolean first = walkedAt == 0;
    long since = now - walkedAt;
    boolean lost = freeThen - free > left / 4;
    boolean due = lost ? since > OFTEN_NANOS : since > SELDOM_NANOS;
    if (!first && (!due || since < Math.min(walkTook * REST_AFTER_WALK, LONGEST_REST_NANOS))) {
      return Verdict.FITS;
    }
    Walk walk = new Walk(first ? Long.MAX_VALUE : Math.addExact(filesBefore, mostFiles));
    try {
      Files.walkFileTree(folder, walk);
    } catch (IOException e) {
      // What cannot be read now is counted the next time.
    }
    walkedAt = nanos.getAsLong();
    walkTook = walkedAt - now;
    freeThen = free;
    if (first) {
      bytesBefore = walk.bytes;
      filesBefore = walk.files;
    }
    long bytes = walk.bytes - bytesBefore;
    left = Math.max(0, most - bytes);
    return bytes > most
        ? Verdict.TOO_MANY_BYTES
        : walk.files - filesBefore > mostFiles ? Verdict.TOO_MANY_FILES : Verdict.FITS;
  }

  /** So much more counts for nobody. */
  void excuse(long bytes, long files) {
    // Before the first look it will be there like all else.
    if (walkedAt != 0) {
      bytesBefore += bytes;
      filesBefore += files;
    }
  }

  private long free() {
    try {
      FileStore store = Files.getFileStore(folder);
      return store.getUnallocatedSpace();
    } catch (IOException e) {
      return Long.MAX_VALUE;
    }
  }

  /** Counts lengths: a file with holes counts as if they were filled. */
  private final class Walk extends SimpleFileVisitor<Path> {
    private final long enough;
    private long bytes;
    private long files;

    /**
     * @param enough with more files than this there is nothing left to find out
     */
    Walk(long enough) {
      this.enough = enough;
    }

    @Override
    public FileVisitResult preVisitDirectory(Path dir, BasicFileAttributes attributes) {
      return one();
    }

    private FileVisitResult one() {
      return ++files > enough ? FileVisitResult.TERMINATE : FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
      bytes += attributes.size();
      return one();
    }

    @Override
    public FileVisitResult visitFileFailed(Path file, IOException e) {
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult postVisitDirectory(
        Path dir, @org.jspecify.annotations.Nullable IOException e) {
      return FileVisitResult.CONTINUE;
    }
  }
}
