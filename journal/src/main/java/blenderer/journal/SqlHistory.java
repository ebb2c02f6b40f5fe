package blenderer.journal;

import blenderer.core.History;
import blenderer.core.Journal;
import blenderer.core.Row;
import blenderer.model.Digest;
import blenderer.model.IndexRanges;
import blenderer.model.JobPart;
import blenderer.model.JobState;
import blenderer.model.LookState;
import blenderer.model.TaskState;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;
import org.jspecify.annotations.Nullable;

/** What people read, in SQL; each call is one short transaction. */
final class SqlHistory implements History {

  private final Readers readers;

  SqlHistory(Readers readers) {
    this.readers = readers;
  }

  static long revision(Handle handle) {
    return handle.createQuery("SELECT revision FROM meta WHERE id = 1").mapTo(Long.class).one();
  }

  static List<Row.Node> nodes(Handle handle) {
    return handle
        .createQuery("SELECT * FROM nodes ORDER BY id")
        .map((row, _) -> RowReader.node(row))
        .list();
  }

  static List<Row.Limit> limits(Handle handle) {
    return handle
        .createQuery("SELECT * FROM limits ORDER BY name")
        .map((row, _) -> RowReader.limit(row))
        .list();
  }

  static List<Row.Step> steps(Handle handle, String job) {
    return handle
        .createQuery("SELECT * FROM steps WHERE job = :job ORDER BY step")
        .bind("job", job)
        .map((row, _) -> RowReader.step(row))
        .list();
  }

  static Optional<Row.Job> jobRow(Handle handle, String job) {
    return handle
        .createQuery("SELECT * FROM jobs WHERE id = :job")
        .bind("job", job)
        .map((row, _) -> RowReader.job(row))
        .findOne();
  }

  @Override
  public long revision() {
    return readers.read(SqlHistory::revision);
  }

  @Override
  public Found find(String prefix) {
    List<String> matches =
        readers.read(
            handle ->
                handle
                    .createQuery(
                        "SELECT id FROM jobs WHERE id >= :prefix AND id < :end ORDER BY id LIMIT 5")
                    .bind("prefix", prefix)
                    .bind("end", prefix + Character.MAX_VALUE)
                    .mapTo(String.class)
                    .list());
    if (matches.isEmpty()) {
      return new Found.None();
    }
    return matches.size() == 1 || matches.getFirst().equals(prefix)
        ? new Found.One(matches.getFirst())
        : new Found.Several(List.copyOf(matches));
  }

  private record JobAtRevision(Row.Job job, long revision) {}

  @Override
  public Optional<JobView> job(String id) {
    return readers.read(
        handle ->
            handle
                .createQuery("SELECT * FROM jobs WHERE id = :job")
                .bind("job", id)
                .map((row, _) -> new JobAtRevision(RowReader.job(row), row.getLong("revision")))
                .findOne()
                .map(found -> view(handle, found)));
  }

  @Override
  public List<JobView> jobs(JobFilter filter, @Nullable String before, int limit) {
    StringBuilder sql = new StringBuilder("SELECT * FROM jobs WHERE 1 = 1");
    Map<String, Object> values = new HashMap<>();
    if (!filter.states().isEmpty()) {
      // Words of ours, no text of anybody else.
      sql.append(
          filter.states().stream()
              .map(JobState::word)
              .collect(Collectors.joining("','", " AND state IN ('", "')")));
    }
    if (filter.text() != null) {
      sql.append(
          " AND (lower(name) LIKE :within ESCAPE '!' OR lower(owner) LIKE :within ESCAPE '!'"
              + " OR lower(project) LIKE :within ESCAPE '!' OR id LIKE :begin ESCAPE '!')");
      String text = filter.text().toLowerCase(Locale.ROOT).replaceAll("[!%_]", "!$0");
      values.put("within", "%" + text + "%");
      values.put("begin", text + "%");
    }
    if (!filter.traces()) {
      sql.append(" AND settings NOT LIKE '%\"purpose\":\"trace\"%'");
    }
    if (filter.owner() != null) {
      sql.append(" AND owner = :owner");
      values.put("owner", filter.owner());
    }
    if (filter.project() != null) {
      sql.append(" AND project = :project");
      values.put("project", filter.project());
    }
    if (before != null) {
      sql.append(" AND id < :before");
      values.put("before", before);
    }
    sql.append(" ORDER BY id DESC LIMIT :limit");
    values.put("limit", limit);
    return readers.read(
        handle ->
            handle
                .createQuery(sql.toString())
                .bindMap(values)
                .map((row, _) -> new JobAtRevision(RowReader.job(row), row.getLong("revision")))
                .list()
                .stream()
                .map(found -> view(handle, found))
                .toList());
  }

