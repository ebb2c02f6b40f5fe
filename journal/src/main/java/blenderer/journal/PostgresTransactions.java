package blenderer.journal;

import blenderer.core.Journal.JournalException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes to PostgreSQL, through its restarts.
 *
 * <p>Every transaction begins with an update of the one row of {@code leader}: it refuses a writer
 * whose epoch is over, it numbers the transaction, and it holds the row until the transaction ends.
 * When the connection breaks in the middle of a commit, a new one waits for that row and reads the
 * number: whether the commit happened is no guess then. What did not happen is run again, for a
 * while; callers notice nothing but time.
 */
final class PostgresTransactions implements Transactions {

  private static final Logger LOG = LoggerFactory.getLogger(PostgresTransactions.class);

  private static final long PAUSE_NANOS = 100_000_000L;

  private static final String BEGIN =
      "UPDATE leader SET written = ? WHERE id = 1 AND epoch = ? AND written < ?";

  /** When a group came, and in which epoch. */
  private record Began(long at, long epoch) {}

  /** What the database says of its writers. */
  private record Word(long written, long epoch) {}

  /** Opens a connection that begins a transaction with the first statement. */
  interface Opener {
    Connection open() throws SQLException;
  }

  private final Opener opener;
  private final Leadership leadership;
  private final Duration patience;
  private final boolean tells;
  private @Nullable WriteSession session;

  /** The number of the last transaction that was written. */
  private long written;

  /** The epoch in which the connection was opened: what others wrote before it is counted. */
  private long epoch;

  private boolean failing;
  private long triedAt;
  private SQLException lastFailure = new SQLException("not connected");

  /**
   * @param leadership ends with this
   * @param patience so long a group waits for its database
   * @param tells whether other servers follow what is written
   */
  PostgresTransactions(Opener opener, Leadership leadership, Duration patience, boolean tells)
      throws SQLException {
    this.tells = tells;
    this.opener = opener;
    this.leadership = leadership;
    this.patience = patience;
    if (leadership.epoch() > 0) {
      connect();
    }
  }

  @Override
  public void commit(Group group) throws SQLException {
    Began began = new Began(System.nanoTime(), leadership.epoch());
    boolean apart = false;
    // The number under which this group may have been written; 0: it was not.
    long attempted = 0;
    while (true) {
      try {
        if (leadership.epoch() != began.epoch()) {
          // Others may have written meanwhile: what this group rests on is not known any more.
          throw over();
        }
        if (session != null && epoch != began.epoch()) {
          forget();
        }
        WriteSession open = session == null ? connect() : session;
        if (attempted > 0 && written >= attempted) {
          LOG.info("the database was away; what it was told last is written");
          return;
        }
        attempted = 0;
        begin(open);
        group.run(open, apart);
        open.flush();
        attempted = written + 1;
        open.connection().commit();
        written = attempted;
        failing = false;
        return;
      } catch (NotApart e) {
        rollBack();
        apart = true;
      } catch (SQLException e) {
        if (!rollBack()) {
          // Whether the commit happened is asked on a new connection.
          waitOrGiveUp(began, e, attempted > 0);
          continue;
        }
        attempted = 0;
        if (!SqlErrors.isOwnFault(e) || apart) {
          throw e;
        }
        apart = true;
      } catch (RuntimeException | Error e) {
        rollBack();
        throw e;
      }
    }
  }

  /** Refuses a writer whose time is over, and numbers what follows. */
  private void begin(WriteSession open) throws SQLException {
    long next = written + 1;
    if (open.update(BEGIN, next, epoch, next) == 0) {
      throw over();
    }
  }

  private JournalException over() {
    return new JournalException(
        "nothing was written: another server leads this farm now",
        new IllegalStateException("epoch " + epoch + " is over"));
  }

  private void waitOrGiveUp(Began began, SQLException e, boolean inDoubt) throws SQLException {
    lastFailure = e;
    if (failing || System.nanoTime() - began.at() > patience.toNanos()) {
      failing = true;
      if (inDoubt) {
        LOG.warn("the database went away in the middle of a commit; it is asked when it is back");
      }
      throw e;
    }
    LockSupport.parkNanos(this, PAUSE_NANOS);
  }

  /**
   * Opens a connection and learns what was written last.
   *
   * @throws JournalException when another server leads: what it wrote would be taken for the
   *     transaction that is in doubt
   */
  private WriteSession connect() throws SQLException {
    epoch = leadership.epoch();
    if (epoch == 0) {
      throw over();
    }
    long now = System.nanoTime();
    if (failing && now - triedAt < PAUSE_NANOS) {
      throw lastFailure;
    }
    triedAt = now;
    Connection connection = opener.open();
    WriteSession open = new WriteSession(connection, true, tells);
    try {
      // Waits until the broken connection's transaction has ended, one way or the other.
      Word word =
          open.first(
                  "SELECT written, epoch FROM leader WHERE id = 1 FOR UPDATE",
                  row -> new Word(row.getLong(1), row.getLong(2)))
              .orElseThrow(() -> new SQLException("the journal has no row in its table leader"));
      connection.rollback();
      if (word.epoch() != epoch) {
        throw over();
      }
      written = word.written();
    } catch (SQLException | JournalException e) {
      open.close();
      throw e;
    }
    session = open;
    return open;
  }

  /**
   * Takes back what was sent.
   *
   * @return false if the connection is lost, and with it the knowledge of what happened
   */
  private boolean rollBack() {
    WriteSession open = session;
    if (open == null) {
      return false;
    }
    try {
      if (!open.connection().isClosed()) {
        open.drop();
        open.connection().rollback();
        return true;
      }
    } catch (SQLException e) {
      LOG.debug("The connection is of no use any more", e);
    }
    forget();
    return false;
  }

  private void forget() {
    WriteSession open = session;
    session = null;
    try {
      if (open != null) {
        open.close();
      }
    } catch (SQLException e) {
      LOG.debug("A lost connection did not close well", e);
    }
  }

  @Override
  public void close() throws SQLException {
    if (session != null) {
      session.close();
    }
    leadership.close();
  }
}
