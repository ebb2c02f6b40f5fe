package blenderer.core;

import blenderer.model.Digest;
import blenderer.model.Failure;
import blenderer.model.HostOffer;
import blenderer.model.IndexRanges;
import blenderer.model.JobPart;
import blenderer.model.Look;
import blenderer.model.NodeState;
import blenderer.model.Outcome;
import blenderer.model.Permission;
import blenderer.model.Renderer;
import java.math.BigDecimal;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What can happen to the farm. Ids come from outside; the scheduler makes only lease ids. */
public sealed interface Event {

  /**
   * A person's job, checked and resolved.
   *
   * @param job in state waiting or held, without times of start and end
   * @param steps all in state ready or blocked; numbered from 0
   */
  record Submitted(Row.Job job, List<Row.Step> steps) implements Event {}

  /** A person stops a job for good. */
  record Cancelled(String job) implements Event {}

  /** A person holds a job back: what is leased goes on, nothing new is leased. */
  record Paused(String job) implements Event {}

  /** A person lets a paused or held job go on. */
  record Resumed(String job) implements Event {}

  /**
   * A person changes a job; null leaves as it is.
   *
   * @param terms all of them, save the frames
   * @param pools only nodes of one of these from now on; empty: any node
   */
  record Changed(
      String job,
      @Nullable Integer priority,
      @Nullable String name,
      Row.@Nullable Terms terms,
      @Nullable NewFrames frames,
      @Nullable List<String> pools)
      implements Event {

    /** A change that leaves the pools. */
    public Changed(
        String job,
        @Nullable Integer priority,
        @Nullable String name,
        Row.@Nullable Terms terms,
        @Nullable NewFrames frames) {
      this(job, priority, name, terms, frames, null);
    }

    /** A change that leaves the frames. */
    public Changed(
        String job, @Nullable Integer priority, @Nullable String name, Row.@Nullable Terms terms) {
      this(job, priority, name, terms, null);
    }
  }

  /**
   * Other frames for a job.
   *
   * @param before what they were when the rest was worked out; null: those that were submitted
   * @param now what they are from now on
   * @param steps the steps whose tasks are the frames
   */
  record NewFrames(Row.@Nullable Frames before, Row.Frames now, List<StepFrames> steps) {}

  /**
   * Other tasks for a step.
   *
   * @param step its number
   * @param size how many it has from now on; those with new indexes are to be done
   * @param run as in {@link Row.Step#run}
   * @param breaks as in {@link Row.Plan#breaks}
   * @param left tasks that are wanted no more
   * @param back tasks that were wanted no more, and are again
   */
  record StepFrames(
      int step, int size, int run, IndexRanges breaks, IndexRanges left, IndexRanges back) {}

  /** A part of a finished job is not kept any longer. */
  record Cleaned(String job, JobPart part) implements Event {}

  /** A person removes a job and all it made. */
  record Deleted(String job) implements Event {}

  /**
   * A person wants finished tasks again: a new generation each, the old results stay.
   *
   * @param step the step's number; null: every step
   * @param indexes which tasks; null: all failed and cancelled ones, or all flagged ones
   * @param flagged of those, only tasks whose picture is flagged
   */
  record Retried(String job, @Nullable Integer step, @Nullable IndexRanges indexes, boolean flagged)
      implements Event {}

  /**
   * A person has looked at flagged pictures and takes them.
   *
   * @param step the step's number; null: every step
   * @param indexes which tasks; null: all flagged ones
   * @param by the person's name
   */
  record Accepted(String job, @Nullable Integer step, @Nullable IndexRanges indexes, String by)
      implements Event {}

  /** A person has looked at a job's first results and wants the rest. */
  record Approved(String job, String by) implements Event {}

  /** A finished job comes back to life before one of its tasks is retried. */
  record Revived(Journal.JobSnapshot job) implements Event {}

  /** A person's wish for a node: online, paused, draining or quarantined. */
  record NodeWished(String node, NodeState wish) implements Event {}

  /**
   * An admin puts a node in pools.
   *
   * @param pools null: those that its owner named
   */
  record NodePooled(String node, @Nullable List<String> pools) implements Event {}

  /** A node's key was revoked: its leases are given to others. */
  record NodeRemoved(String node) implements Event {}

  /**
   * How much of something the whole farm has.
   *
   * @param name of an amount, in lower case
   * @param count null: no limit any more
   */
  record LimitSet(String name, @Nullable BigDecimal count) implements Event {}

  /**
   * A node's whole state.
   *
   * @param node the node's id, from its key
   * @param boot new with every start of the node's process
   * @param sequence grows within one boot
   * @param parkMillis how long the answer may wait for something new
   * @param leaving the node gives back all it holds and takes nothing
   * @param held every lease that it holds
   * @param reports every result not acknowledged, oldest first; their files are in the store
   * @param facts what it is; null if unchanged since this boot's first sync
   * @param selfTest how it went, while the node is in quarantine; null: it has not ended
   */
  record Synced(
      String node,
      String boot,
      long sequence,
      long parkMillis,
      int slots,
      boolean leaving,
      List<Held> held,
      List<Report> reports,
      @Nullable Facts facts,
      @Nullable SelfTest selfTest)
      implements Event {

    /** The state of a node that has not tested itself. */
    public Synced(
        String node,
        String boot,
        long sequence,
        long parkMillis,
        int slots,
        boolean leaving,
        List<Held> held,
        List<Report> reports,
        @Nullable Facts facts) {
      this(node, boot, sequence, parkMillis, slots, leaving, held, reports, facts, null);
    }
  }

  /**
   * The result of a node's self-test.
   *
   * @param failure what went wrong, as a clause; null: nothing did
   */
  record SelfTest(@Nullable String failure) {}

  /** Time has passed: terms end, parked syncs are answered. */
  record Tick() implements Event {}

  /** A lease as the node sees it. */
  record Held(String lease, boolean started) {}

  /**
   * The end of an attempt as the node tells it.
   *
   * @param outcome succeeded, failed, or cancelled: given back without fault
   * @param device what the renderer computed on, if it said so
   * @param look what the picture looks like, if there is one
   */
  record Report(
      String lease,
      int index,
      int generation,
      Outcome outcome,
      List<File> files,
      @Nullable Digest log,
      @Nullable Failure failure,
      long startedAt,
      long endedAt,
      @Nullable String renderer,
      @Nullable Long memoryBytes,
      @Nullable String device,
      @Nullable Look look) {

    /** The report of the same attempt with its files refused. */
    public Report failed(Failure why) {
      return new Report(
          lease,
          index,
          generation,
          Outcome.FAILED,
          List.of(),
          log,
          why,
          startedAt,
          endedAt,
          renderer,
          memoryBytes,
          device,
          null);
    }
  }

  /** A file that a task made. */
  record File(String path, Digest digest, long size) {}

  /**
   * What a node is and has.
   *
   * @param accepts how far jobs may go there
   * @param sandbox what jobs run in, or {@code none: } and the reason; empty: not known
   */
  record Facts(
      String version,
      String os,
      int cpus,
      long memoryBytes,
      List<Renderer> renderers,
      List<Digest> templates,
      HostOffer offer,
      Permission accepts,
      String sandbox) {}
}
