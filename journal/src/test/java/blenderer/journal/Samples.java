package blenderer.journal;

import blenderer.core.Row;
import blenderer.model.Digest;
import blenderer.model.Failure;
import blenderer.model.Flag;
import blenderer.model.HostNeeds;
import blenderer.model.HostOffer;
import blenderer.model.IndexRanges;
import blenderer.model.JobState;
import blenderer.model.Look;
import blenderer.model.LookState;
import blenderer.model.NodeState;
import blenderer.model.Outcome;
import blenderer.model.Permission;
import blenderer.model.PictureGrid;
import blenderer.model.Renderer;
import blenderer.model.Requirement;
import blenderer.model.RetryClass;
import blenderer.model.StepState;
import blenderer.model.TaskState;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Rows to write in tests. */
final class Samples {

  private Samples() {}

  static Digest digest(String text) {
    return Digest.of(text.getBytes(java.nio.charset.StandardCharsets.UTF_8));
  }

  static Row.Job job(String id, JobState state) {
    return job(id, state, "ada", "film", List.of(digest("template"), digest("scene of " + id)));
  }

  static Row.Job job(String id, JobState state, String owner, String project, List<Digest> inputs) {
    return new Row.Job(
        id,
        "Häuser bei Nacht",
        owner,
        project,
        50,
        state,
        1_000,
        state == JobState.WAITING ? null : 2_000L,
        state.isFinished() ? 3_000L : null,
        state == JobState.FAILED ? "a frame failed" : null,
        digest("template"),
        digest("manifest"),
        Map.of("Scene", "shots/01 \"a\".blend", "Frames", "1-20"),
        List.of(new Requirement("blender", "3.4", List.of("cycles"))),
        Map.of("source", "C:\\work"),
        inputs,
        Permission.TEMPLATES,
        false,
        List.of(),
        new Row.Terms(
            4,
            5_000L,
            List.of("01other"),
            9_000L,
            3,
            60_000L,
            new Row.Frames(List.of("30-40", "1"), "1-5,30-40"),
            false,
            true,
            List.of("attr.farm.pool=fast")));
  }

  static Row.Job withoutInputs(Row.Job job) {
    return job(job.id(), job.state(), job.owner(), job.project(), List.of());
  }

  static Row.Step step(String job, int step, int size, StepState state) {
    return step(job, step, size, state, IndexRanges.empty());
  }

  static Row.Step step(String job, int step, int size, StepState state, IndexRanges withheld) {
    List<Integer> dependsOn = step == 0 ? List.of() : List.of(step - 1);
    return new Row.Step(
        job,
        step,
        "Render " + step,
        "Frame",
        size,
        5,
        10,
        dependsOn,
        state,
        withheld,
        Row.Plan.PLAIN,
        null);
  }

  /** The same step with tasks that a person left out. */
  static Row.Step omitting(Row.Step step, IndexRanges omitted) {
    return new Row.Step(
        step.job(),
        step.step(),
        step.name(),
        step.label(),
        step.size(),
        step.chunk(),
        step.run(),
        step.dependsOn(),
        step.state(),
        step.withheld(),
        new Row.Plan(
            HostNeeds.NONE, Row.Cut.TIMED, 2_000, IndexRanges.of(1), Row.Probe.NONE, omitted, 4096),
        null);
  }

  static Row.Task task(String job, int step, int index, TaskState state) {
    return task(job, step, index, 1, state, null);
  }

  static Row.Task task(
      String job, int step, int index, int generation, TaskState state, @Nullable String lease) {
    boolean failed = state == TaskState.FAILED;
    return new Row.Task(
        job,
        step,
        index,
        generation,
        state,
        failed ? 3 : 0,
        failed ? 1 : 0,
        lease,
        failed ? List.of("rack-1", "rack-2") : List.of(),
        failed ? failure() : null,
        4_000L,
        state.isFinished() ? 5_000L : null);
  }

  static Failure failure() {
    return new Failure("frame-truncated", "frame 7 ends too early", RetryClass.ELSEWHERE);
  }

  static Row.Lease lease(String id, String node, String job, int step, IndexRanges tasks) {
    return new Row.Lease(id, node, job, step, tasks, 4_000, false);
  }

  static Row.Attempt attempt(
      String lease, String job, int step, int index, int generation, Outcome outcome) {
    return attempt(lease, "rack-1", job, step, index, generation, outcome, 1_000);
  }

  static Row.Attempt attempt(
      String lease,
      String node,
      String job,
      int step,
      int index,
      int generation,
      Outcome outcome,
      long millis) {
    boolean failed = outcome == Outcome.FAILED;
    return new Row.Attempt(
        lease,
        job,
        step,
        index,
        generation,
        1,
        node,
        outcome,
        failed ? failure() : null,
        outcome == Outcome.LOST ? null : digest("log of " + lease + " " + index),
        4_000,
        4_000 + millis,
        failed ? null : "blender 3.4.1",
        failed ? null : 1L << 33,
        failed ? null : "CPU of " + node);
  }

  static Row.Look look(String job, int step, int index, int generation) {
    byte[] cells = new byte[PictureGrid.BYTES];
    Arrays.fill(cells, (byte) (100 + 10 * index));
    return new Row.Look(
        job,
        step,
        index,
        generation,
        new Look(
            "frames/" + index + ".exr",
            1920,
            1080,
            0.25,
            0.5,
            0.125,
            0,
            PictureGrid.of(cells),
            index % 2 == 0 ? null : digest("preview of " + job + step + index + generation)));
  }

  static Row.Judgement judgement(String job, int step, int index, int generation, LookState state) {
    boolean accepted = state == LookState.ACCEPTED;
    return new Row.Judgement(
        job,
        step,
        index,
        generation,
        state,
        state == LookState.FINE ? List.of() : List.of(new Flag("black-frame", "It is \"black\".")),
        accepted ? "ada" : null,
        accepted ? 6_000L : null);
  }

  static Row.Output output(String job, int step, int index, int generation) {
    String path = "frames/" + index + ".png";
    return new Row.Output(
        job, step, index, generation, path, digest(job + step + path + generation), 60_000, 5_000);
  }

  static Row.Output output(String job, int step, int index, int generation, String path) {
    Row.Output usual = output(job, step, index, generation);
    return new Row.Output(
        job, step, index, generation, path, usual.digest(), usual.size(), usual.committedAt());
  }

  static Row.Node node(String id, NodeState wish) {
    return new Row.Node(
        id,
        wish,
        2,
        "0.1.0",
        "linux",
        16,
        1L << 36,
        List.of(new Renderer("blender", "3.4.1", List.of("cycles", "denoise-oidn"))),
        List.of(digest("template")),
        wish == NodeState.PAUSED ? null : 6_000L,
        HostOffer.NONE,
        Permission.SCRIPTS,
        "",
        wish == NodeState.QUARANTINED ? "3 tasks failed here" : null,
        wish == NodeState.QUARANTINED ? 5_500L : null,
        wish == NodeState.PAUSED ? List.of("fast", "gpu") : null);
  }
}
