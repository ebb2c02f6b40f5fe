package blenderer.api;

import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** A blocking socket has no time limit for writing: here nothing may stand still for too long. */
final class StallWatch {

  /** Writes something. */
  @FunctionalInterface
  interface Content {
    void writeTo(OutputStream out) throws IOException;
  }

  private StallWatch() {}

  /**
   * Writes {@code content}.
   *
   * @param stall how long no byte may move
   * @param end ends the connection, so that whoever hangs in it hears of it; called from another
   *     thread
   */
  static void write(Content content, OutputStream to, Duration stall, Runnable end)
      throws IOException {
    AtomicLong moved = new AtomicLong();
    CountDownLatch done = new CountDownLatch(1);
    Thread.startVirtualThread(
        () -> {
          try {
            long before = -1;
            while (!done.await(stall.toMillis(), TimeUnit.MILLISECONDS)) {
              if (moved.get() == before) {
                end.run();
                return;
              }
              before = moved.get();
            }
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
    try {
      content.writeTo(
          new OutputStream() {
            @Override
            public void write(int b) throws IOException {
              to.write(b);
              moved.incrementAndGet();
            }

            @Override
            public void write(byte[] b, int offset, int length) throws IOException {
              to.write(b, offset, length);
              moved.addAndGet(length);
            }
          });
      to.flush();
    } finally {
      done.countDown();
    }
  }
}
