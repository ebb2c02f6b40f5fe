package blenderer.journal;

import java.util.List;
import java.util.TreeMap;

/** The farm's history in memory: the twin of that in SQL, for tests. */
public final class MemoryFarmLog implements FarmLog {

  private final TreeMap<Long, Bucket> buckets = new TreeMap<>();

  private static Bucket sum(Bucket a, Bucket b) {
    return new Bucket(
        a.at(),
        a.online() + b.online(),
        a.busy() + b.busy(),
        a.done() + b.done(),
        a.failed() + b.failed());
  }

  @Override
  public synchronized void add(Bucket more) {
    buckets.merge(more.at(), more, MemoryFarmLog::sum);
  }

  @Override
  public synchronized List<Bucket> buckets(long from, long to, long step) {
    TreeMap<Long, Bucket> sums = new TreeMap<>();
    for (Bucket one : buckets.subMap(from, true, to, true).values()) {
      long at = one.at() / step * step;
      sums.merge(
          at,
          new Bucket(at, one.online(), one.busy(), one.done(), one.failed()),
          MemoryFarmLog::sum);
    }
    return List.copyOf(sums.values());
  }

  @Override
  public synchronized void forget(long before) {
    buckets.headMap(before).clear();
  }
}
