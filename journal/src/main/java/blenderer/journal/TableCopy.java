package blenderer.journal;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/** Reads all tables row by row, adds them up, and hands them on. */
final class TableCopy {

  /** Progress is told each so many rows. */
  private static final int TELL_EVERY = 4096;

  private TableCopy() {}

  /** Takes the rows of one table after the other. */
  interface Target {

    /** The rows that come now are of this table. */
    void begin(CarriedTable table) throws SQLException;

    void row(@Nullable Object[] values) throws SQLException;

    /** That were all rows of the table. */
    void end() throws SQLException;
  }

  private static final Target NOWHERE =
      new Target() {
        @Override
        public void begin(CarriedTable table) {}

        @Override
        public void row(@Nullable Object[] values) {}

        @Override
        public void end() {}
      };

  static JournalSums sums(Connection from, List<CarriedTable> tables, LongConsumer progress)
      throws SQLException {
    return run(from, tables, NOWHERE, progress);
  }

  /**
   * @param progress is told how many rows were read so far
   */
  static JournalSums run(
      Connection from, List<CarriedTable> tables, Target target, LongConsumer progress)
      throws SQLException {
    List<JournalSums.Table> sums = new ArrayList<>();
    long[] rows = {0};
    for (CarriedTable table : tables) {
      RowHash hash = new RowHash();
      target.begin(table);
      table.each(
          from,
          values -> {
            hash.add(values);
            target.row(values);
            if (++rows[0] % TELL_EVERY == 0) {
              progress.accept(rows[0]);
            }
          });
      target.end();
      sums.add(hash.sum(table.name()));
    }
    progress.accept(rows[0]);
    return new JournalSums(sums);
  }
}
