package blenderer.journal;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/** Opens connections to one SQLite file, each with the settings of its use. */
final class Connections {

  /**
   * Every commit is synced (FULL). The housekeeper alone folds the log back, so it is off here. The
   * log keeps its 64 MiB when it starts anew.
   */
  private static final List<String> WRITING =
      List.of(
          "journal_mode = WAL",
          "synchronous = FULL",
          "busy_timeout = 10000",
          "cache_size = -65536",
          "wal_autocheckpoint = 0",
          "journal_size_limit = 67108864",
          "foreign_keys = ON",
          "temp_store = MEMORY");

  private static final List<String> READING =
      List.of(
          "synchronous = FULL",
          "busy_timeout = 10000",
          "cache_size = -8192",
          "wal_autocheckpoint = 0",
          "foreign_keys = ON",
          "temp_store = MEMORY",
          "query_only = ON");

  /** Waits at most a second for readers before it leaves the rest of the log for the next time. */
  private static final List<String> FOLDING =
      List.of(
          "synchronous = FULL",
          "busy_timeout = 1000",
          "wal_autocheckpoint = 0",
          "journal_size_limit = 67108864");

  private final String url;

  Connections(Path file) {
    this.url = "jdbc:sqlite:" + file;
  }

  String url() {
    return url;
  }

  Connection writing() throws SQLException {
    return open(WRITING);
  }

  Connection reading() throws SQLException {
    return open(READING);
  }

  Connection folding() throws SQLException {
    return open(FOLDING);
  }

  private Connection open(List<String> pragmas) throws SQLException {
    Connection connection = DriverManager.getConnection(url);
    try (Statement statement = connection.createStatement()) {
      for (String pragma : pragmas) {
        statement.execute("PRAGMA " + pragma);
      }
    } catch (SQLException e) {
      connection.close();
      throw e;
    }
    return connection;
  }
}
