package blenderer.core;

import blenderer.model.Digest;
import blenderer.model.Failure;
import blenderer.model.HostOffer;
import blenderer.model.IndexRanges;
import blenderer.model.JobState;
import blenderer.model.Outcome;
import blenderer.model.Permission;
import blenderer.model.Renderer;
import blenderer.model.Requirement;
import blenderer.model.RetryClass;
import blenderer.model.StepState;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A scheduler with a clock to turn and nodes that say what a test makes them say. */
final class TestFarm {

  static final Digest TEMPLATE = digest("template");
  static final Renderer BLENDER_34 = new Renderer("blender", "3.4.1", List.of("cycles"));

  final Settings settings = Settings.defaults();
  final Scheduler scheduler =
      new Scheduler(
          settings,
          new Journal.Snapshot(0, List.of(), List.of(), List.of(), List.of()),
          "l",
          new Now(0, 0));
  long clock = 0;
  final Map<String, Long> sequences = new HashMap<>();
  final List<Row> rows = new ArrayList<>();

  static Digest digest(String text) {
    return Digest.of(text.getBytes(StandardCharsets.UTF_8));
  }

  Now now() {
    return new Now(clock, 1_000_000 + clock);
  }

  Decision apply(Event event) {
    Decision decision = scheduler.apply(event, now());
    rows.addAll(decision.rows());
    return decision;
  }

  Decision tick(long millis) {
    clock += millis;
    return apply(new Event.Tick());
  }

  static Row.Job job(String id, int priority, Requirement... needs) {
    return job(id, "ann", "default", priority, needs);
  }

  static Row.Job job(String id, String owner, String project, int priority, Requirement... needs) {
    return new Row.Job(
        id,
        "shot " + id,
        owner,
        project,
        priority,
        JobState.WAITING,
        1,
        null,
        null,
        null,
        TEMPLATE,
        null,
        Map.of(),
        List.of(needs),
        Map.of(),
        List.of(TEMPLATE),
        Permission.TEMPLATES,
        false,
        List.of(),
        Row.Terms.NONE);
  }

  static Row.Step step(String job, int number, int size, int chunk, Integer... dependsOn) {
    return new Row.Step(
        job,
        number,
        "step" + number,
        "Frame",
        size,
        chunk,
        size,
        List.of(dependsOn),
        dependsOn.length == 0 ? StepState.READY : StepState.BLOCKED,
        IndexRanges.empty(),
        Row.Plan.PLAIN,
        null);
  }

  Decision submit(String id, int size, int chunk) {
    return apply(new Event.Submitted(job(id, 50), List.of(step(id, 0, size, chunk))));
  }

  static Event.Facts facts(String blender) {
    return new Event.Facts(
        "1",
        "linux",
        2,
        1L << 30,
        List.of(new Renderer("blender", blender, List.of("cycles"))),
        List.of(TEMPLATE),
        HostOffer.NONE,
        Permission.SCRIPTS,
        "");
  }

  /** A sync that is answered at once, if {@code park} is 0. */
  Decision sync(
      String node, String boot, long park, List<String> held, List<Event.Report> reports) {
    long sequence = sequences.merge(node, 1L, Long::sum);
    return apply(
        new Event.Synced(
            node,
            boot,
            sequence,
            park,
            1,
            false,
            held.stream().map(lease -> new Event.Held(lease, true)).toList(),
            reports,
            facts("3.4.1")));
  }

  List<Decision.Wanted> work(String node, String... held) {
    return answerOf(sync(node, "boot", 0, List.of(held), List.of()), node).leases();
  }

  static Decision.Answer answerOf(Decision decision, String node) {
    return decision.answers().stream()
        .filter(answer -> answer.node().equals(node))
        .reduce((first, second) -> second)
        .orElseThrow();
  }

  Decision.Receipt report(String node, Event.Report report) {
    return answerOf(sync(node, "boot", 0, List.of(), List.of(report)), node)
        .acks()
        .getFirst()
        .receipt();
  }

  static Event.Report done(String lease, int index, int generation) {
    return report(lease, index, generation, Outcome.SUCCEEDED, null);
  }

  static Event.Report failed(String lease, int index, int generation, RetryClass retry) {
    return report(
        lease, index, generation, Outcome.FAILED, new Failure("render-error", "it broke", retry));
  }

  static Event.Report report(
      String lease, int index, int generation, Outcome outcome, @Nullable Failure failure) {
    return new Event.Report(
        lease,
        index,
        generation,
        outcome,
        outcome == Outcome.SUCCEEDED
            ? List.of(new Event.File("f" + index, digest("f" + index), 1))
            : List.of(),
        null,
        failure,
        1,
        2,
        "blender 3.4.1",
        null,
        null,
        null);
  }

  <R extends Row> List<R> rows(Class<R> kind) {
    return rows.stream().filter(kind::isInstance).map(kind::cast).toList();
  }

  JobState stateOf(String job) {
    return rows(Row.Job.class).stream()
        .filter(row -> row.id().equals(job))
        .reduce((first, second) -> second)
        .orElseThrow()
        .state();
  }

  Row.Task task(String job, int index) {
    return rows(Row.Task.class).stream()
        .filter(row -> row.job().equals(job) && row.index() == index)
        .reduce((first, second) -> second)
        .orElseThrow();
  }
}
