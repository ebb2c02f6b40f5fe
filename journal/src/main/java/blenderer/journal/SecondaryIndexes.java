package blenderer.journal;

import blenderer.journal.JournalPlace.InFile;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/**
 * The indexes of the journal's tables beside their keys. Made of all rows at once they cost a
 * fraction of what each row of its own does.
 */
final class SecondaryIndexes {

  private static final String IN_SQLITE =
      "SELECT name, sql FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL";

  private static final String IN_POSTGRES =
      "SELECT i.indexname, i.indexdef FROM pg_indexes i WHERE i.schemaname = current_schema()"
          + " AND i.tablename <> 'flyway_schema_history' AND NOT EXISTS (SELECT 1"
          + " FROM information_schema.table_constraints c WHERE c.table_schema = i.schemaname"
          + " AND c.constraint_name = i.indexname)";

  private final List<String> makers;

  private SecondaryIndexes(List<String> makers) {
    this.makers = makers;
  }

  /** Takes them away, within the connection's transaction. */
  static SecondaryIndexes drop(Connection connection, JournalPlace place) throws SQLException {
    List<String> names = new ArrayList<>();
    List<String> makers = new ArrayList<>();
    try (Statement statement = connection.createStatement()) {
      try (ResultSet row =
          statement.executeQuery(place instanceof InFile ? IN_SQLITE : IN_POSTGRES)) {
        while (row.next()) {
          names.add(row.getString(1));
          makers.add(row.getString(2));
        }
      }
      for (String name : names) {
        statement.execute("DROP INDEX " + name);
      }
    }
    return new SecondaryIndexes(makers);
  }

  /** Makes them again. */
  void make(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      for (String maker : makers) {
        statement.execute(maker);
      }
    }
  }
}
