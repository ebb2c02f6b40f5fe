package blenderer.core;

import blenderer.model.IndexRanges;
import blenderer.model.JobPart;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The scheduler's durable record: current state, no log of events. One thread uses it.
 *
 * <p>Every implementation passes the same contract test.
 */
public interface Journal extends AutoCloseable {

  /** Everything the scheduler needs to go on: unfinished jobs, live leases, all nodes. */
  Snapshot load();

  /** One job, finished or not, for a person's retry of a finished one. */
  Optional<JobSnapshot> loadJob(String job);

  /**
   * Writes all rows in one transaction, in their order; when it returns they survive a power cut.
   *
   * @param revision greater than that of every earlier commit; readers see it with the rows
   * @throws JournalException when nothing was written, or when the database went away in the middle
   *     and nobody can say yet; {@link #load} after the next commit tells
   */
  void commit(long revision, List<Row> rows);

  @Override
  void close();

  /**
   * The state of a farm.
   *
   * @param revision of the last commit, 0 for an empty journal
   */
  record Snapshot(
      long revision,
      List<JobSnapshot> jobs,
      List<Row.Lease> leases,
      List<Row.Node> nodes,
      List<Row.Limit> limits) {}

  /** So many of a job's newest attempts are loaded with it. */
  int RECENT = 64;

  /**
   * The state of a job.
   *
   * @param job with empty {@code inputs}
   * @param steps by number
   * @param cleaned what of it is gone
   * @param recent its newest attempts, oldest first, at most {@link #RECENT}: what is learned from
   *     them is kept nowhere else
   */
  record JobSnapshot(
      Row.Job job, List<StepSnapshot> steps, Set<JobPart> cleaned, List<Row.Attempt> recent) {

    /** A job of which nothing is to be learned. */
    public JobSnapshot(Row.Job job, List<StepSnapshot> steps, Set<JobPart> cleaned) {
      this(job, steps, cleaned, List.of());
    }

    /** The same, and it is whole. */
    public JobSnapshot(Row.Job job, List<StepSnapshot> steps) {
      this(job, steps, Set.of());
    }
  }

  /**
   * The state of a step. A task that stands in none of the sets and maps is fresh: generation 1,
   * never leased, ready as soon as its step is.
   *
   * @param done finished tasks, as ranges
   * @param failed failed tasks
   * @param cancelled cancelled tasks that have a row; not the step's {@code withheld}
   * @param skipped skipped tasks
   * @param generations of finished tasks whose generation is above 1
   * @param open rows of tasks that have one and are not finished
   * @param looks the pictures of tasks that are done, in their newest generation
   */
  record StepSnapshot(
      Row.Step step,
      IndexRanges done,
      IndexRanges failed,
      IndexRanges cancelled,
      IndexRanges skipped,
      Map<Integer, Integer> generations,
      List<Row.Task> open,
      List<Looked> looks) {}

  /**
   * A picture.
   *
   * @param judgement null: it is fine
   */
  record Looked(Row.Look look, Row.@Nullable Judgement judgement) {}

  /** A commit or a read that did not happen. */
  final class JournalException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public JournalException(String message, Throwable cause) {
      super(message, cause);
    }
  }
}
