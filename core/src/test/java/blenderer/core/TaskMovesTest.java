package blenderer.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import blenderer.model.TaskState;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class TaskMovesTest {

  @Test
  void every_cell_of_the_table_is_as_written_here() {
    TreeMap<String, String> cells = new TreeMap<>();
    for (TaskState from : TaskState.values()) {
      for (TaskMoves.Move move : TaskMoves.Move.values()) {
        if (TaskMoves.allows(from, move)) {
          cells.put(from + " " + move, TaskMoves.after(from, move).toString());
        } else {
          assertThatThrownBy(() -> TaskMoves.after(from, move))
              .isInstanceOf(IllegalStateException.class)
              .hasMessageContaining(from.toString());
        }
      }
    }
    assertThat(cells.toString().replace(", ", "\n"))
        .isEqualTo(
            """
            {BLOCKED CANCEL=CANCELLED
            BLOCKED REQUEUE=READY
            CANCELLED RETRY=READY
            CANCELLED SKIP=SKIPPED
            DONE RETRY=READY
            FAILED RETRY=READY
            FAILED SKIP=SKIPPED
            LEASED CANCEL=CANCELLED
            LEASED GIVE_UP=FAILED
            LEASED REQUEUE=READY
            LEASED SUCCEED=DONE
            LEASED TRY_AGAIN=READY
            READY CANCEL=CANCELLED
            READY LEASE=LEASED
            READY SKIP=SKIPPED
            SKIPPED RETRY=READY}\
            """);
  }
}
