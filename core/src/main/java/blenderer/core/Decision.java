package blenderer.core;

import blenderer.model.IndexRanges;
import blenderer.model.NodeState;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What follows from an event. Nothing of it may be told before the rows are committed.
 *
 * @param rows to be written, in order; empty if nothing durable changed
 * @param answers to syncs, this event's or parked ones
 * @param verdict on a person's action
 */
public record Decision(List<Row> rows, List<Answer> answers, Verdict verdict) {

  /** Whether a person's action was taken. */
  public sealed interface Verdict {
    record Done() implements Verdict {}

    /**
     * Nothing was changed.
     *
     * @param code stable, such as {@code job-not-found}
     * @param message one plain sentence
     */
    record Refused(String code, String message) implements Verdict {}

    /** The job is finished and not in memory: load it, apply {@link Event.Revived}, try again. */
    record NotLoaded(String job) implements Verdict {}
  }

  /**
   * The answer to one sync.
   *
   * @param node which node
   * @param boot of the sync
   * @param sequence of the sync
   * @param wish the node's state as the farm wants it
   * @param leases every lease that the node shall hold
   * @param acks for each report of the sync
   */
  public record Answer(
      String node,
      String boot,
      long sequence,
      NodeState wish,
      List<Wanted> leases,
      List<Ack> acks) {}

  /**
   * A lease that the node shall hold.
   *
   * @param wanted tasks that it still has the right to
   * @param grant all the node needs to begin; null if the node listed the lease
   * @param hangMillis as in a grant; only if it became known after the lease was granted
   */
  public record Wanted(
      String lease, IndexRanges wanted, @Nullable Grant grant, @Nullable Long hangMillis) {

    /** A lease of which nothing has become known since it was granted. */
    public Wanted(String lease, IndexRanges wanted, @Nullable Grant grant) {
      this(lease, wanted, grant, null);
    }
  }

  /**
   * What a lease is about.
   *
   * @param tasks in ascending order
   * @param hangMillis a task that takes longer, and uses no processor meanwhile, hangs; null: that
   *     is not known yet
   */
  public record Grant(
      Row.Job job, Row.Step step, List<GrantedTask> tasks, @Nullable Long hangMillis) {}

  /** A task of a lease; {@code attempt} counts the tries of its generation from 1. */
  public record GrantedTask(int index, int generation, int attempt) {}

  /** What became of a report. */
  public record Ack(String lease, int index, int generation, Receipt receipt) {}

  /** Whether a report counted. */
  public enum Receipt {
    /** It counted, now. */
    RECORDED,
    /** It changed nothing: its right was gone, or it had counted before. */
    STALE
  }
}
