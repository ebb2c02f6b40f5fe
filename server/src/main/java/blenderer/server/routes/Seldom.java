package blenderer.server.routes;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/** Lets one of many through each minute, for what a log need not say a thousand times. */
final class Seldom {

  private static final long PAUSE = Duration.ofMinutes(1).toNanos();

  private final AtomicLong last = new AtomicLong(System.nanoTime() - PAUSE);

  boolean isDue() {
    long before = last.get();
    long now = System.nanoTime();
    return now - before >= PAUSE && last.compareAndSet(before, now);
  }
}
