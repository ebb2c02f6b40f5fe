package blenderer.cas;

import blenderer.cas.StoreResult.BeyondEnd;
import blenderer.cas.StoreResult.Cut;
import blenderer.cas.StoreResult.NoSpace;
import blenderer.cas.StoreResult.OfCommit;
import blenderer.cas.StoreResult.OfPart;
import blenderer.cas.StoreResult.OfPut;
import blenderer.cas.StoreResult.Stored;
import blenderer.cas.StoreResult.WrongBytes;
import blenderer.model.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Blobs as files under one folder, named by their digest. A file is under its name only when all
 * its bytes were checked and are on disk. Used by the server's store and by a node's cache.
 *
 * <p>Below the folder: {@code blobs/ab/<digest>}, one level of 256 folders, so that storing a blob
 * hardly ever makes one and syncs a single folder; {@code temp} for what is on its way in, emptied
 * when the folder is opened; {@code parts} for what goes on after a restart. One process at a time.
 */
public final class BlobFiles implements BlobBackend {

  private final Path root;
  private final Path blobs;
  private final Path temp;
  private final Path parts;
  private final Step.Watcher watcher;
  private final Set<Path> syncedShards = ConcurrentHashMap.newKeySet();
  private final AtomicLong counter = new AtomicLong();

  private BlobFiles(Path root, Step.Watcher watcher) throws IOException {
    this.root = root;
    this.watcher = watcher;
    blobs = root.resolve("blobs");
    temp = root.resolve("temp");
    parts = root.resolve("parts");
    Files.createDirectories(temp);
    Files.createDirectories(parts);
    Files.createDirectories(blobs);
    Disk.syncFolder(root);
    Disk.list(temp).forEach(Disk::delete);
  }

  /** Looks at {@code root} while another process uses it: touches nothing there. */
  private BlobFiles(Path root) {
    this.root = root;
    watcher = Step.Watcher.NOBODY;
    blobs = root.resolve("blobs");
    temp = root.resolve("temp");
    parts = root.resolve("parts");
  }

  /**
   * The blobs below {@code root}, to be read only, while a server may be using them. Nothing is
   * made or thrown away by this.
   */
  public static BlobBackend reading(Path root) {
    return new BlobFiles(root);
  }

  /** Opens {@code root}, making it if need be, and throws away what was half there. */
  public static BlobFiles open(Path root) {
    return open(root, Step.Watcher.NOBODY);
  }

  static BlobFiles open(Path root, Step.Watcher watcher) {
    try {
      return new BlobFiles(root, watcher);
    } catch (IOException e) {
      throw new CasException("cannot use " + root + " for blobs", e);
    }
  }

  /** Whether {@code root} was ever opened as such a folder. */
  static boolean isStore(Path root) {
    return Files.isDirectory(root.resolve("blobs"));
  }

  /** The folder that was opened. */
  public Path root() {
    return root;
  }

  /** Where the blob lies or would lie. Read only; it may vanish when it is deleted. */
  public Path path(Digest digest) {
    return shard(digest).resolve(digest.hex());
  }

  private Path shard(Digest digest) {
    return blobs.resolve(digest.hex().substring(0, 2));
  }

  @Override
  public boolean has(Digest digest, long size) {
    return Disk.sizeOrMissing(path(digest)) == size;
  }

  /** The blob, open for reading; empty if it is not there. The caller closes it. */
  public Optional<FileChannel> open(Digest digest) {
    try {
      return Optional.of(FileChannel.open(path(digest), StandardOpenOption.READ));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw new CasException("cannot open blob " + digest, e);
    }
  }

  @Override
  public Optional<InputStream> open(Digest digest, long offset, long count) {
    Optional<FileChannel> found = open(digest);
    if (found.isEmpty()) {
      return Optional.empty();
    }
    FileChannel channel = found.get();
    try {
      channel.position(offset);
      return Optional.of(new BoundedStream(Channels.newInputStream(channel), count));
    } catch (IOException e) {
      throw new CasException("cannot read blob " + digest + " from byte " + offset, e);
    }
  }

  /** Stores a whole blob. Anything but {@link Stored} leaves nothing behind. */
  public OfPut put(Digest digest, long size, InputStream in) {
    return put(digest, size, in, verified -> adopt(verified, digest, size));
  }

