package blenderer.core;

import blenderer.model.IndexRanges;
import blenderer.model.StepState;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PrimitiveIterator;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The live state of a step. Each task is in exactly one of: {@code fresh}, {@code open}, {@code
 * done}, {@code failed}, {@code cancelled}, {@code skipped}, {@code withheld}, {@code omitted}.
 */
final class StepEntry {

  final JobEntry job;
  private Row.Step row;

  /** Tasks that were never leased and wait. */
  final IndexSet fresh = new IndexSet();

  /** Unfinished tasks with a row, by index. */
  final Map<Integer, TaskEntry> open = new HashMap<>();

  /** Those of {@code open} that may be leased now: ready ones, and those of late leases. */
  final TreeSet<Integer> again = new TreeSet<>();

  final IndexSet done = new IndexSet();
  final IndexSet failed = new IndexSet();
  final IndexSet cancelled = new IndexSet();
  final IndexSet skipped = new IndexSet();
  final IndexSet withheld = new IndexSet();

  /** Tasks without a row that a person left out. */
  final IndexSet omitted = new IndexSet();

  /** Generations above 1 of finished tasks. */
  final Map<Integer, Integer> generations = new HashMap<>();

  Cuts cuts;
  private final @Nullable PreviewOrder previews;
  final Pictures pictures;

  /** What it asks of a node; set by {@link Farm#add}. */
  Kind kind;

  /** Where it stands on the board; null: nowhere. Kept by {@link Board}. */
  Board.@Nullable Place place;

  /** Since when nodes leave it to better ones; -1: they do not. */
  long leftSince = -1;

  private final Durations durations = new Durations();
  final Weights weights = new Weights();

  /** How long succeeded tasks took together, and how many they were, since this was loaded. */
  private long observedMillis = 0;

  private long observedTasks = 0;

  StepEntry(JobEntry job, Row.Step row, LookLimits looks) {
    this.job = job;
    this.row = row;
    this.cuts = new Cuts(row);
    this.previews = row.plan().probe().preview() ? new PreviewOrder(row.size(), row.chunk()) : null;
    this.kind = new Kind(Kind.Asks.of(job.row(), row));
    this.pictures = new Pictures(looks, () -> this.row.size(), index -> !isTaskFinished(index));
    withheld.addAll(row.withheld());
    omitted.addAll(row.plan().omitted());
    fresh.addAll(IndexRanges.range(0, row.size() - 1));
    fresh.removeAll(row.withheld());
    fresh.removeAll(row.plan().omitted());
  }

  /** Takes over what the journal knows. */
  void restore(Journal.StepSnapshot snapshot) {
    done.addAll(snapshot.done());
    failed.addAll(snapshot.failed());
    cancelled.addAll(snapshot.cancelled());
    skipped.addAll(snapshot.skipped());
    for (IndexSet finished : List.of(done, failed, cancelled, skipped)) {
      fresh.removeAll(finished.toRanges());
    }
    generations.putAll(snapshot.generations());
    for (Row.Task task : snapshot.open()) {
      TaskEntry entry = new TaskEntry(this, task.index(), task.generation());
      entry.state = task.state();
      entry.tries = task.tries();
      entry.losses = task.losses();
      entry.triedOn = List.copyOf(task.triedOn());
      entry.failure = task.failure();
      entry.startedAt = task.startedAt();
      entry.heldBy = task.lease();
      fresh.remove(task.index());
      open.put(task.index(), entry);
    }
    if (!job.row().foreign()) {
      for (Journal.Looked looked : snapshot.looks()) {
        pictures.restore(
            looked.look().index(), new Pictures.Seen(looked.look(), looked.judgement()));
      }
    }
  }

  int number() {
    return row.step();
  }

  Row.Step row() {
    return row;
  }

  StepState state() {
    return row.state();
  }

  void state(StepState state) {
    state(state, null);
  }

  void state(StepState state, @Nullable String message) {
    row = with(state, message);
  }

  /** The row with the tasks that are withheld now. */
  Row.Step currentRow() {
    row = with(row.state(), row.message(), row.plan().withOmitted(omitted.toRanges()));
    return row;
  }

  /** It has more tasks from now on, and other borders between leases. */
  void grow(int size, int run, IndexRanges breaks) {
    if (size > row.size()) {
      fresh.addAll(IndexRanges.range(row.size(), size - 1));
    }
    row =
        new Row.Step(
            row.job(),
            row.step(),
            row.name(),
            row.label(),
            size,
            row.chunk(),
            run,
            row.dependsOn(),
            row.state(),
            row.withheld(),
            row.plan().withBreaks(breaks),
            row.message());
    cuts = new Cuts(row);
  }

