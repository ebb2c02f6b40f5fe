package blenderer.api;

import blenderer.model.Requirement;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Jobs as people's commands and pages see them: {@code /v1/jobs}. Times are epoch milliseconds. */
public final class Jobs {

  private Jobs() {}

  /**
   * {@code POST /v1/jobs}; needs the header {@code Idempotency-Key}.
   *
   * @param name for people; empty: the template's own
   * @param project the project, default {@code default}
   * @param priority 0 to 100, higher first, default 50
   * @param template the digest of an Open Job Description template in the content store
   * @param manifest the digest of the manifest of the job's input files, if it has any
   * @param parameters values for the template's parameters
   * @param requirements the renderers that the job needs
   * @param settings what else the submitter wants remembered with the job (overrides, source paths)
   * @param environments digests of environment templates in the content store to be put around the
   *     job, outermost first; null: none
   * @param terms when it runs, and on how much of the farm; null: at once, and on the whole farm
   * @param probe {@code first}: the first, middle and last task of each step go before the others;
   *     {@code hold}: and the others wait until someone approves; {@code preview}: first, last,
   *     middle, and then always the middle of what is between; null: the plain order
   */
  public record Submit(
      String name,
      String project,
      int priority,
      String template,
      @Nullable String manifest,
      Map<String, String> parameters,
      List<Requirement> requirements,
      Map<String, String> settings,
      @Nullable List<String> environments,
      @Nullable Terms terms,
      @Nullable String probe) {

    /** The same with other terms. */
    public Submit on(@Nullable Terms others) {
      return with(others, probe);
    }

    /** The same with another probe. */
    public Submit probing(@Nullable String other) {
      return with(terms, other);
    }

    private Submit with(@Nullable Terms someTerms, @Nullable String someProbe) {
      return new Submit(
          name,
          project,
          priority,
          template,
          manifest,
          parameters,
          requirements,
          settings,
          environments,
          someTerms,
          someProbe);
    }

    /** A submission without terms and without a probe. */
    public Submit(
        String name,
        String project,
        int priority,
        String template,
        @Nullable String manifest,
        Map<String, String> parameters,
        List<Requirement> requirements,
        Map<String, String> settings,
        @Nullable List<String> environments) {
      this(
          name,
          project,
          priority,
          template,
          manifest,
          parameters,
          requirements,
          settings,
          environments,
          null,
          null);
    }

    /** A submission without external environments, terms and probe. */
    public Submit(
        String name,
        String project,
        int priority,
        String template,
        @Nullable String manifest,
        Map<String, String> parameters,
        List<Requirement> requirements,
        Map<String, String> settings) {
      this(name, project, priority, template, manifest, parameters, requirements, settings, null);
    }
  }

  /**
   * What a person may change of a job: when it runs, on how much of the farm, when it gives up, and
   * which frames it has.
   *
   * @param hold true: not before a person resumes it
   * @param slots the most slots at once; in a change 0: any number again; null: any number
   * @param notBefore nothing starts before that time; in a change 0: at once; null: at once
   * @param after ids of jobs that must be done first; null: none
   * @param finishBy the time by which it should be done; in a change 0: any; null: any
   * @param maxFailures the job stops when more of its tasks have failed; in a change -1: it goes
   *     on; null: it goes on
   * @param timeoutSeconds a task that takes longer has failed; in a change 0: it may take any time;
   *     null: its template alone says that
   * @param frames the frames from now on, as a range; not in a submission; null: those that were
   *     submitted
   * @param pools only nodes of one of these; in a change none: any node again; null: any node
   * @param twins whether an idle node may do what another is slow at; null: if the template ships
   * @param preemptible whether its slots go to jobs of any higher priority at the next task; null:
   *     no
   * @param prefer attributes of nodes that get it first, as {@code name=value}; in a change none:
   *     no more; null: none
   */
  public record Terms(
      @Nullable Boolean hold,
      @Nullable Integer slots,
      @Nullable Long notBefore,
      @Nullable List<String> after,
      @Nullable Long finishBy,
      @Nullable Integer maxFailures,
      @Nullable Integer timeoutSeconds,
      @Nullable String frames,
      @Nullable List<String> pools,
      @Nullable Boolean twins,
      @Nullable Boolean preemptible,
      @Nullable List<String> prefer) {

    /** The same with other frames. */
    public Terms withFrames(String others) {
      return new Terms(
          hold,
          slots,
          notBefore,
          after,
          finishBy,
          maxFailures,
          timeoutSeconds,
          others,
          pools,
          twins,
          preemptible,
          prefer);
    }

    /** The same, only on nodes of one of the pools. */
    public Terms in(@Nullable List<String> others) {
      return new Terms(
          hold,
          slots,
          notBefore,
          after,
          finishBy,
          maxFailures,
          timeoutSeconds,
          frames,
          others,
          twins,
          preemptible,
          prefer);
    }

    /** Nothing else is asked for. */
    public Terms(
        @Nullable Boolean hold,
        @Nullable Integer slots,
        @Nullable Long notBefore,
        @Nullable List<String> after) {
      this(hold, slots, notBefore, after, null, null, null, null, null, null, null, null);
    }
  }

