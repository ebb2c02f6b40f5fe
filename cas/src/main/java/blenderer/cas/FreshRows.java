package blenderer.cas;

import blenderer.model.Digest;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An index that remembers for a minute what was added to it. A node uploads a frame and names it a
 * moment later; asking the database for the row that has just been written cost more than hashing
 * the frame.
 *
 * <p>What it remembers is true as long as rows are added and taken away through this object, or not
 * taken away within the minute: a row that was just added is held for a day.
 */
final class FreshRows implements BlobIndex {

  static final Duration REMEMBERED = Duration.ofMinutes(1);
  private static final int MOST = 8_192;

  private record Fresh(BlobRow row, long until) {}

  private final BlobIndex index;
  private final InstantSource clock;
  private final Map<Digest, Fresh> fresh =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Digest, Fresh> eldest) {
          return size() > MOST;
        }
      };

  FreshRows(BlobIndex index, InstantSource clock) {
    this.index = index;
    this.clock = clock;
  }

  @Override
  public Map<Digest, BlobRow> find(Collection<Digest> digests) {
    Map<Digest, BlobRow> found = new HashMap<>();
    long now = clock.millis();
    synchronized (fresh) {
      for (Digest digest : digests) {
        Fresh known = fresh.get(digest);
        if (known == null || known.until() <= now) {
          found.clear();
          break;
        }
        found.put(digest, known.row());
      }
    }
    return found.isEmpty() ? index.find(digests) : found;
  }

  @Override
  public void add(BlobRow row) {
    index.add(row);
    long until = clock.millis() + REMEMBERED.toMillis();
    synchronized (fresh) {
      Fresh before = fresh.remove(row.digest());
      BlobRow now =
          before == null ? row : row.heldAtLeast(before.row().neededAt(), before.row().holdUntil());
      fresh.put(row.digest(), new Fresh(now, until));
    }
  }

  @Override
  public Map<Digest, BlobRow> hold(Collection<Digest> digests, long neededAt, long holdUntil) {
    Map<Digest, BlobRow> held = index.hold(digests, neededAt, holdUntil);
    synchronized (fresh) {
      held.forEach(
          (digest, row) ->
              fresh.computeIfPresent(digest, (_, known) -> new Fresh(row, known.until())));
    }
    return held;
  }

  @Override
  public Set<Digest> removeUnheld(Collection<Digest> digests, long now) {
    forget(digests);
    return index.removeUnheld(digests, now);
  }

  @Override
  public void forget(Digest digest) {
    forget(List.of(digest));
    index.forget(digest);
  }

  private void forget(Collection<Digest> digests) {
    synchronized (fresh) {
      digests.forEach(fresh::remove);
    }
  }

  @Override
  public List<BlobRow> list(@Nullable Digest after, int limit) {
    return index.list(after, limit);
  }
}