  OfPut put(Digest digest, long size, InputStream in, PartFile.Placer placer) {
    Path file = temp.resolve(digest.hex() + "-" + counter.incrementAndGet());
    PartFile part;
    try {
      part = PartFile.open(file, digest, size, watcher);
    } catch (CasException e) {
      if (e.getCause() instanceof IOException cause && Disk.isFull(cause)) {
        return new NoSpace(0, 0, size);
      }
      throw e;
    }
    boolean stored = false;
    try {
      OfPart taken = part.append(0, in, size);
      if (taken instanceof NoSpace full) {
        return full;
      }
      if (part.received() < size) {
        return new Cut(part.received());
      }
      if (hasMore(in)) {
        return new BeyondEnd(size);
      }
      OfCommit end = part.finish(placer);
      stored = end instanceof Stored;
      return switch (end) {
        case Stored it -> it;
        case WrongBytes it -> it;
        case NoSpace it -> it;
        case StoreResult.Incomplete it -> new Cut(it.received());
        case StoreResult.UnknownUpload _ ->
            throw new CasException(file + " was taken away while blob " + digest + " was stored");
      };
    } finally {
      if (!stored) {
        part.discard();
      }
    }
  }

  /** Whether a sender has more than it announced. */
  static boolean hasMore(InputStream in) {
    try {
      return in.read() >= 0;
    } catch (IOException e) {
      // All announced bytes are here; how the stream ends after them does not matter.
      return false;
    }
  }

  /**
   * A blob that arrives in parts and survives a restart. The caller sees to it that only one object
   * for a digest and size is used at a time.
   */
  public PartFile part(Digest digest, long size) {
    return PartFile.open(parts.resolve(digest.hex() + "-" + size), digest, size, watcher);
  }

  /** Throws away parts that nobody wrote to since {@code before}, in epoch milliseconds. */
  public void dropPartsOlderThan(long before) {
    for (Path part : Disk.list(parts)) {
      try {
        if (Files.getLastModifiedTime(part).toMillis() < before) {
          Disk.delete(part);
        }
      } catch (NoSuchFileException e) {
        // Ended in the meantime.
      } catch (IOException e) {
        throw new CasException("cannot look at " + part, e);
      }
    }
  }

  @Override
  public boolean adopt(Path verified, Digest digest, long size) throws IOException {
    Path target = path(digest);
    Path shard = shard(digest);
    if (!syncedShards.contains(shard)) {
      Files.createDirectories(shard);
      // Also when it was there: a process may have died between making it and this.
      Disk.syncFolder(blobs);
      syncedShards.add(shard);
    }
    try {
      Files.move(verified, target, StandardCopyOption.ATOMIC_MOVE);
    } catch (NoSuchFileException e) {
      if (Disk.sizeOrMissing(target) != size) {
        return false;
      }
    }
    watcher.at(Step.RENAMED);
    Disk.syncFolder(shard);
    watcher.at(Step.FOLDER_SYNCED);
    return true;
  }

  @Override
  public boolean delete(Digest digest) {
    return Disk.delete(path(digest));
  }

  @Override
  public boolean verify(Digest digest) {
    Optional<FileChannel> found = open(digest);
    if (found.isEmpty()) {
      return false;
    }
    try (FileChannel channel = found.get();
        InputStream in = Channels.newInputStream(channel)) {
      MessageDigest hasher = Digest.newHasher();
      byte[] buffer = new byte[PartFile.BUFFER];
      for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        hasher.update(buffer, 0, count);
      }
      return Digest.ofHash(hasher.digest()).equals(digest);
    } catch (IOException e) {
      throw new CasException("cannot read blob " + digest, e);
    }
  }

  /** Names that are no digests are left out. */
  @Override
  public Map<Digest, Found> list(int shard) {
    Map<Digest, Found> found = new LinkedHashMap<>();
    for (Path file : Disk.list(blobs.resolve(String.format("%02x", shard)))) {
      String name = String.valueOf(file.getFileName());
      if (Digest.isValid(name)) {
        // A file gets its name when it is whole, under the lock that every look for orphans takes.
        found.put(new Digest(name), new Found(Disk.sizeOrMissing(file), true));
      }
    }
    return found;
  }
}
