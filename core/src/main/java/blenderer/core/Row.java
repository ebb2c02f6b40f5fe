package blenderer.core;

import blenderer.model.Digest;
import blenderer.model.Failure;
import blenderer.model.Flag;
import blenderer.model.HostNeeds;
import blenderer.model.HostOffer;
import blenderer.model.IndexRanges;
import blenderer.model.JobPart;
import blenderer.model.JobState;
import blenderer.model.LookState;
import blenderer.model.NodeState;
import blenderer.model.Outcome;
import blenderer.model.Permission;
import blenderer.model.Renderer;
import blenderer.model.Requirement;
import blenderer.model.StepState;
import blenderer.model.TaskState;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A row of the journal: the whole current state of one thing. Writing a row replaces the row of the
 * same key. Times are wall times, epoch milliseconds.
 */
public sealed interface Row {

  /**
   * A job. Key: {@code id}.
   *
   * @param id ULID in lower case; the order of submission
   * @param message why the job stands as it does, if there is something to say
   * @param template the digest of the template
   * @param manifest the digest of the inputs' manifest
   * @param inputs every digest that the job needs: template, manifest, files. Written once; only in
   *     the row that submits the job, empty in later rows and when read
   * @param permission how far the job goes
   * @param foreign whether the template is none that ships with the program
   * @param environments digests of external environment templates, outermost first
   * @param terms when it runs and on how much of the farm
   */
  record Job(
      String id,
      String name,
      String owner,
      String project,
      int priority,
      JobState state,
      long submittedAt,
      @Nullable Long startedAt,
      @Nullable Long finishedAt,
      @Nullable String message,
      Digest template,
      @Nullable Digest manifest,
      Map<String, String> parameters,
      List<Requirement> requirements,
      Map<String, String> settings,
      List<Digest> inputs,
      Permission permission,
      boolean foreign,
      List<Digest> environments,
      Terms terms)
      implements Row {

    /** The same with other terms. */
    public Job withTerms(Terms others) {
      return new Job(
          id,
          name,
          owner,
          project,
          priority,
          state,
          submittedAt,
          startedAt,
          finishedAt,
          message,
          template,
          manifest,
          parameters,
          requirements,
          settings,
          inputs,
          permission,
          foreign,
          environments,
          others);
    }

    /** The same with other inputs. */
    public Job withInputs(List<Digest> others) {
      return new Job(
          id,
          name,
          owner,
          project,
          priority,
          state,
          submittedAt,
          startedAt,
          finishedAt,
          message,
          template,
          manifest,
          parameters,
          requirements,
          settings,
          others,
          permission,
          foreign,
          environments,
          terms);
    }
  }

  /**
   * What people may change of a job: when it runs, on how much of the farm, when it gives up, and
   * which frames it has.
   *
   * @param slots the most slots at once; null: any number
   * @param notBefore the wall time before which nothing starts; null: at once
   * @param after ids of jobs that must be done first
   * @param finishBy the wall time by which it should be done; null: any
   * @param maxFailures the job stops when more of its tasks have failed; null: it goes on
   * @param timeoutMillis a task that takes longer has failed; null: its template alone says that
   * @param frames null: those that were submitted
   * @param twins whether an idle node may do what another is slow at; null: yes if the template
   *     ships, since what a command of one's own does may not be done twice
   * @param preemptible whether its slots go to jobs of any higher priority at the next task
   * @param prefers attributes of nodes that get it first, as {@code name=value}
   */
  record Terms(
      @Nullable Integer slots,
      @Nullable Long notBefore,
      List<String> after,
      @Nullable Long finishBy,
      @Nullable Integer maxFailures,
      @Nullable Long timeoutMillis,
      @Nullable Frames frames,
      @Nullable Boolean twins,
      @Nullable Boolean preemptible,
      @Nullable List<String> prefers) {

    /** At once, and on the whole farm. */
    public static final Terms NONE = new Terms(null, null, List.of());

    public Terms {
      after = List.copyOf(after);
      prefers = prefers == null || prefers.isEmpty() ? null : List.copyOf(prefers);
    }

    /** Nothing else is asked for. */
    public Terms(@Nullable Integer slots, @Nullable Long notBefore, List<String> after) {
      this(slots, notBefore, after, null, null, null, null);
    }

    /** All else as the farm likes. */
    public Terms(
        @Nullable Integer slots,
        @Nullable Long notBefore,
        List<String> after,
        @Nullable Long finishBy,
        @Nullable Integer maxFailures,
        @Nullable Long timeoutMillis,
        @Nullable Frames frames) {
      this(slots, notBefore, after, finishBy, maxFailures, timeoutMillis, frames, null, null, null);
    }

    Terms withAfter(List<String> others) {
      return new Terms(
          slots,
          notBefore,
          others,
          finishBy,
          maxFailures,
          timeoutMillis,
          frames,
          twins,
          preemptible,
          prefers);
    }

    Terms withFrames(@Nullable Frames others) {
      return new Terms(
          slots,
          notBefore,
          after,
          finishBy,
          maxFailures,
          timeoutMillis,
          others,
          twins,
          preemptible,
          prefers);
    }

    /** The same with twins or without. */
    public Terms withTwins(@Nullable Boolean wanted) {
      return new Terms(
          slots,
          notBefore,
          after,
          finishBy,
          maxFailures,
          timeoutMillis,
          frames,
          wanted,
          preemptible,
          prefers);
    }
  }

