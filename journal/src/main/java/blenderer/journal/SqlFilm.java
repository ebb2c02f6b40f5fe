package blenderer.journal;

import blenderer.core.Film;
import blenderer.core.History.Numbered;
import blenderer.core.Row;
import blenderer.model.LookState;
import blenderer.model.TaskState;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** Grids and takes in SQL; each call is one short transaction. */
final class SqlFilm implements Film {

  private final Readers readers;

  SqlFilm(Readers readers) {
    this.readers = readers;
  }

  @Override
  public Optional<Grid> grid(String job, int step) {
    return readers.read(
        handle ->
            handle
                .createQuery(
                    "SELECT s.* FROM steps s JOIN jobs j ON j.id = s.job"
                        + " WHERE s.job = :job AND s.step = :step")
                .bind("job", job)
                .bind("step", step)
                .map((row, _) -> RowReader.step(row))
                .findOne()
                .map(found -> grid(handle, found)));
  }

  private static Grid grid(Handle handle, Row.Step step) {
    Map<Integer, TaskState> tasks = new HashMap<>();
    handle
        .createQuery("SELECT idx, state FROM tasks WHERE job = :job AND step = :step")
        .bind("job", step.job())
        .bind("step", step.step())
        .map((row, _) -> tasks.put(row.getInt(1), TaskState.ofWord(row.getString(2))))
        .list();
    Map<Integer, LookState> looks = new HashMap<>();
    handle
        .createQuery(
            "SELECT l.idx, l.state FROM looks l JOIN tasks t ON t.job = l.job AND t.step = l.step"
                + " AND t.idx = l.idx AND t.generation = l.generation AND t.state = 'done'"
                + " WHERE l.job = :job AND l.step = :step AND l.state <> 'fine'")
        .bind("job", step.job())
        .bind("step", step.step())
        .map((row, _) -> looks.put(row.getInt(1), LookState.ofWord(row.getString(2))))
        .list();
    return new Grid(SqlHistory.revision(handle), step, tasks, looks);
  }

  @Override
  public List<Row.Attempt> newestOf(String node, int limit) {
    return readers.read(
        handle ->
            handle
                .createQuery(
                    "SELECT a.* FROM attempts a JOIN jobs j ON j.id = a.job WHERE a.node = :node"
                        + " ORDER BY a.ended_at DESC, a.number DESC LIMIT :limit")
                .bind("node", node)
                .bind("limit", limit)
                .map((row, _) -> RowReader.attempt(row))
                .list());
  }

  @Override
  public List<Numbered<Take>> takes(String job, int step, long after, int limit) {
    return readers.read(
        handle ->
            handle
                .createQuery(
                    "SELECT a.number, a.idx, a.generation, a.node, a.started_at, a.ended_at,"
                        + " a.memory_bytes, CASE WHEN EXISTS (SELECT 1 FROM looks l WHERE l.job ="
                        + " a.job AND l.step = a.step AND l.idx = a.idx AND l.generation ="
                        + " a.generation AND l.preview IS NOT NULL) THEN 1 ELSE 0 END AS preview,"
                        + " CASE WHEN EXISTS (SELECT 1 FROM outputs o WHERE o.job = a.job AND"
                        + " o.step = a.step AND o.idx = a.idx AND o.generation = a.generation AND"
                        + " (lower(o.path) LIKE '%.png' OR lower(o.path) LIKE '%.jpg' OR"
                        + " lower(o.path) LIKE '%.jpeg' OR lower(o.path) LIKE '%.webp')) THEN 1"
                        + " ELSE 0 END AS picture FROM attempts a JOIN jobs j ON j.id = a.job WHERE"
                        + " a.job = :job AND a.step = :step AND a.outcome = 'succeeded' AND"
                        + " a.number > :after ORDER BY a.number LIMIT :limit")
                .bind("job", job)
                .bind("step", step)
                .bind("after", after)
                .bind("limit", limit)
                .map(
                    (row, _) ->
                        new Numbered<>(
                            row.getLong("number"),
                            new Take(
                                row.getInt("idx"),
                                row.getInt("generation"),
                                row.getString("node"),
                                row.getLong("ended_at") - row.getLong("started_at"),
                                RowReader.longOrNull(row, "memory_bytes"),
                                row.getInt("preview") != 0,
                                row.getInt("picture") != 0)))
                .list());
  }
}
