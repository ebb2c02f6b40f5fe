package blenderer.journal;

import blenderer.core.Journal.JournalException;
import java.sql.SQLException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sees to the database's files and sweeps up after deleted jobs, on a thread of its own, so that no
 * commit pays for it.
 */
final class Housekeeper implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Housekeeper.class);

  private static final long PAUSE_NANOS = 250_000_000;

  private final Engine.Upkeep upkeep;
  private final Writer writer;
  private final BooleanSupplier mayWrite;
  private final Thread thread;
  private volatile boolean sweeping = true;
  private volatile boolean closed;

  /**
   * @param upkeep belongs to this housekeeper from now on
   * @param mayWrite whether it is this server that sweeps
   */
  Housekeeper(Engine.Upkeep upkeep, Writer writer, BooleanSupplier mayWrite) {
    this.upkeep = upkeep;
    this.mayWrite = mayWrite;
    this.writer = writer;
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
        if (sweeping && mayWrite.getAsBoolean()) {
          // Cleared first: a deletion during the bite must not be missed.
          sweeping = false;
          sweeping |= writer.write(Sweep::bite);
        }
        upkeep.tidy();
      } catch (JournalException | SQLException e) {
        sweeping = true;
        LOG.warn("The journal's housekeeping waits: {}", SqlErrors.plainReason(e));
        LockSupport.parkNanos(this, 10 * PAUSE_NANOS);
      }
      if (!closed) {
        LockSupport.parkNanos(
            this, sweeping && mayWrite.getAsBoolean() ? PAUSE_NANOS / 25 : PAUSE_NANOS);
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
      upkeep.close();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (SQLException e) {
      LOG.warn("The journal did not close well: {}", SqlErrors.plainReason(e));
    }
  }
}