  /** A person wants the tasks that waited for the first results. */
  void approve(String by) {
    row = with(row.state(), row.message(), row.plan().approved(by));
  }

  private Row.Step with(StepState state, @Nullable String message) {
    return with(state, message, row.plan());
  }

  private Row.Step with(StepState state, @Nullable String message, Row.Plan plan) {
    return new Row.Step(
        row.job(),
        row.step(),
        row.name(),
        row.label(),
        row.size(),
        row.chunk(),
        row.run(),
        row.dependsOn(),
        state,
        withheld.toRanges(),
        plan,
        message);
  }

  /** Whether all tasks but the first results wait for a person. */
  boolean isHeld() {
    return row.plan().probe().hold();
  }

  /** Whether the first results are there, and nothing goes on until a person has seen them. */
  boolean waitsForApproval() {
    return isHeld() && !isFinished() && open.isEmpty() && !fresh.isEmpty() && freshProbe() == 0;
  }

  boolean isProbe(int index) {
    return row.plan().probe().first().contains(index);
  }

  /** Whether a fresh task that is next gets a lease of its own. */
  boolean goesAlone(int index) {
    return isProbe(index) || nextPreview() == index;
  }

  private int nextPreview() {
    return previews == null ? -1 : previews.next(fresh::contains);
  }

  private int freshProbe() {
    int count = 0;
    PrimitiveIterator.OfInt first = row.plan().probe().first().iterator();
    while (first.hasNext()) {
      count += fresh.contains(first.nextInt()) ? 1 : 0;
    }
    return count;
  }

  /** The fresh task to lease next; -1: none may be. */
  int nextFresh() {
    PrimitiveIterator.OfInt first = row.plan().probe().first().iterator();
    while (first.hasNext()) {
      int index = first.nextInt();
      if (fresh.contains(index)) {
        return index;
      }
    }
    if (isHeld() || fresh.isEmpty()) {
      return -1;
    }
    int preview = nextPreview();
    return preview < 0 ? fresh.first() : preview;
  }

  boolean isFinished() {
    return switch (row.state()) {
      case DONE, FAILED, CANCELLED -> true;
      case BLOCKED, READY, RUNNING, INCOMPATIBLE -> false;
    };
  }

  /** A task has succeeded on the node and took so long. */
  void observe(long millis, Pace pace) {
    durations.add(millis);
    weights.observe(millis, pace);
    observedMillis += Math.max(0, millis);
    observedTasks++;
  }

  /** How long a task took so far; 0: none is known. */
  double meanMillis() {
    return observedTasks == 0 ? 0 : Math.max(1, (double) observedMillis / observedTasks);
  }

  /** Whether {@link #hangMillis} is told by what tasks of the step took. */
  boolean isTimed() {
    return durations.median() >= 0;
  }

  /** How long a task may take before it is looked at whether it hangs; null: for ever. */
  @Nullable Long hangMillis(FaultLimits limits) {
    long median = durations.median();
    if (median >= 0) {
      return Math.max(limits.hangLeastMillis(), limits.hangFactor() * median);
    }
    // What a command of a person's own may wait for is not known.
    return job.row().foreign() ? null : Long.valueOf(limits.hangUnknownMillis());
  }

  /** Only nodes of these pools from now on; none: any. */
  void pools(List<String> pools) {
    row =
        with(
            row.state(),
            row.message(),
            row.plan().withNeeds(row.plan().needs().inOtherPools(pools)));
  }

  /** A task ran out of less. */
  void learnMemory(long mib) {
    row = with(row.state(), row.message(), row.plan().withLeastMemory(mib));
  }

  /** The leases of an open task are others, or are late or no longer so. */
  void noteHands(TaskEntry task) {
    if (task.isInGoodHands()) {
      again.remove(task.index);
    } else {
      again.add(task.index);
    }
  }

  /** How many tasks could be leased now if a node fitted. */
  int leasable() {
    return (isHeld() ? freshProbe() : fresh.size()) + again.size();
  }

  /** The generation in which a finished task finished. */
  int finishedGeneration(int index) {
    return generations.getOrDefault(index, 1);
  }

  /** Whether the task needs nothing more. */
  boolean isTaskFinished(int index) {
    return done.contains(index)
        || failed.contains(index)
        || cancelled.contains(index)
        || skipped.contains(index)
        || withheld.contains(index)
        || omitted.contains(index);
  }
}
