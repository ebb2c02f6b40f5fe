package blenderer.cas;

import blenderer.model.Digest;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/** Reads the rows of an index whose digest begins with a given byte, page by page. One thread. */
final class RowsOfShard implements Iterator<BlobRow> {

  private final BlobIndex index;
  private final String prefix;
  private @Nullable Digest after;
  private Iterator<BlobRow> page;
  private @Nullable BlobRow next;

  RowsOfShard(BlobIndex index, int shard) {
    this.index = index;
    prefix = String.format(Locale.ROOT, "%02x", shard);
    after =
        shard == 0
            ? null
            : new Digest(String.format(Locale.ROOT, "%02x", shard - 1) + "f".repeat(62));
    page = List.<BlobRow>of().iterator();
    next = read();
  }

  private @Nullable BlobRow read() {
    if (!page.hasNext()) {
      page = index.list(after, BlobIndex.BATCH).iterator();
      if (!page.hasNext()) {
        return null;
      }
    }
    BlobRow row = page.next();
    after = row.digest();
    return row.digest().hex().startsWith(prefix) ? row : null;
  }

  @Override
  public boolean hasNext() {
    return next != null;
  }

  @Override
  public BlobRow next() {
    BlobRow row = next;
    if (row == null) {
      throw new NoSuchElementException();
    }
    next = read();
    return row;
  }
}
