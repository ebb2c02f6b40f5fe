package blenderer.server.routes;

import blenderer.api.Farm;
import blenderer.api.FarmFigures;
import blenderer.api.Jobs;
import blenderer.api.NodeSync;
import blenderer.core.Estimate;
import blenderer.core.History;
import blenderer.core.Row;
import blenderer.model.Digest;
import blenderer.model.Failure;
import blenderer.model.HostNeeds;
import blenderer.model.HostOffer;
import blenderer.model.Look;
import blenderer.model.LookState;
import blenderer.model.NodeState;
import blenderer.model.TaskState;
import blenderer.server.scheduling.LiveFarm;
import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Makes wire records of rows, with what is only known live put in. */
final class Views {

  private final LiveFarm farm;
  private final JobSpaces spaces;
  private final Estimates estimates;

  Views(History history, LiveFarm farm, JobSpaces spaces, InstantSource clock) {
    estimates = new Estimates(history, farm, clock);
    this.farm = farm;
    this.spaces = spaces;
  }

  Jobs.Job job(History.JobView view) {
    Row.Job job = view.job();
    Map<TaskState, Integer> all = new EnumMap<>(TaskState.class);
    List<Jobs.Step> steps = new ArrayList<>();
    for (History.StepView step : view.steps()) {
      step.tasks().forEach((state, count) -> all.merge(state, count, Integer::sum));
      steps.add(
          new Jobs.Step(
              step.step().step(),
              step.step().name(),
              step.step().state().word(),
              counts(step.tasks()),
              step.step().label(),
              step.step().message()));
    }
    Jobs.TaskCounts counts = counts(all);
    Estimate left = estimates.of(view, counts).orElse(null);
    Digest manifest = job.manifest();
    return new Jobs.Job(
        job.id(),
        job.name(),
        job.owner(),
        job.project(),
        job.priority(),
        job.state().word(),
        view.revision(),
        job.submittedAt(),
        job.startedAt(),
        job.finishedAt(),
        counts,
        steps,
        job.message(),
        left == null ? null : left.middle(),
        job.template().hex(),
        manifest == null ? null : manifest.hex(),
        job.parameters(),
        job.requirements(),
        job.settings(),
        job.permission().word(),
        job.environments().stream().map(Digest::hex).toList(),
        terms(job.terms(), pools(view)),
        view.flagged(),
        probe(view),
        left == null ? null : left.low(),
        left == null ? null : left.high(),
        view.thumbnail() == null ? null : FilmRoutes.token(view.thumbnail()),
        view.cleaned().isEmpty() ? null : cleaned(view));
  }

  private static Map<String, Long> cleaned(History.JobView view) {
    Map<String, Long> words = new TreeMap<>();
    view.cleaned().forEach((part, at) -> words.put(part.word(), at));
    return words;
  }

  private static @Nullable List<String> pools(History.JobView view) {
    for (History.StepView step : view.steps()) {
      for (HostNeeds.Attribute need : step.step().plan().needs().attributes()) {
        if (need.name().equals(HostNeeds.POOL)) {
          return need.anyOf();
        }
      }
    }
    return null;
  }

  private static Jobs.@Nullable Terms terms(Row.Terms terms, @Nullable List<String> pools) {
    return terms.equals(Row.Terms.NONE) && pools == null
        ? null
        : new Jobs.Terms(
            null,
            terms.slots(),
            terms.notBefore(),
            terms.after().isEmpty() ? null : terms.after(),
            terms.finishBy(),
            terms.maxFailures(),
            seconds(terms.timeoutMillis()),
            terms.frames() == null ? null : terms.frames().now(),
            pools,
            terms.twins(),
            terms.preemptible(),
            terms.prefers());
  }

  private static @Nullable Integer seconds(@Nullable Long millis) {
    return millis == null ? null : Integer.valueOf(Math.toIntExact(millis / 1000));
  }

  private static @Nullable String probe(History.JobView view) {
    String word = null;
    for (History.StepView step : view.steps()) {
      Row.Probe probe = step.step().plan().probe();
      if (probe.hold()) {
        return "hold";
      }
      if (probe.preview()) {
        word = "preview";
      }
      if (!probe.first().isEmpty()) {
        word = probe.by() == null ? "first" : "approved";
      }
    }
    return word;
  }

  private static Jobs.TaskCounts counts(Map<TaskState, Integer> tasks) {
    int all = tasks.values().stream().mapToInt(Integer::intValue).sum();
    return new Jobs.TaskCounts(
        // What somebody took off the job is no part of it any more.
        all - tasks.getOrDefault(TaskState.SKIPPED, 0),
        tasks.getOrDefault(TaskState.READY, 0),
        tasks.getOrDefault(TaskState.LEASED, 0),
        tasks.getOrDefault(TaskState.DONE, 0),
        tasks.getOrDefault(TaskState.FAILED, 0),
        tasks.getOrDefault(TaskState.CANCELLED, 0),
        tasks.getOrDefault(TaskState.BLOCKED, 0));
  }

  Jobs.Task task(Row.Job job, History.TaskView view) throws IOException {
    Row.Task task = view.task();
    NodeSync.Progress progress =
        farm.lease(task.lease()).map(lease -> lease.progress().get(task.index())).orElse(null);
    return new Jobs.Task(
        task.step(),
        task.index(),
        spaces.item(job, task.step(), task.index()),
        task.generation(),
        task.state().word(),
        task.tries(),
        view.node(),
        failure(task.failure()),
        task.startedAt(),
        task.endedAt(),
        progress == null ? null : progress.percent(),
        progress == null ? null : progress.secondsLeft(),
        progress == null ? null : progress.memoryBytes(),
        view.files().stream().map(Views::file).toList(),
        farm.twinOf(task.job(), task.step(), task.index()).orElse(null));
  }

