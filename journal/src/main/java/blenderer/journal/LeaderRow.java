package blenderer.journal;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** The advisory lock that says who may lead, and the one row that says who does. */
final class LeaderRow {

  /** One lock for each schema of a database; the first number is this program's. */
  private static final String LOCK =
      "SELECT pg_try_advisory_lock(1651271022, hashtext(current_schema()))";

  private LeaderRow() {}

  /** Takes the lock for this connection, if nobody else has it. */
  static boolean lock(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(LOCK)) {
      return row.next() && row.getBoolean(1);
    }
  }

  /** Begins a new epoch. Waits for a transaction under way of the leader before. */
  static long raiseEpoch(Connection connection, String holder) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            "UPDATE leader SET epoch = epoch + 1, holder = ? WHERE id = 1 RETURNING epoch")) {
      statement.setString(1, holder);
      return number(statement);
    }
  }

  /** The epoch now. */
  static long epoch(Connection connection) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement("SELECT epoch FROM leader WHERE id = 1")) {
      return number(statement);
    }
  }

  /** Who led last. */
  static String holder(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SELECT holder FROM leader WHERE id = 1")) {
      return row.next() ? row.getString(1) : "";
    }
  }

  /** Says that this server lives: the database ends a connection that is silent for too long. */
  static void speak(Connection open) throws SQLException {
    try (Statement statement = open.createStatement()) {
      statement.execute("SELECT 1");
    }
  }

  private static long number(PreparedStatement statement) throws SQLException {
    try (ResultSet row = statement.executeQuery()) {
      if (!row.next()) {
        throw new SQLException("the journal has no row in its table leader");
      }
      return row.getLong(1);
    }
  }
}
