package blenderer.journal;

import blenderer.core.Journal.JournalException;
import java.io.File;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Folds the write-ahead log back into the database and sweeps up after deleted jobs, on a thread of
 * its own, so that no commit pays for it.
 */
final class Housekeeper implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Housekeeper.class);

  /** From this size of the log on it is folded back beside the commits. */
  private static final long FOLD_BYTES = 16L << 20;

  /** From this size on commits wait for what is left to fold, so that the log starts anew. */
  private static final long RESTART_BYTES = 64L << 20;

  private static final long PAUSE_NANOS = 250_000_000;

  private final Connection connection;
  private final Writer writer;
  private final File log;
  private final Thread thread;
  private volatile boolean sweeping = true;
  private volatile boolean closed;

  /**
   * @param connection belongs to this housekeeper from now on
   * @param database the database's file
   */
  Housekeeper(Connection connection, Writer writer, Path database) {
    this.connection = connection;
    this.writer = writer;
    this.log = new File(database + "-wal");
    this.thread = Thread.ofPlatform().name("journal-housekeeper").daemon().unstarted(this::loop);
    thread.start();
  }

  /** Says that a job was deleted. */
  void sweep() {
    sweeping = true;
    LockSupport.unpark(thread);
  }

  private void loop() {
    while (!closed) {
      try {
        if (sweeping) {
          // Cleared first: a deletion during the bite must not be missed.
          sweeping = false;
          sweeping |= writer.write(Sweep::bite);
        }
        fold();
      } catch (JournalException | SQLException e) {
        sweeping = true;
        LOG.warn("The journal's housekeeping waits: {}", SqliteErrors.plainReason(e));
        LockSupport.parkNanos(this, 10 * PAUSE_NANOS);
      }
      if (!closed) {
        LockSupport.parkNanos(this, sweeping ? PAUSE_NANOS / 25 : PAUSE_NANOS);
      }
    }
  }

  private void fold() throws SQLException {
    if (log.length() < FOLD_BYTES) {
      return;
    }
    try (Statement statement = connection.createStatement()) {
      statement.execute("PRAGMA wal_checkpoint(PASSIVE)");
      if (log.length() >= RESTART_BYTES) {
        statement.execute("PRAGMA wal_checkpoint(TRUNCATE)");
      }
    }
  }

  /** Ends the thread; to be called before the writer closes. */
  @Override
  public void close() {
    closed = true;
    LockSupport.unpark(thread);
    try {
      thread.join();
      connection.close();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (SQLException e) {
      LOG.warn("The journal did not close well: {}", SqliteErrors.plainReason(e));
    }
  }
}
