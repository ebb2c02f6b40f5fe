package blenderer.server.routes;

import blenderer.api.LiveLogs;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * The newest lines of running attempts that somebody follows. An attempt is here from the first
 * time that somebody asks for its log until nobody has for a while; its node is told so, and tells
 * what is new. Bounded in attempts and bytes; what was dropped stands in the attempt's whole log.
 * Safe for many threads.
 */
final class LogBoard {

  /** How many attempts are followed at once, by all people together. */
  private static final int MOST = 128;

  /** What is kept of one. */
  private static final int KEPT_BYTES = 256 << 10;

  /** A follower that has not asked for so long is gone. */
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(15);

  private record Attempt(String lease, int index) {}

  /** Some of a log: the bytes from {@code from} to {@code end}. */
  private static final class Tail {
    final String node;
    final Deque<byte[]> parts = new ArrayDeque<>();
    long from;
    long end;
    int readers;
    long readAt = System.nanoTime();

    Tail(String node, long from) {
      this.node = node;
      this.from = from;
      this.end = from;
    }

    boolean isFollowed(long now) {
      return readers > 0 || now - readAt < PATIENCE_NANOS;
    }

    void add(long at, byte[] bytes) {
      long begin = Math.max(at, end);
      if (at + bytes.length <= end) {
        return; // told twice
      }
      if (at > end) {
        parts.clear(); // the node has left something out
        from = at;
      }
      parts.addLast(
          begin == at ? bytes : Arrays.copyOfRange(bytes, (int) (begin - at), bytes.length));
      end = at + bytes.length;
      while (end - from > KEPT_BYTES && parts.size() > 1) {
        from += parts.removeFirst().length;
      }
    }

    Slice since(long place) {
      long begin = Math.clamp(place, from, end);
      byte[] bytes = new byte[(int) (end - begin)];
      long at = from;
      for (byte[] part : parts) {
        int skip = (int) Math.clamp(begin - at, 0, part.length);
        if (skip < part.length) {
          System.arraycopy(part, skip, bytes, (int) (at + skip - begin), part.length - skip);
        }
        at += part.length;
      }
      return new Slice(begin, new String(bytes, StandardCharsets.UTF_8), end);
    }
  }

  /**
   * Some lines.
   *
   * @param next where they end
   */
  record Slice(long from, String text, long next) {}

  private final Map<Attempt, Tail> tails = new LinkedHashMap<>();
  private volatile boolean empty = true;

  /**
   * What a running attempt said after a place; waits if that is nothing yet. From now on its node
   * is asked to tell.
   *
   * @param millis how long to wait for something
   * @return without text if nothing came
   * @throws IllegalStateException when too many are followed already
   */
  synchronized Slice read(String lease, int index, String node, long from, long millis)
      throws InterruptedException {
    Attempt attempt = new Attempt(lease, index);
    Tail tail = tails.get(attempt);
    if (tail == null) {
      prune();
      if (tails.size() >= MOST) {
        throw new IllegalStateException("too many logs are followed");
      }
      tail = new Tail(node, from);
      tails.put(attempt, tail);
      empty = false;
    }
    tail.readers++;
    try {
      long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
      long left = millis;
      while (tail.end <= from && left > 0) {
        wait(left);
        left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
      }
      return tail.since(from);
    } finally {
      tail.readers--;
      tail.readAt = System.nanoTime();
    }
  }

  /** The attempt is over: nobody follows it any more. */
  synchronized void forget(String lease, int index) {
    tails.remove(new Attempt(lease, index));
    empty = tails.isEmpty();
  }

  /** What is followed of a node. */
  List<LiveLogs.Followed> followedAt(String node) {
    if (empty) {
      return List.of();
    }
    synchronized (this) {
      prune();
      List<LiveLogs.Followed> followed = new ArrayList<>();
      tails.forEach(
          (attempt, tail) -> {
            if (tail.node.equals(node)) {
              followed.add(new LiveLogs.Followed(attempt.lease(), attempt.index(), tail.end));
            }
          });
      return followed;
    }
  }

  /** A node tells; what nobody follows, or is another node's, is dropped. */
  synchronized void told(String node, String lease, int index, long from, byte[] text) {
    Tail tail = tails.get(new Attempt(lease, index));
    if (tail != null && tail.node.equals(node)) {
      tail.add(from, text);
      notifyAll();
    }
  }

  private void prune() {
    long now = System.nanoTime();
    tails.values().removeIf(tail -> !tail.isFollowed(now));
    empty = tails.isEmpty();
  }
}
