package blenderer.core;

import blenderer.model.Digest;
import blenderer.model.IndexRanges;
import blenderer.model.JobPart;
import blenderer.model.LookState;
import blenderer.model.Outcome;
import blenderer.model.TaskState;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The record in memory: the twin of the one in SQL, for tests and simulations. Durable in nothing.
 * Safe for many threads. What it returns does not change with later commits.
 */
public final class MemoryJournal implements Journal, History, Film {

  /** What one job owns. {@code row} is null while only rows of its parts have come. */
  private static final class Entry {
    Row.@Nullable Job row;
    long revision;
    final Set<Digest> inputs = new TreeSet<>();
    final NavigableMap<Integer, Row.Step> steps = new TreeMap<>();
    final NavigableMap<Place, Row.Task> tasks = new TreeMap<>(BY_PLACE);
    final List<Numbered<Row.Attempt>> attempts = new ArrayList<>();
    final List<Numbered<Row.Output>> outputs = new ArrayList<>();
    final Map<Picture, Row.Look> looks = new HashMap<>();
    final Map<Picture, Row.Judgement> judgements = new HashMap<>();
    final Map<JobPart, Long> cleaned = new EnumMap<>(JobPart.class);
  }

  private record Picture(int step, int index, int generation) {}

  private static final Comparator<Place> BY_PLACE =
      Comparator.comparingInt(Place::step).thenComparingInt(Place::index);

  private final NavigableMap<String, Entry> entries = new TreeMap<>();
  private final NavigableMap<String, Row.Lease> leases = new TreeMap<>();
  private final NavigableMap<String, Row.Node> nodes = new TreeMap<>();
  private final NavigableMap<String, Row.Limit> limits = new TreeMap<>();
  private final Set<String> submitted = new HashSet<>();
  private final Set<Object> writtenOnce = new HashSet<>();
  private long revision;
  private long attemptNumber;
  private long outputNumber;
  private int commits;
  private int failures;

  /** Makes the next commit fail with nothing written; called twice, the next two. */
  public synchronized void failNextCommit() {
    failures++;
  }

  /** How many commits have succeeded. */
  public synchronized int commits() {
    return commits;
  }

  /** Whether a job of that id was ever written with its inputs, even if it is deleted since. */
  public synchronized boolean wasSubmitted(String job) {
    return submitted.contains(job);
  }

  /** Every digest that a job needs or made: inputs, outputs, logs. */
  public synchronized Set<Digest> digestsOf(String job) {
    Entry entry = entries.get(job);
    return entry == null || entry.row == null ? Set.of() : Set.copyOf(digests(entry));
  }

  /** Those of {@code digests} that no job needs or made. */
  public synchronized Set<Digest> unreferenced(Collection<Digest> digests) {
    Set<Digest> free = new HashSet<>(digests);
    for (Entry entry : entries.values()) {
      if (entry.row != null) {
        free.removeAll(digests(entry));
      }
    }
    return free;
  }

  private static Set<Digest> digests(Entry entry) {
    Set<Digest> all = new HashSet<>(entry.inputs);
    entry.outputs.forEach(output -> all.add(output.row().digest()));
    for (Numbered<Row.Attempt> attempt : entry.attempts) {
      if (attempt.row().log() != null) {
        all.add(attempt.row().log());
      }
    }
    for (Row.Look look : entry.looks.values()) {
      if (look.look().preview() != null) {
        all.add(look.look().preview());
      }
    }
    return all;
  }

  @Override
  public synchronized void commit(long revision, List<Row> rows) {
    if (failures > 0) {
      failures--;
      throw refused("the test wants this commit to fail");
    }
    if (revision <= this.revision) {
      throw refused("revision " + revision + " is not above " + this.revision);
    }
    Set<Object> once = new HashSet<>();
    for (Row row : rows) {
      Object key = onceKey(row);
      if (key != null && (writtenOnce.contains(key) || !once.add(key))) {
        throw refused("a row that is written once came again: " + key);
      }
    }
    writtenOnce.addAll(once);
    this.revision = revision;
    for (Row row : rows) {
      write(row);
    }
    commits++;
  }

