package blenderer.api;

import blenderer.model.HostOffer;
import blenderer.model.Renderer;
import blenderer.model.Requirement;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * {@code POST /v1/node/sync}: the one conversation between a node and the server. It is
 * level-triggered: the request is the node's whole state, the answer the whole state that the
 * server wants; repeating either is always safe.
 */
public final class NodeSync {

  /** The version of this conversation. A server of version N also speaks N-1. */
  public static final int PROTOCOL = 1;

  private NodeSync() {}

  /**
   * A node's whole state.
   *
   * @param protocol the version that the node speaks
   * @param boot random, new with every start of the node's process
   * @param sequence grows with every request of one boot; a request with a newer number makes the
   *     server answer an older one at once
   * @param parkMillis how long the server may keep the request if it has nothing new; 0: answer at
   *     once
   * @param slots how many leases the node runs side by side
   * @param leaving the node is about to stop: it takes nothing more and gives back all it holds
   * @param leases every lease that the node holds
   * @param reports every result that the server has not acknowledged yet, oldest first
   * @param facts what the node is and has; sent with the first request of a boot and when it
   *     changes
   * @param selfTest how the node's self-test went, while the farm has it in quarantine; null: it
   *     has not ended
   * @param clock the node's time in epoch milliseconds, so that a wrong one does no harm; null: it
   *     is taken to be right
   * @param host how the computer is; null: as it was
   */
  public record Request(
      int protocol,
      String boot,
      long sequence,
      long parkMillis,
      int slots,
      boolean leaving,
      List<HeldLease> leases,
      List<Report> reports,
      @Nullable Facts facts,
      @Nullable SelfTest selfTest,
      @Nullable Long clock,
      @Nullable Host host) {

    /** The state of a node that says nothing of its computer. */
    public Request(
        int protocol,
        String boot,
        long sequence,
        long parkMillis,
        int slots,
        boolean leaving,
        List<HeldLease> leases,
        List<Report> reports,
        @Nullable Facts facts,
        @Nullable SelfTest selfTest,
        @Nullable Long clock) {
      this(
          protocol,
          boot,
          sequence,
          parkMillis,
          slots,
          leaving,
          leases,
          reports,
          facts,
          selfTest,
          clock,
          null);
    }

    /** The state of a node that has not tested itself and whose clock is right. */
    public Request(
        int protocol,
        String boot,
        long sequence,
        long parkMillis,
        int slots,
        boolean leaving,
        List<HeldLease> leases,
        List<Report> reports,
        @Nullable Facts facts) {
      this(
          protocol,
          boot,
          sequence,
          parkMillis,
          slots,
          leaving,
          leases,
          reports,
          facts,
          null,
          null,
          null);
    }
  }

  /**
   * How a computer is. Soft: never kept.
   *
   * @param load how many processes want a processor, over a minute
   * @param memoryFree bytes that programs can have
   * @param cacheBytes what the node's cache of files holds
   * @param cacheLimit what it may hold
   * @param warm the sessions that are open; null: an older node, which does not say
   */
  public record Host(
      double load, long memoryFree, long cacheBytes, long cacheLimit, @Nullable List<Warm> warm) {}

  /**
   * An open session: what it has loaded need not be loaded for the next tasks of its job.
   *
   * @param job whose
   * @param name the job's
   * @param renderer such as {@code blender 3.4.1}, if known
   * @param since when it was opened, epoch milliseconds
   */
  public record Warm(String job, String name, @Nullable String renderer, long since) {}

  /**
   * How a self-test went.
   *
   * @param failure what went wrong, as a clause; null: it passed
   */
  public record SelfTest(@Nullable String failure) {}

  /**
   * A lease as the node sees it.
   *
   * @param lease the lease's id
   * @param started whether the node works on it; a prefetched one is not started
   * @param progress of the tasks under way
   */
  public record HeldLease(String lease, boolean started, List<Progress> progress) {}

