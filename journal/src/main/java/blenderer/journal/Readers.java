package blenderer.journal;

import blenderer.core.Journal.JournalException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.JdbiException;
import org.jspecify.annotations.Nullable;

/**
 * A few connections that only read. Each read is one short transaction, so it sees one revision,
 * and no read keeps the write-ahead log from being folded back for long.
 */
final class Readers implements AutoCloseable {

  private final BlockingQueue<Handle> idle;
  private final Supplier<Handle> opener;
  private final int size;
  private volatile boolean closed;

  /**
   * @param opener opens one more connection
   */
  Readers(int size, Supplier<Handle> opener) {
    this.size = size;
    this.opener = opener;
    this.idle = new ArrayBlockingQueue<>(size);
    for (int i = 0; i < size; i++) {
      idle.add(opener.get());
    }
  }

  /** Runs a short read on one of the pool's connections. */
  <T extends @Nullable Object> T read(Function<Handle, T> reading) {
    Handle handle = take();
    try {
      return inTransaction(handle, reading);
    } finally {
      idle.add(handle);
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
    try (Handle handle = opener.get()) {
      return inTransaction(handle, reading);
    }
  }

  private static <T extends @Nullable Object> T inTransaction(
      Handle handle, Function<Handle, T> reading) {
    try {
      handle.execute("BEGIN");
      try {
        return reading.apply(handle);
      } finally {
        handle.execute("COMMIT");
      }
    } catch (JdbiException e) {
      throw SqliteErrors.unreadable(e);
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