  static NodeSync.OutputFile file(Row.Output output) {
    return new NodeSync.OutputFile(output.path(), output.digest().hex(), output.size());
  }

  private static NodeSync.@Nullable FailureInfo failure(@Nullable Failure failure) {
    return failure == null
        ? null
        : new NodeSync.FailureInfo(failure.code(), failure.message(), failure.retry().word());
  }

  Jobs.Attempt attempt(Row.Job job, Row.Attempt attempt) throws IOException {
    Digest log = attempt.log();
    return new Jobs.Attempt(
        attempt.lease(),
        attempt.step(),
        attempt.index(),
        spaces.item(job, attempt.step(), attempt.index()),
        attempt.generation(),
        attempt.number(),
        attempt.node(),
        attempt.outcome().word(),
        failure(attempt.failure()),
        log == null ? null : log.hex(),
        attempt.startedAt(),
        attempt.endedAt(),
        attempt.renderer(),
        attempt.memoryBytes(),
        attempt.device());
  }

  NodeSync.@Nullable Host host(String node) {
    return farm.host(node).orElse(null);
  }

  FarmFigures.Attempt attemptOfNode(Row.Job job, Row.Attempt attempt) throws IOException {
    Digest log = attempt.log();
    return new FarmFigures.Attempt(
        job.id(),
        job.name(),
        attempt.step(),
        attempt.index(),
        spaces.item(job, attempt.step(), attempt.index()),
        attempt.outcome().word(),
        failure(attempt.failure()),
        log == null ? null : log.hex(),
        attempt.startedAt(),
        attempt.endedAt(),
        attempt.memoryBytes());
  }

  Jobs.Frame frame(Row.Job job, History.FrameView view) throws IOException {
    Row.Attempt attempt = view.attempt();
    Row.Look look = view.look();
    Row.Judgement judgement = view.judgement();
    LookState state = look == null ? null : judgement == null ? LookState.FINE : judgement.state();
    return new Jobs.Frame(
        attempt.step(),
        attempt.index(),
        spaces.item(job, attempt.step(), attempt.index()),
        attempt.generation(),
        attempt.node(),
        attempt.renderer(),
        attempt.device(),
        attempt.startedAt(),
        attempt.endedAt(),
        attempt.memoryBytes(),
        state == null ? null : state.word(),
        judgement == null
            ? List.of()
            : judgement.flags().stream()
                .map(flag -> new Jobs.Flag(flag.code(), flag.message()))
                .toList(),
        judgement == null ? null : judgement.by(),
        judgement == null ? null : judgement.at(),
        look == null ? null : look(look.look()));
  }

  private static NodeSync.Look look(Look look) {
    Digest preview = look.preview();
    return new NodeSync.Look(
        look.path(),
        look.width(),
        look.height(),
        look.mean(),
        look.black(),
        look.transparent(),
        look.pink(),
        look.grid().toString(),
        preview == null ? null : preview.hex());
  }

  Jobs.Output output(Row.Job job, History.OutputView view) throws IOException {
    Row.Output output = view.output();
    return new Jobs.Output(
        output.step(),
        output.index(),
        spaces.item(job, output.step(), output.index()),
        output.generation(),
        view.current(),
        output.path(),
        output.digest().hex(),
        output.size(),
        output.committedAt());
  }

  Farm.Node node(Row.Node node) throws IOException {
    return node(node, null);
  }

  /**
   * @param idle why it works on nothing, or on less than it could, if it was asked
   */
  Farm.Node node(Row.Node node, @Nullable String idle) throws IOException {
    List<String> now = new ArrayList<>();
    for (LiveFarm.Lease lease : farm.leasesOf(node.id())) {
      sentence(lease).ifPresent(now::add);
    }
    NodeState state = farm.state(node);
    return new Farm.Node(
        node.id(),
        node.id(),
        state.word(),
        node.slots(),
        now.size(),
        farm.seenAt(node.id()).orElse(node.seenAt()),
        node.version(),
        node.os(),
        node.cpus(),
        node.memoryBytes(),
        node.renderers(),
        now.stream().sorted().toList(),
        offer(node),
        node.accepts().word(),
        node.sandbox(),
        idle,
        node.message());
  }

  /** With the pools that count. */
  private static HostOffer offer(Row.Node node) {
    List<String> pools = node.pools();
    if (pools == null) {
      return node.offer();
    }
    Map<String, List<String>> attributes = new TreeMap<>(node.offer().attributes());
    attributes.put(HostNeeds.POOL, pools);
    return new HostOffer(node.offer().amounts(), attributes);
  }

  /** What a lease is at; empty for one that waits for its turn. */
  private Optional<String> sentence(LiveFarm.Lease lease) throws IOException {
    Optional<Row.Job> job = farm.unfinishedJob(lease.job());
    if (job.isEmpty() || lease.progress().isEmpty()) {
      return Optional.empty();
    }
    NodeSync.Progress newest = null;
    for (NodeSync.Progress progress : lease.progress().values()) {
      if (newest == null || progress.index() > newest.index()) {
        newest = progress;
      }
    }
    int index = newest == null ? lease.tasks().runs().getFirst().first() : newest.index();
    String label = farm.step(lease.job(), lease.step()).map(Row.Step::label).orElse("task");
    double percent = newest == null ? 0 : newest.percent();
    return Optional.of(
        String.format(
            Locale.ROOT,
            "%s %s of '%s' (%.0f %%)",
            label.isEmpty() ? "task" : label.toLowerCase(Locale.ROOT),
            spaces.item(job.get(), lease.step(), index),
            job.get().name(),
            percent));
  }
}
