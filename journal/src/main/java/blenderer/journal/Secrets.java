package blenderer.journal;

import blenderer.journal.JournalPlace.InFile;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.TreeMap;

/** What several servers share in a PostgreSQL database, such as the farm's authority. */
final class Secrets {

  private Secrets() {}

  static Map<String, String> read(Connection connection, JournalPlace place) throws SQLException {
    Map<String, String> secrets = new TreeMap<>();
    if (!hasPlace(connection, place)) {
      return secrets;
    }
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SELECT name, value FROM " + CarriedTable.SECRETS)) {
      while (row.next()) {
        secrets.put(row.getString(1), row.getString(2));
      }
    }
    return secrets;
  }

  /** Whether the database has a place for them. */
  static boolean hasPlace(Connection connection, JournalPlace place) throws SQLException {
    if (place instanceof InFile) {
      return false;
    }
    try (Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery("SELECT to_regclass('" + CarriedTable.SECRETS + "')")) {
      return row.next() && row.getString(1) != null;
    }
  }

  static void write(Connection connection, Map<String, String> secrets) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            "INSERT INTO "
                + CarriedTable.SECRETS
                + " (name, value) VALUES (?, ?)"
                + " ON CONFLICT (name) DO UPDATE SET value = excluded.value")) {
      for (Map.Entry<String, String> secret : secrets.entrySet()) {
        statement.setString(1, secret.getKey());
        statement.setString(2, secret.getValue());
        statement.executeUpdate();
      }
    }
  }
}
