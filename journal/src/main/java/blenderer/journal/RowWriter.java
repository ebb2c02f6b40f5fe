package blenderer.journal;

import blenderer.core.Journal.JournalException;
import blenderer.core.Row;
import blenderer.model.Digest;
import blenderer.model.JobPart;
import blenderer.model.Look;
import blenderer.model.Outcome;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Writes the rows of one commit, in their order. Numbers and counts are read once, kept in step
 * here, and written at the end.
 */
final class RowWriter {

  private record Count(String job, int step, String state) {}

  private record Times(long succeeded, long millis) {}

  private record Meta(long revision, long attempts, long outputs) {}

  private final WriteSession session;
  private final long revision;
  private final Map<Count, Long> counts = new HashMap<>();
  private final Map<String, Times> times = new HashMap<>();

  /** The last word on each lease; written at the end, the ended ones first. */
  private final Map<String, Row> leases = new LinkedHashMap<>();

  private final TaskStates states;
  private long attemptNumber;
  private long outputNumber;
  private boolean deleted;

  private RowWriter(WriteSession session, long revision, TaskStates states) {
    this.session = session;
    this.revision = revision;
    this.states = states;
  }

  /**
   * Writes a commit.
   *
   * @return whether a job was deleted, whose parts are to be swept
   */
  static boolean write(WriteSession session, long revision, List<Row> rows) throws SQLException {
    RowWriter writer = new RowWriter(session, revision, TaskStates.before(session, rows));
    writer.begin();
    for (Row row : rows) {
      writer.write(row);
    }
    writer.end();
    if (session.tells()) {
      CommitTail.write(session, revision, rows);
    }
    return writer.deleted;
  }

  private void begin() throws SQLException {
    Meta meta =
        session
            .first(
                "SELECT revision, attempts, outputs FROM meta WHERE id = 1",
                row -> new Meta(row.getLong(1), row.getLong(2), row.getLong(3)))
            .orElseThrow();
    if (revision <= meta.revision()) {
      String why = "revision " + revision + " is not above " + meta.revision();
      throw new JournalException("nothing was written: " + why, new IllegalStateException(why));
    }
    attemptNumber = meta.attempts();
    outputNumber = meta.outputs();
  }

  private void end() throws SQLException {
    leases();
    for (Map.Entry<Count, Long> entry : counts.entrySet()) {
      if (entry.getValue() != 0) {
        Count count = entry.getKey();
        session.later(
            "INSERT INTO step_counts (job, step, state, tasks) VALUES (?, ?, ?, ?)"
                + " ON CONFLICT (job, step, state)"
                + " DO UPDATE SET tasks = step_counts.tasks + excluded.tasks",
            count.job(),
            count.step(),
            count.state(),
            entry.getValue());
      }
    }
    for (Map.Entry<String, Times> entry : times.entrySet()) {
      session.later(
          "INSERT INTO job_times (job, succeeded, millis) VALUES (?, ?, ?)"
              + " ON CONFLICT (job) DO UPDATE SET"
              + " succeeded = job_times.succeeded + excluded.succeeded,"
              + " millis = job_times.millis + excluded.millis",
          entry.getKey(),
          entry.getValue().succeeded(),
          entry.getValue().millis());
    }
    session.later(
        "UPDATE meta SET revision = ?, attempts = ?, outputs = ? WHERE id = 1",
        revision,
        attemptNumber,
        outputNumber);
  }

  private void write(Row row) throws SQLException {
    switch (row) {
      case Row.Job job -> job(job);
      case Row.Step step -> step(step);
      case Row.Task task -> task(task);
      case Row.Lease lease -> leases.put(lease.id(), lease);
      case Row.LeaseEnded ended -> leases.put(ended.id(), ended);
      case Row.Attempt attempt -> attempt(attempt);
      case Row.Output output -> output(output);
      case Row.Look look -> look(look);
      case Row.Judgement judgement -> judgement(judgement);
      case Row.Node node -> node(node);
      case Row.Limit limit -> limit(limit);
      case Row.Cleaned(String job, JobPart part, long at) -> clean(job, part, at);
      case Row.JobDeleted(String id) -> delete(id);
    }
  }

