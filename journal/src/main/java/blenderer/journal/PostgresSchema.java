package blenderer.journal;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import javax.net.ssl.SSLException;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.PSQLException;

/** Whether a PostgreSQL database can hold a journal, and its tables. */
final class PostgresSchema {

  /** The oldest version that the tests run with. */
  private static final int OLDEST = 15;

  private PostgresSchema() {}

  /**
   * Looks at the database before anything is changed.
   *
   * @throws DatabaseRefused when it cannot be used
   */
  static void check(PostgresConnections connections) {
    PostgresAddress address = connections.address();
    try (Connection connection = connections.plain();
        Statement statement = connection.createStatement()) {
      checkVersion(address, Integer.parseInt(text(statement, "SHOW server_version_num")) / 10_000);
      String encoding = text(statement, "SHOW server_encoding");
      if (!"UTF8".equals(encoding)) {
        throw new DatabaseRefused(
            "database-encoding",
            "The database "
                + address
                + " keeps text as "
                + encoding
                + " and cannot hold every name. Make one with: CREATE DATABASE "
                + address.database()
                + " TEMPLATE template0 ENCODING 'UTF8'");
      }
      if (text(statement, "SELECT current_schema()") == null) {
        throw new DatabaseRefused(
            "database-rights",
            "The database "
                + address
                + " has no schema that '"
                + address.user()
                + "' may use. Make it the owner of the database, or name another schema in the"
                + " URL with ?schema=NAME.");
      }
      checkTables(statement, address);
    } catch (SQLException e) {
      throw refused(address, e);
    }
  }

  static void checkVersion(PostgresAddress address, int version) {
    if (version < OLDEST) {
      throw new DatabaseRefused(
          "database-version",
          "The database "
              + address
              + " is PostgreSQL "
              + version
              + "; Blenderer needs "
              + OLDEST
              + " or later. Use a newer one.");
    }
  }

  /** That the tables are a journal's, or that there are none. */
  private static void checkTables(Statement statement, PostgresAddress address)
      throws SQLException {
    String tables =
        text(
            statement,
            "SELECT COUNT(*) FROM information_schema.tables"
                + " WHERE table_schema = current_schema()");
    if ("0".equals(tables)) {
      return;
    }
    boolean versioned =
        text(statement, "SELECT to_regclass('flyway_schema_history')") != null
            && text(
                    statement,
                    "SELECT script FROM flyway_schema_history WHERE script = 'V1__farm.sql'")
                != null;
    boolean empty =
        text(statement, "SELECT to_regclass('flyway_schema_history')") != null
            && "1".equals(tables);
    if (!versioned && !empty) {
      throw new DatabaseRefused(
          "database-foreign",
          "The database "
              + address
              + " has tables of another program. Give Blenderer a database of its own, or a schema"
              + " of its own with ?schema=NAME.");
    }
  }

  private static @Nullable String text(Statement statement, String query) throws SQLException {
    try (ResultSet row = statement.executeQuery(query)) {
      return row.next() ? row.getString(1) : null;
    }
  }

  /** Makes the tables, or brings them up to date. */
  static void migrate(PostgresConnections connections) {
    PostgresAddress address = connections.address();
    try {
      Flyway flyway = Migrations.postgres(address);
      String newer = Migrations.newer(flyway);
      if (newer != null) {
        throw new DatabaseRefused(
            "journal-newer", Migrations.writtenByNewer(address.toString(), newer));
      }
      flyway.migrate();
    } catch (FlywayException e) {
      SQLException sql = SqlErrors.found(e, PSQLException.class);
      if (sql != null && !SqlErrors.state(sql).startsWith("42P")) {
        throw refused(address, sql);
      }
      throw new DatabaseRefused(
          "journal-not-migrated",
          "The journal " + address + " cannot be brought up to date: " + e.getMessage(),
          e);
    } catch (SQLException e) {
      throw refused(address, e);
    }
  }

  /** What a failure means to whoever starts the server. */
  static DatabaseRefused refused(PostgresAddress address, SQLException e) {
    String state = SqlErrors.state(e);
    PSQLException known = SqlErrors.found(e, PSQLException.class);
    String words = known == null ? String.valueOf(e.getMessage()) : SqlErrors.firstLine(known);
    if (isAboutTls(e, words)) {
      return new DatabaseRefused(
          "database-tls",
          "The connection to "
              + address
              + " cannot be made safe: "
              + words
              + ". Name the certificate that signed the database's with ?sslrootcert=FILE; where"
              + " the network is yours alone ?sslmode=disable goes without.",
          e);
    }
    return switch (state) {
      case "28P01", "28000" -> notLetIn(address, state, words, e);
      case "3D000" ->
          new DatabaseRefused(
              "database-missing",
              "There is no database '"
                  + address.database()
                  + "' at "
                  + address.hosts()
                  + ". Make it there with: CREATE DATABASE "
                  + address.database()
                  + " OWNER "
                  + address.user()
                  + " TEMPLATE template0 ENCODING 'UTF8'",
              e);
      case "42501" ->
          new DatabaseRefused(
              "database-rights",
              "'"
                  + address.user()
                  + "' may not do all that the journal needs in "
                  + address
                  + ": "
                  + words
                  + ". Make it the owner of the database.",
              e);
      case "53300" ->
          new DatabaseRefused(
              "database-full-up",
              "The database "
                  + address
                  + " takes no more connections; a server needs eight. Raise its max_connections.",
              e);
      default ->
          words.contains("no password was provided")
              ? notLetIn(address, state, words, e)
              : new DatabaseRefused(
                  "database-unreachable",
                  "The database "
                      + address
                      + " cannot be reached: "
                      + words
                      + ". Check that it runs, that it listens there, and that no firewall is"
                      + " between.",
                  e);
    };
  }

  private static DatabaseRefused notLetIn(
      PostgresAddress address, String state, String words, SQLException e) {
    if (state.equals("28000")) {
      return new DatabaseRefused(
          "database-rights",
          "The database "
              + address
              + " does not let '"
              + address.user()
              + "' in: "
              + words
              + ". Check the user's name, and the database's pg_hba.conf.",
          e);
    }
    return new DatabaseRefused(
        "database-password",
        (state.equals("28P01")
                ? "The database " + address + " refuses the password of '" + address.user() + "'."
                : "The database " + address + " asks for a password.")
            + " Give the right one in a file with --db-password-file, in a pgpass file, or in"
            + " PGPASSWORD.",
        e);
  }

  private static boolean isAboutTls(Throwable e, String words) {
    if (words.contains("SSL") || words.contains("hostnameverifier")) {
      return !words.contains("no pg_hba.conf entry");
    }
    for (Throwable at = e; at != null; at = at.getCause()) {
      if (at instanceof SSLException) {
        return true;
      }
    }
    return false;
  }
}