  /**
   * A job.
   *
   * @param id ULID in lower case
   * @param owner the name of the person who submitted it
   * @param state a word of {@code JobState}
   * @param revision the journal's revision of this row
   * @param tasks how many tasks, over all steps
   * @param message a plain sentence about the state, if there is something to say
   * @param permission how far the job goes, a word of {@code Permission}
   * @param environments digests of the environment templates around it, outermost first
   * @param secondsLeft estimate from the tasks done so far; absent while there is none
   * @param secondsLeftLow one of ten jobs is done earlier; absent with the estimate
   * @param secondsLeftHigh one of ten jobs is done later; absent with the estimate
   * @param terms absent: at once, and on the whole farm
   * @param flagged how many pictures somebody has to look at
   * @param probe {@code first}, {@code hold} while the other tasks wait for approval, {@code
   *     approved}, {@code preview}; absent: nothing goes first
   * @param thumbnail changes with the picture at {@code /v1/jobs/{id}/thumbnail}; absent: none
   * @param cleaned which parts of it were cleaned up, and when; absent: it is whole
   */
  public record Job(
      String id,
      String name,
      String owner,
      String project,
      int priority,
      String state,
      long revision,
      long submittedAt,
      @Nullable Long startedAt,
      @Nullable Long finishedAt,
      TaskCounts tasks,
      List<Step> steps,
      @Nullable String message,
      @Nullable Double secondsLeft,
      String template,
      @Nullable String manifest,
      Map<String, String> parameters,
      List<Requirement> requirements,
      Map<String, String> settings,
      String permission,
      List<String> environments,
      @Nullable Terms terms,
      int flagged,
      @Nullable String probe,
      @Nullable Double secondsLeftLow,
      @Nullable Double secondsLeftHigh,
      @Nullable String thumbnail,
      @Nullable Map<String, Long> cleaned) {

    /** A job without a range of the time that is left. */
    public Job(
        String id,
        String name,
        String owner,
        String project,
        int priority,
        String state,
        long revision,
        long submittedAt,
        @Nullable Long startedAt,
        @Nullable Long finishedAt,
        TaskCounts tasks,
        List<Step> steps,
        @Nullable String message,
        @Nullable Double secondsLeft,
        String template,
        @Nullable String manifest,
        Map<String, String> parameters,
        List<Requirement> requirements,
        Map<String, String> settings,
        String permission,
        List<String> environments,
        @Nullable Terms terms,
        int flagged,
        @Nullable String probe) {
      this(
          id,
          name,
          owner,
          project,
          priority,
          state,
          revision,
          submittedAt,
          startedAt,
          finishedAt,
          tasks,
          steps,
          message,
          secondsLeft,
          template,
          manifest,
          parameters,
          requirements,
          settings,
          permission,
          environments,
          terms,
          flagged,
          probe,
          null,
          null,
          null,
          null);
    }
  }

  /** How many tasks stand where, without those taken off the job. {@code total} is their sum. */
  public record TaskCounts(
      int total, int ready, int leased, int done, int failed, int cancelled, int blocked) {}

  /**
   * A step of a job.
   *
   * @param label names the task parameter that a person calls a task by
   * @param message why it stands as it does, such as why it is incompatible; null: nothing to say
   */
  public record Step(
      int step,
      String name,
      String state,
      TaskCounts tasks,
      String label,
      @Nullable String message) {}

  /** A page of jobs; {@code next} goes into {@code ?after=} for the following one. */
  public record JobPage(List<Job> jobs, @Nullable String next) {}