  /**
   * Which frames a job has since a person changed them, as ranges of their numbers. Tasks keep
   * their indexes: those of what was added come after all others.
   *
   * @param added what each change added
   * @param now all that are wanted now
   */
  record Frames(List<String> added, String now) {
    public Frames {
      added = List.copyOf(added);
    }
  }

  /**
   * A step of a job. Key: {@code job}, {@code step}.
   *
   * @param label the task parameter that people call a task by, such as {@code Frame}
   * @param size how many tasks
   * @param chunk the most tasks of one lease
   * @param run a lease never crosses a multiple of this many tasks
   * @param dependsOn numbers of steps that must be done first
   * @param withheld tasks without a row of their own that will not run: they count as cancelled
   * @param plan what else was resolved when the job was made, or learned since
   * @param message why the step stands as it does, if there is something to say
   */
  record Step(
      String job,
      int step,
      String name,
      String label,
      int size,
      int chunk,
      int run,
      List<Integer> dependsOn,
      StepState state,
      IndexRanges withheld,
      Plan plan,
      @Nullable String message)
      implements Row {}

  /** How leases of a step are cut. */
  enum Cut {
    /** At most {@code chunk} tasks, fewer towards the end of the step. */
    SHRINKING,
    /** As the format says: equal but for one task, the same whatever the farm looks like. */
    BALANCED,
    /** As many as take the wanted time, once it is known how long a task takes. */
    TIMED
  }

  /**
   * What a template says of a step beyond its tasks.
   *
   * @param needs what it asks of a host
   * @param cut how leases are cut
   * @param targetMillis how long a lease should take; for {@code TIMED}
   * @param breaks offsets within {@code run} at which a lease must begin anew, because a number is
   *     left out there
   * @param probe what is rendered first
   * @param omitted tasks without a row of their own that a person left out: they count as skipped
   * @param leastMemoryMib what a node must give to a session, learned from tasks that had less; 0:
   *     nothing is known
   */
  record Plan(
      HostNeeds needs,
      Cut cut,
      long targetMillis,
      IndexRanges breaks,
      Probe probe,
      IndexRanges omitted,
      long leastMemoryMib) {

    /** No needs, and the scheduler's own way of cutting. */
    public static final Plan PLAIN =
        new Plan(HostNeeds.NONE, Cut.SHRINKING, 0, IndexRanges.empty(), Probe.NONE);

    /** Nothing is left out. */
    public Plan(HostNeeds needs, Cut cut, long targetMillis, IndexRanges breaks, Probe probe) {
      this(needs, cut, targetMillis, breaks, probe, IndexRanges.empty(), 0);
    }

    /** The same once a person has looked at the first results. */
    Plan approved(String by) {
      return new Plan(
          needs,
          cut,
          targetMillis,
          breaks,
          new Probe(probe.first(), false, by, probe.preview()),
          omitted,
          leastMemoryMib);
    }

    Plan withOmitted(IndexRanges others) {
      return new Plan(needs, cut, targetMillis, breaks, probe, others, leastMemoryMib);
    }

    Plan withBreaks(IndexRanges others) {
      return new Plan(needs, cut, targetMillis, others, probe, omitted, leastMemoryMib);
    }

    Plan withNeeds(HostNeeds others) {
      return new Plan(others, cut, targetMillis, breaks, probe, omitted, leastMemoryMib);
    }

    Plan withLeastMemory(long mib) {
      return new Plan(needs, cut, targetMillis, breaks, probe, omitted, mib);
    }
  }

  /**
   * Tasks that go before all others of their step, one lease each.
   *
   * @param first none: nothing goes first
   * @param hold the others wait until a person approves
   * @param by who approved; null: nobody had to, or has yet
   * @param preview whether the others go in the order that shows the whole soonest: first, last,
   *     middle, and then always the middle of what is between
   */
  record Probe(IndexRanges first, boolean hold, @Nullable String by, boolean preview) {

    /** Nothing goes first. */
    public static final Probe NONE = new Probe(IndexRanges.empty(), false, null);

    /** The whole is seen soonest. */
    public static final Probe PREVIEW = new Probe(IndexRanges.empty(), false, null, true);

    /** The others go in their plain order. */
    public Probe(IndexRanges first, boolean hold, @Nullable String by) {
      this(first, hold, by, false);
    }
  }

  /**
   * How much of something the whole farm has, such as licences. Key: {@code name}.
   *
   * @param name of an amount, in lower case
   * @param count null: there is no such limit any more
   */
  record Limit(String name, @Nullable BigDecimal count) implements Row {}

