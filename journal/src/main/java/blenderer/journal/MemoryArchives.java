package blenderer.journal;

import blenderer.model.Digest;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Archives in memory: the twin of those in SQL, for tests. Durable in nothing. */
public final class MemoryArchives implements ArchiveStore {

  private final Map<Digest, Archive> rows = new LinkedHashMap<>();

  @Override
  public synchronized void add(Archive archive) {
    rows.putIfAbsent(archive.digest(), archive);
  }

  @Override
  public synchronized boolean remove(Digest digest) {
    return rows.remove(digest) != null;
  }

  @Override
  public synchronized List<Archive> all() {
    return rows.values().stream()
        .sorted(Comparator.comparing(Archive::addedAt).thenComparing(Archive::digest))
        .toList();
  }
}
