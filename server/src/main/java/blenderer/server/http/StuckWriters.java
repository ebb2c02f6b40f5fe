package blenderer.server.http;

import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Ends writes that make no progress: sockets have no time-out for writes, so a peer that stops to
 * read would hold its thread and its answer for ever. An interrupt closes a socket on which a
 * virtual thread is blocked.
 */
final class StuckWriters implements AutoCloseable {

  private static final class Write {
    private final Thread writer = Thread.currentThread();
    private final long since = System.nanoTime();
    private boolean over;

    synchronized void end() {
      over = true;
    }

    synchronized void interrupt() {
      if (!over) {
        writer.interrupt();
      }
    }
  }

  /** A write to the network. */
  interface Action {
    void run() throws IOException;
  }

  private final Set<Write> writes = ConcurrentHashMap.newKeySet();
  private final long patienceNanos;
  private final Thread watcher;

  StuckWriters(Duration patience) {
    patienceNanos = patience.toNanos();
    watcher = Thread.ofPlatform().daemon().name("http-stuck-writers").start(this::watch);
  }

  private void watch() {
    try {
      while (true) {
        Thread.sleep(Duration.ofNanos(patienceNanos / 4 + 1));
        long now = System.nanoTime();
        for (Write write : writes) {
          if (now - write.since > patienceNanos) {
            write.interrupt();
          }
        }
      }
    } catch (InterruptedException e) {
      // closed
    }
  }

  void guard(Action action) throws IOException {
    Write write = new Write();
    writes.add(write);
    try {
      action.run();
    } finally {
      write.end();
      writes.remove(write);
    }
  }

  /** {@code out}, each call of which has to be over in time. */
  OutputStream guard(OutputStream out) {
    return new OutputStream() {
      @Override
      public void write(int b) throws IOException {
        guard(() -> out.write(b));
      }

      @Override
      public void write(byte[] bytes, int offset, int length) throws IOException {
        guard(() -> out.write(bytes, offset, length));
      }

      @Override
      public void flush() throws IOException {
        guard(out::flush);
      }

      @Override
      public void close() throws IOException {
        guard(out::close);
      }
    };
  }

  @Override
  public void close() {
    watcher.interrupt();
  }
}