  private static JournalException refused(String why) {
    return new JournalException("nothing was written: " + why, new IllegalStateException(why));
  }

  private static @Nullable Object onceKey(Row row) {
    return switch (row) {
      case Row.Attempt a -> List.of("attempt", a.lease(), a.index());
      case Row.Output o ->
          List.of("output", o.job(), o.step(), o.index(), o.generation(), o.path());
      case Row.Look l -> List.of("look", l.job(), l.step(), l.index(), l.generation());
      case Row.Job _,
          Row.Judgement _,
          Row.Step _,
          Row.Task _,
          Row.Lease _,
          Row.LeaseEnded _,
          Row.Node _,
          Row.Limit _,
          Row.Cleaned _,
          Row.JobDeleted _ ->
          null;
    };
  }

  private Entry entry(String job) {
    return entries.computeIfAbsent(job, _ -> new Entry());
  }

  private void write(Row row) {
    switch (row) {
      case Row.Job job -> writeJob(job);
      case Row.Step step -> entry(step.job()).steps.put(step.step(), step);
      case Row.Task task -> entry(task.job()).tasks.put(new Place(task.step(), task.index()), task);
      case Row.Lease lease -> leases.put(lease.id(), lease);
      case Row.LeaseEnded ended -> leases.remove(ended.id());
      case Row.Attempt attempt ->
          entry(attempt.job()).attempts.add(new Numbered<>(++attemptNumber, attempt));
      case Row.Output output ->
          entry(output.job()).outputs.add(new Numbered<>(++outputNumber, output));
      case Row.Look look ->
          entry(look.job())
              .looks
              .put(new Picture(look.step(), look.index(), look.generation()), look);
      case Row.Judgement judgement -> writeJudgement(judgement);
      case Row.Node node -> nodes.put(node.id(), node);
      case Row.Limit limit -> {
        if (limit.count() == null) {
          limits.remove(limit.name());
        } else {
          limits.put(limit.name(), limit);
        }
      }
      case Row.Cleaned cleaned -> clean(cleaned);
      case Row.JobDeleted deleted -> {
        entries.remove(deleted.id());
        leases.values().removeIf(lease -> lease.job().equals(deleted.id()));
      }
    }
  }

  /** What the job is called, and by which template, stays known. */
  private void clean(Row.Cleaned cleaned) {
    Entry entry = entries.get(cleaned.job());
    if (entry == null || entry.row == null || !entry.row.state().isFinished()) {
      return;
    }
    entry.cleaned.put(cleaned.part(), cleaned.at());
    switch (cleaned.part()) {
      case SCENES -> entry.inputs.retainAll(kept(entry.row));
      case FRAMES -> entry.outputs.clear();
      case LOGS -> entry.attempts.replaceAll(MemoryJournal::withoutLog);
    }
  }

  private static Set<Digest> kept(Row.Job job) {
    Set<Digest> kept = new HashSet<>(job.environments());
    kept.add(job.template());
    if (job.manifest() != null) {
      kept.add(job.manifest());
    }
    return kept;
  }

  private static Numbered<Row.Attempt> withoutLog(Numbered<Row.Attempt> numbered) {
    Row.Attempt a = numbered.row();
    return new Numbered<>(
        numbered.number(),
        new Row.Attempt(
            a.lease(),
            a.job(),
            a.step(),
            a.index(),
            a.generation(),
            a.number(),
            a.node(),
            a.outcome(),
            a.failure(),
            null,
            a.startedAt(),
            a.endedAt(),
            a.renderer(),
            a.memoryBytes(),
            a.device()));
  }

  /** Every digest that a part of a job holds; null: those of its pictures made small. */
  public synchronized Set<Digest> digestsOf(String job, @Nullable JobPart part) {
    Entry entry = entries.get(job);
    Set<Digest> all = new HashSet<>();
    if (entry != null) {
      switch (part) {
        case SCENES -> all.addAll(entry.inputs);
        case FRAMES -> entry.outputs.forEach(output -> all.add(output.row().digest()));
        case LOGS ->
            entry.attempts.forEach(
                attempt -> {
                  if (attempt.row().log() != null) {
                    all.add(attempt.row().log());
                  }
                });
        case null ->
            entry.looks.values().stream()
                .flatMap(look -> Stream.ofNullable(look.look().preview()))
                .forEach(all::add);
      }
    }
    return all;
  }

