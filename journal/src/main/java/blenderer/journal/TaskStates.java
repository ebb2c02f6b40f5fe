package blenderer.journal;

import blenderer.core.Row;
import java.sql.Array;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** In which state the tasks of a commit are that have a row already. */
final class TaskStates {

  private record Place(String job, int step, int index) {}

  private final WriteSession session;

  /** Those of all tasks of the commit; null: each is asked for when its turn comes. */
  private final @Nullable Map<Place, String> known;

  private TaskStates(WriteSession session, @Nullable Map<Place, String> known) {
    this.session = session;
    this.known = known;
  }

  /** To be called before anything of the commit is written. */
  static TaskStates before(WriteSession session, List<Row> rows) throws SQLException {
    return new TaskStates(session, session.gathers() ? all(session, rows) : null);
  }

  /** The one question that each database is asked in its own words: one way for all tasks. */
  private static Map<Place, String> all(WriteSession session, List<Row> rows) throws SQLException {
    List<Row.Task> tasks =
        rows.stream().filter(Row.Task.class::isInstance).map(Row.Task.class::cast).toList();
    Map<Place, String> states = new HashMap<>();
    if (tasks.isEmpty()) {
      return states;
    }
    List<Array> keys =
        List.of(
            array(session, "text", tasks.stream().map(Row.Task::job).toArray()),
            array(session, "int4", tasks.stream().map(Row.Task::step).toArray()),
            array(session, "int4", tasks.stream().map(Row.Task::index).toArray()));
    session.query(
        "SELECT t.job, t.step, t.idx, t.state FROM unnest(?::text[], ?::int[], ?::int[])"
            + " AS k (job, step, idx) JOIN tasks t"
            + " ON t.job = k.job AND t.step = k.step AND t.idx = k.idx",
        row ->
            states.put(
                new Place(Objects.requireNonNull(row.getString(1)), row.getInt(2), row.getInt(3)),
                Objects.requireNonNull(row.getString(4))),
        keys.toArray());
    return states;
  }

  private static Array array(WriteSession session, String type, Object[] values)
      throws SQLException {
    return session.connection().createArrayOf(type, values);
  }

  /** The state that the row of {@code task} had, and remembers its new one. */
  Optional<String> replace(Row.Task task, String state) throws SQLException {
    if (known != null) {
      return Optional.ofNullable(
          known.put(new Place(task.job(), task.step(), task.index()), state));
    }
    return session.first(
        "SELECT state FROM tasks WHERE job = ? AND step = ? AND idx = ?",
        row -> Objects.requireNonNull(row.getString(1)),
        task.job(),
        task.step(),
        task.index());
  }
}
