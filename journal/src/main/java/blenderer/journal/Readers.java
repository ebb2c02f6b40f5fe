package blenderer.journal;

import blenderer.core.Journal.JournalException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.JdbiException;
import org.jspecify.annotations.Nullable;

/**
 * A few connections that only read. Each read is one short transaction, so it sees one revision,
 * and no read keeps the write-ahead log from being folded back for long.
 */
final class Readers implements AutoCloseable {

  private final BlockingQueue<Handle> idle;
  private final Engine engine;
  private final int size;
  private volatile boolean closed;

  Readers(int size, Engine engine) throws SQLException {
    this.size = size;
    this.engine = engine;
    this.idle = new ArrayBlockingQueue<>(size);
    try {
      for (int i = 0; i < size; i++) {
        idle.add(engine.reading());
      }
    } catch (SQLException e) {
      idle.forEach(Handle::close);
      throw e;
    }
  }

  /** Runs a short read on one of the pool's connections; the read may be run again. */
  <T extends @Nullable Object> T read(Function<Handle, T> reading) {
    Handle handle = take();
    try {
      try {
        return inTransaction(handle, reading);
      } catch (JournalException e) {
        if (!engine.isLost(handle)) {
          throw e;
        }
        // Most often the database was started anew and only this connection has not heard of it.
        Handle fresh = open(engine::reading);
        handle.close();
        handle = fresh;
        return inTransaction(handle, reading);
      }
    } finally {
      idle.add(handle);
    }
  }

  private interface Opening {
    Handle open() throws SQLException;
  }

  private static Handle open(Opening opening) {
    try {
      return opening.open();
    } catch (SQLException e) {
      throw SqlErrors.unreadable(e);
    }
  }

  private Handle take() {
    try {
      while (!closed) {
        Handle handle = idle.poll(100, TimeUnit.MILLISECONDS);
        if (handle != null) {
          return handle;
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new JournalException("the read was interrupted", e);
    }
    throw new JournalException("the journal is closed", new IllegalStateException("closed"));
  }

  /** Runs a long read, such as loading everything, on a connection of its own. */
  <T extends @Nullable Object> T readLong(Function<Handle, T> reading) {
    try (Handle handle = open(engine::loading)) {
      return inTransaction(handle, reading);
    }
  }

  private <T extends @Nullable Object> T inTransaction(Handle handle, Function<Handle, T> reading) {
    try {
      engine.begin(handle);
      try {
        return reading.apply(handle);
      } finally {
        engine.end(handle);
      }
    } catch (JdbiException | SQLException e) {
      throw SqlErrors.unreadable(e);
    }
  }

  /** Waits for reads under way, then closes the connections. */
  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    List<Handle> all = new ArrayList<>(size);
    try {
      while (all.size() < size) {
        all.add(idle.take());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    all.forEach(Handle::close);
  }
}
