package blenderer.journal;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The right to write a journal in PostgreSQL, which one server has at a time.
 *
 * <p>An advisory lock on a connection of its own says who may lead; the connection speaks every
 * second and the database ends it after three of silence, so a server that stopped loses the lock.
 * Each new leader raises the epoch in the table {@code leader}. Every write names its epoch, so a
 * server that lost the lock without noticing cannot write when it goes on. Losing the lock alone
 * does no harm: if nobody took it meanwhile, it is taken again under the same epoch.
 */
final class Leadership implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Leadership.class);
  private static final long SPEAK_NANOS = 1_000_000_000L;
  private static final long ASK_NANOS = 200_000_000L;

  /** One lock for each schema of a database; the first number is this program's. */
  private static final String LOCK =
      "SELECT pg_try_advisory_lock(1651271022, hashtext(current_schema()))";

  private final PostgresConnections connections;
  private final Thread thread;
  private @Nullable Connection connection;
  private volatile long epoch;
  private volatile boolean over;
  private volatile boolean closed;

  private Leadership(PostgresConnections connections, Connection connection) {
    this.connections = connections;
    this.connection = connection;
    thread = Thread.ofPlatform().name("journal-leadership").daemon().unstarted(this::loop);
    thread.start();
  }

  /**
   * Takes the lock.
   *
   * @param patience how long to wait for it; a holder that died with its computer has lost it after
   *     three seconds
   * @throws DatabaseRefused when another server has the lock and keeps it
   */
  static Leadership take(PostgresConnections connections, Duration patience) throws SQLException {
    long deadline = System.nanoTime() + patience.toNanos();
    Connection connection = connections.leading();
    try {
      while (!lock(connection)) {
        if (System.nanoTime() > deadline) {
          throw new DatabaseRefused(
              "database-in-use",
              "Another server uses the database "
                  + connections.address()
                  + " already. Stop it, or give this one another database.");
        }
        LockSupport.parkNanos(connections, ASK_NANOS);
      }
      return new Leadership(connections, connection);
    } catch (SQLException | RuntimeException e) {
      connection.close();
      throw e;
    }
  }

  /** Begins a new epoch, once the tables are there; before it nothing can be written. */
  void begin() throws SQLException {
    try (Connection plain = connections.plain()) {
      epoch = raiseEpoch(plain);
    }
  }

  /** Waits for a transaction under way of the leader before. */
  private static long raiseEpoch(Connection connection) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            "UPDATE leader SET epoch = epoch + 1, holder = ? WHERE id = 1 RETURNING epoch")) {
      statement.setString(1, "process " + ProcessHandle.current().pid());
      return number(statement);
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

  private static boolean lock(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(LOCK)) {
      return row.next() && row.getBoolean(1);
    }
  }

  /** What every write of this server must name. */
  long epoch() {
    return epoch;
  }

  /** Whether another server has taken over; then this one never writes again. */
  boolean isOver() {
    return over;
  }

  private void loop() {
    while (!closed && !over) {
      Connection open = connection;
      try {
        if (open == null) {
          takeAgain();
        } else {
          speak(open);
        }
      } catch (SQLException e) {
        LOG.debug("the lock on the journal is lost for now: {}", SqlErrors.plainReason(e));
        drop();
        if (open != null) {
          // Nobody else shall be faster, when only the connection broke.
          continue;
        }
      }
      if (!closed) {
        LockSupport.parkNanos(this, SPEAK_NANOS);
      }
    }
    drop();
  }

  private static void speak(Connection open) throws SQLException {
    try (Statement statement = open.createStatement()) {
      statement.execute("SELECT 1");
    }
  }

  private void takeAgain() throws SQLException {
    Connection open = connections.leading();
    connection = open;
    boolean locked = lock(open);
    try (PreparedStatement statement =
        open.prepareStatement("SELECT epoch FROM leader WHERE id = 1")) {
      if (epoch > 0 && number(statement) != epoch) {
        over = true;
        LOG.error("another server leads this farm now; this one writes no more: stop it");
      } else if (!locked) {
        // Somebody else has the lock and will raise the epoch, or a connection of ours still dies.
        drop();
      } else {
        LOG.info("the lock on the journal is taken again");
      }
    }
  }

  private void drop() {
    Connection open = connection;
    connection = null;
    if (open != null) {
      try {
        open.close();
      } catch (SQLException e) {
        LOG.debug("a lost connection did not close well", e);
      }
    }
  }

  /** Gives the lock back. */
  @Override
  public void close() {
    closed = true;
    LockSupport.unpark(thread);
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
