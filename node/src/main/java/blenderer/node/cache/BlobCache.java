package blenderer.node.cache;

import blenderer.cas.BlobFiles;
import blenderer.model.Digest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;

/** Blobs by digest, within a size; the ones used longest ago go first. */
public final class BlobCache {

  private static final long TOUCH_AFTER_MILLIS = 60_000;

  /** What came of asking for blobs. */
  public sealed interface Acquired permits Pins, NoRoom {}

  /**
   * They do not fit.
   *
   * @param disk whether the disk is too full, rather than the cache too small
   * @param wanted how many bytes had to be fetched
   */
  public record NoRoom(boolean disk, long wanted) implements Acquired {}

  /** Keeps blobs from being evicted until it is closed. */
  public final class Pins implements Acquired, AutoCloseable {
    private final Set<Digest> digests;
    private boolean closed;

    private Pins(Set<Digest> digests) {
      this.digests = digests;
    }

    /** Lets go; repeating it does nothing. */
    @Override
    public void close() {
      synchronized (BlobCache.this) {
        if (!closed) {
          closed = true;
          digests.forEach(digest -> pins.computeIfPresent(digest, (_, n) -> n > 1 ? n - 1 : null));
        }
      }
    }
  }

  private final BlobFiles files;
  private final long bound;
  private final DiskRoom disk;
  private final BlobFetch fetch;
  private final Semaphore parallel;

  /** Sizes of what is there, used longest ago first. */
  private final Map<Digest, Long> sizes = new LinkedHashMap<>(16, 0.75f, true);

  private final Map<Digest, Integer> pins = new HashMap<>();
  private final Map<Digest, Object> fetching = new ConcurrentHashMap<>();
  private long total;

  /** Bytes that were promised to downloads under way. */
  private long promised;

  private BlobCache(BlobFiles files, long bound, DiskRoom disk, BlobFetch fetch, int parallel) {
    this.files = files;
    this.bound = bound;
    this.disk = disk;
    this.fetch = fetch;
    this.parallel = new Semaphore(parallel);
  }

  /**
   * Opens the cache with what earlier runs left in it.
   *
   * @param bound in bytes
   * @param parallel how many downloads may run at once
   */
  public static BlobCache open(
      Path folder, long bound, DiskRoom disk, BlobFetch fetch, int parallel) throws IOException {
    BlobCache cache = new BlobCache(BlobFiles.open(folder), bound, disk, fetch, parallel);
    cache.load();
    return cache;
  }

  private record Found(Digest digest, long size, long usedAt) {}

  private void load() throws IOException {
    List<Found> found = new ArrayList<>();
    for (int shard = 0; shard < 256; shard++) {
      for (Digest digest : files.list(shard).keySet()) {
        Path file = files.path(digest);
        found.add(new Found(digest, Files.size(file), Files.getLastModifiedTime(file).toMillis()));
      }
    }
    found.sort((a, b) -> Long.compare(a.usedAt(), b.usedAt()));
    for (Found blob : found) {
      sizes.put(blob.digest(), blob.size());
      total += blob.size();
    }
  }

  /** The files, for laying out what is pinned. */
  public BlobFiles files() {
    return files;
  }

  /** How many bytes are kept. */
  public synchronized long bytes() {
    return total;
  }

  /**
   * Makes blobs be here and stay, fetching those that are not.
   *
   * @param wanted sizes by digest; a size not known yet is 0
   */
  public Acquired acquire(Map<Digest, Long> wanted) throws InterruptedException {
    Pins held = new Pins(new LinkedHashSet<>(wanted.keySet()));
    Map<Digest, Long> lacking = new LinkedHashMap<>();
    long needed = 0;
    synchronized (this) {
      wanted.keySet().forEach(digest -> pins.merge(digest, 1, Integer::sum));
      for (Map.Entry<Digest, Long> blob : wanted.entrySet()) {
        if (sizes.get(blob.getKey()) == null) {
          lacking.put(blob.getKey(), blob.getValue());
          needed += blob.getValue();
        } else {
          touch(blob.getKey());
        }
      }
      boolean fits = makeRoom(needed);
      if (!fits || (needed > 0 && !makeSpare(needed))) {
        held.close();
        return new NoRoom(fits, needed);
      }
      promised += needed;
    }
    boolean all = false;
    try {
      fetchAll(lacking.keySet());
      all = true;
      return held;
    } finally {
      synchronized (this) {
        promised -= needed;
      }
      if (!all) {
        held.close();
      }
    }
  }

  private void touch(Digest digest) {
    Path file = files.path(digest);
    try {
      long now = System.currentTimeMillis();
      if (now - Files.getLastModifiedTime(file).toMillis() > TOUCH_AFTER_MILLIS) {
        Files.setLastModifiedTime(file, FileTime.fromMillis(now));
      }
    } catch (IOException e) {
      // Only the order of eviction after a restart suffers.
    }
  }

  private boolean makeRoom(long needed) {
    while (total + promised + needed > bound) {
      if (!evictOne()) {
        return false;
      }
    }
    return true;
  }

  private boolean makeSpare(long needed) {
    while (disk.spare() < needed + promised) {
      if (!evictOne()) {
        return false;
      }
    }
    return true;
  }

  /** Evicts until the disk has its free bytes again, or nothing more may go. */
  public synchronized void giveSpace() {
    makeSpare(0);
  }

  private boolean evictOne() {
    for (Map.Entry<Digest, Long> blob : sizes.entrySet()) {
      if (!pins.containsKey(blob.getKey())) {
        files.delete(blob.getKey());
        total -= blob.getValue();
        sizes.remove(blob.getKey());
        return true;
      }
    }
    return false;
  }

  private void fetchAll(Set<Digest> digests) throws InterruptedException {
    if (digests.isEmpty()) {
      return;
    }
    try (ExecutorService each = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Void>> tasks = new ArrayList<>();
      for (Digest digest : digests) {
        Callable<Void> task =
            () -> {
              fetchOne(digest);
              return null;
            };
        tasks.add(each.submit(task));
      }
      for (Future<Void> task : tasks) {
        try {
          task.get();
        } catch (ExecutionException e) {
          each.shutdownNow();
          throw e.getCause() instanceof RuntimeException failure
              ? failure
              : new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
          each.shutdownNow();
          throw e;
        }
      }
    }
  }

  /** Two who want the same blob get it one after the other, and the second finds it. */
  private void fetchOne(Digest digest) throws IOException, InterruptedException {
    Object lock = fetching.computeIfAbsent(digest, _ -> new Object());
    synchronized (lock) {
      synchronized (this) {
        if (sizes.get(digest) != null) {
          return;
        }
      }
      parallel.acquire();
      try {
        fetch.fetch(digest, files.path(digest));
      } finally {
        parallel.release();
      }
      long size = Files.size(files.path(digest));
      synchronized (this) {
        sizes.put(digest, size);
        total += size;
      }
    }
    fetching.remove(digest);
  }
}
