package blenderer.node.cache;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.LongSupplier;

/**
 * How much of a disk a node may still use.
 *
 * @param minFree bytes to leave free
 * @param free bytes that are free now
 */
public record DiskRoom(long minFree, LongSupplier free) {

  /** The disk that {@code folder} lies on. */
  public static DiskRoom of(Path folder, long minFree) {
    return new DiskRoom(
        minFree,
        () -> {
          try {
            return Files.getFileStore(folder).getUsableSpace();
          } catch (IOException e) {
            return Long.MAX_VALUE; // a disk that cannot tell is not taken for full
          }
        });
  }

  /** How many bytes may be written; negative: so many too few are free. */
  public long spare() {
    return free.getAsLong() - minFree;
  }
}
