package blenderer.server.routes;

import blenderer.api.Films;
import blenderer.cas.ContentStore;
import blenderer.core.Film;
import blenderer.core.History;
import blenderer.core.Row;
import blenderer.journal.AccountStore.Identity;
import blenderer.model.Digest;
import blenderer.model.IndexRanges;
import blenderer.model.LookState;
import blenderer.model.Manifest;
import blenderer.model.StepState;
import blenderer.model.TaskState;
import blenderer.server.http.Exchange;
import blenderer.server.http.HttpError;
import blenderer.server.scheduling.GridNews;
import blenderer.server.trust.Action;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A step's frames all at once: their states, times and pictures, and what a job was made of. */
final class FilmRoutes {

  private static final int MOST_TAKES = 20_000;
  private static final int MOST_INPUTS = 10_000;
  private static final long MOST_PREVIEW = 4L << 20;
  private static final String FOR_EVER = "private, max-age=31536000, immutable";

  private final History history;
  private final Film film;
  private final GridNews news;
  private final ContentStore store;
  private final JobSpaces spaces;

  FilmRoutes(History history, Film film, GridNews news, ContentStore store, JobSpaces spaces) {
    this.history = history;
    this.film = film;
    this.news = news;
    this.store = store;
    this.spaces = spaces;
  }

  List<Endpoint> endpoints() {
    return List.of(
        new Endpoint("GET", "/v1/jobs/{id}/grid", Action.SEE_FARM, this::grid),
        new Endpoint("GET", "/v1/jobs/{id}/film", Action.SEE_FARM, this::takes),
        new Endpoint("GET", "/v1/jobs/{id}/thumbnail", Action.SEE_FARM, this::thumbnail),
        new Endpoint(
            "GET", "/v1/jobs/{id}/frames/{step}/{index}/preview", Action.SEE_FARM, this::preview),
        new Endpoint(
            "GET", "/v1/jobs/{id}/frames/{step}/{index}/picture", Action.SEE_FARM, this::picture),
        new Endpoint("GET", "/v1/jobs/{id}/inputs", Action.SEE_FARM, this::inputs));
  }

  private void grid(Exchange exchange, Identity caller) throws IOException {
    Row.Job job = JobRoutes.find(history, exchange.param("id")).job();
    int step = (int) Query.number(exchange, "step", 0, 0, Integer.MAX_VALUE);
    long since = Query.number(exchange, "since", -1, 0, Long.MAX_VALUE);
    Optional<GridNews.News> fresh =
        since < 0 ? Optional.empty() : news.since(job.id(), step, since);
    if (fresh.isPresent()) {
      List<Films.Change> changes = new ArrayList<>();
      fresh
          .get()
          .letters()
          .forEach((index, letter) -> changes.add(new Films.Change(index, letter.toString())));
      exchange.json(200, new Films.Grid(fresh.get().revision(), step, "", 0, null, null, changes));
      return;
    }
    // Before the grid is read, so that nothing falls in between.
    news.follow(job.id());
    Film.Grid grid = film.grid(job.id(), step).orElseThrow(() -> noStep(job, step));
    news.knows(grid.step());
    exchange.json(
        200,
        new Films.Grid(
            grid.revision(),
            step,
            grid.step().label(),
            grid.step().size(),
            spaces.runs(job, step, grid.step().size()),
            letters(grid),
            null));
  }

  private static HttpError noStep(Row.Job job, int step) {
    return HttpError.of(
        404,
        "step-unknown",
        "Job '" + job.name() + "' has no step number " + step + ".",
        "Look at the job to see its steps.");
  }

