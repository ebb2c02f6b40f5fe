package blenderer.server.routes;

import java.time.InstantSource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Tells two living nodes that call with one key from one that was started anew. Of a process that
 * was replaced one late message may still come, and no more: when two processes take turns, both
 * are alive. The one that came later is refused from then on; what it held goes back to the farm.
 * Safe for many threads.
 */
final class NodeDoubles {

  /** How long the one that stays is told. */
  private static final long TELL_MILLIS = 10 * 60_000L;

  /** Whoever returned so often is alive. */
  private static final int ALIVE = 2;

  /** Processes of one node that are remembered. */
  private static final int MOST_BOOTS = 16;

  /** What is known of one node. */
  private static final class Known {
    /** The last number of each process, in the order in which they first called. */
    final Map<String, Long> sequences =
        new LinkedHashMap<>() {
          private static final long serialVersionUID = 1;

          @Override
          protected boolean removeEldestEntry(Map.Entry<String, Long> eldest) {
            return size() > MOST_BOOTS;
          }
        };

    /** How often each process called again after another one had. */
    final Map<String, Integer> returns = new HashMap<>();

    String current = "";
    final Set<String> refused = new HashSet<>();
    long refusedAt = Long.MIN_VALUE / 2;
  }

  private final InstantSource clock;
  private final Map<String, Known> nodes = new HashMap<>();

  NodeDoubles(InstantSource clock) {
    this.clock = clock;
  }

  /**
   * A process of a node calls.
   *
   * @return whether it has to be refused
   */
  synchronized boolean isRefused(String node, String boot, long sequence) {
    Known known = nodes.computeIfAbsent(node, _ -> new Known());
    if (known.refused.contains(boot)) {
      known.refusedAt = clock.millis();
      return true;
    }
    Long last = known.sequences.get(boot);
    if (last != null && sequence <= last) {
      return false; // a late message
    }
    boolean returns = last != null && !known.current.equals(boot);
    known.sequences.put(boot, sequence);
    if (returns) {
      int times = known.returns.merge(boot, 1, Integer::sum);
      String other = known.current;
      if (times >= ALIVE && known.returns.getOrDefault(other, 0) >= ALIVE) {
        String younger = youngest(known, boot, other);
        known.refused.add(younger);
        known.refusedAt = clock.millis();
        known.returns.clear();
        known.current = younger.equals(boot) ? other : boot;
        return younger.equals(boot);
      }
    }
    known.current = boot;
    return false;
  }

  private static String youngest(Known known, String one, String other) {
    for (String boot : known.sequences.keySet()) {
      if (boot.equals(one)) {
        return other;
      }
      if (boot.equals(other)) {
        return one;
      }
    }
    return one;
  }

  /** What to tell the node that stays, and people; empty: nothing. */
  synchronized Optional<String> notice(String node) {
    Known known = nodes.get(node);
    return known == null || known.refusedAt + TELL_MILLIS < clock.millis()
        ? Optional.empty()
        : Optional.of(
            "a second computer called with this node's key and was refused: give it a key of its"
                + " own");
  }
}
