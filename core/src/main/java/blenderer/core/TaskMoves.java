package blenderer.core;

import static blenderer.model.TaskState.BLOCKED;
import static blenderer.model.TaskState.CANCELLED;
import static blenderer.model.TaskState.DONE;
import static blenderer.model.TaskState.FAILED;
import static blenderer.model.TaskState.LEASED;
import static blenderer.model.TaskState.READY;
import static blenderer.model.TaskState.SKIPPED;

import blenderer.model.TaskState;
import java.util.Map;

/** The one table of how a task may move. Every cell is tested. */
final class TaskMoves {

  /** What happens to a task. */
  enum Move {
    /** A node gets the right to it. */
    LEASE,
    /** Its result is recorded. */
    SUCCEED,
    /** A fault, and another try is left. */
    TRY_AGAIN,
    /** A fault, and no try is left. */
    GIVE_UP,
    /** It comes back without fault. */
    REQUEUE,
    /** A person, or a hopeless step, stops it. */
    CANCEL,
    /** A person leaves it out. */
    SKIP,
    /** A person wants it once more. */
    RETRY,
  }

  private static final Map<TaskState, Map<Move, TaskState>> TABLE =
      Map.of(
          BLOCKED, Map.of(Move.CANCEL, CANCELLED, Move.REQUEUE, READY),
          READY, Map.of(Move.LEASE, LEASED, Move.CANCEL, CANCELLED, Move.SKIP, SKIPPED),
          LEASED,
              Map.of(
                  Move.SUCCEED, DONE,
                  Move.TRY_AGAIN, READY,
                  Move.GIVE_UP, FAILED,
                  Move.REQUEUE, READY,
                  Move.CANCEL, CANCELLED),
          DONE, Map.of(Move.RETRY, READY),
          FAILED, Map.of(Move.RETRY, READY, Move.SKIP, SKIPPED),
          SKIPPED, Map.of(Move.RETRY, READY),
          CANCELLED, Map.of(Move.RETRY, READY, Move.SKIP, SKIPPED));

  private TaskMoves() {}

  /** Whether the table has this cell. */
  static boolean allows(TaskState from, Move move) {
    return TABLE.getOrDefault(from, Map.of()).containsKey(move);
  }

  /**
   * The state after the move.
   *
   * @throws IllegalStateException when the table has no such cell: a fault of this program
   */
  static TaskState after(TaskState from, Move move) {
    TaskState to = TABLE.getOrDefault(from, Map.of()).get(move);
    if (to == null) {
      throw new IllegalStateException("a task that is " + from + " cannot " + move);
    }
    return to;
  }
}