  /**
   * A task that was leased at least once, or that differs from a fresh one. Key: {@code job},
   * {@code step}, {@code index}.
   *
   * @param generation which time the task is rendered, from 1
   * @param tries faults so far in this generation
   * @param losses how often its node was lost in this generation
   * @param lease the lease that has the right to it while it is leased
   * @param triedOn nodes on which it failed in this generation
   * @param failure the last fault of this generation
   */
  record Task(
      String job,
      int step,
      int index,
      int generation,
      TaskState state,
      int tries,
      int losses,
      @Nullable String lease,
      List<String> triedOn,
      @Nullable Failure failure,
      @Nullable Long startedAt,
      @Nullable Long endedAt)
      implements Row {}

  /**
   * A live or late lease. Key: {@code id}.
   *
   * @param node the node's id
   * @param tasks the tasks it was granted; which it still has the right to stands in their rows
   * @param twin whether it has a second right to its one task, beside the lease that the task's row
   *     names
   */
  record Lease(
      String id,
      String node,
      String job,
      int step,
      IndexRanges tasks,
      long grantedAt,
      boolean started,
      boolean twin)
      implements Row {

    /** A lease that is no twin. */
    public Lease(
        String id,
        String node,
        String job,
        int step,
        IndexRanges tasks,
        long grantedAt,
        boolean started) {
      this(id, node, job, step, tasks, grantedAt, started, false);
    }
  }

  /** A lease has ended. */
  record LeaseEnded(String id) implements Row {}

  /**
   * The end of one go at a task. Key: {@code lease}, {@code index}; written once.
   *
   * @param number which try of its generation, from 1
   * @param log the digest of its log
   * @param device what the renderer computed on, such as the name of a graphics card, if it said so
   */
  record Attempt(
      String lease,
      String job,
      int step,
      int index,
      int generation,
      int number,
      String node,
      Outcome outcome,
      @Nullable Failure failure,
      @Nullable Digest log,
      long startedAt,
      long endedAt,
      @Nullable String renderer,
      @Nullable Long memoryBytes,
      @Nullable String device)
      implements Row {}

  /**
   * What the picture of a committed result looks like. Key: {@code job}, {@code step}, {@code
   * index}, {@code generation}; written once, in the transaction that finishes the task.
   */
  record Look(String job, int step, int index, int generation, blenderer.model.Look look)
      implements Row {}

  /**
   * What the farm thinks of a picture. Key: that of its {@link Look}, which is there; a picture
   * without one is fine.
   *
   * @param flags why it is or was flagged
   * @param by who took it as it is; only if it was accepted
   * @param at when; only if it was accepted
   */
  record Judgement(
      String job,
      int step,
      int index,
      int generation,
      LookState state,
      List<Flag> flags,
      @Nullable String by,
      @Nullable Long at)
      implements Row {}

  /**
   * A file of a committed result. Key: {@code job}, {@code step}, {@code index}, {@code
   * generation}, {@code path}; written once, in the transaction that finishes the task (INV-2).
   */
  record Output(
      String job,
      int step,
      int index,
      int generation,
      String path,
      Digest digest,
      long size,
      long committedAt)
      implements Row {}

  /**
   * A node. Key: {@code id}.
   *
   * @param id the name, unique among nodes
   * @param wish what people want of it: online, paused, draining or quarantined; never offline
   * @param seenAt when it last called, as of this row; not rewritten for heartbeats
   * @param offer attributes and amounts
   * @param accepts how far jobs may go there
   * @param sandbox what jobs run in, or {@code none: } and the reason; empty: not known
   * @param message why the farm wants that of it, as a clause; null: a person knows
   * @param forgivenAt when all that was held against it was forgotten; null: never
   * @param pools the pools that an admin has put it in; null: those that its owner named
   */
  record Node(
      String id,
      NodeState wish,
      int slots,
      String version,
      String os,
      int cpus,
      long memoryBytes,
      List<Renderer> renderers,
      List<Digest> templates,
      @Nullable Long seenAt,
      HostOffer offer,
      Permission accepts,
      String sandbox,
      @Nullable String message,
      @Nullable Long forgivenAt,
      @Nullable List<String> pools)
      implements Row {

    /** A node that was never forgiven anything, in the pools that its owner named. */
    public Node(
        String id,
        NodeState wish,
        int slots,
        String version,
        String os,
        int cpus,
        long memoryBytes,
        List<Renderer> renderers,
        List<Digest> templates,
        @Nullable Long seenAt,
        HostOffer offer,
        Permission accepts,
        String sandbox,
        @Nullable String message) {
      this(
          id,
          wish,
          slots,
          version,
          os,
          cpus,
          memoryBytes,
          renderers,
          templates,
          seenAt,
          offer,
          accepts,
          sandbox,
          message,
          null,
          null);
    }
  }

  /** A part of a finished job is gone; the job stays. Key: {@code job}, {@code part}. */
  record Cleaned(String job, JobPart part, long at) implements Row {}

  /** A job and everything that belongs to it is gone, its outputs and attempts too. */
  record JobDeleted(String id) implements Row {}
}
