package blenderer.journal;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Properties;
import java.util.logging.Level;
import java.util.logging.Logger;

/** Opens connections to one PostgreSQL database, each with the settings of its use. */
final class PostgresConnections {

  /** How long a computer that says nothing is waited for, in seconds. */
  private static final int CONNECT_SECONDS = 5;

  /**
   * A commit is answered when it is on the disk of the database, whatever its own settings say. The
   * writer finds its rows by their keys; without statistics of a young table the planner would
   * rather read all of it. A transaction that waits for its writer holds locks, so it may not wait
   * long.
   */
  private static final String WRITING =
      "-c synchronous_commit=on -c enable_seqscan=off -c statement_timeout=15s"
          + " -c lock_timeout=10s -c idle_in_transaction_session_timeout=3s";

  private static final String READING =
      "-c statement_timeout=20s -c idle_in_transaction_session_timeout=1min";

  private static final String LOADING =
      "-c statement_timeout=10min -c idle_in_transaction_session_timeout=10min";

  /** A holder that says nothing for three seconds has stopped, and others may lead. */
  private static final String LEADING =
      "-c statement_timeout=5s -c idle_session_timeout=3s -c synchronous_commit=on";

  /** Asks who leads: what does not answer soon is out of reach. */
  private static final String ELECTING =
      "-c statement_timeout=2500ms -c idle_session_timeout=3s -c synchronous_commit=on";

  private static final String PLAIN = "-c statement_timeout=30min -c lock_timeout=1min";

  private static final String FILLING =
      "-c synchronous_commit=on -c statement_timeout=0 -c lock_timeout=1min"
          + " -c idle_in_transaction_session_timeout=0";

  /** The driver's own log, kept: what it says there comes as an exception, too. */
  private static final Logger DRIVER = Logger.getLogger("org.postgresql");

  static {
    DRIVER.setLevel(Level.OFF);
  }

  private final PostgresAddress address;

  PostgresConnections(PostgresAddress address) {
    this.address = address;
  }

  PostgresAddress address() {
    return address;
  }

  /** Begins a transaction by itself with the first statement. */
  Connection writing() throws SQLException {
    Connection connection = open("blenderer writer", WRITING, 20);
    connection.setAutoCommit(false);
    return connection;
  }

  /** All statements until the next rollback see the same state. */
  Connection reading() throws SQLException {
    return reading(open("blenderer reader", READING, 25));
  }

  /** The same for reads that may take minutes. */
  Connection loading() throws SQLException {
    return reading(open("blenderer loader", LOADING, 660));
  }

  private static Connection reading(Connection connection) throws SQLException {
    connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
    connection.setReadOnly(true);
    connection.setAutoCommit(false);
    return connection;
  }

  /** Each statement is a transaction. */
  Connection leading() throws SQLException {
    return open("blenderer leader", LEADING, 6);
  }

  /** The same where several servers ask. */
  Connection electing() throws SQLException {
    return open("blenderer election", ELECTING, 3, 2);
  }

  /** For a word now and then; each statement is a transaction. */
  Connection telling() throws SQLException {
    return open("blenderer replica", READING, 6, 2);
  }

  /** To take over a whole journal in one transaction, however long that lasts. */
  Connection filling() throws SQLException {
    Connection connection = open("blenderer filling", FILLING, 0);
    connection.setAutoCommit(false);
    return connection;
  }

  /** To set up the tables; each statement is a transaction. */
  Connection plain() throws SQLException {
    return open("blenderer setup", PLAIN, 0);
  }

  /**
   * @param silence after so many seconds without an answer the connection counts as lost; 0: never
   */
  private Connection open(String use, String settings, int silence) throws SQLException {
    return open(use, settings, silence, CONNECT_SECONDS);
  }

  private Connection open(String use, String settings, int silence, int connect)
      throws SQLException {
    Properties properties = address.properties();
    properties.setProperty("ApplicationName", use);
    properties.setProperty("options", settings);
    properties.setProperty("connectTimeout", Integer.toString(connect));
    properties.setProperty("loginTimeout", Integer.toString(2 * connect));
    properties.setProperty("socketTimeout", Integer.toString(silence));
    properties.setProperty("tcpKeepAlive", "true");
    // Rows of one statement go as few statements with many rows each, in one way.
    properties.setProperty("reWriteBatchedInserts", "true");
    // Long lists come a piece at a time.
    properties.setProperty("defaultRowFetchSize", "1000");
    return DriverManager.getConnection(address.jdbcUrl(), properties);
  }
}
