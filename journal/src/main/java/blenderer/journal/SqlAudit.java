package blenderer.journal;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The audit log in SQL. */
final class SqlAudit implements AuditLog {

  /** So many rows go in one transaction. */
  private static final int BITE = 2_000;

  private final Writer writer;
  private final Readers readers;

  SqlAudit(Writer writer, Readers readers) {
    this.writer = writer;
    this.readers = readers;
  }

  @Override
  public void add(Entry entry) {
    writer.write(
        session ->
            session.update(
                "INSERT INTO audit (number, at, person, role, peer, action, call, detail, status,"
                    + " code) VALUES ((SELECT COALESCE(MAX(number), 0) + 1 FROM audit),"
                    + " ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                entry.at(),
                entry.person(),
                entry.role(),
                entry.peer(),
                entry.action(),
                entry.call(),
                entry.detail(),
                entry.status(),
                entry.code()));
  }

  @Override
  public List<Numbered> entries(@Nullable String person, @Nullable Long before, int limit) {
    String sql =
        "SELECT * FROM audit WHERE number < :before"
            + (person == null ? "" : " AND person = :person")
            + " ORDER BY number DESC LIMIT :limit";
    return readers.read(
        handle -> {
          var query =
              handle
                  .createQuery(sql)
                  .bind("before", before == null ? Long.MAX_VALUE : before)
                  .bind("limit", limit);
          if (person != null) {
            query.bind("person", person);
          }
          return query
              .map(
                  (row, _) ->
                      new Numbered(
                          row.getLong("number"),
                          new Entry(
                              row.getLong("at"),
                              row.getString("person"),
                              row.getString("role"),
                              row.getString("peer"),
                              row.getString("action"),
                              row.getString("call"),
                              row.getString("detail"),
                              row.getInt("status"),
                              row.getString("code"))))
              .list();
        });
  }

  @Override
  public int forget(long before) {
    int all = 0;
    int some;
    do {
      // The newest stays: its number must not be given again.
      some =
          writer.write(
              session ->
                  session.update(
                      "DELETE FROM audit WHERE number IN (SELECT number FROM audit WHERE at < ?"
                          + " AND number < (SELECT MAX(number) FROM audit) LIMIT ?)",
                      before,
                      BITE));
      all += some;
    } while (some == BITE);
    return all;
  }
}