  private void writeJudgement(Row.Judgement judgement) {
    Entry entry = entry(judgement.job());
    Picture picture = new Picture(judgement.step(), judgement.index(), judgement.generation());
    if (judgement.state() == LookState.FINE) {
      entry.judgements.remove(picture);
    } else if (entry.looks.containsKey(picture)) {
      entry.judgements.put(picture, judgement);
    }
  }

  private void writeJob(Row.Job job) {
    Entry entry = entry(job.id());
    if (!job.inputs().isEmpty()) {
      entry.inputs.addAll(job.inputs());
      submitted.add(job.id());
    }
    entry.revision = revision;
    entry.row =
        new Row.Job(
            job.id(),
            job.name(),
            job.owner(),
            job.project(),
            job.priority(),
            job.state(),
            job.submittedAt(),
            job.startedAt(),
            job.finishedAt(),
            job.message(),
            job.template(),
            job.manifest(),
            Collections.unmodifiableMap(new LinkedHashMap<>(job.parameters())),
            List.copyOf(job.requirements()),
            Collections.unmodifiableMap(new LinkedHashMap<>(job.settings())),
            List.of(),
            job.permission(),
            job.foreign(),
            List.copyOf(job.environments()),
            job.terms());
  }

  @Override
  public synchronized Snapshot load() {
    List<JobSnapshot> jobs = new ArrayList<>();
    for (Entry entry : entries.values()) {
      if (entry.row != null && !entry.row.state().isFinished()) {
        jobs.add(snapshot(entry.row, entry));
      }
    }
    return new Snapshot(
        revision,
        List.copyOf(jobs),
        List.copyOf(leases.values()),
        List.copyOf(nodes.values()),
        List.copyOf(limits.values()));
  }

  @Override
  public synchronized Optional<JobSnapshot> loadJob(String job) {
    Entry entry = entries.get(job);
    return entry == null || entry.row == null
        ? Optional.empty()
        : Optional.of(snapshot(entry.row, entry));
  }

  private static JobSnapshot snapshot(Row.Job row, Entry entry) {
    return new JobSnapshot(
        row,
        entry.steps.values().stream().map(step -> snapshot(step, entry)).toList(),
        Set.copyOf(entry.cleaned.keySet()),
        entry.attempts.stream()
            .skip(Math.max(0, entry.attempts.size() - RECENT))
            .map(Numbered::row)
            .toList());
  }

  private static StepSnapshot snapshot(Row.Step step, Entry entry) {
    Map<Integer, Integer> generations = new HashMap<>();
    List<Row.Task> open = new ArrayList<>();
    for (Row.Task task : tasksOf(entry, step.step())) {
      if (!task.state().isFinished()) {
        open.add(task);
      } else if (task.generation() > 1) {
        generations.put(task.index(), task.generation());
      }
    }
    return new StepSnapshot(
        step,
        inState(entry, step.step(), TaskState.DONE),
        inState(entry, step.step(), TaskState.FAILED),
        inState(entry, step.step(), TaskState.CANCELLED),
        inState(entry, step.step(), TaskState.SKIPPED),
        Map.copyOf(generations),
        List.copyOf(open),
        looks(step, entry));
  }

  private static List<Looked> looks(Row.Step step, Entry entry) {
    List<Looked> looks = new ArrayList<>();
    for (Row.Task task : tasksOf(entry, step.step())) {
      Picture picture = new Picture(task.step(), task.index(), task.generation());
      Row.Look look = entry.looks.get(picture);
      if (task.state() == TaskState.DONE && look != null) {
        looks.add(new Looked(look, entry.judgements.get(picture)));
      }
    }
    return List.copyOf(looks);
  }

  private static Collection<Row.Task> tasksOf(Entry entry, int step) {
    return entry
        .tasks
        .subMap(new Place(step, 0), true, new Place(step, Integer.MAX_VALUE), true)
        .values();
  }