  private static String letters(Film.Grid grid) {
    Row.Step step = grid.step();
    boolean waits = step.state() == StepState.BLOCKED || step.state() == StepState.INCOMPATIBLE;
    char[] letters = new char[step.size()];
    Arrays.fill(letters, GridNews.letter(waits ? TaskState.BLOCKED : TaskState.READY));
    fill(letters, step.withheld(), TaskState.CANCELLED);
    fill(letters, step.plan().omitted(), TaskState.SKIPPED);
    for (Map.Entry<Integer, TaskState> task : grid.tasks().entrySet()) {
      if (task.getKey() < letters.length) {
        letters[task.getKey()] = GridNews.letter(task.getValue());
      }
    }
    for (Map.Entry<Integer, LookState> look : grid.looks().entrySet()) {
      if (look.getKey() < letters.length) {
        letters[look.getKey()] = GridNews.letter(look.getValue());
      }
    }
    return new String(letters);
  }

  private static void fill(char[] letters, IndexRanges indexes, TaskState state) {
    for (IndexRanges.Run run : indexes.runs()) {
      int last = Math.min(run.last(), letters.length - 1);
      for (int index = run.first(); index <= last; index++) {
        letters[index] = GridNews.letter(state);
      }
    }
  }

  private void takes(Exchange exchange, Identity caller) throws IOException {
    Row.Job job = JobRoutes.find(history, exchange.param("id")).job();
    int step = (int) Query.number(exchange, "step", 0, 0, Integer.MAX_VALUE);
    long after = Query.number(exchange, "after", 0, 0, Long.MAX_VALUE);
    List<History.Numbered<Film.Take>> takes = film.takes(job.id(), step, after, MOST_TAKES + 1);
    boolean more = takes.size() > MOST_TAKES;
    takes = more ? takes.subList(0, MOST_TAKES) : takes;
    Map<String, Integer> nodes = new LinkedHashMap<>();
    List<Integer> indexes = new ArrayList<>();
    List<Integer> generations = new ArrayList<>();
    List<Double> seconds = new ArrayList<>();
    List<Integer> where = new ArrayList<>();
    List<Long> memory = new ArrayList<>();
    List<Integer> previews = new ArrayList<>();
    List<Integer> pictures = new ArrayList<>();
    for (History.Numbered<Film.Take> numbered : takes) {
      Film.Take take = numbered.row();
      indexes.add(take.index());
      generations.add(take.generation());
      seconds.add(Math.round(take.millis() / 10.0) / 100.0);
      where.add(nodes.computeIfAbsent(take.node(), _ -> nodes.size()));
      memory.add(take.memoryBytes() == null ? 0 : take.memoryBytes() >> 20);
      previews.add(take.preview() ? 1 : 0);
      pictures.add(take.picture() ? 1 : 0);
    }
    long next = takes.isEmpty() ? after : takes.getLast().number();
    exchange.json(
        200,
        new Films.Film(
            Long.toString(next),
            more,
            List.copyOf(nodes.keySet()),
            indexes,
            generations,
            seconds,
            where,
            memory,
            previews,
            pictures));
  }

  private void thumbnail(Exchange exchange, Identity caller) throws IOException {
    History.JobView view = JobRoutes.find(history, exchange.param("id"));
    Digest picture = view.thumbnail();
    if (picture == null) {
      throw noPreview("of job '" + view.job().name() + "'");
    }
    boolean same = exchange.query("v").orElse("").equals(token(picture));
    exchange.answerHeader("Cache-Control", same ? FOR_EVER : "private, no-cache");
    small(exchange, picture, "of job '" + view.job().name() + "'");
  }

  /** Changes with the picture. */
  static String token(Digest thumbnail) {
    return thumbnail.hex().substring(0, 16);
  }

  private static HttpError noPreview(String what) {
    return HttpError.of(
        404,
        "preview-not-found",
        "There is no preview " + what + ".",
        "List the job's frames to see which have one.");
  }

  private void small(Exchange exchange, Digest picture, String what) throws IOException {
    byte[] bytes = LeaseBlobs.bytes(store, picture, MOST_PREVIEW).orElse(null);
    String type = bytes == null ? "" : typeOf(bytes);
    if (bytes == null || type.isEmpty()) {
      throw noPreview(what);
    }
    exchange.send(200, type, bytes);
  }

