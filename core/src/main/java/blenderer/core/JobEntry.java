package blenderer.core;

import blenderer.model.JobPart;
import blenderer.model.JobState;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The live state of an unfinished job. */
final class JobEntry {

  private static final Account NOBODY = new Account("", new Account("", null));

  /** A job that ended and was not done. */
  record Spoiled(String id, JobState state) {}

  private Row.Job row;
  final List<StepEntry> steps = new ArrayList<>();

  /** Who is charged for it; set by {@link Farm#add}. */
  Account account = NOBODY;

  /** Slots that it has now; kept by {@link Farm#recount}. */
  int slots = 0;

  /** Ids of unfinished jobs that must be done first; kept by {@link Farm}. */
  final Set<String> waitsFor = new TreeSet<>();

  /** Whether it may get leases, and its account knows it; kept by {@link Farm#refresh}. */
  boolean joined = false;

  /** Whether it would miss its deadline at the pace it has. Kept by {@link Deadlines}. */
  boolean hurried = false;

  /** What of it is gone; only of finished jobs. */
  final Set<JobPart> cleaned = EnumSet.noneOf(JobPart.class);

  /** Nodes that got its files, or those of jobs with the same; shared with these. Soft. */
  Set<NodeEntry> holders = new LinkedHashSet<>();

  /** Which task made which path of late. */
  final MadePaths made = new MadePaths();

  JobEntry(Row.Job row) {
    this.row = row;
  }

  String id() {
    return row.id();
  }

  Row.Job row() {
    return row;
  }

  JobState state() {
    return row.state();
  }

  /** Where it stands among others: by its priority, and first in it if it would be late. */
  int rank() {
    return 2 * row.priority() + (hurried ? 1 : 0);
  }

  /** Whether new leases may be made of it. */
  boolean isActive() {
    return row.state() == JobState.WAITING || row.state() == JobState.RUNNING;
  }

  void state(JobState state, @Nullable String message, Now now) {
    Long started = row.startedAt();
    if (state == JobState.RUNNING && started == null) {
      started = now.wall();
    }
    replace(
        row.name(),
        row.priority(),
        state,
        started,
        state.isFinished() ? Long.valueOf(now.wall()) : null,
        message);
  }

  /** Says how the job stands; null: nothing. */
  void say(@Nullable String message) {
    replace(row.name(), row.priority(), row.state(), row.startedAt(), row.finishedAt(), message);
  }

  void change(@Nullable Integer priority, @Nullable String name) {
    replace(
        name == null ? row.name() : name,
        priority == null ? row.priority() : priority,
        row.state(),
        row.startedAt(),
        row.finishedAt(),
        row.message());
  }

  private void replace(
      String name,
      int priority,
      JobState state,
      @Nullable Long startedAt,
      @Nullable Long finishedAt,
      @Nullable String message) {
    row =
        new Row.Job(
            row.id(),
            name,
            row.owner(),
            row.project(),
            priority,
            state,
            row.submittedAt(),
            startedAt,
            finishedAt,
            message,
            row.template(),
            row.manifest(),
            row.parameters(),
            row.requirements(),
            row.settings(),
            List.of(),
            row.permission(),
            row.foreign(),
            row.environments(),
            row.terms());
  }

  void terms(Row.Terms terms) {
    row = row.withTerms(terms);
  }

  /** Whether the terms let it have one more slot. */
  boolean isFull() {
    Integer most = row.terms().slots();
    return most != null && slots >= most;
  }

  /** Whether it could get leases if there was room: it is active, and its time has come. */
  boolean isOpen(long wall) {
    Long notBefore = row.terms().notBefore();
    return isActive() && waitsFor.isEmpty() && (notBefore == null || notBefore <= wall);
  }
}
