package blenderer.cas;

import blenderer.model.Digest;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A fixed number of locks that digests share. Under its digest's lock a blob's file and row change
 * together. A thread that holds any takes no more.
 */
final class DigestLocks {

  private static final int COUNT = 1024;

  private final ReentrantLock[] locks = new ReentrantLock[COUNT];

  DigestLocks() {
    for (int i = 0; i < COUNT; i++) {
      locks[i] = new ReentrantLock();
    }
  }

  ReentrantLock of(Digest digest) {
    return locks[slot(digest)];
  }

  /**
   * Takes the locks of all {@code digests}, always in the same order; the caller gives them back.
   */
  List<ReentrantLock> lockAll(Collection<Digest> digests) {
    List<ReentrantLock> all =
        digests.stream()
            .mapToInt(DigestLocks::slot)
            .sorted()
            .distinct()
            .mapToObj(i -> locks[i])
            .toList();
    all.forEach(ReentrantLock::lock);
    return all;
  }

  private static int slot(Digest digest) {
    return Integer.parseInt(digest.hex(), 0, 4, 16) % COUNT;
  }
}
