package blenderer.server.trust;

import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Counts failed authentications of an address. Secrets have 256 bits and cannot be guessed; this
 * only keeps a misbehaving peer from filling the log and the processor. Keys that are right always
 * pass, since many people may share an address.
 */
final class Throttle {

  /** Failures of one address in a minute before it is told to wait. */
  static final int FREE = 100;

  private static final int ADDRESSES = 10_000;
  private static final long WINDOW_MILLIS = 60_000;

  /** What to do about a failure. */
  enum Reply {
    /** Log it and say what is wrong. */
    TELL,
    /** The first too many: log that no more will be logged. */
    TELL_LAST,
    /** Only say that there are too many. */
    WAIT
  }

  private record Window(long since, int failures) {}

  private final InstantSource clock;
  private final Map<String, Window> windows =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Window> eldest) {
          return size() > ADDRESSES;
        }
      };

  Throttle(InstantSource clock) {
    this.clock = clock;
  }

  synchronized Reply failed(String address) {
    long now = clock.millis();
    Window window = windows.get(address);
    if (window == null || now - window.since() >= WINDOW_MILLIS) {
      window = new Window(now, 0);
    }
    int failures = window.failures() + 1;
    windows.put(address, new Window(window.since(), failures));
    if (failures <= FREE) {
      return Reply.TELL;
    }
    return failures == FREE + 1 ? Reply.TELL_LAST : Reply.WAIT;
  }
}