  /**
   * A task that was leased at least once.
   *
   * @param item what a person calls it, such as the frame number
   * @param percent soft: progress of a leased task
   * @param twin the idle node that does it, too, since {@code node} is slow; null: none does
   */
  public record Task(
      int step,
      int index,
      String item,
      int generation,
      String state,
      int tries,
      @Nullable String node,
      NodeSync.@Nullable FailureInfo failure,
      @Nullable Long startedAt,
      @Nullable Long endedAt,
      @Nullable Double percent,
      @Nullable Double secondsLeft,
      @Nullable Long memoryBytes,
      List<NodeSync.OutputFile> files,
      @Nullable String twin) {

    /** A task that one node does. */
    public Task(
        int step,
        int index,
        String item,
        int generation,
        String state,
        int tries,
        @Nullable String node,
        NodeSync.@Nullable FailureInfo failure,
        @Nullable Long startedAt,
        @Nullable Long endedAt,
        @Nullable Double percent,
        @Nullable Double secondsLeft,
        @Nullable Long memoryBytes,
        List<NodeSync.OutputFile> files) {
      this(
          step,
          index,
          item,
          generation,
          state,
          tries,
          node,
          failure,
          startedAt,
          endedAt,
          percent,
          secondsLeft,
          memoryBytes,
          files,
          null);
    }
  }

  /** A page of tasks, ordered by step and index. */
  public record TaskPage(List<Task> tasks, @Nullable String next) {}

  /** One go at a task, newest last. {@code number} counts the tries of a generation from 1. */
  public record Attempt(
      String lease,
      int step,
      int index,
      String item,
      int generation,
      int number,
      String node,
      String outcome,
      NodeSync.@Nullable FailureInfo failure,
      @Nullable String log,
      long startedAt,
      long endedAt,
      @Nullable String renderer,
      @Nullable Long memoryBytes,
      @Nullable String device) {}

  /** Why somebody should look at a picture; {@code code} is stable. */
  public record Flag(String code, String message) {}

  /**
   * A finished result: the attempt that succeeded last, and its picture.
   *
   * @param state a word of {@code LookState}; absent without a picture
   * @param flags why it is or was flagged
   * @param acceptedBy who took a flagged picture as it is
   * @param look absent: there is no picture, or nobody looked
   */
  public record Frame(
      int step,
      int index,
      String item,
      int generation,
      String node,
      @Nullable String renderer,
      @Nullable String device,
      long startedAt,
      long endedAt,
      @Nullable Long memoryBytes,
      @Nullable String state,
      List<Flag> flags,
      @Nullable String acceptedBy,
      @Nullable Long acceptedAt,
      NodeSync.@Nullable Look look) {}

  /** A page of frames, ordered by step and index. */
  public record FramePage(List<Frame> frames, @Nullable String next) {}

  /**
   * {@code POST /v1/jobs/{id}/accept}: takes flagged pictures as they are.
   *
   * @param step the step's name; null: the only step, or all
   * @param frames a range expression over the items; null: all that are flagged
   */
  public record Accept(@Nullable String step, @Nullable String frames) {}

  /** A page of attempts. */
  public record AttemptPage(List<Attempt> attempts, @Nullable String next) {}

  /**
   * One file that a job made.
   *
   * @param current whether it belongs to the newest finished generation of its task
   */
  public record Output(
      int step,
      int index,
      String item,
      int generation,
      boolean current,
      String path,
      String digest,
      long size,
      long committedAt) {}

  /**
   * A page of outputs in the order of their commits; {@code next} is always there: asking again
   * with it tells what has come since.
   */
  public record OutputPage(List<Output> outputs, String next, boolean more) {}

  /**
   * {@code POST /v1/jobs/{id}/retry}.
   *
   * @param step the step's name; null: the only step, or all
   * @param frames a range expression over the items of the step's tasks; null: all failed and
   *     cancelled tasks, or all flagged ones
   * @param flagged true: of those only tasks whose picture is flagged
   */
  public record Retry(@Nullable String step, @Nullable String frames, @Nullable Boolean flagged) {}

  /**
   * {@code PATCH /v1/jobs/{id}}; what is null stays.
   *
   * @param terms of which {@code hold} is not looked at
   */
  public record Change(@Nullable Integer priority, @Nullable String name, @Nullable Terms terms) {

    /** A change of nothing else. */
    public Change(@Nullable Integer priority, @Nullable String name) {
      this(priority, name, null);
    }
  }

  /** {@code GET /v1/jobs/{id}/why}: why the job does not run, or not faster. */
  public record Why(String id, List<String> reasons) {}
}