  /** What of a job is gone, and since when. */
  static Map<JobPart, Long> cleaned(Handle handle, String job) {
    Map<JobPart, Long> cleaned = new EnumMap<>(JobPart.class);
    handle
        .createQuery("SELECT part, at FROM cleaned WHERE job = :job")
        .bind("job", job)
        .map((row, _) -> cleaned.put(JobPart.ofWord(row.getString(1)), row.getLong(2)))
        .list();
    return cleaned;
  }

  private static JobView view(Handle handle, JobAtRevision found) {
    Map<Integer, Map<TaskState, Integer>> counts = new HashMap<>();
    handle
        .createQuery("SELECT step, state, tasks FROM step_counts WHERE job = :job AND tasks > 0")
        .bind("job", found.job().id())
        .map(
            (row, _) ->
                counts
                    .computeIfAbsent(row.getInt("step"), _ -> new EnumMap<>(TaskState.class))
                    .put(TaskState.ofWord(row.getString("state")), row.getInt("tasks")))
        .list();
    return new JobView(
        found.job(),
        found.revision(),
        steps(handle, found.job().id()).stream()
            .map(step -> StepView.counting(step, counts.getOrDefault(step.step(), Map.of())))
            .toList(),
        handle
            .createQuery(
                "SELECT COUNT(*) FROM looks WHERE job = :job AND state = 'flagged'"
                    + " AND state <> 'fine'")
            .bind("job", found.job().id())
            .mapTo(Integer.class)
            .one(),
        handle
            .createQuery(
                "SELECT preview FROM looks WHERE job = :job AND preview IS NOT NULL"
                    + " ORDER BY step DESC, idx DESC, generation DESC LIMIT 1")
            .bind("job", found.job().id())
            .map((row, _) -> new Digest(row.getString(1)))
            .findOne()
            .orElse(null),
        cleaned(handle, found.job().id()));
  }

  /** The pictures of a job's tasks that are done, in their newest generation. */
  static List<Journal.Looked> looks(Handle handle, String job) {
    return handle
        .createQuery(
            "SELECT l.* FROM looks l JOIN tasks t ON t.job = l.job AND t.step = l.step"
                + " AND t.idx = l.idx AND t.generation = l.generation AND t.state = 'done'"
                + " WHERE l.job = :job ORDER BY l.step, l.idx")
        .bind("job", job)
        .map((row, _) -> new Journal.Looked(RowReader.look(row, ""), RowReader.judgement(row, "")))
        .list();
  }

  /** Narrows a query on tasks or attempts; sets of indexes are narrowed to their bounds only. */
  private static void narrow(TaskFilter filter, StringBuilder sql, Map<String, Object> values) {
    narrow(filter, "", sql, values);
  }

  private static void narrow(
      TaskFilter filter, String table, StringBuilder sql, Map<String, Object> values) {
    if (filter.step() != null) {
      sql.append(" AND ").append(table).append("step = :step");
      values.put("step", filter.step());
    }
    IndexRanges indexes = filter.indexes();
    if (indexes != null) {
      sql.append(" AND ").append(table).append("idx BETWEEN :first AND :last");
      values.put("first", indexes.isEmpty() ? 0 : indexes.runs().getFirst().first());
      values.put("last", indexes.isEmpty() ? -1 : indexes.runs().getLast().last());
    }
  }

