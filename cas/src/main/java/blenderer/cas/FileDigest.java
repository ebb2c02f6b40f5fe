package blenderer.cas;

import blenderer.model.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Optional;

/**
 * What a file held at one moment.
 *
 * @param size the length in bytes
 */
public record FileDigest(Digest digest, long size) {

  /**
   * Hashes a file, following no link. Empty if it changed (length or modification time) while it
   * was read; try again then.
   *
   * @throws IOException if the file cannot be read
   */
  public static Optional<FileDigest> of(Path file) throws IOException {
    long size = Files.size(file);
    var modified = Files.getLastModifiedTime(file, LinkOption.NOFOLLOW_LINKS);
    MessageDigest hasher = Digest.newHasher();
    long read = 0;
    try (InputStream in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
      byte[] buffer = new byte[PartFile.BUFFER];
      for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        hasher.update(buffer, 0, count);
        read += count;
      }
    }
    boolean same =
        read == size
            && Files.size(file) == size
            && Files.getLastModifiedTime(file, LinkOption.NOFOLLOW_LINKS).equals(modified);
    return same
        ? Optional.of(new FileDigest(Digest.ofHash(hasher.digest()), size))
        : Optional.empty();
  }
}