  /** Told by its bytes: what a node uploads must not run as a page; empty: no picture. */
  private static String typeOf(byte[] bytes) {
    if (bytes.length > 8 && bytes[0] == (byte) 0x89 && bytes[1] == 'P' && bytes[2] == 'N') {
      return "image/png";
    }
    return bytes.length > 3 && bytes[0] == (byte) 0xFF && bytes[1] == (byte) 0xD8
        ? "image/jpeg"
        : "";
  }

  /** With the generation in the address it is the same for ever. */
  private static void cache(Exchange exchange, int generation, String what) {
    long wanted = Query.number(exchange, "generation", 0, 0, Integer.MAX_VALUE);
    if (wanted > 0 && wanted != generation) {
      throw noPreview(what + " in generation " + wanted);
    }
    exchange.answerHeader("Cache-Control", wanted > 0 ? FOR_EVER : "private, no-cache");
  }

  private void preview(Exchange exchange, Identity caller) throws IOException {
    Row.Job job = JobRoutes.find(history, exchange.param("id")).job();
    int step = Query.whole(exchange, "step");
    int index = Query.whole(exchange, "index");
    String what = "of task " + step + "." + index + " of job '" + job.name() + "'";
    Row.Look look =
        history
            .frames(
                job.id(), new History.TaskFilter(step, IndexRanges.of(index), null), null, null, 1)
            .stream()
            .findFirst()
            .map(History.FrameView::look)
            .orElse(null);
    Digest picture = look == null ? null : look.look().preview();
    if (look == null || picture == null) {
      throw noPreview(what);
    }
    cache(exchange, look.generation(), what);
    small(exchange, picture, what);
  }

  private void picture(Exchange exchange, Identity caller) throws IOException {
    Row.Job job = JobRoutes.find(history, exchange.param("id")).job();
    int step = Query.whole(exchange, "step");
    int index = Query.whole(exchange, "index");
    Row.Output file =
        history
            .tasks(job.id(), new History.TaskFilter(step, IndexRanges.of(index), null), null, 1)
            .stream()
            .flatMap(task -> task.files().stream())
            .filter(output -> Film.isShown(output.path()))
            .findFirst()
            .orElseThrow(
                () ->
                    HttpError.of(
                        404,
                        "no-picture",
                        "Task "
                            + step
                            + "."
                            + index
                            + " of job '"
                            + job.name()
                            + "' has no file that browsers show.",
                        "Take its preview, or download its files."));
    cache(exchange, file.generation(), "of task " + step + "." + index);
    BlobStream.send(exchange, store, file.digest(), file.size(), BlobStream.typeOf(file.path()));
  }

  private void inputs(Exchange exchange, Identity caller) throws IOException {
    Row.Job job = JobRoutes.find(history, exchange.param("id")).job();
    int after = (int) Query.number(exchange, "after", 0, 0, Integer.MAX_VALUE);
    int limit = (int) Query.number(exchange, "limit", MOST_INPUTS, 1, MOST_INPUTS);
    Digest digest = job.manifest();
    Manifest manifest = digest == null ? new Manifest(List.of()) : manifest(digest);
    List<Manifest.Entry> all = manifest.files();
    int end = (int) Math.min(all.size(), (long) after + limit);
    exchange.json(
        200,
        new Films.InputPage(
            all.subList(Math.min(after, end), end).stream()
                .map(file -> new Films.Input(file.path(), file.size(), file.digest().hex()))
                .toList(),
            all.size(),
            manifest.totalSize(),
            end < all.size() ? Integer.toString(end) : null));
  }

  private Manifest manifest(Digest digest) throws IOException {
    return LeaseBlobs.read(store, digest).orElseThrow(() -> BlobStream.notFound(digest));
  }
}