  private void job(Row.Job job) throws SQLException {
    session.later(
        "INSERT INTO jobs (id, revision, name, owner, project, priority, state, submitted_at,"
            + " started_at, finished_at, message, template, manifest, parameters, requirements,"
            + " settings, permission, foreign_template, environments, terms)"
            + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
            + " ON CONFLICT (id) DO UPDATE SET revision = excluded.revision,"
            + " name = excluded.name, owner = excluded.owner, project = excluded.project,"
            + " priority = excluded.priority, state = excluded.state,"
            + " submitted_at = excluded.submitted_at, started_at = excluded.started_at,"
            + " finished_at = excluded.finished_at, message = excluded.message,"
            + " template = excluded.template, manifest = excluded.manifest,"
            + " parameters = excluded.parameters, requirements = excluded.requirements,"
            + " settings = excluded.settings, permission = excluded.permission,"
            + " foreign_template = excluded.foreign_template,"
            + " environments = excluded.environments, terms = excluded.terms",
        job.id(),
        revision,
        job.name(),
        job.owner(),
        job.project(),
        job.priority(),
        job.state().word(),
        job.submittedAt(),
        job.startedAt(),
        job.finishedAt(),
        job.message(),
        job.template().hex(),
        job.manifest() == null ? null : job.manifest().hex(),
        Json.of(job.parameters()),
        Json.of(job.requirements()),
        Json.of(job.settings()),
        job.permission().word(),
        job.foreign() ? 1 : 0,
        Json.ofDigests(job.environments()),
        Json.ofTerms(job.terms()));
    if (!job.inputs().isEmpty()) {
      for (Digest digest : job.inputs()) {
        session.later(
            "INSERT INTO job_inputs (job, digest) VALUES (?, ?) ON CONFLICT DO NOTHING",
            job.id(),
            digest.hex());
      }
      session.later("UPDATE claims SET created = 1 WHERE job = ?", job.id());
    }
  }

  private void step(Row.Step step) throws SQLException {
    session.later(
        "INSERT INTO steps (job, step, name, label, size, chunk, run, depends_on, state, withheld,"
            + " plan, message) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
            + " ON CONFLICT (job, step) DO UPDATE SET name = excluded.name,"
            + " label = excluded.label, size = excluded.size, chunk = excluded.chunk,"
            + " run = excluded.run, depends_on = excluded.depends_on, state = excluded.state,"
            + " withheld = excluded.withheld, plan = excluded.plan, message = excluded.message",
        step.job(),
        step.step(),
        step.name(),
        step.label(),
        step.size(),
        step.chunk(),
        step.run(),
        Json.of(step.dependsOn()),
        step.state().word(),
        step.withheld().toString(),
        Json.ofPlan(step.plan()),
        step.message());
  }

  private void task(Row.Task task) throws SQLException {
    String state = task.state().word();
    Optional<String> before = states.replace(task, state);
    before.ifPresent(old -> counts.merge(new Count(task.job(), task.step(), old), -1L, Long::sum));
    counts.merge(new Count(task.job(), task.step(), state), 1L, Long::sum);
    session.later(
        "INSERT INTO tasks (job, step, idx, generation, state, tries, losses, lease, tried_on,"
            + " failure, started_at, ended_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
            + " ON CONFLICT (job, step, idx) DO UPDATE SET generation = excluded.generation,"
            + " state = excluded.state, tries = excluded.tries, losses = excluded.losses,"
            + " lease = excluded.lease, tried_on = excluded.tried_on,"
            + " failure = excluded.failure, started_at = excluded.started_at,"
            + " ended_at = excluded.ended_at",
        task.job(),
        task.step(),
        task.index(),
        task.generation(),
        state,
        task.tries(),
        task.losses(),
        task.lease(),
        Json.of(task.triedOn()),
        Json.ofNullable(task.failure()),
        task.startedAt(),
        task.endedAt());
  }

  private void leases() throws SQLException {
    List<String> ended =
        leases.values().stream()
            .filter(Row.LeaseEnded.class::isInstance)
            .map(row -> ((Row.LeaseEnded) row).id())
            .toList();
    if (session.gathers() && !ended.isEmpty()) {
      session.later(
          "DELETE FROM leases WHERE id = ANY (?)",
          session.connection().createArrayOf("text", ended.toArray()));
    } else {
      for (String lease : ended) {
        session.later("DELETE FROM leases WHERE id = ?", lease);
      }
    }
    for (Row row : leases.values()) {
      if (row instanceof Row.Lease lease) {
        lease(lease);
      }
    }
    leases.clear();
  }

  private void lease(Row.Lease lease) throws SQLException {
    session.later(
        "INSERT INTO leases (id, node, job, step, tasks, granted_at, started, twin)"
            + " VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
            + " ON CONFLICT (id) DO UPDATE SET node = excluded.node, job = excluded.job,"
            + " step = excluded.step, tasks = excluded.tasks, granted_at = excluded.granted_at,"
            + " started = excluded.started, twin = excluded.twin",
        lease.id(),
        lease.node(),
        lease.job(),
        lease.step(),
        lease.tasks().toString(),
        lease.grantedAt(),
        lease.started() ? 1 : 0,
        lease.twin() ? 1 : 0);
  }

  private void attempt(Row.Attempt attempt) throws SQLException {
    session.later(
        "INSERT INTO attempts (job, number, lease, step, idx, generation, try, node, outcome,"
            + " failure, log, started_at, ended_at, renderer, memory_bytes, device)"
            + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        attempt.job(),
        ++attemptNumber,
        attempt.lease(),
        attempt.step(),
        attempt.index(),
        attempt.generation(),
        attempt.number(),
        attempt.node(),
        attempt.outcome().word(),
        Json.ofNullable(attempt.failure()),
        attempt.log() == null ? null : attempt.log().hex(),
        attempt.startedAt(),
        attempt.endedAt(),
        attempt.renderer(),
        attempt.memoryBytes(),
        attempt.device());
    if (attempt.outcome() == Outcome.SUCCEEDED) {
      times.merge(
          attempt.job(),
          new Times(1, attempt.endedAt() - attempt.startedAt()),
          (a, b) -> new Times(a.succeeded() + b.succeeded(), a.millis() + b.millis()));
    }
  }