  /** Says how many rows are wanted, where all that are found are: it decides how they are found. */
  private static void limit(
      TaskFilter filter, int limit, StringBuilder sql, Map<String, Object> values) {
    if (filter.indexes() == null || filter.indexes().runs().size() == 1) {
      sql.append(" LIMIT :limit");
      values.put("limit", limit);
    }
  }

  /** Takes rows of a query until {@code limit} of them are in the filter's set of indexes. */
  private static <T> List<T> page(
      Query query, TaskFilter filter, int limit, WriteSession.Mapper<T> mapper) {
    List<T> page = new ArrayList<>();
    if (limit < 1) {
      return page;
    }
    return query.scanResultSet(
        (rows, context) -> {
          // An open statement would keep this connection at its revision for ever.
          try (context) {
            ResultSet row = rows.get();
            while (page.size() < limit && row.next()) {
              if (filter.admits(row.getInt("step"), row.getInt("idx"))) {
                page.add(mapper.map(row));
              }
            }
            return page;
          }
        });
  }

  private static boolean exists(Handle handle, String job) {
    return handle
        .createQuery("SELECT 1 FROM jobs WHERE id = :job")
        .bind("job", job)
        .mapTo(Integer.class)
        .findOne()
        .isPresent();
  }

  private static final String TASKS =
      "SELECT t.*, COALESCE((SELECT l.node FROM leases l WHERE l.id = t.lease),"
          + " (SELECT a.node FROM attempts a WHERE a.job = t.job AND a.step = t.step"
          + " AND a.idx = t.idx ORDER BY a.number DESC LIMIT 1)) AS node,"
          + " (SELECT MAX(a.generation) FROM attempts a WHERE a.job = t.job AND a.step = t.step"
          + " AND a.idx = t.idx AND a.outcome = 'succeeded') AS succeeded,"
          + " (SELECT MAX(o.generation) FROM outputs o WHERE o.job = t.job AND o.step = t.step"
          + " AND o.idx = t.idx) AS produced FROM tasks t WHERE t.job = :job";

  private static TaskFound found(ResultSet row) throws SQLException {
    return new TaskFound(
        RowReader.task(row),
        row.getString("node"),
        row.getInt("succeeded"),
        row.getInt("produced"));
  }

  @Override
  public List<TaskView> tasks(String job, TaskFilter filter, @Nullable Place after, int limit) {
    StringBuilder sql = new StringBuilder(TASKS);
    Map<String, Object> values = new HashMap<>(Map.of("job", job));
    narrow(filter, sql, values);
    if (filter.state() != null) {
      sql.append(" AND state = :state");
      values.put("state", filter.state().word());
      if (filter.state() != TaskState.DONE) {
        // Word for word the condition of the index tasks_not_done, which then serves the query.
        sql.append(" AND state <> 'done'");
      }
    }
    if (after != null) {
      sql.append(" AND (step, idx) > (:afterStep, :afterIndex)");
      values.put("afterStep", after.step());
      values.put("afterIndex", after.index());
    }
    sql.append(" ORDER BY step, idx");
    limit(filter, limit, sql, values);
    return readers.read(
        handle -> {
          if (!exists(handle, job)) {
            return List.of();
          }
          Query query = handle.createQuery(sql.toString()).bindMap(values);
          return page(query, filter, limit, SqlHistory::found).stream()
              .map(found -> view(handle, found))
              .toList();
        });
  }

  /**
   * A task as it is found.
   *
   * @param succeeded its newest generation that succeeded, or 0
   * @param produced its newest generation with files, or 0
   */
  private record TaskFound(Row.Task task, @Nullable String node, int succeeded, int produced) {}

