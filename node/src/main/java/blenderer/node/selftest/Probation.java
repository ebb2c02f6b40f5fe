package blenderer.node.selftest;

import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tests the node while the farm has it in quarantine: at once, and after a failed test again and
 * again with growing pauses. Safe for many threads.
 */
public final class Probation implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger("blenderer.node");

  /** What is run; what went wrong, as a clause; empty: nothing did. */
  @FunctionalInterface
  public interface Test {
    Optional<String> run() throws InterruptedException;
  }

  /**
   * What came of a test.
   *
   * @param failure null: it passed
   */
  public record Result(@Nullable String failure) {}

  private final Test test;
  private final Runnable whenKnown;
  private final Duration firstPause;
  private final Duration longestPause;
  private @Nullable Thread thread;
  private @Nullable Result result;

  /**
   * @param whenKnown called when there is a new result
   * @param firstPause after the first failed test; each further one is twice as long
   */
  public Probation(Test test, Runnable whenKnown, Duration firstPause, Duration longestPause) {
    this.test = test;
    this.whenKnown = whenKnown;
    this.firstPause = firstPause;
    this.longestPause = longestPause;
  }

  /** The farm says whether this node is in quarantine. */
  public synchronized void quarantined(boolean now) {
    Thread running = thread;
    if (!now) {
      if (running != null) {
        running.interrupt();
      }
      thread = null;
      result = null;
    } else if (running == null) {
      thread = Thread.ofPlatform().daemon().name("self-test").start(this::run);
    }
  }

  /** The newest result of this quarantine; null: there is none yet. */
  public synchronized @Nullable Result result() {
    return result;
  }

  private void run() {
    Duration pause = firstPause;
    try {
      while (true) {
        String failure = test.run().orElse(null);
        synchronized (this) {
          if (thread != Thread.currentThread()) {
            return;
          }
          result = new Result(failure);
        }
        if (failure == null) {
          LOG.info("The self-test passed");
        } else {
          LOG.warn("The self-test failed, and is repeated in {} s: {}", pause.toSeconds(), failure);
        }
        whenKnown.run();
        if (failure == null) {
          return;
        }
        Thread.sleep(pause);
        pause = pause.multipliedBy(2);
        pause = pause.compareTo(longestPause) > 0 ? longestPause : pause;
      }
    } catch (InterruptedException e) {
      // The farm has let the node in, or it stops.
    }
  }

  @Override
  public void close() {
    quarantined(false);
  }
}