  private static IndexRanges inState(Entry entry, int step, TaskState state) {
    return IndexRanges.of(
        tasksOf(entry, step).stream()
            .filter(task -> task.state() == state)
            .mapToInt(Row.Task::index)
            .toArray());
  }

  @Override
  public synchronized long revision() {
    return revision;
  }

  @Override
  public synchronized Found find(String prefix) {
    List<String> matches =
        entries.tailMap(prefix, true).entrySet().stream()
            .takeWhile(entry -> entry.getKey().startsWith(prefix))
            .filter(entry -> entry.getValue().row != null)
            .map(Map.Entry::getKey)
            .limit(5)
            .toList();
    if (matches.isEmpty()) {
      return new Found.None();
    }
    return matches.size() == 1 || matches.getFirst().equals(prefix)
        ? new Found.One(matches.getFirst())
        : new Found.Several(matches);
  }

  @Override
  public synchronized Optional<JobView> job(String id) {
    Entry entry = entries.get(id);
    return entry == null || entry.row == null
        ? Optional.empty()
        : Optional.of(view(entry.row, entry));
  }

  @Override
  public synchronized List<JobView> jobs(JobFilter filter, @Nullable String before, int limit) {
    NavigableMap<String, Entry> older = before == null ? entries : entries.headMap(before, false);
    List<JobView> page = new ArrayList<>();
    for (Entry entry : older.descendingMap().values()) {
      Row.Job job = entry.row;
      if (page.size() < limit
          && job != null
          && (filter.states().isEmpty() || filter.states().contains(job.state()))
          && (filter.owner() == null || filter.owner().equals(job.owner()))
          && (filter.project() == null || filter.project().equals(job.project()))
          && (filter.traces() || !"trace".equals(job.settings().get("purpose")))
          && (filter.text() == null || isAbout(job, filter.text().toLowerCase(Locale.ROOT)))) {
        page.add(view(job, entry));
      }
    }
    return List.copyOf(page);
  }

  private static boolean isAbout(Row.Job job, String text) {
    return job.id().startsWith(text)
        || Stream.of(job.name(), job.owner(), job.project())
            .anyMatch(one -> one.toLowerCase(Locale.ROOT).contains(text));
  }

  private static JobView view(Row.Job job, Entry entry) {
    List<StepView> steps = new ArrayList<>();
    for (Row.Step step : entry.steps.values()) {
      Map<TaskState, Integer> rows = new EnumMap<>(TaskState.class);
      tasksOf(entry, step.step()).forEach(task -> rows.merge(task.state(), 1, Integer::sum));
      steps.add(StepView.counting(step, rows));
    }
    long flagged =
        entry.judgements.values().stream()
            .filter(judgement -> judgement.state() == LookState.FLAGGED)
            .count();
    Digest thumbnail =
        entry.looks.values().stream()
            .filter(look -> look.look().preview() != null)
            .max(
                Comparator.comparingInt(Row.Look::step)
                    .thenComparingInt(Row.Look::index)
                    .thenComparingInt(Row.Look::generation))
            .map(look -> look.look().preview())
            .orElse(null);
    return new JobView(
        job,
        entry.revision,
        List.copyOf(steps),
        (int) flagged,
        thumbnail,
        Map.copyOf(entry.cleaned));
  }

  @Override
  public synchronized List<FrameView> frames(
      String job, TaskFilter filter, @Nullable LookState state, @Nullable Place after, int limit) {
    Entry entry = entries.get(job);
    if (entry == null || entry.row == null) {
      return List.of();
    }
    NavigableMap<Place, Row.Attempt> newest = new TreeMap<>(BY_PLACE);
    for (Numbered<Row.Attempt> numbered : entry.attempts) {
      Row.Attempt attempt = numbered.row();
      if (attempt.outcome() == Outcome.SUCCEEDED) {
        newest.merge(
            new Place(attempt.step(), attempt.index()),
            attempt,
            (old, now) -> now.generation() >= old.generation() ? now : old);
      }
    }
    List<FrameView> page = new ArrayList<>();
    for (Row.Attempt attempt : (after == null ? newest : newest.tailMap(after, false)).values()) {
      Picture picture = new Picture(attempt.step(), attempt.index(), attempt.generation());
      Row.Look look = entry.looks.get(picture);
      Row.Judgement judgement = entry.judgements.get(picture);
      LookState now = judgement == null ? LookState.FINE : judgement.state();
      if (page.size() < limit
          && filter.admits(attempt.step(), attempt.index())
          && (state == null || (look != null && now == state))) {
        page.add(new FrameView(attempt, look, judgement));
      }
    }
    return List.copyOf(page);
  }

