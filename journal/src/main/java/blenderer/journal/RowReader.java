package blenderer.journal;

import blenderer.core.Row;
import blenderer.model.Digest;
import blenderer.model.IndexRanges;
import blenderer.model.JobState;
import blenderer.model.Look;
import blenderer.model.LookState;
import blenderer.model.NodeState;
import blenderer.model.Outcome;
import blenderer.model.Permission;
import blenderer.model.PictureGrid;
import blenderer.model.StepState;
import blenderer.model.TaskState;
import java.math.BigDecimal;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Makes the scheduler's rows of the tables' rows; columns by name. */
final class RowReader {

  private RowReader() {}

  static Row.Job job(ResultSet row) throws SQLException {
    String manifest = row.getString("manifest");
    return new Row.Job(
        row.getString("id"),
        row.getString("name"),
        row.getString("owner"),
        row.getString("project"),
        row.getInt("priority"),
        JobState.ofWord(row.getString("state")),
        row.getLong("submitted_at"),
        longOrNull(row, "started_at"),
        longOrNull(row, "finished_at"),
        row.getString("message"),
        new Digest(row.getString("template")),
        manifest == null ? null : new Digest(manifest),
        Json.map(row.getString("parameters")),
        Json.requirements(row.getString("requirements")),
        Json.map(row.getString("settings")),
        List.of(),
        Permission.ofWord(row.getString("permission")),
        row.getInt("foreign_template") != 0,
        Json.digests(row.getString("environments")),
        Json.terms(row.getString("terms")));
  }

  static Row.Step step(ResultSet row) throws SQLException {
    return new Row.Step(
        row.getString("job"),
        row.getInt("step"),
        row.getString("name"),
        row.getString("label"),
        row.getInt("size"),
        row.getInt("chunk"),
        row.getInt("run"),
        Json.numbers(row.getString("depends_on")),
        StepState.ofWord(row.getString("state")),
        IndexRanges.parse(row.getString("withheld")),
        Json.plan(row.getString("plan")),
        row.getString("message"));
  }

  static Row.Task task(ResultSet row) throws SQLException {
    return new Row.Task(
        row.getString("job"),
        row.getInt("step"),
        row.getInt("idx"),
        row.getInt("generation"),
        TaskState.ofWord(row.getString("state")),
        row.getInt("tries"),
        row.getInt("losses"),
        row.getString("lease"),
        Json.strings(row.getString("tried_on")),
        Json.failure(row.getString("failure")),
        longOrNull(row, "started_at"),
        longOrNull(row, "ended_at"));
  }

  static Row.Lease lease(ResultSet row) throws SQLException {
    return new Row.Lease(
        row.getString("id"),
        row.getString("node"),
        row.getString("job"),
        row.getInt("step"),
        IndexRanges.parse(row.getString("tasks")),
        row.getLong("granted_at"),
        row.getInt("started") != 0,
        row.getInt("twin") != 0);
  }

  static Row.Attempt attempt(ResultSet row) throws SQLException {
    String log = row.getString("log");
    return new Row.Attempt(
        row.getString("lease"),
        row.getString("job"),
        row.getInt("step"),
        row.getInt("idx"),
        row.getInt("generation"),
        row.getInt("try"),
        row.getString("node"),
        Outcome.ofWord(row.getString("outcome")),
        Json.failure(row.getString("failure")),
        log == null ? null : new Digest(log),
        row.getLong("started_at"),
        row.getLong("ended_at"),
        row.getString("renderer"),
        longOrNull(row, "memory_bytes"),
        row.getString("device"));
  }

  /** Of a row whose columns of the table {@code looks} carry the prefix. */
  static Row.Look look(ResultSet row, String prefix) throws SQLException {
    String preview = row.getString(prefix + "preview");
    return new Row.Look(
        row.getString("job"),
        row.getInt("step"),
        row.getInt("idx"),
        row.getInt("generation"),
        new Look(
            row.getString(prefix + "path"),
            row.getInt(prefix + "width"),
            row.getInt(prefix + "height"),
            row.getDouble(prefix + "mean"),
            row.getDouble(prefix + "black"),
            row.getDouble(prefix + "transparent"),
            row.getDouble(prefix + "pink"),
            PictureGrid.parse(row.getString(prefix + "grid")),
            preview == null ? null : new Digest(preview)));
  }

  /** Of a row as {@link #look} reads it; null: the picture is fine and always was. */
  static Row.@Nullable Judgement judgement(ResultSet row, String prefix) throws SQLException {
    LookState state = LookState.ofWord(row.getString(prefix + "state"));
    return state == LookState.FINE
        ? null
        : new Row.Judgement(
            row.getString("job"),
            row.getInt("step"),
            row.getInt("idx"),
            row.getInt("generation"),
            state,
            Json.flags(row.getString(prefix + "flags")),
            row.getString(prefix + "judged_by"),
            longOrNull(row, prefix + "judged_at"));
  }

  static Row.Output output(ResultSet row) throws SQLException {
    return new Row.Output(
        row.getString("job"),
        row.getInt("step"),
        row.getInt("idx"),
        row.getInt("generation"),
        row.getString("path"),
        new Digest(row.getString("digest")),
        row.getLong("size"),
        row.getLong("committed_at"));
  }

  static Row.Node node(ResultSet row) throws SQLException {
    String pools = row.getString("pools");
    return new Row.Node(
        row.getString("id"),
        NodeState.ofWord(row.getString("wish")),
        row.getInt("slots"),
        row.getString("version"),
        row.getString("os"),
        row.getInt("cpus"),
        row.getLong("memory_bytes"),
        Json.renderers(row.getString("renderers")),
        Json.digests(row.getString("templates")),
        longOrNull(row, "seen_at"),
        Json.offer(row.getString("offer")),
        Permission.ofWord(row.getString("accepts")),
        row.getString("sandbox"),
        row.getString("message"),
        longOrNull(row, "forgiven_at"),
        pools == null ? null : Json.strings(pools));
  }

  static Row.Limit limit(ResultSet row) throws SQLException {
    return new Row.Limit(row.getString("name"), new BigDecimal(row.getString("amount")));
  }

  static @Nullable Long longOrNull(ResultSet row, String column) throws SQLException {
    long value = row.getLong(column);
    return row.wasNull() ? null : value;
  }
}
