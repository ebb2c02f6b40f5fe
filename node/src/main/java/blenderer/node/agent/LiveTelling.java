package blenderer.node.agent;

import blenderer.api.FarmException;
import blenderer.api.LiveLogs;
import blenderer.node.session.AttemptLog;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Tells the farm new lines of running attempts while somebody follows them. A thread does so, that
 * is there only meanwhile: it calls no more often than {@code pause}, with no more than a bound a
 * log, and ends when the farm wants nothing more. What cannot be told is left out: the whole log
 * comes with the attempt's report. Safe for many threads.
 */
final class LiveTelling {

  /** The most of one log in one call, and the most logs. */
  private static final int MOST_BYTES = 128 << 10;

  private static final int MOST_LOGS = 16;

  /** After so many calls' time without news it is asked whether anybody still follows. */
  private static final int QUIET_ROUNDS = 10;

  private record Attempt(String lease, int index) {}

  private final FarmLink farm;
  private final Duration pause;
  private final Map<Attempt, AttemptLog> running = new ConcurrentHashMap<>();

  /** From where each is to be told. */
  private final Map<Attempt, Long> followed = new LinkedHashMap<>();

  private @Nullable Thread teller;
  private boolean closed;

  /**
   * @param pause between two calls
   */
  LiveTelling(FarmLink farm, Duration pause) {
    this.farm = farm;
    this.pause = pause;
  }

  /** An attempt has begun; it is forgotten when its log is closed. */
  void begins(String lease, int index, AttemptLog log) {
    running.values().removeIf(AttemptLog::isClosed);
    running.put(new Attempt(lease, index), log);
  }

  /** What the farm wants to be told; that it wants nothing more it says to the teller. */
  synchronized void follow(@Nullable List<LiveLogs.Followed> wanted) {
    if (wanted == null || closed) {
      return;
    }
    for (LiveLogs.Followed one : wanted) {
      if (followed.size() < MOST_LOGS) {
        followed.putIfAbsent(new Attempt(one.lease(), one.index()), one.from());
      }
    }
    if (teller == null && !followed.isEmpty()) {
      teller = Thread.ofVirtual().name("logs").start(this::tell);
    }
  }

  private void tell() {
    try {
      int quiet = QUIET_ROUNDS;
      do {
        List<LiveLogs.Part> parts = news();
        quiet = parts.isEmpty() ? quiet + 1 : 0;
        if (quiet == 0 || quiet > QUIET_ROUNDS) {
          quiet = 0;
          now(farm.tell(new LiveLogs.Told(parts)).follow());
        }
        Thread.sleep(pause);
      } while (goesOn());
    } catch (FarmException e) {
      // The conversation says that the server is away; whoever still follows is named there again.
      end();
    } catch (InterruptedException e) {
      end();
    }
  }

  private List<LiveLogs.Part> news() {
    Map<Attempt, Long> from;
    synchronized (this) {
      from = new LinkedHashMap<>(followed);
    }
    List<LiveLogs.Part> parts = new ArrayList<>();
    from.forEach(
        (attempt, place) -> {
          AttemptLog log = running.get(attempt);
          if (log == null) {
            return; // not begun yet, or over
          }
          try {
            AttemptLog.Part part = log.after(place, MOST_BYTES);
            if (part.bytes().length > 0) {
              parts.add(
                  new LiveLogs.Part(
                      attempt.lease(),
                      attempt.index(),
                      part.from(),
                      new String(part.bytes(), StandardCharsets.UTF_8)));
            }
          } catch (IOException e) {
            running.remove(attempt); // a log that cannot be read is in nobody's way
          }
        });
    return parts;
  }

  private synchronized void now(List<LiveLogs.Followed> wanted) {
    followed.clear();
    for (LiveLogs.Followed one : wanted) {
      if (followed.size() < MOST_LOGS) {
        followed.put(new Attempt(one.lease(), one.index()), one.from());
      }
    }
  }

  private synchronized boolean goesOn() {
    if (followed.isEmpty() || closed) {
      teller = null;
      return false;
    }
    return true;
  }

  private synchronized void end() {
    followed.clear();
    teller = null;
  }

  /** The node stops. */
  synchronized void close() {
    closed = true;
    if (teller != null) {
      teller.interrupt();
    }
  }
}