  @Override
  public synchronized Optional<Grid> grid(String job, int step) {
    Entry entry = entries.get(job);
    Row.Step row = entry == null || entry.row == null ? null : entry.steps.get(step);
    if (entry == null || row == null) {
      return Optional.empty();
    }
    Map<Integer, TaskState> tasks = new HashMap<>();
    Map<Integer, LookState> looks = new HashMap<>();
    for (Row.Task task : tasksOf(entry, step)) {
      tasks.put(task.index(), task.state());
      Row.Judgement judgement =
          entry.judgements.get(new Picture(step, task.index(), task.generation()));
      if (task.state() == TaskState.DONE && judgement != null) {
        looks.put(task.index(), judgement.state());
      }
    }
    return Optional.of(new Grid(revision, row, tasks, looks));
  }

  @Override
  public synchronized List<Numbered<Take>> takes(String job, int step, long after, int limit) {
    Entry entry = entries.get(job);
    if (entry == null || entry.row == null) {
      return List.of();
    }
    List<Numbered<Take>> takes = new ArrayList<>();
    for (Numbered<Row.Attempt> numbered : entry.attempts) {
      Row.Attempt attempt = numbered.row();
      if (numbered.number() > after
          && takes.size() < limit
          && attempt.step() == step
          && attempt.outcome() == Outcome.SUCCEEDED) {
        takes.add(new Numbered<>(numbered.number(), take(attempt, entry)));
      }
    }
    return takes;
  }

  @Override
  public synchronized List<Row.Attempt> newestOf(String node, int limit) {
    return entries.values().stream()
        .filter(entry -> entry.row != null)
        .flatMap(entry -> entry.attempts.stream())
        .filter(attempt -> attempt.row().node().equals(node))
        .sorted(
            Comparator.comparingLong((Numbered<Row.Attempt> attempt) -> attempt.row().endedAt())
                .thenComparingLong(Numbered::number)
                .reversed())
        .limit(limit)
        .map(Numbered::row)
        .toList();
  }

  private static Take take(Row.Attempt attempt, Entry entry) {
    Row.Look look =
        entry.looks.get(new Picture(attempt.step(), attempt.index(), attempt.generation()));
    return new Take(
        attempt.index(),
        attempt.generation(),
        attempt.node(),
        attempt.endedAt() - attempt.startedAt(),
        attempt.memoryBytes(),
        look != null && look.look().preview() != null,
        entry.outputs.stream()
            .map(Numbered::row)
            .anyMatch(
                output ->
                    output.step() == attempt.step()
                        && output.index() == attempt.index()
                        && output.generation() == attempt.generation()
                        && Film.isShown(output.path())));
  }

  @Override
  public synchronized List<TaskView> tasks(
      String job, TaskFilter filter, @Nullable Place after, int limit) {
    Entry entry = entries.get(job);
    if (entry == null || entry.row == null) {
      return List.of();
    }
    return (after == null ? entry.tasks : entry.tasks.tailMap(after, false))
        .values().stream()
            .filter(
                task ->
                    filter.admits(task.step(), task.index())
                        && (filter.state() == null || filter.state() == task.state()))
            .limit(limit)
            .map(task -> view(task, entry))
            .toList();
  }

  private TaskView view(Row.Task task, Entry entry) {
    int newest = newestResult(entry, task.step(), task.index());
    List<Row.Output> files =
        entry.outputs.stream()
            .map(Numbered::row)
            .filter(
                output ->
                    output.step() == task.step()
                        && output.index() == task.index()
                        && output.generation() == newest)
            .toList();
    return new TaskView(task, nodeOf(task, entry), files);
  }

