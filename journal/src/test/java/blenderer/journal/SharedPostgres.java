package blenderer.journal;

import blenderer.testkit.TestPostgres;
import java.io.IOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * One PostgreSQL for all tests of this process, and one journal in it that each test gets empty.
 */
public final class SharedPostgres {

  private static final AtomicInteger NUMBER = new AtomicInteger();
  private static @Nullable TestPostgres running;
  private static @Nullable Database shared;

  private SharedPostgres() {}

  static synchronized TestPostgres get() {
    if (running == null) {
      try {
        // These tests ask what a statement means, not whether it outlives a power cut.
        running = TestPostgres.started("fsync=off", "full_page_writes=off");
      } catch (IOException e) {
        throw new IllegalStateException(e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException(e);
      }
      TestPostgres started = running;
      Runtime.getRuntime().addShutdownHook(new Thread(started::close, "end PostgreSQL"));
    }
    return running;
  }

  /** The name of a new database. */
  static String fresh(String... options) {
    String name = "journal" + NUMBER.incrementAndGet();
    try {
      get().create(name, options);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
    return name;
  }

  static PostgresAddress address(String database) {
    return PostgresAddress.of(get().url(database));
  }

  /** A journal without a row, open; whoever gets it must not close it. */
  public static synchronized Database empty() {
    if (shared == null) {
      shared = Database.open(address(fresh()));
    }
    shared.writer().write(SharedPostgres::clear);
    shared.uses().writeAll(shared.writer());
    return shared;
  }

  private static int clear(WriteSession session) throws SQLException {
    List<String> tables =
        session.query(
            "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'"
                + " AND table_name NOT IN ('flyway_schema_history', 'leader', 'meta')",
            row -> String.valueOf(row.getString(1)));
    for (String table : tables) {
      session.update("DELETE FROM " + table);
    }
    return session.update("UPDATE meta SET revision = 0, attempts = 0, outputs = 0");
  }

  /** What a database answers to a statement of somebody else, a row a line. */
  static List<String> run(String database, String... statements) throws SQLException {
    List<String> found = new ArrayList<>();
    try (Connection connection =
            DriverManager.getConnection(address(database).jdbcUrl(), TestPostgres.USER, null);
        Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        if (statement.execute(sql)) {
          try (ResultSet rows = statement.getResultSet()) {
            while (rows.next()) {
              found.add(String.valueOf(rows.getString(1)));
            }
          }
        }
      }
    }
    return found;
  }
}
