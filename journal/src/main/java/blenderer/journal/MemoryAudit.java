package blenderer.journal;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An audit log in memory: the twin of the one in SQL, for tests. Durable in nothing. */
public final class MemoryAudit implements AuditLog {

  private final List<Numbered> rows = new ArrayList<>();
  private long last;

  @Override
  public synchronized void add(Entry entry) {
    rows.add(new Numbered(++last, entry));
  }

  @Override
  public synchronized List<Numbered> entries(
      @Nullable String person, @Nullable Long before, int limit) {
    return rows.reversed().stream()
        .filter(row -> person == null || row.entry().person().equals(person))
        .filter(row -> before == null || row.number() < before)
        .limit(limit)
        .toList();
  }

  @Override
  public synchronized int forget(long before) {
    int all = rows.size();
    rows.removeIf(row -> row.entry().at() < before);
    return all - rows.size();
  }
}
