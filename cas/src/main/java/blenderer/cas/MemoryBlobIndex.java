package blenderer.cas;

import blenderer.model.Digest;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The index in memory: the twin of the one in SQL, for tests and simulations. Durable in nothing.
 */
public final class MemoryBlobIndex implements BlobIndex {

  private final TreeMap<Digest, BlobRow> rows = new TreeMap<>();

  @Override
  public synchronized Map<Digest, BlobRow> find(Collection<Digest> digests) {
    checkBatch(digests.size());
    Map<Digest, BlobRow> found = new HashMap<>();
    for (Digest digest : digests) {
      BlobRow row = rows.get(digest);
      if (row != null) {
        found.put(digest, row);
      }
    }
    return found;
  }

  @Override
  public synchronized void add(BlobRow row) {
    rows.merge(
        row.digest(), row, (old, added) -> added.heldAtLeast(old.neededAt(), old.holdUntil()));
  }

  @Override
  public synchronized Map<Digest, BlobRow> hold(
      Collection<Digest> digests, long neededAt, long holdUntil) {
    checkBatch(digests.size());
    Map<Digest, BlobRow> held = new HashMap<>();
    for (Digest digest : digests) {
      BlobRow row = rows.computeIfPresent(digest, (_, old) -> old.heldAtLeast(neededAt, holdUntil));
      if (row != null) {
        held.put(digest, row);
      }
    }
    return held;
  }

  @Override
  public synchronized Set<Digest> removeUnheld(Collection<Digest> digests, long now) {
    checkBatch(digests.size());
    Set<Digest> removed = new HashSet<>();
    for (Digest digest : digests) {
      BlobRow row = rows.get(digest);
      if (row != null && row.holdUntil() <= now) {
        rows.remove(digest);
        removed.add(digest);
      }
    }
    return removed;
  }

  @Override
  public synchronized void forget(Digest digest) {
    rows.remove(digest);
  }

  @Override
  public synchronized List<BlobRow> list(@Nullable Digest after, int limit) {
    checkBatch(limit);
    return (after == null ? rows : rows.tailMap(after, false))
        .values().stream().limit(limit).toList();
  }

  private static void checkBatch(int count) {
    if (count > BATCH) {
      throw new IllegalArgumentException("more than " + BATCH + " digests in one call: " + count);
    }
  }
}
