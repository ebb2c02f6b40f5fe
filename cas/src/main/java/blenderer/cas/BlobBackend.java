package blenderer.cas;

import blenderer.model.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * Where the bytes of a content store's blobs lie: files of a folder, or a store beyond this
 * machine. It knows no rows; which of its blobs count is said by the {@link BlobIndex}.
 *
 * <p>The contract: any method may be called from many threads at once; of one digest, {@link
 * #adopt}, {@link #store} and {@link #delete} never run at the same time. What {@link #adopt}
 * answered true for, or {@link #store} returned from, survives a crash. When the place cannot be
 * reached, a {@link CasException} says so and nothing is known of what was asked.
 */
public interface BlobBackend {

  /**
   * A blob as a list tells of it.
   *
   * @param size in bytes
   * @param settled false while an upload of it may still be under way, so that nobody takes it for
   *     forgotten
   */
  record Found(long size, boolean settled) {}

  /** Whether a blob of exactly this length is there. Does not hash it. */
  boolean has(Digest digest, long size);

  /**
   * As {@link #has}, and asked so often that it must cost no way through a network; a backend that
   * cannot know takes the index's word.
   */
  default boolean seemsThere(Digest digest, long size) {
    return has(digest, size);
  }

  /**
   * Takes a file whose bytes were hashed and synced as that blob, durably; the file is gone then.
   * If it is gone already but the blob is there (a repetition of this step), all is well.
   *
   * @return false if neither is there
   */
  boolean adopt(Path verified, Digest digest, long size) throws IOException;

  /** The longest blob, in bytes, that {@link #store} takes; below 0 if blobs come as files only. */
  default int longestInMemory() {
    return -1;
  }

  /**
   * Takes bytes that were hashed as that blob, durably, as {@link #adopt} takes a file.
   *
   * @param bytes at most {@link #longestInMemory} of them
   */
  default void store(byte[] bytes, Digest digest) {
    throw new UnsupportedOperationException("this place takes files");
  }

  /**
   * At most {@code count} bytes of the blob from {@code offset} on, fewer at its end; empty if the
   * blob is not there. The caller closes the stream.
   */
  Optional<InputStream> open(Digest digest, long offset, long count);

  /** Deletes the blob; false if it was not there, or may not have been. */
  boolean delete(Digest digest);

  /** Whether the blob is there and its bytes, read again, have the digest. */
  boolean verify(Digest digest);

  /** The blobs whose digest begins with that byte, {@code shard} from 0 to 255. */
  Map<Digest, Found> list(int shard);

  /** How senders and readers reach this place without the server; empty if they do not. */
  default Optional<DirectTransfers> direct() {
    return Optional.empty();
  }
}
