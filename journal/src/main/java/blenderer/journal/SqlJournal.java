package blenderer.journal;

import blenderer.core.Journal;
import blenderer.core.Row;
import blenderer.model.IndexRanges;
import blenderer.model.TaskState;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jdbi.v3.core.Handle;

/** The scheduler's record in SQL. */
final class SqlJournal implements Journal {

  private final Database database;
  private final Writer writer;
  private final Readers readers;
  private final Runnable jobsWereDeleted;

  /**
   * @param jobsWereDeleted is told after a commit that there is something to sweep
   */
  SqlJournal(Database database, Writer writer, Readers readers, Runnable jobsWereDeleted) {
    this.database = database;
    this.writer = writer;
    this.readers = readers;
    this.jobsWereDeleted = jobsWereDeleted;
  }

  @Override
  public void commit(long revision, List<Row> rows) {
    if (writer.write(session -> RowWriter.write(session, revision, rows))) {
      jobsWereDeleted.run();
    }
  }

  @Override
  public Snapshot load() {
    return readers.readLong(
        handle -> {
          List<Row.Job> jobs = unfinishedJobs(handle);
          return new Snapshot(
              SqlHistory.revision(handle),
              jobs.stream().map(job -> snapshot(handle, job)).toList(),
              leases(handle),
              SqlHistory.nodes(handle),
              SqlHistory.limits(handle));
        });
  }

  static List<Row.Job> unfinishedJobs(Handle handle) {
    return handle
        .createQuery(
            "SELECT * FROM jobs WHERE state IN"
                + " ('held', 'waiting', 'running', 'paused') ORDER BY id")
        .map((row, _) -> RowReader.job(row))
        .list();
  }

  static List<Row.Lease> leases(Handle handle) {
    return handle
        .createQuery("SELECT * FROM leases ORDER BY id")
        .map((row, _) -> RowReader.lease(row))
        .list();
  }

  @Override
  public Optional<JobSnapshot> loadJob(String job) {
    return readers.readLong(
        handle -> SqlHistory.jobRow(handle, job).map(row -> snapshot(handle, row)));
  }

  /** Of a million tasks that are done only the gaps between them come out of the database. */
  private static final String DONE =
      "SELECT step, MIN(idx), MAX(idx) FROM (SELECT step, idx, idx - ROW_NUMBER() OVER"
          + " (PARTITION BY step ORDER BY idx) AS island FROM tasks WHERE job = ? AND state ="
          + " 'done') AS islands GROUP BY step, island ORDER BY step, MIN(idx)";

  private static final String NOT_DONE =
      "SELECT step, idx, state, generation, job, tries, losses, lease, tried_on, failure,"
          + " started_at, ended_at FROM tasks WHERE job = ? AND state <> 'done'"
          + " ORDER BY step, idx";

  private static final String DONE_AGAIN =
      "SELECT step, idx, generation FROM tasks WHERE job = ? AND state = 'done'"
          + " AND generation > 1";

  private static JobSnapshot snapshot(Handle handle, Row.Job job) {
    Map<Integer, StepLoad> loads = new HashMap<>();
    each(
        handle,
        DONE,
        job.id(),
        row -> load(loads, row).done.add(new IndexRanges.Run(row.getInt(2), row.getInt(3))));
    each(handle, NOT_DONE, job.id(), row -> load(loads, row).add(row));
    each(
        handle,
        DONE_AGAIN,
        job.id(),
        row -> load(loads, row).generations.put(row.getInt(2), row.getInt(3)));
    SqlHistory.looks(handle, job.id())
        .forEach(
            looked ->
                loads.computeIfAbsent(looked.look().step(), _ -> new StepLoad()).looks.add(looked));
    List<StepSnapshot> steps = new ArrayList<>();
    for (Row.Step step : SqlHistory.steps(handle, job.id())) {
      steps.add(loads.getOrDefault(step.step(), new StepLoad()).of(step));
    }
    List<Row.Attempt> recent =
        handle
            .createQuery(
                "SELECT * FROM attempts WHERE job = :job ORDER BY number DESC LIMIT " + RECENT)
            .bind("job", job.id())
            .map((row, _) -> RowReader.attempt(row))
            .list()
            .reversed();
    return new JobSnapshot(
        job,
        List.copyOf(steps),
        Set.copyOf(SqlHistory.cleaned(handle, job.id()).keySet()),
        List.copyOf(recent));
  }

  private interface RowTaker {
    void take(ResultSet row) throws SQLException;
  }

  /** Plain JDBC: a few rows of many become objects. */
  private static void each(Handle handle, String query, String job, RowTaker taker) {
    try (PreparedStatement statement = handle.getConnection().prepareStatement(query)) {
      statement.setString(1, job);
      try (ResultSet row = statement.executeQuery()) {
        while (row.next()) {
          taker.take(row);
        }
      }
    } catch (SQLException e) {
      throw SqlErrors.unreadable(e);
    }
  }

  private static StepLoad load(Map<Integer, StepLoad> loads, ResultSet row) throws SQLException {
    return loads.computeIfAbsent(row.getInt(1), _ -> new StepLoad());
  }

  /** Gathers the tasks of a step, which come in ascending order. */
  private static final class StepLoad {
    private final List<IndexRanges.Run> done = new ArrayList<>();
    private final RunList failed = new RunList();
    private final RunList cancelled = new RunList();
    private final RunList skipped = new RunList();
    private final Map<Integer, Integer> generations = new HashMap<>();
    private final List<Row.Task> open = new ArrayList<>();
    private final List<Looked> looks = new ArrayList<>();

    void add(ResultSet row) throws SQLException {
      int index = row.getInt(2);
      TaskState state = TaskState.ofWord(row.getString(3));
      switch (state) {
        case DONE -> throw new IllegalStateException("tasks that are done come as ranges");
        case FAILED -> failed.add(index);
        case CANCELLED -> cancelled.add(index);
        case SKIPPED -> skipped.add(index);
        case BLOCKED, READY, LEASED -> open.add(RowReader.task(row));
      }
      if (state.isFinished()) {
        int generation = row.getInt(4);
        if (generation > 1) {
          generations.put(index, generation);
        }
      }
    }

    StepSnapshot of(Row.Step step) {
      return new StepSnapshot(
          step,
          IndexRanges.ofSorted(done),
          failed.ranges(),
          cancelled.ranges(),
          skipped.ranges(),
          Map.copyOf(generations),
          List.copyOf(open),
          List.copyOf(looks));
    }
  }

  /** Ascending indexes on their way to ranges. */
  private static final class RunList {
    private final List<IndexRanges.Run> runs = new ArrayList<>();
    private int first = -1;
    private int last = -2;

    void add(int index) {
      if (index != last + 1) {
        endRun();
        first = index;
      }
      last = index;
    }

    private void endRun() {
      if (first >= 0) {
        runs.add(new IndexRanges.Run(first, last));
      }
    }

    IndexRanges ranges() {
      endRun();
      first = -1;
      last = -2;
      return IndexRanges.ofSorted(runs);
    }
  }

  /** Closes the whole database. */
  @Override
  public void close() {
    database.close();
  }
}
