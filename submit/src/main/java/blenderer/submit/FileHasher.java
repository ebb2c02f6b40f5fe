package blenderer.submit;

import blenderer.api.LocalFileException;
import blenderer.api.TransferProgress;
import blenderer.model.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** Hashes many files side by side, and none that the cache knows. */
final class FileHasher {

  private static final int BUFFER = 128 * 1024;
  private static final int TRIES = 3;

  private final DigestCache cache;
  private final Clock clock;
  private final int parallel;

  FileHasher(DigestCache cache, Clock clock) {
    this(cache, clock, Math.clamp(Runtime.getRuntime().availableProcessors(), 1, 4));
  }

  FileHasher(DigestCache cache, Clock clock, int parallel) {
    this.cache = cache;
    this.clock = clock;
    this.parallel = parallel;
  }

  /**
   * The digests of the files, in their order.
   *
   * @param progress bytes hashed, or known to the cache
   * @throws LocalFileException when a file cannot be read or does not come to rest
   */
  List<HashedFile> hash(Collection<Path> files, TransferProgress progress) {
    List<Parallel.Task<HashedFile>> tasks = new ArrayList<>();
    for (Path file : files) {
      tasks.add(() -> hash(file, progress));
    }
    return Parallel.all(parallel, "hash", tasks);
  }

  /** One file; again from the start if it changes while it is read. */
  HashedFile hash(Path file, TransferProgress progress) {
    for (int i = 0; i < TRIES; i++) {
      FileStamp before = FileStamp.of(file);
      Optional<Digest> known = cache.find(file, before);
      if (known.isPresent()) {
        progress.moved(before.size());
        return new HashedFile(file, known.get(), before);
      }
      long[] told = new long[1];
      Digest digest =
          read(
              file,
              bytes -> {
                told[0] += bytes;
                progress.moved(bytes);
              });
      var readAt = clock.instant();
      if (FileStamp.of(file).equals(before) && told[0] == before.size()) {
        HashedFile hashed = new HashedFile(file, digest, before);
        cache.remember(hashed, readAt);
        return hashed;
      }
      progress.moved(-told[0]);
    }
    throw LocalFileException.changed(file);
  }

  private static Digest read(Path file, TransferProgress progress) {
    MessageDigest hash = Digest.newHasher();
    byte[] buffer = new byte[BUFFER];
    try (InputStream in = Files.newInputStream(file)) {
      for (int got = in.read(buffer); got >= 0; got = in.read(buffer)) {
        hash.update(buffer, 0, got);
        progress.moved(got);
      }
    } catch (IOException e) {
      throw LocalFileException.unreadable(file, e);
    }
    return Digest.ofHash(hash.digest());
  }
}
