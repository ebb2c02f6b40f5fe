package blenderer.cas;

import blenderer.model.Digest;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The rows of a content store, one a blob that counts. A digest without a row is not in the store,
 * whatever lies on disk.
 *
 * <p>The contract, for every implementation:
 *
 * <ul>
 *   <li>Each method is atomic towards every other, and what it changed is durable when it returns.
 *   <li>Any method may be called from many threads at once.
 *   <li>No method takes more than {@link #BATCH} digests; repeats in a collection count once.
 *   <li>Unknown digests are passed over in silence.
 *   <li>{@code neededAt} and {@code holdUntil} of a row never go back.
 *   <li>When the change cannot be made durable, an unchecked exception is thrown; whether the
 *       change happened is then unknown, and every method may safely be repeated.
 * </ul>
 */
public interface BlobIndex {

  /** The most digests or rows in one call. */
  int BATCH = 1000;

  /** The rows of those {@code digests} that have one. Changes nothing. */
  Map<Digest, BlobRow> find(Collection<Digest> digests);

  /**
   * Adds a row. If the digest has one already, the size is replaced and each time becomes the later
   * of both.
   */
  void add(BlobRow row);

  /**
   * For those {@code digests} that have a row: raises {@code neededAt} and {@code holdUntil} to at
   * least the given epoch milliseconds, and returns the rows as they are now.
   */
  Map<Digest, BlobRow> hold(Collection<Digest> digests, long neededAt, long holdUntil);

  /**
   * Removes the rows whose {@code holdUntil} is not after {@code now}, and returns the digests of
   * the rows removed. An implementation that knows more reasons to keep a row (a job that needs the
   * blob, INV-5) keeps it as well.
   */
  Set<Digest> removeUnheld(Collection<Digest> digests, long now);

  /** Removes the row, held or not, because the bytes are lost. */
  void forget(Digest digest);

  /**
   * The rows in ascending order of their digest, at most {@code limit} (1 to {@link #BATCH}) of
   * those after {@code after}; from the first one if that is null. An empty answer ends the list.
   */
  List<BlobRow> list(@Nullable Digest after, int limit);
}
