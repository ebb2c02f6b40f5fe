package blenderer.server.routes;

import blenderer.api.Films;
import blenderer.api.Jobs;
import blenderer.cas.ContentStore;
import blenderer.core.Event;
import blenderer.core.History;
import blenderer.core.Row;
import blenderer.journal.AccountStore.Identity;
import blenderer.model.Digest;
import blenderer.model.IndexRanges;
import blenderer.model.JobState;
import blenderer.model.Role;
import blenderer.server.http.Exchange;
import blenderer.server.http.HttpError;
import blenderer.server.scheduling.SchedulerLoop;
import blenderer.server.trust.Action;
import blenderer.server.trust.Gate;
import java.io.IOException;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Seeing and changing jobs. */
final class JobRoutes {

  private final History history;
  private final SchedulerLoop scheduler;
  private final ContentStore store;
  private final JobBlobs blobs;
  private final JobSpaces spaces;
  private final Views views;
  private final Gate gate;

  JobRoutes(
      History history,
      SchedulerLoop scheduler,
      ContentStore store,
      JobBlobs blobs,
      JobSpaces spaces,
      Views views,
      Gate gate) {
    this.history = history;
    this.scheduler = scheduler;
    this.store = store;
    this.blobs = blobs;
    this.spaces = spaces;
    this.views = views;
    this.gate = gate;
  }

  List<Endpoint> endpoints() {
    return List.of(
        new Endpoint("GET", "/v1/jobs", Action.SEE_FARM, this::list),
        new Endpoint("GET", "/v1/jobs/{id}", Action.SEE_FARM, this::see),
        new Endpoint("PATCH", "/v1/jobs/{id}", Action.RUN_JOBS, this::change),
        new Endpoint("DELETE", "/v1/jobs/{id}", Action.RUN_JOBS, this::delete),
        act("cancel", Event.Cancelled::new),
        act("pause", Event.Paused::new),
        act("resume", Event.Resumed::new),
        new Endpoint("POST", "/v1/jobs/{id}/approve", Action.RUN_JOBS, this::approve),
        new Endpoint("POST", "/v1/jobs/{id}/accept", Action.RUN_JOBS, this::accept),
        new Endpoint("POST", "/v1/jobs/{id}/retry", Action.RUN_JOBS, this::retry),
        new Endpoint("POST", "/v1/jobs/{id}/skip", Action.RUN_JOBS, this::skip),
        new Endpoint("GET", "/v1/jobs/{id}/why", Action.SEE_FARM, this::why));
  }

  private Endpoint act(String verb, Function<String, Event> event) {
    return new Endpoint(
        "POST",
        "/v1/jobs/{id}/" + verb,
        Action.RUN_JOBS,
        (exchange, caller) -> {
          String id = own(exchange, caller).id();
          Waiting.done(scheduler.act(event.apply(id)));
          answer(exchange, id);
        });
  }

  private void list(Exchange exchange, Identity caller) throws IOException {
    int limit = Query.limit(exchange);
    List<Jobs.Job> page =
        history
            .jobs(
                new History.JobFilter(
                    states(exchange),
                    Query.word(exchange, "owner", text -> text),
                    Query.word(exchange, "project", text -> text),
                    Query.word(exchange, "q", text -> text),
                    !exchange.query("traces").orElse("yes").equals("no")),
                Query.word(exchange, "after", text -> text),
                limit)
            .stream()
            .map(views::job)
            .toList();
    exchange.json(200, new Jobs.JobPage(page, page.size() < limit ? null : page.getLast().id()));
  }

  /** Words of states with commas between them; {@code open} and {@code finished} are several. */
  private static Set<JobState> states(Exchange exchange) {
    Set<JobState> states = EnumSet.noneOf(JobState.class);
    for (String word : exchange.query("state").orElse("").split(",", -1)) {
      for (JobState state : JobState.values()) {
        boolean several =
            (word.equals("open") && !state.isFinished())
                || (word.equals("finished") && state.isFinished());
        if (several || state.word().equals(word)) {
          states.add(state);
        }
      }
      boolean known =
          word.isEmpty()
              || word.equals("open")
              || word.equals("finished")
              || states.stream().anyMatch(state -> state.word().equals(word));
      if (!known) {
        throw Query.bad("state", word, "See openapi.yaml for what it takes.");
      }
    }
    return states;
  }

  private void see(Exchange exchange, Identity caller) throws IOException {
    exchange.json(200, views.job(find(history, exchange.param("id"))));
  }

  private void answer(Exchange exchange, String id) throws IOException {
    exchange.json(200, views.job(find(history, id)));
  }

  /** The job whose id is or starts with {@code prefix}. */
  static History.JobView find(History history, String prefix) {
    return switch (history.find(prefix)) {
      case History.Found.One(String id) -> history.job(id).orElseThrow(() -> notFound(prefix));
      case History.Found.None() -> throw notFound(prefix);
      case History.Found.Several(List<String> some) ->
          throw HttpError.of(
              409,
              "ambiguous-id",
              "Several jobs start with '" + prefix + "', such as " + String.join(", ", some) + ".",
              "Give more of the id.");
    };
  }

