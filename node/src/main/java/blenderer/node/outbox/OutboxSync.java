package blenderer.node.outbox;

import java.io.IOException;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes what lies in the outbox survive a power cut, a moment after it came there: most of it is at
 * the server and gone by then, and no slot waits for the disk between two tasks.
 */
public final class OutboxSync implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger("blenderer.node");
  private static final Duration GATHER = Duration.ofSeconds(1);

  private final Outbox outbox;
  private final Thread thread;

  /** Begins with {@link #start}. */
  public OutboxSync(Outbox outbox) {
    this.outbox = outbox;
    this.thread = Thread.ofPlatform().daemon().name("outbox-sync").unstarted(this::run);
  }

  public void start() {
    thread.start();
  }

  private void run() {
    try {
      while (true) {
        outbox.awaitUnsynced();
        Thread.sleep(GATHER);
        try {
          outbox.sync();
        } catch (IOException e) {
          // The files are read and checked before they are sent; only a power cut could hurt now.
          LOG.warn("The disk does not say that finished frames are safe: {}", e.getMessage());
        }
      }
    } catch (InterruptedException e) {
      // Closed.
    }
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}
