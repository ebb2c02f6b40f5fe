package blenderer.node.cache;

import blenderer.model.Digest;
import java.nio.file.Path;

/** Where files are downloaded from. */
public interface BlobFetch {

  /**
   * Gets a blob into a file, which is there whole, checked and synced, or not at all; goes on where
   * an earlier call for the same file stopped. Throws {@code FarmException} as the farm's client
   * does.
   */
  void fetch(Digest digest, Path target);
}