  /**
   * How far a task is. Soft: never kept.
   *
   * @param index the task
   * @param percent 0 to 100
   * @param secondsLeft the renderer's own estimate, if it gave one
   * @param memoryBytes what the renderer uses, if known
   */
  public record Progress(
      int index, double percent, @Nullable Double secondsLeft, @Nullable Long memoryBytes) {}

  /**
   * The end of an attempt at one task.
   *
   * @param lease the lease that gave the right to it
   * @param index the task
   * @param generation which generation of the task was rendered
   * @param outcome {@code succeeded}, {@code failed}, or {@code cancelled}: given back without
   *     fault
   * @param files what the task made; already in the content store
   * @param log the digest of the attempt's log in the content store, if there is one
   * @param failure why it failed; only with {@code failed}
   * @param startedAt wall time at the node, epoch milliseconds
   * @param endedAt wall time at the node, epoch milliseconds
   * @param renderer what rendered it, such as {@code blender 3.4.1}, if known
   * @param memoryBytes the most memory seen, if known
   * @param device what the renderer computed on, if it said so
   * @param look what the node saw in the picture; only with {@code succeeded}, and if there is one
   */
  public record Report(
      String lease,
      int index,
      int generation,
      String outcome,
      List<OutputFile> files,
      @Nullable String log,
      @Nullable FailureInfo failure,
      long startedAt,
      long endedAt,
      @Nullable String renderer,
      @Nullable Long memoryBytes,
      @Nullable String device,
      @Nullable Look look) {}

  /**
   * What a picture looks like; shares are of all pixels, 0 to 1.
   *
   * @param path the file that was looked at, relative to the job's output folder
   * @param mean luminance, 0 to 1
   * @param black opaque and black
   * @param transparent entirely
   * @param pink of the colour that stands for a missing texture
   * @param grid the text form of a {@code PictureGrid}
   * @param preview the digest of a small picture in the content store; absent: there is none
   */
  public record Look(
      String path,
      int width,
      int height,
      double mean,
      double black,
      double transparent,
      double pink,
      String grid,
      @Nullable String preview) {}

  /**
   * One file that a task made.
   *
   * @param path relative to the job's output folder
   */
  public record OutputFile(String path, String digest, long size) {}

  /**
   * A failure.
   *
   * @param code stable, such as {@code frame-truncated}
   * @param message one plain sentence
   * @param retry {@code here}, {@code elsewhere} or {@code never}
   */
  public record FailureInfo(String code, String message, String retry) {}

  /**
   * What a node is and has.
   *
   * @param version the node's program version
   * @param os such as {@code linux}
   * @param cpus logical processors
   * @param memoryBytes of the machine
   * @param renderers what it can start
   * @param templates digests of the shipped templates that it runs
   * @param offer attributes and amounts, measured or set by its owner; absent: nothing is known
   * @param accepts how far jobs may go here, a word of {@code Permission}; absent: {@code scripts}
   * @param sandbox what jobs run in, such as {@code bubblewrap}, or {@code none: } and the reason;
   *     absent: not known
   */
  public record Facts(
      String version,
      String os,
      int cpus,
      long memoryBytes,
      List<Renderer> renderers,
      List<String> templates,
      @Nullable HostOffer offer,
      @Nullable String accepts,
      @Nullable String sandbox) {}

  /**
   * The state that the server wants.
   *
   * @param sequence of the request that this answers
   * @param state the node's state as the server sees it: {@code online}, {@code paused}, {@code
   *     draining}, {@code quarantined}
   * @param leases every lease that the node shall hold; one that it holds and is not listed is to
   *     be dropped
   * @param acks for every report of the request
   * @param heartbeatMillis the longest time between two requests while the node holds leases
   * @param parkMillis how long an idle node should let a request be kept
   * @param termMillis how long a lease lives without a request
   * @param archives the renderers that nodes fetch; null: an older server, which has none
   * @param notice something that the node's owner should know, as a clause; null: nothing
   * @param follow attempts of this node whose logs somebody follows; null: none
   * @param servers where all servers of the farm listen, {@code HOST:PORT}; null: there is one
   */
  public record Answer(
      long sequence,
      String state,
      List<WantedLease> leases,
      List<Ack> acks,
      long heartbeatMillis,
      long parkMillis,
      long termMillis,
      @Nullable List<Archives.Archive> archives,
      @Nullable String notice,
      @Nullable List<LiveLogs.Followed> follow,
      @Nullable List<String> servers) {}

