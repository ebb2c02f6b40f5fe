package blenderer.node.os;

import blenderer.model.Failure;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;

/** A process that was started in a group of its own, and the group. */
public interface RunningAction {

  /**
   * Waits for the end of the process; what it left in the background does not count.
   *
   * @param most how long to wait
   * @return the exit code, 128 + n after signal n; empty if it still runs
   */
  OptionalInt await(Duration most) throws InterruptedException;

  /** Asks every process of the group to end. Without effect once the process has ended. */
  void terminate();

  /** Kills every process of the group. Without effect once the process has ended. */
  void kill();

  /** The limit of the session that was hit while it ran, whatever its exit code; after its end. */
  default Optional<Failure> breach() {
    return Optional.empty();
  }
}
