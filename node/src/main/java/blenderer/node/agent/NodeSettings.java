package blenderer.node.agent;

import java.time.Duration;

/**
 * What nobody needs to set, in one place. How often to call comes from the server's answers.
 *
 * @param idleSession how long a warm session waits for more work of its kind
 * @param longestPause between two tries to reach a server that is away
 * @param leaving how long a stopping node tries to say so
 * @param stopping how long a stopping node waits for its slots
 * @param firstReach how long a node that never reached its server tries before it gives up
 * @param housekeeping how often free space is looked at
 * @param logBytes of one attempt
 * @param outboxBytes that may wait before the node takes no new work
 * @param downloads at once
 * @param retest how long after a failed self-test it is repeated; each further one waits twice as
 *     long, up to {@code longestRetest}
 * @param firstPark how long the first request may wait at the server; later ones ask the server
 * @param clockOffset how wrong the node takes the time of day to be, for tests
 */
public record NodeSettings(
    Duration idleSession,
    Duration longestPause,
    Duration leaving,
    Duration stopping,
    Duration firstReach,
    Duration housekeeping,
    long logBytes,
    long outboxBytes,
    int downloads,
    Duration firstPark,
    Duration retest,
    Duration longestRetest,
    Duration clockOffset) {

  public static NodeSettings defaults() {
    return new NodeSettings(
        Duration.ofMinutes(5),
        Duration.ofMillis(1_500),
        Duration.ofSeconds(2),
        Duration.ofSeconds(2),
        Duration.ofSeconds(20),
        Duration.ofSeconds(1),
        4L << 20,
        2L << 30,
        4,
        Duration.ZERO,
        Duration.ofMinutes(1),
        Duration.ofMinutes(30),
        Duration.ZERO);
  }

  /** The same with a wrong clock. */
  public NodeSettings withClockOffset(Duration offset) {
    return new NodeSettings(
        idleSession,
        longestPause,
        leaving,
        stopping,
        firstReach,
        housekeeping,
        logBytes,
        outboxBytes,
        downloads,
        firstPark,
        retest,
        longestRetest,
        offset);
  }
}