  private void output(Row.Output output) throws SQLException {
    session.later(
        "INSERT INTO outputs (job, number, step, idx, generation, path, digest, size,"
            + " committed_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        output.job(),
        ++outputNumber,
        output.step(),
        output.index(),
        output.generation(),
        output.path(),
        output.digest().hex(),
        output.size(),
        output.committedAt());
  }

  private void look(Row.Look row) throws SQLException {
    Look look = row.look();
    session.later(
        "INSERT INTO looks (job, step, idx, generation, path, width, height, mean, black,"
            + " transparent, pink, grid, preview)"
            + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        row.job(),
        row.step(),
        row.index(),
        row.generation(),
        look.path(),
        look.width(),
        look.height(),
        look.mean(),
        look.black(),
        look.transparent(),
        look.pink(),
        look.grid().toString(),
        look.preview() == null ? null : look.preview().hex());
  }

  private void judgement(Row.Judgement judgement) throws SQLException {
    session.later(
        "UPDATE looks SET state = ?, flags = ?, judged_by = ?, judged_at = ?"
            + " WHERE job = ? AND step = ? AND idx = ? AND generation = ?",
        judgement.state().word(),
        Json.of(judgement.flags()),
        judgement.by(),
        judgement.at(),
        judgement.job(),
        judgement.step(),
        judgement.index(),
        judgement.generation());
  }

  private void node(Row.Node node) throws SQLException {
    session.later(
        "INSERT INTO nodes (id, wish, slots, version, os, cpus, memory_bytes, renderers,"
            + " templates, seen_at, offer, accepts, sandbox, message, forgiven_at,"
            + " pools) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
            + " ON CONFLICT (id) DO UPDATE SET wish = excluded.wish, slots = excluded.slots,"
            + " version = excluded.version, os = excluded.os, cpus = excluded.cpus,"
            + " memory_bytes = excluded.memory_bytes, renderers = excluded.renderers,"
            + " templates = excluded.templates, seen_at = excluded.seen_at,"
            + " offer = excluded.offer, accepts = excluded.accepts, sandbox = excluded.sandbox,"
            + " message = excluded.message, forgiven_at = excluded.forgiven_at,"
            + " pools = excluded.pools",
        node.id(),
        node.wish().word(),
        node.slots(),
        node.version(),
        node.os(),
        node.cpus(),
        node.memoryBytes(),
        Json.of(node.renderers()),
        Json.ofDigests(node.templates()),
        node.seenAt(),
        Json.of(node.offer()),
        node.accepts().word(),
        node.sandbox(),
        node.message(),
        node.forgivenAt(),
        node.pools() == null ? null : Json.of(node.pools()));
  }

  private void limit(Row.Limit limit) throws SQLException {
    if (limit.count() == null) {
      session.later("DELETE FROM limits WHERE name = ?", limit.name());
      return;
    }
    session.later(
        "INSERT INTO limits (name, amount) VALUES (?, ?)"
            + " ON CONFLICT (name) DO UPDATE SET amount = excluded.amount",
        limit.name(),
        limit.count().toPlainString());
  }

  /** What the part holds goes later, a bite at a time. */
  private void clean(String job, JobPart part, long at) throws SQLException {
    session.update(
        "INSERT INTO cleaned (job, part, at, upto, swept)"
            + " SELECT id, ?, ?, (SELECT COALESCE(MAX(number), 0) FROM attempts WHERE job = id), 0"
            + " FROM jobs WHERE id = ? AND state IN ('done', 'failed', 'cancelled')"
            + " ON CONFLICT (job, part) DO UPDATE SET at = excluded.at, upto = excluded.upto,"
            + " swept = 0",
        part.word(),
        at,
        job);
    deleted = true;
  }

  /** Takes the job out of sight at once; what may be a million rows is swept in small bites. */
  private void delete(String job) throws SQLException {
    leases();
    SqlUsage.note(session, job);
    session.update("DELETE FROM jobs WHERE id = ?", job);
    session.update("DELETE FROM steps WHERE job = ?", job);
    session.update("DELETE FROM step_counts WHERE job = ?", job);
    session.update("DELETE FROM job_times WHERE job = ?", job);
    session.update("DELETE FROM leases WHERE job = ?", job);
    session.update("DELETE FROM cleaned WHERE job = ?", job);
    session.update("INSERT INTO deleted_jobs (job) VALUES (?) ON CONFLICT DO NOTHING", job);
    counts.keySet().removeIf(count -> count.job().equals(job));
    times.remove(job);
    deleted = true;
  }
}