  /**
   * A lease that the node shall hold.
   *
   * @param lease the id
   * @param wanted the task indexes still wanted, in the text form of {@code IndexRanges}
   * @param grant all the node needs to begin; only there if the node did not list the lease
   * @param hangMillis takes the place of the grant's; only there if it became known after the grant
   */
  public record WantedLease(
      String lease, String wanted, @Nullable Grant grant, @Nullable Long hangMillis) {

    /** A lease of which nothing has become known since it was granted. */
    public WantedLease(String lease, String wanted, @Nullable Grant grant) {
      this(lease, wanted, grant, null);
    }
  }

  /**
   * What a lease is about.
   *
   * @param job the job's id
   * @param jobName for people
   * @param step the step's number in the template, from 0
   * @param stepName the step's name
   * @param template the digest of the job's template
   * @param manifest the digest of the job's input manifest, if it has inputs
   * @param parameters the job's parameter values, as submitted
   * @param requirements the renderers that the job needs
   * @param inputs the newest outputs of the steps that this step depends on
   * @param tasks the tasks, ascending
   * @param environments digests of the environment templates around the job, outermost first; null:
   *     none
   * @param permission how far the job goes, a word of {@code Permission}; null: {@code templates}
   * @param frames what a person has changed of the frames since; null: nothing
   * @param limits how long its tasks may take; null: any time
   */
  public record Grant(
      String job,
      String jobName,
      int step,
      String stepName,
      String template,
      @Nullable String manifest,
      Map<String, String> parameters,
      List<Requirement> requirements,
      List<OutputFile> inputs,
      List<GrantedTask> tasks,
      @Nullable List<String> environments,
      @Nullable String permission,
      @Nullable Frames frames,
      @Nullable Times limits) {

    /** A grant of a job that nobody has changed, for tasks that may take any time. */
    public Grant(
        String job,
        String jobName,
        int step,
        String stepName,
        String template,
        @Nullable String manifest,
        Map<String, String> parameters,
        List<Requirement> requirements,
        List<OutputFile> inputs,
        List<GrantedTask> tasks,
        @Nullable List<String> environments,
        @Nullable String permission) {
      this(
          job,
          jobName,
          step,
          stepName,
          template,
          manifest,
          parameters,
          requirements,
          inputs,
          tasks,
          environments,
          permission,
          null,
          null);
    }
  }

  /**
   * Which frames a job has since a person changed them. Tasks keep their indexes: those of what was
   * added come after all others.
   *
   * @param added what each change added, as ranges
   * @param now all that are wanted now, as a range
   */
  public record Frames(List<String> added, String now) {}

  /**
   * How long a task may take.
   *
   * @param mostMillis what takes longer has failed; null: any time
   * @param hangMillis what takes longer and uses no processor meanwhile has failed; null: that is
   *     not known yet
   */
  public record Times(@Nullable Long mostMillis, @Nullable Long hangMillis) {}

  /**
   * One task of a lease.
   *
   * @param index the task
   * @param generation to be named in the report
   * @param attempt which try this is, from 1
   */
  public record GrantedTask(int index, int generation, int attempt) {}

  /**
   * What became of a report.
   *
   * @param lease the report's lease
   * @param index the report's task
   * @param generation the report's generation
   * @param verdict {@code recorded}; {@code repeated} and {@code stale}: drop it; {@code
   *     missing-files}: upload the named digests and report again
   * @param missing only with {@code missing-files}
   */
  public record Ack(
      String lease, int index, int generation, String verdict, List<String> missing) {}
}
