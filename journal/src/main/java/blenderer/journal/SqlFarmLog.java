package blenderer.journal;

import java.util.List;

/** The farm's history in SQL. */
final class SqlFarmLog implements FarmLog {

  private final Writer writer;
  private final Readers readers;

  SqlFarmLog(Writer writer, Readers readers) {
    this.writer = writer;
    this.readers = readers;
  }

  @Override
  public void add(Bucket more) {
    writer.write(
        session ->
            session.update(
                "INSERT INTO farm_history (at, online, busy, done, failed) VALUES (?, ?, ?, ?, ?)"
                    + " ON CONFLICT (at) DO UPDATE SET"
                    + " online = farm_history.online + excluded.online,"
                    + " busy = farm_history.busy + excluded.busy,"
                    + " done = farm_history.done + excluded.done,"
                    + " failed = farm_history.failed + excluded.failed",
                more.at(),
                more.online(),
                more.busy(),
                more.done(),
                more.failed()));
  }

  @Override
  public List<Bucket> buckets(long from, long to, long step) {
    return readers.read(
        handle ->
            handle
                .createQuery(
                    "SELECT at / :step * :step AS start, SUM(online) AS online, SUM(busy) AS busy,"
                        + " SUM(done) AS done, SUM(failed) AS failed FROM farm_history"
                        + " WHERE at >= :from AND at <= :to GROUP BY start ORDER BY start")
                .bind("step", step)
                .bind("from", from)
                .bind("to", to)
                .map(
                    (row, _) ->
                        new Bucket(
                            row.getLong("start"),
                            row.getLong("online"),
                            row.getLong("busy"),
                            row.getLong("done"),
                            row.getLong("failed")))
                .list());
  }

  @Override
  public void forget(long before) {
    writer.write(session -> session.update("DELETE FROM farm_history WHERE at < ?", before));
  }
}
