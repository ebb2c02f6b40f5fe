package blenderer.journal;

import blenderer.core.Journal;
import blenderer.core.Journal.JobSnapshot;
import blenderer.core.Journal.JournalException;
import blenderer.core.Journal.StepSnapshot;
import blenderer.core.Row;
import blenderer.model.IndexRanges;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jdbi.v3.core.Handle;

/**
 * What a server reads that does not lead: which commits there were since it looked last. The leader
 * writes the news of a commit in its own transaction, so what is read here is what was committed,
 * in its order and without a gap. Safe for many threads.
 */
public final class CommitTail {

  /** So many commits are kept; who has seen less has to load. */
  static final int KEPT = 2_000;

  /** How often the older ones are deleted, in commits. */
  private static final int DELETED_AT_ONCE = 200;

  /** A commit, without its attempts, outputs and looks. */
  public record Commit(long revision, List<Row> rows) {}

  /** Who wrote last. */
  public record Leader(long epoch, String holder) {}

  /**
   * What is new.
   *
   * @param revision of the journal
   * @param beside rises with keys that are revoked, browsers that are signed out, and archives
   * @param isWhole whether {@code commits} are all since the revision that was asked for; otherwise
   *     everything has to be loaded
   */
  public record News(
      long revision, long beside, Leader leader, boolean isWhole, List<Commit> commits) {}

  private record Meta(long revision, long beside) {}

  private record Entry(long revision, byte[] news) {}

  private final Readers readers;

  CommitTail(Readers readers) {
    this.readers = readers;
  }

  /** Writes a commit's news, in its transaction. */
  static void write(WriteSession session, long revision, List<Row> rows) throws SQLException {
    session.later(
        "INSERT INTO commits (revision, news) VALUES (?, ?)", revision, CommitNews.of(rows));
    if (revision % DELETED_AT_ONCE == 0) {
      session.later("DELETE FROM commits WHERE revision <= ?", revision - KEPT);
    }
  }

  /**
   * The commits after a revision.
   *
   * @throws JournalException when the database cannot be asked
   */
  public News since(long revision) {
    return readers.read(handle -> since(handle, revision));
  }

  private static News since(Handle handle, long revision) {
    Meta meta =
        handle
            .createQuery("SELECT revision, beside FROM meta WHERE id = 1")
            .map((row, _) -> new Meta(row.getLong(1), row.getLong(2)))
            .one();
    Leader leader =
        handle
            .createQuery("SELECT epoch, holder FROM leader WHERE id = 1")
            .map((row, _) -> new Leader(row.getLong(1), row.getString(2)))
            .one();
    long missed = meta.revision() - revision;
    if (missed == 0) {
      return new News(revision, meta.beside(), leader, true, List.of());
    }
    News gap = new News(meta.revision(), meta.beside(), leader, false, List.of());
    if (missed < 0 || missed > KEPT) {
      return gap;
    }
    List<Entry> entries =
        handle
            .createQuery(
                "SELECT revision, news FROM commits WHERE revision > :seen ORDER BY revision")
            .bind("seen", revision)
            .map((row, _) -> new Entry(row.getLong(1), row.getBytes(2)))
            .list();
    // Revisions rise by one, and a server that runs alone writes no news.
    if (entries.size() != missed) {
      return gap;
    }
    Map<Long, List<CommitNews.News>> commits = new HashMap<>();
    for (Entry entry : entries) {
      var news = CommitNews.read(entry.news());
      if (news.isEmpty()) {
        return gap;
      }
      commits.put(entry.revision(), news.get());
    }
    Tables tables = new Tables(handle, commits.values());
    return new News(
        meta.revision(),
        meta.beside(),
        leader,
        true,
        entries.stream()
            .map(Entry::revision)
            .map(at -> new Commit(at, tables.rows(Objects.requireNonNull(commits.get(at)))))
            .toList());
  }

  /** The rows of jobs, steps and nodes that changed, as they are now. */
  private static final class Tables {
    private final Map<String, Row.Job> jobs = new HashMap<>();
    private final Map<String, Map<Integer, Row.Step>> steps = new HashMap<>();
    private final Map<String, Row.Node> nodes = new HashMap<>();

    Tables(Handle handle, Iterable<List<CommitNews.News>> commits) {
      Set<String> changedJobs = new HashSet<>();
      Set<String> changedSteps = new HashSet<>();
      Set<String> changedNodes = new HashSet<>();
      for (List<CommitNews.News> commit : commits) {
        for (CommitNews.News one : commit) {
          switch (one) {
            case CommitNews.News.Job(String id) -> changedJobs.add(id);
            case CommitNews.News.Step(String job, int _) -> changedSteps.add(job);
            case CommitNews.News.Node(String id) -> changedNodes.add(id);
            case CommitNews.News.Whole _ -> {}
          }
        }
      }
      for (String id : changedJobs) {
        SqlHistory.jobRow(handle, id).ifPresent(row -> jobs.put(id, row));
      }
      for (String job : changedSteps) {
        for (Row.Step row : SqlHistory.steps(handle, job)) {
          steps.computeIfAbsent(job, _ -> new HashMap<>()).put(row.step(), row);
        }
      }
      if (!changedNodes.isEmpty()) {
        handle
            .createQuery("SELECT * FROM nodes WHERE id IN (<ids>)")
            .bindList("ids", List.copyOf(changedNodes))
            .map((row, _) -> RowReader.node(row))
            .forEach(row -> nodes.put(row.id(), row));
      }
    }

    /** A row that is gone again is left out: a later commit says so. */
    List<Row> rows(List<CommitNews.News> commit) {
      List<Row> rows = new ArrayList<>(commit.size());
      for (CommitNews.News one : commit) {
        Row row =
            switch (one) {
              case CommitNews.News.Whole(Row whole) -> whole;
              case CommitNews.News.Job(String id) -> jobs.get(id);
              case CommitNews.News.Step(String job, int step) ->
                  steps.getOrDefault(job, Map.of()).get(step);
              case CommitNews.News.Node(String id) -> nodes.get(id);
            };
        if (row != null) {
          rows.add(row);
        }
      }
      return List.copyOf(rows);
    }
  }

  /**
   * The live farm as it is: unfinished jobs with their steps, leases, nodes; without the state of
   * single tasks, which only who schedules needs.
   */
  public Journal.Snapshot outline() {
    return readers.readLong(
        handle -> {
          List<Row.Job> jobs = SqlJournal.unfinishedJobs(handle);
          Map<String, List<StepSnapshot>> steps = new HashMap<>();
          handle
              .createQuery(
                  "SELECT s.* FROM steps s JOIN jobs j ON j.id = s.job WHERE j.state IN"
                      + " ('held', 'waiting', 'running', 'paused') ORDER BY s.job, s.step")
              .map((row, _) -> RowReader.step(row))
              .forEach(
                  step ->
                      steps.computeIfAbsent(step.job(), _ -> new ArrayList<>()).add(outline(step)));
          return new Journal.Snapshot(
              SqlHistory.revision(handle),
              jobs.stream()
                  .map(job -> new JobSnapshot(job, steps.getOrDefault(job.id(), List.of())))
                  .toList(),
              SqlJournal.leases(handle),
              SqlHistory.nodes(handle),
              SqlHistory.limits(handle));
        });
  }

  private static StepSnapshot outline(Row.Step step) {
    IndexRanges none = IndexRanges.empty();
    return new StepSnapshot(step, none, none, none, none, Map.of(), List.of(), List.of());
  }
}