  private @Nullable String nodeOf(Row.Task task, Entry entry) {
    Row.Lease lease = task.lease() == null ? null : leases.get(task.lease());
    if (lease != null) {
      return lease.node();
    }
    for (Numbered<Row.Attempt> attempt : entry.attempts.reversed()) {
      if (attempt.row().step() == task.step() && attempt.row().index() == task.index()) {
        return attempt.row().node();
      }
    }
    return null;
  }

  /** The newest generation of a task that ended well or has outputs; 0 if there is none. */
  private static int newestResult(Entry entry, int step, int index) {
    int newest = 0;
    for (Numbered<Row.Attempt> numbered : entry.attempts) {
      Row.Attempt attempt = numbered.row();
      if (attempt.step() == step
          && attempt.index() == index
          && attempt.outcome() == Outcome.SUCCEEDED) {
        newest = Math.max(newest, attempt.generation());
      }
    }
    for (Numbered<Row.Output> output : entry.outputs) {
      if (output.row().step() == step && output.row().index() == index) {
        newest = Math.max(newest, output.row().generation());
      }
    }
    return newest;
  }

  @Override
  public synchronized List<Row.Attempt> newestSucceeded(String job, int limit) {
    return attempts(job, new TaskFilter(null, null, null), 0, Integer.MAX_VALUE).reversed().stream()
        .map(Numbered::row)
        .filter(attempt -> attempt.outcome() == Outcome.SUCCEEDED)
        .limit(limit)
        .toList();
  }

  @Override
  public synchronized List<Numbered<Row.Attempt>> attempts(
      String job, TaskFilter filter, long after, int limit) {
    Entry entry = entries.get(job);
    if (entry == null || entry.row == null) {
      return List.of();
    }
    return entry.attempts.stream()
        .filter(
            attempt ->
                attempt.number() > after
                    && filter.admits(attempt.row().step(), attempt.row().index())
                    && taskIs(filter.state(), attempt.row(), entry))
        .limit(limit)
        .toList();
  }

  private static boolean taskIs(@Nullable TaskState state, Row.Attempt attempt, Entry entry) {
    if (state == null) {
      return true;
    }
    Row.Task task = entry.tasks.get(new Place(attempt.step(), attempt.index()));
    return task != null && task.state() == state;
  }

  @Override
  public synchronized List<Numbered<OutputView>> outputs(String job, long after, int limit) {
    Entry entry = entries.get(job);
    if (entry == null || entry.row == null) {
      return List.of();
    }
    List<Numbered<OutputView>> page = new ArrayList<>();
    for (Numbered<Row.Output> numbered : entry.outputs) {
      if (numbered.number() > after && page.size() < limit) {
        Row.Output output = numbered.row();
        boolean current = newestResult(entry, output.step(), output.index()) == output.generation();
        page.add(new Numbered<>(numbered.number(), new OutputView(output, current)));
      }
    }
    return List.copyOf(page);
  }

  @Override
  public synchronized List<Row.Output> madeAt(String job, String path) {
    return outputs(job, 0, Integer.MAX_VALUE).stream()
        .map(Numbered::row)
        .filter(view -> view.current() && view.output().path().equals(path))
        .map(OutputView::output)
        .toList();
  }

  @Override
  public synchronized long meanTaskMillis(String job) {
    Entry entry = entries.get(job);
    if (entry == null || entry.row == null) {
      return 0;
    }
    long sum = 0;
    long count = 0;
    for (Numbered<Row.Attempt> attempt : entry.attempts) {
      if (attempt.row().outcome() == Outcome.SUCCEEDED) {
        sum += attempt.row().endedAt() - attempt.row().startedAt();
        count++;
      }
    }
    return count == 0 ? 0 : sum / count;
  }

  @Override
  public synchronized List<Row.Node> nodes() {
    return List.copyOf(nodes.values());
  }

  @Override
  public synchronized List<Row.Limit> limits() {
    return List.copyOf(limits.values());
  }

  @Override
  public void close() {}
}
