package blenderer.journal;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Leads a journal that no other server shall use.
 *
 * <p>An advisory lock on a connection of its own says who may lead; the connection speaks every
 * second and the database ends it after three of silence, so a server that stopped loses the lock.
 * Each new leader raises the epoch in the table {@code leader}. Every write names its epoch, so a
 * server that lost the lock without noticing cannot write when it goes on. Losing the lock alone
 * does no harm: if nobody took it meanwhile, it is taken again under the same epoch.
 */
final class SoleLeadership implements Leadership {

  private static final Logger LOG = LoggerFactory.getLogger(SoleLeadership.class);
  private static final long SPEAK_NANOS = 1_000_000_000L;
  private static final long ASK_NANOS = 200_000_000L;

  /** How the one who leads is told from servers that know of each other. */
  static final String HOLDER = "process ";

  private final PostgresConnections connections;
  private final Thread thread;
  private @Nullable Connection connection;
  private volatile long epoch;
  private volatile boolean over;
  private volatile boolean closed;

  private SoleLeadership(PostgresConnections connections, Connection connection) {
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
  static SoleLeadership take(PostgresConnections connections, Duration patience)
      throws SQLException {
    long deadline = System.nanoTime() + patience.toNanos();
    Connection connection = connections.leading();
    try {
      while (!LeaderRow.lock(connection)) {
        if (System.nanoTime() > deadline) {
          throw new DatabaseRefused(
              "database-in-use",
              "Another server uses the database "
                  + connections.address()
                  + " already. Stop it, or give this one another database.");
        }
        LockSupport.parkNanos(connections, ASK_NANOS);
      }
      return new SoleLeadership(connections, connection);
    } catch (SQLException | RuntimeException e) {
      connection.close();
      throw e;
    }
  }

  /** Begins a new epoch, once the tables are there; before it nothing can be written. */
  void begin() throws SQLException {
    try (Connection plain = connections.plain()) {
      epoch = LeaderRow.raiseEpoch(plain, HOLDER + ProcessHandle.current().pid());
    }
  }

  @Override
  public long epoch() {
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
          LeaderRow.speak(open);
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

  private void takeAgain() throws SQLException {
    Connection open = connections.leading();
    connection = open;
    boolean locked = LeaderRow.lock(open);
    if (epoch > 0 && LeaderRow.epoch(open) != epoch) {
      over = true;
      LOG.error("another server leads this farm now; this one writes no more: stop it");
    } else if (!locked) {
      // Somebody else has the lock and will raise the epoch, or a connection of ours still dies.
      drop();
    } else {
      LOG.info("the lock on the journal is taken again");
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