  static HttpError notFound(String id) {
    return HttpError.of(
        404, "job-not-found", "There is no job " + id + ".", "List the jobs to see their ids.");
  }

  private Row.Job own(Exchange exchange, Identity caller) {
    Row.Job job = find(history, exchange.param("id")).job();
    if (caller.role() != Role.ADMIN && !job.owner().equals(caller.name())) {
      throw gate.refuse(
          exchange,
          caller,
          "not-your-job",
          "Job '" + job.name() + "' belongs to '" + job.owner() + "'.",
          "Ask its owner or an admin.");
    }
    return job;
  }

  private void change(Exchange exchange, Identity caller) throws IOException {
    Jobs.Change change = exchange.json(Jobs.Change.class);
    if (change.priority() != null) {
      new PriorityCeiling(history).check(caller, change.priority());
    }
    if (change.name() != null) {
      JobSubmission.checkText("name", change.name(), 1);
    }
    Row.Job job = own(exchange, caller);
    Row.Terms terms =
        change.terms() == null ? null : new TermsCheck(history).changed(job, change.terms());
    List<String> pools =
        change.terms() == null || change.terms().pools() == null
            ? null
            : TermsCheck.pools(change.terms());
    String wanted = change.terms() == null ? null : change.terms().frames();
    Event.NewFrames frames = wanted == null ? null : new FrameChange(spaces).of(job, wanted);
    Waiting.done(
        scheduler.act(
            new Event.Changed(job.id(), change.priority(), change.name(), terms, frames, pools)));
    answer(exchange, job.id());
  }

  private void skip(Exchange exchange, Identity caller) throws IOException {
    String unwanted = Query.need(exchange.json(Films.Skip.class).frames(), "frames");
    Row.Job job = own(exchange, caller);
    FrameChange change = new FrameChange(spaces);
    Event.NewFrames frames = change.of(job, change.without(job, unwanted));
    Waiting.done(scheduler.act(new Event.Changed(job.id(), null, null, null, frames)));
    answer(exchange, job.id());
  }

  /** Frees what nothing else needs; what was looked for or uploaded within a day stays a day. */
  private void delete(Exchange exchange, Identity caller) throws IOException {
    String id = own(exchange, caller).id();
    Set<Digest> digests = blobs.digestsOf(id);
    Waiting.done(scheduler.act(new Event.Deleted(id)));
    store.delete(blobs.unreferenced(digests));
    exchange.empty(204);
  }

  private void retry(Exchange exchange, Identity caller) throws IOException {
    Jobs.Retry retry = exchange.json(Jobs.Retry.class);
    Row.Job job = own(exchange, caller);
    Tasks tasks = tasks(job, retry.step(), retry.frames());
    boolean flagged = Boolean.TRUE.equals(retry.flagged());
    Waiting.done(
        scheduler.act(new Event.Retried(job.id(), tasks.step(), tasks.indexes(), flagged)));
    answer(exchange, job.id());
  }

  private void approve(Exchange exchange, Identity caller) throws IOException {
    String id = own(exchange, caller).id();
    Waiting.done(scheduler.act(new Event.Approved(id, caller.name())));
    answer(exchange, id);
  }

  private void accept(Exchange exchange, Identity caller) throws IOException {
    Jobs.Accept accept = exchange.json(Jobs.Accept.class);
    Row.Job job = own(exchange, caller);
    Tasks tasks = tasks(job, accept.step(), accept.frames());
    Waiting.done(
        scheduler.act(new Event.Accepted(job.id(), tasks.step(), tasks.indexes(), caller.name())));
    answer(exchange, job.id());
  }

  /** Which tasks a person means; null: every step, every task. */
  private record Tasks(@Nullable Integer step, @Nullable IndexRanges indexes) {}

  private Tasks tasks(Row.Job job, @Nullable String stepName, @Nullable String frames)
      throws IOException {
    History.JobView view = find(history, job.id());
    Integer step = step(view, stepName);
    if (frames == null) {
      return new Tasks(step, null);
    }
    if (step == null) {
      if (view.steps().size() > 1) {
        throw HttpError.of(
            422,
            "step-missing",
            "Job '" + job.name() + "' has several steps.",
            "Say which step's tasks you mean.");
      }
      step = 0;
    }
    int size = view.steps().get(step).step().size();
    return new Tasks(step, spaces.indexes(job, step, size, frames));
  }

  /** The number of the step of that name; null stays null. */
  static @Nullable Integer step(History.JobView view, @Nullable String name) {
    if (name == null) {
      return null;
    }
    for (History.StepView step : view.steps()) {
      if (step.step().name().equals(name)) {
        return step.step().step();
      }
    }
    throw HttpError.of(
        422,
        "step-unknown",
        "Job '" + view.job().name() + "' has no step '" + name + "'.",
        "Look at the job to see its steps.");
  }

  private void why(Exchange exchange, Identity caller) throws IOException {
    History.JobView view = find(history, exchange.param("id"));
    String id = view.job().id();
    exchange.json(200, new Jobs.Why(id, Waiting.reply(scheduler.why(id), 0)));
  }
}