  private static TaskView view(Handle handle, TaskFound found) {
    // A newer result without files hides the files of an older one.
    if (found.produced() == 0 || found.produced() < found.succeeded()) {
      return new TaskView(found.task(), found.node(), List.of());
    }
    List<Row.Output> files =
        handle
            .createQuery(
                "SELECT * FROM outputs WHERE job = :job AND step = :step AND idx = :idx"
                    + " AND generation = :generation ORDER BY number")
            .bind("job", found.task().job())
            .bind("step", found.task().step())
            .bind("idx", found.task().index())
            .bind("generation", found.produced())
            .map((row, _) -> RowReader.output(row))
            .list();
    return new TaskView(found.task(), found.node(), List.copyOf(files));
  }

  private static final String FRAMES =
      "SELECT a.*, l.path AS look_path, l.width AS look_width, l.height AS look_height,"
          + " l.mean AS look_mean, l.black AS look_black, l.transparent AS look_transparent,"
          + " l.pink AS look_pink, l.grid AS look_grid, l.preview AS look_preview,"
          + " l.state AS look_state, l.flags AS look_flags, l.judged_by AS look_judged_by,"
          + " l.judged_at AS look_judged_at FROM attempts a LEFT JOIN looks l ON l.job = a.job"
          + " AND l.step = a.step AND l.idx = a.idx AND l.generation = a.generation"
          + " WHERE a.job = :job AND a.outcome = 'succeeded'"
          + " AND NOT EXISTS (SELECT 1 FROM attempts n WHERE n.job = a.job AND n.step = a.step"
          + " AND n.idx = a.idx AND n.outcome = 'succeeded' AND (n.generation > a.generation"
          + " OR (n.generation = a.generation AND n.number > a.number)))";

  private static FrameView frame(ResultSet row) throws SQLException {
    Row.Attempt attempt = RowReader.attempt(row);
    return row.getString("look_grid") == null
        ? new FrameView(attempt, null, null)
        : new FrameView(attempt, RowReader.look(row, "look_"), RowReader.judgement(row, "look_"));
  }

  @Override
  public List<FrameView> frames(
      String job, TaskFilter filter, @Nullable LookState state, @Nullable Place after, int limit) {
    StringBuilder sql = new StringBuilder(FRAMES);
    Map<String, Object> values = new HashMap<>(Map.of("job", job));
    narrow(filter, "a.", sql, values);
    if (state != null) {
      sql.append(" AND l.state = :state");
      values.put("state", state.word());
      if (state != LookState.FINE) {
        // Word for word the condition of the index looks_not_fine, which then serves the query.
        sql.append(" AND l.state <> 'fine'");
      }
    }
    if (after != null) {
      sql.append(" AND (a.step, a.idx) > (:afterStep, :afterIndex)");
      values.put("afterStep", after.step());
      values.put("afterIndex", after.index());
    }
    sql.append(" ORDER BY a.step, a.idx");
    limit(filter, limit, sql, values);
    return readers.read(
        handle ->
            exists(handle, job)
                ? List.copyOf(
                    page(
                        handle.createQuery(sql.toString()).bindMap(values),
                        filter,
                        limit,
                        SqlHistory::frame))
                : List.of());
  }

  @Override
  public List<Numbered<Row.Attempt>> attempts(
      String job, TaskFilter filter, long after, int limit) {
    StringBuilder sql =
        new StringBuilder("SELECT * FROM attempts WHERE job = :job AND number > :after");
    Map<String, Object> values = new HashMap<>(Map.of("job", job, "after", after));
    narrow(filter, sql, values);
    if (filter.state() != null) {
      sql.append(
          " AND EXISTS (SELECT 1 FROM tasks t WHERE t.job = attempts.job"
              + " AND t.step = attempts.step AND t.idx = attempts.idx AND t.state = :state)");
      values.put("state", filter.state().word());
    }
    sql.append(" ORDER BY number");
    limit(filter, limit, sql, values);
    return readers.read(
        handle ->
            exists(handle, job)
                ? List.copyOf(
                    page(
                        handle.createQuery(sql.toString()).bindMap(values),
                        filter,
                        limit,
                        row -> new Numbered<>(row.getLong("number"), RowReader.attempt(row))))
                : List.of());
  }

