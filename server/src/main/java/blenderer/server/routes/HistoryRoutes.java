package blenderer.server.routes;

import blenderer.api.Jobs;
import blenderer.core.History;
import blenderer.core.Row;
import blenderer.journal.AccountStore.Identity;
import blenderer.model.IndexRanges;
import blenderer.model.LookState;
import blenderer.model.TaskState;
import blenderer.server.http.Exchange;
import blenderer.server.http.HttpError;
import blenderer.server.scheduling.EventFeed;
import blenderer.server.trust.Action;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Tasks, attempts and outputs of a job, in pages. */
final class HistoryRoutes {

  private static final int LONGEST_WAIT_SECONDS = 25;

  private final History history;
  private final JobSpaces spaces;
  private final Views views;
  private final EventFeed feed;

  HistoryRoutes(History history, JobSpaces spaces, Views views, EventFeed feed) {
    this.history = history;
    this.spaces = spaces;
    this.views = views;
    this.feed = feed;
  }

  List<Endpoint> endpoints() {
    return List.of(
        new Endpoint("GET", "/v1/jobs/{id}/tasks", Action.SEE_FARM, this::tasks),
        new Endpoint("GET", "/v1/jobs/{id}/frames", Action.SEE_FARM, this::frames),
        new Endpoint("GET", "/v1/jobs/{id}/attempts", Action.SEE_FARM, this::attempts),
        new Endpoint("GET", "/v1/jobs/{id}/outputs", Action.SEE_FARM, this::outputs));
  }

  private History.TaskFilter filter(Exchange exchange, History.JobView view) throws IOException {
    return places(exchange, view, Query.word(exchange, "state", TaskState::ofWord));
  }

  private History.TaskFilter places(
      Exchange exchange, History.JobView view, @Nullable TaskState state) throws IOException {
    Integer step = JobRoutes.step(view, Query.word(exchange, "step", text -> text));
    String frames = Query.word(exchange, "frames", text -> text);
    IndexRanges indexes = null;
    if (frames != null) {
      if (step == null && view.steps().size() > 1) {
        throw HttpError.of(
            422,
            "step-missing",
            "Job '" + view.job().name() + "' has several steps.",
            "Say which step's frames you mean.");
      }
      step = step == null ? 0 : step;
      indexes = spaces.indexes(view.job(), step, view.steps().get(step).step().size(), frames);
    }
    return new History.TaskFilter(step, indexes, state);
  }

  private void tasks(Exchange exchange, Identity caller) throws IOException {
    History.JobView view = JobRoutes.find(history, exchange.param("id"));
    Row.Job job = view.job();
    int limit = Query.limit(exchange);
    History.Place after = Query.word(exchange, "after", HistoryRoutes::place);
    List<Jobs.Task> page = new ArrayList<>();
    for (History.TaskView task : history.tasks(job.id(), filter(exchange, view), after, limit)) {
      page.add(views.task(job, task));
    }
    String next = page.size() < limit ? null : page.getLast().step() + "." + page.getLast().index();
    exchange.json(200, new Jobs.TaskPage(page, next));
  }

  private static History.Place place(String text) {
    int dot = text.indexOf('.');
    return new History.Place(
        Integer.parseInt(text.substring(0, Math.max(0, dot))),
        Integer.parseInt(text.substring(dot + 1)));
  }

  private void frames(Exchange exchange, Identity caller) throws IOException {
    History.JobView view = JobRoutes.find(history, exchange.param("id"));
    Row.Job job = view.job();
    int limit = Query.limit(exchange);
    History.Place after = Query.word(exchange, "after", HistoryRoutes::place);
    LookState state = Query.word(exchange, "state", LookState::ofWord);
    List<Jobs.Frame> page = new ArrayList<>();
    for (History.FrameView frame :
        history.frames(job.id(), places(exchange, view, null), state, after, limit)) {
      page.add(views.frame(job, frame));
    }
    String next = page.size() < limit ? null : page.getLast().step() + "." + page.getLast().index();
    exchange.json(200, new Jobs.FramePage(page, next));
  }

  private void attempts(Exchange exchange, Identity caller) throws IOException {
    History.JobView view = JobRoutes.find(history, exchange.param("id"));
    Row.Job job = view.job();
    int limit = Query.limit(exchange);
    long after = Query.number(exchange, "after", 0, 0, Long.MAX_VALUE);
    List<History.Numbered<Row.Attempt>> rows =
        history.attempts(job.id(), filter(exchange, view), after, limit);
    List<Jobs.Attempt> page = new ArrayList<>();
    for (History.Numbered<Row.Attempt> row : rows) {
      page.add(views.attempt(job, row.row()));
    }
    exchange.json(
        200,
        new Jobs.AttemptPage(
            page, rows.size() < limit ? null : Long.toString(rows.getLast().number())));
  }

  private void outputs(Exchange exchange, Identity caller) throws IOException {
    Row.Job job = JobRoutes.find(history, exchange.param("id")).job();
    int limit = Query.limit(exchange);
    long after = Query.number(exchange, "after", 0, 0, Long.MAX_VALUE);
    long wait = Query.number(exchange, "wait", 0, 0, LONGEST_WAIT_SECONDS);
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(wait);
    EventFeed.Position seen = feed.now();
    List<History.Numbered<History.OutputView>> rows = history.outputs(job.id(), after, limit + 1);
    while (rows.isEmpty() && !feed.isClosed() && System.nanoTime() < end && goesOn(job.id())) {
      seen = awaitJob(job.id(), seen, end);
      rows = history.outputs(job.id(), after, limit + 1);
    }
    boolean more = rows.size() > limit;
    rows = more ? rows.subList(0, limit) : rows;
    List<Jobs.Output> page = new ArrayList<>();
    for (History.Numbered<History.OutputView> row : rows) {
      page.add(views.output(job, row.row()));
    }
    long next = rows.isEmpty() ? after : rows.getLast().number();
    exchange.json(200, new Jobs.OutputPage(page, Long.toString(next), more));
  }

  private boolean goesOn(String job) {
    return history.job(job).map(view -> !view.job().state().isFinished()).orElse(false);
  }

  /** Waits until something about the job changed, or the time is over. */
  private EventFeed.Position awaitJob(String job, EventFeed.Position from, long end)
      throws IOException {
    EventFeed.Position position = from;
    EventFeed.Thing thing = new EventFeed.Thing("job", job);
    while (true) {
      long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
      if (left <= 0 || feed.isClosed()) {
        return position;
      }
      try {
        EventFeed.News news = feed.await(position, left);
        position = news.next();
        if (news.reset() || news.changes().stream().anyMatch(c -> c.thing().equals(thing))) {
          return position;
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IOException("interrupted", e);
      }
    }
  }
}
