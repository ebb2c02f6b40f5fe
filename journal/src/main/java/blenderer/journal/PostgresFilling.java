package blenderer.journal;

import blenderer.journal.JournalPlace.InPostgres;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;

/** A PostgreSQL database, filled in one transaction by whoever leads it. */
final class PostgresFilling implements JournalFilling {

  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final InPostgres place;
  private final SoleLeadership leadership;
  private final Connection connection;
  private final List<CarriedTable> tables;

  private PostgresFilling(InPostgres place, SoleLeadership leadership, Connection connection)
      throws SQLException {
    this.place = place;
    this.leadership = leadership;
    this.connection = connection;
    tables = CarriedTable.of(connection, place);
  }

  static PostgresFilling open(InPostgres place) {
    return open(place, PATIENCE);
  }

  static PostgresFilling open(InPostgres place, Duration patience) {
    PostgresConnections connections = new PostgresConnections(place.address());
    PostgresSchema.check(connections);
    SoleLeadership leadership = null;
    try {
      leadership = SoleLeadership.take(connections, patience);
      PostgresSchema.migrate(connections);
      leadership.begin();
      return new PostgresFilling(place, leadership, connections.filling());
    } catch (SQLException e) {
      release(leadership);
      throw PostgresSchema.refused(place.address(), e);
    } catch (RuntimeException e) {
      release(leadership);
      throw e;
    }
  }

  private static void release(@Nullable SoleLeadership leadership) {
    if (leadership != null) {
      leadership.close();
    }
  }

  private interface Work<T> {
    T run() throws SQLException;
  }

  private <T> T run(Work<T> work) {
    boolean done = false;
    try {
      T result = work.run();
      done = true;
      return result;
    } catch (SQLException e) {
      throw PostgresSchema.refused(place.address(), e);
    } finally {
      if (!done) {
        rollBack();
      }
    }
  }

  private void rollBack() {
    try {
      connection.rollback();
    } catch (SQLException e) {
      // The connection is gone, and with it the transaction.
    }
  }

  @Override
  public boolean isEmpty() {
    return run(
        () -> {
          boolean empty = true;
          for (CarriedTable table : tables) {
            // Its one row is made with the table.
            String seeded = table.name().equals("meta") ? " WHERE revision > 0" : "";
            empty &= !isTrue("SELECT EXISTS (SELECT 1 FROM " + table.name() + seeded + ")");
          }
          connection.rollback();
          return empty;
        });
  }

  private boolean isTrue(String query) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(query)) {
      return row.next() && row.getBoolean(1);
    }
  }

  @Override
  public JournalSums sums(LongConsumer progress) {
    return run(
        () -> {
          JournalSums sums = TableCopy.sums(connection, tables, progress);
          connection.rollback();
          return sums;
        });
  }

  @Override
  public JournalSums fill(JournalReading from, Map<String, String> secrets, LongConsumer progress) {
    CarriedTable.checkSame(from.tables(), tables);
    return run(
        () -> {
          fence();
          for (CarriedTable table : tables) {
            execute("DELETE FROM " + table.name());
          }
          SecondaryIndexes indexes = SecondaryIndexes.drop(connection, place);
          JournalSums written;
          try (Copies copies = new Copies(connection)) {
            written = from.copyTo(copies, progress);
          }
          indexes.make(connection);
          // The first statements of a server shall not be planned for empty tables.
          execute("ANALYZE");
          if (Secrets.hasPlace(connection, place)) {
            Secrets.write(connection, secrets);
          }
          JournalFilling.checkEqual(written, TableCopy.sums(connection, tables, _ -> {}));
          connection.commit();
          return written;
        });
  }

  private void execute(String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /** That nobody else took the lead; holds the row until the end of the transaction. */
  private void fence() throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement("SELECT 1 FROM leader WHERE id = 1 AND epoch = ? FOR UPDATE")) {
      statement.setLong(1, leadership.epoch());
      try (ResultSet row = statement.executeQuery()) {
        if (!row.next()) {
          throw new DatabaseRefused(
              "database-in-use",
              "Another server has begun to use the database "
                  + place
                  + ". Stop it, or take another database.");
        }
      }
    }
  }

  /** Sends rows as the text that {@code COPY} takes. */
  private static final class Copies implements TableCopy.Target, AutoCloseable {

    private static final int SEND = 128 << 10;

    private final Connection connection;
    private final StringBuilder text = new StringBuilder(SEND + 4096);
    private @Nullable CopyIn copy;

    Copies(Connection connection) {
      this.connection = connection;
    }

    @Override
    public void begin(CarriedTable table) throws SQLException {
      copy = connection.unwrap(PGConnection.class).getCopyAPI().copyIn(table.copyIn());
    }

    @Override
    public void row(@Nullable Object[] values) throws SQLException {
      for (int i = 0; i < values.length; i++) {
        if (i > 0) {
          text.append('\t');
        }
        Object value = values[i];
        if (value == null) {
          text.append("\\N");
        } else if (value instanceof String words) {
          escape(words);
        } else {
          text.append(value);
        }
      }
      text.append('\n');
      if (text.length() >= SEND) {
        send();
      }
    }

    private void escape(String words) {
      for (int i = 0; i < words.length(); i++) {
        char c = words.charAt(i);
        switch (c) {
          case '\\' -> text.append("\\\\");
          case '\n' -> text.append("\\n");
          case '\r' -> text.append("\\r");
          case '\t' -> text.append("\\t");
          default -> text.append(c);
        }
      }
    }

    private void send() throws SQLException {
      byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
      Objects.requireNonNull(copy).writeToCopy(bytes, 0, bytes.length);
      text.setLength(0);
    }

    @Override
    public void end() throws SQLException {
      send();
      Objects.requireNonNull(copy).endCopy();
    }

    /** A copy that was left open would keep the connection from everything else. */
    @Override
    public void close() {
      CopyIn open = copy;
      if (open != null && open.isActive()) {
        try {
          open.cancelCopy();
        } catch (SQLException e) {
          // It says that it was cancelled.
        }
      }
    }
  }

  @Override
  public void close() {
    try {
      connection.close();
    } catch (SQLException e) {
      // Nothing is open in it.
    }
    leadership.close();
  }
}
