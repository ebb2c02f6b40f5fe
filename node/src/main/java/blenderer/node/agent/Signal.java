package blenderer.node.agent;

import java.util.ArrayList;
import java.util.List;

/** Tells that the server should hear of something at once. Safe for many threads. */
public final class Signal {

  private final List<Runnable> listeners = new ArrayList<>();
  private long version;

  /** Something changed. */
  public void raise() {
    List<Runnable> now;
    synchronized (this) {
      version++;
      now = List.copyOf(listeners);
    }
    now.forEach(Runnable::run);
  }

  /** Grows with every {@link #raise}. */
  synchronized long version() {
    return version;
  }

  synchronized void listen(Runnable listener) {
    listeners.add(listener);
  }
}
