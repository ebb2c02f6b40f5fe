package blenderer.journal;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which of several servers leads a journal in PostgreSQL.
 *
 * <p>Each asks for the advisory lock a few times a second, on a connection that the database ends
 * after three seconds of silence. Who gets it raises the epoch and leads until it was silent for
 * that long, by its own clock too: a leader that cannot reach the database any more stops before
 * anybody tells it. A connection that broke alone costs nothing, if the lock is free still.
 */
public final class Election implements Leadership {

  /** Hears what this server is; called by the election's thread, and must be quick. */
  public interface Listener {
    /** It leads from now on, in a new epoch. */
    void leads(long epoch);

    /** It does not lead any more. */
    void follows();
  }

  private static final Logger LOG = LoggerFactory.getLogger(Election.class);
  private static final long SPEAK_NANOS = 1_000_000_000L;
  private static final long ASK_NANOS = 200_000_000L;
  private static final long LONGEST_SILENCE_NANOS = 3_000_000_000L;

  private final PostgresConnections connections;
  private final String holder;
  private @Nullable Thread thread;
  private volatile boolean closed;
  private volatile long epoch;
  private volatile long heardAt;

  // Touched by the election's thread alone.
  private @Nullable Connection connection;
  private boolean holds;

  /**
   * @param holder this server's id
   */
  Election(PostgresConnections connections, String holder) {
    this.connections = connections;
    this.holder = holder;
  }

  /** Begins to ask. Called once. */
  public synchronized void start(Listener listener) {
    Thread asking =
        Thread.ofPlatform().name("journal-election").daemon().unstarted(() -> loop(listener));
    thread = asking;
    asking.start();
  }

  /** 0 from the moment on at which another server may lead, even if this one slept meanwhile. */
  @Override
  public long epoch() {
    return isSilent() ? 0 : epoch;
  }

  /** Whether this server leads, as far as it knows. */
  public boolean leads() {
    return epoch() > 0;
  }

  private boolean isSilent() {
    return System.nanoTime() - heardAt > LONGEST_SILENCE_NANOS;
  }

  private void loop(Listener listener) {
    while (!closed) {
      boolean broke = false;
      try {
        step(listener);
      } catch (SQLException e) {
        LOG.debug("the election waits for the database: {}", SqlErrors.plainReason(e));
        broke = connection != null && holds;
        drop();
      }
      if (epoch > 0 && isSilent()) {
        LOG.warn("this server leads no more: the database was out of reach");
        stepDown(listener);
      }
      // When only the connection broke, nobody else shall be faster.
      if (!closed && !broke) {
        LockSupport.parkNanos(this, holds ? SPEAK_NANOS : ASK_NANOS);
      }
    }
    epoch = 0;
    drop();
  }

  private void step(Listener listener) throws SQLException {
    Connection open = connection;
    if (open == null) {
      open = connections.electing();
      connection = open;
    }
    if (epoch > 0 && isSilent()) {
      return; // The loop ends it: what the lock says now is no word on the time before.
    }
    if (epoch > 0 && holds) {
      long asked = System.nanoTime();
      LeaderRow.speak(open);
      heardAt = asked;
    } else if (epoch > 0) {
      holdAgain(open, listener);
    } else if (LeaderRow.lock(open)) {
      holds = true;
      long asked = System.nanoTime();
      long raised = LeaderRow.raiseEpoch(open, holder);
      heardAt = asked;
      epoch = raised;
      LOG.info("this server leads now, in epoch {}", epoch);
      listener.leads(epoch);
    }
  }

  private void holdAgain(Connection open, Listener listener) throws SQLException {
    long asked = System.nanoTime();
    if (LeaderRow.epoch(open) != epoch) {
      LOG.warn("this server leads no more: another one does");
      stepDown(listener);
    } else if (LeaderRow.lock(open)) {
      holds = true;
      heardAt = asked;
    } else {
      // Somebody else has the lock and will raise the epoch, or a connection of ours still dies.
      drop();
    }
  }

  private void stepDown(Listener listener) {
    epoch = 0;
    drop();
    listener.follows();
  }

  private void drop() {
    Connection open = connection;
    connection = null;
    holds = false;
    if (open != null) {
      try {
        open.close();
      } catch (SQLException e) {
        LOG.debug("a lost connection did not close well", e);
      }
    }
  }

  /** Lets another server lead. */
  @Override
  public void close() {
    closed = true;
    Thread asking;
    synchronized (this) {
      asking = thread;
    }
    if (asking == null) {
      return;
    }
    LockSupport.unpark(asking);
    try {
      asking.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