  /** True if a newer generation of the task of output {@code o} has finished. */
  private static final String REPLACED =
      "(EXISTS (SELECT 1 FROM outputs n WHERE n.job = o.job AND n.step = o.step AND n.idx = o.idx"
          + " AND n.generation > o.generation)"
          + " OR EXISTS (SELECT 1 FROM attempts a WHERE a.job = o.job AND a.step = o.step"
          + " AND a.idx = o.idx AND a.outcome = 'succeeded' AND a.generation > o.generation))";

  @Override
  public List<Row.Attempt> newestSucceeded(String job, int limit) {
    return readers.read(
        handle ->
            exists(handle, job)
                ? handle
                    .createQuery(
                        "SELECT * FROM attempts WHERE job = :job AND outcome = 'succeeded'"
                            + " ORDER BY number DESC LIMIT :limit")
                    .bind("job", job)
                    .bind("limit", limit)
                    .map((row, _) -> RowReader.attempt(row))
                    .list()
                : List.of());
  }

  @Override
  public List<Row.Output> madeAt(String job, String path) {
    return readers.read(
        handle -> isMade(handle, job, path) ? madeAt(handle, job, path) : List.of());
  }

  /** Asked for every result: most paths are new, and the whole question takes long to prepare. */
  private static boolean isMade(Handle handle, String job, String path) {
    try (PreparedStatement query =
        handle
            .getConnection()
            .prepareStatement("SELECT 1 FROM outputs WHERE job = ? AND path = ? LIMIT 1")) {
      query.setString(1, job);
      query.setString(2, path);
      try (ResultSet row = query.executeQuery()) {
        return row.next();
      }
    } catch (SQLException e) {
      throw SqlErrors.unreadable(e);
    }
  }

  private static List<Row.Output> madeAt(Handle handle, String job, String path) {
    return handle
        .createQuery(
            "SELECT o.* FROM outputs o WHERE o.job = :job AND o.path = :path AND NOT "
                + REPLACED
                + " ORDER BY o.number")
        .bind("job", job)
        .bind("path", path)
        .map((row, _) -> RowReader.output(row))
        .list();
  }

  @Override
  public List<Numbered<OutputView>> outputs(String job, long after, int limit) {
    return readers.read(
        handle ->
            exists(handle, job)
                ? handle
                    .createQuery(
                        "SELECT o.*, CASE WHEN "
                            + REPLACED
                            + " THEN 0 ELSE 1 END AS is_current FROM outputs o WHERE o.job = :job"
                            + " AND o.number > :after ORDER BY o.number LIMIT :limit")
                    .bind("job", job)
                    .bind("after", after)
                    .bind("limit", limit)
                    .map(
                        (row, _) ->
                            new Numbered<>(
                                row.getLong("number"),
                                new OutputView(
                                    RowReader.output(row), row.getInt("is_current") != 0)))
                    .list()
                : List.of());
  }

  @Override
  public long meanTaskMillis(String job) {
    return readers.read(
        handle ->
            handle
                .createQuery(
                    "SELECT t.millis / t.succeeded FROM job_times t JOIN jobs j ON j.id = t.job"
                        + " WHERE t.job = :job")
                .bind("job", job)
                .mapTo(Long.class)
                .findOne()
                .orElse(0L));
  }

  @Override
  public List<Row.Node> nodes() {
    return readers.read(SqlHistory::nodes);
  }

  @Override
  public List<Row.Limit> limits() {
    return readers.read(SqlHistory::limits);
  }
}
