package blenderer.node.sandbox;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks at every open box again and again, on a thread of its own. */
final class Watch {

  private static final Logger LOG = LoggerFactory.getLogger("blenderer.node");

  private final Duration pause;
  private final Set<Runnable> looks = ConcurrentHashMap.newKeySet();

  Watch(Duration pause) {
    this.pause = pause;
    Thread.ofPlatform().daemon().name("sandbox-watch").start(this::run);
  }

  void add(Runnable look) {
    looks.add(look);
  }

  void remove(Runnable look) {
    looks.remove(look);
  }

  private void run() {
    try {
      while (true) {
        Thread.sleep(pause);
        for (Runnable look : looks) {
          try {
            look.run();
          } catch (RuntimeException e) {
            LOG.error("A session's limits could not be looked at", e); // the others still can
          }
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
