package blenderer.sim;

import blenderer.core.Decision;
import blenderer.core.Event;
import blenderer.core.Journal;
import blenderer.core.MemoryJournal;
import blenderer.core.Now;
import blenderer.core.Row;
import blenderer.core.Settings;
import blenderer.model.Digest;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The server's shell around the scheduler, as a model: events come in batches, their rows are
 * committed in one transaction, and only then is anyone answered. It crashes where it is told to,
 * and its disk refuses and delays.
 */
final class FarmServer {

  /** Where a crash strikes, seen from the next commit. */
  enum CrashPoint {
    /** The events are applied, nothing is written. */
    BEFORE_COMMIT,
    /** All is written, nobody is told. */
    AFTER_COMMIT,
    /** All is written, some are told. */
    BETWEEN_ANSWERS,
    /** The disk refuses; the process lives on, read-only for a while. */
    COMMIT_FAILS
  }

  /** What a person hears of an action. */
  sealed interface Reply {
    record Verdict(Decision.Verdict verdict) implements Reply {}

    /** The store lacks these inputs. */
    record MissingInputs(Set<Digest> digests) implements Reply {}

    /** Read-only, or starting. */
    record Unavailable() implements Reply {}
  }

  /** A report's files are not there; it did not count. */
  record Missing(Event.Report report, Set<Digest> digests) {}

  /** What a node hears. */
  record NodeReply(Decision.Answer answer, List<Missing> missing) {}

  private record Sync(Event.Synced event, Consumer<NodeReply> reply) {}

  private record Act(Event event, Consumer<Reply> reply) {}

  private record Key(String node, String boot, long sequence) {}

  private record Waiting(Consumer<NodeReply> reply, List<Missing> missing) {}

  private static final int BATCH = 8;
  private static final long BACKOFF_MILLIS = 2_000;

  private final Timeline time;
  private final Settings settings;
  private final Parts parts;
  private final SplittableRandom random;
  private final MemoryJournal journal;
  private final Store store;
  private final Audit audit;
  private final long longestCommit;

  private @Nullable Brain brain;
  private int incarnation = 0;
  private long clockBase = 0;
  private long wallSkew = 0;
  private long revision = 0;
  private boolean busy = false;
  private boolean up = false;
  private @Nullable CrashPoint armed;
  private long armedDowntime = 0;
  private final ArrayDeque<Object> inbox = new ArrayDeque<>();
  private final Map<Key, ArrayDeque<Waiting>> parked = new HashMap<>();
  private final List<Row> rows = new ArrayList<>();
  private final List<Runnable> replies = new ArrayList<>();

  FarmServer(
      Timeline time,
      Settings settings,
      Parts parts,
      SplittableRandom random,
      MemoryJournal journal,
      Store store,
      Audit audit,
      long longestCommit) {
    this.time = time;
    this.settings = settings;
    this.parts = parts;
    this.random = random;
    this.journal = journal;
    this.store = store;
    this.audit = audit;
    this.longestCommit = longestCommit;
    start();
  }

  private Now now() {
    return new Now(clockBase + time.now(), 1_700_000_000_000L + time.now() + wallSkew);
  }

  /** People set the clock of the server's computer. */
  void turnClock(long millis) {
    wallSkew += millis;
  }

  private void start() {
    incarnation++;
    // A new process: its monotonic clock starts anywhere.
    clockBase = random.nextLong(1_000_000);
    up = true;
    load();
  }

  private void load() {
    Journal.Snapshot snapshot = parts.loaded(journal.load());
    revision = snapshot.revision();
    audit.loaded(snapshot);
    brain = parts.brain(settings, snapshot, "l" + incarnation + "x" + revision, now());
  }

  /** Ends the process now; it is started again after a while. */
  void crash(long downtime) {
    if (!up) {
      return;
    }
    up = false;
    busy = false;
    brain = null;
    incarnation++;
    inbox.clear();
    parked.clear();
    rows.clear();
    replies.clear();
    armed = null;
    audit.crashed();
    time.after(downtime, this::start);
  }

  /** Lets the next commit that writes something end like that. */
  void arm(CrashPoint point, long downtime) {
    armed = point;
    armedDowntime = downtime;
  }

  void disarm() {
    armed = null;
  }

  Optional<Brain> brain() {
    return Optional.ofNullable(brain);
  }

  void sync(Event.Synced event, Consumer<NodeReply> reply) {
    take(new Sync(event, reply));
  }

  void act(Event event, Consumer<Reply> reply) {
    take(new Act(event, reply));
  }

  void tick() {
    take(new Act(new Event.Tick(), _ -> {}));
  }

  private void take(Object work) {
    if (up) {
      inbox.add(work);
      wake();
    }
  }

  private void wake() {
    if (!busy && !inbox.isEmpty()) {
      busy = true;
      int mine = incarnation;
      time.after(
          1,
          () -> {
            if (mine == incarnation) {
              work();
            }
          });
    }
  }

  private void work() {
    for (int i = 0; i < BATCH && !inbox.isEmpty() && up; i++) {
      Object work = inbox.remove();
      if (brain == null) {
        if (work instanceof Act act) {
          act.reply().accept(new Reply.Unavailable());
        }
        continue;
      }
      switch (work) {
        case Sync sync -> apply(sync);
        case Act act -> apply(act);
        default -> throw new IllegalStateException();
      }
    }
    if (!up) {
      return;
    }
    if (rows.isEmpty() || brain == null) {
      answer();
      return;
    }
    if (!parts.answersAfterCommit()) {
      List.copyOf(replies).forEach(Runnable::run);
      replies.clear();
    }
    int mine = incarnation;
    time.after(
        1 + random.nextLong(longestCommit),
        () -> {
          if (mine == incarnation) {
            commit();
          }
        });
  }

  private void apply(Sync sync) {
    List<Missing> missing = new ArrayList<>();
    Event.Synced event = parts.looksForFiles() ? withFiles(sync.event(), missing) : sync.event();
    Key key = new Key(event.node(), event.boot(), event.sequence());
    parked.computeIfAbsent(key, _ -> new ArrayDeque<>(1)).add(new Waiting(sync.reply(), missing));
    decide(event);
  }

  /** Takes the reports out whose files are not there; the files of the others are held. */
  private Event.Synced withFiles(Event.Synced event, List<Missing> missing) {
    if (event.reports().isEmpty()) {
      return event;
    }
    List<Event.Report> good = new ArrayList<>();
    for (Event.Report report : event.reports()) {
      Set<Digest> needed = new LinkedHashSet<>();
      report.files().forEach(file -> needed.add(file.digest()));
      if (report.log() != null) {
        needed.add(report.log());
      }
      Set<Digest> lacking =
          audit.isLeased(report.lease(), event.node())
              ? store.missing(needed, time.now())
              : Set.of();
      if (lacking.isEmpty()) {
        good.add(report);
      } else {
        missing.add(new Missing(report, lacking));
      }
    }
    return missing.isEmpty()
        ? event
        : new Event.Synced(
            event.node(),
            event.boot(),
            event.sequence(),
            0,
            event.slots(),
            event.leaving(),
            event.held(),
            good,
            event.facts(),
            event.selfTest());
  }

  private void apply(Act act) {
    if (act.event() instanceof Event.Submitted submitted) {
      if (journal.wasSubmitted(submitted.job().id())) {
        // The same call again, by its idempotency key.
        act.reply().accept(new Reply.Verdict(new Decision.Verdict.Done()));
        return;
      }
      Set<Digest> missing = store.missing(submitted.job().inputs(), time.now());
      if (!missing.isEmpty()) {
        act.reply().accept(new Reply.MissingInputs(missing));
        return;
      }
    }
    Decision.Verdict verdict = decide(act.event());
    if (verdict instanceof Decision.Verdict.NotLoaded(String job)) {
      verdict = revive(job, act.event());
    }
    if (verdict == null) {
      act.reply().accept(new Reply.Unavailable());
      return;
    }
    Reply reply = new Reply.Verdict(verdict);
    replies.add(() -> act.reply().accept(reply));
  }

  /** The journal has to hold all that was decided before it is asked for a job. */
  private Decision.@Nullable Verdict revive(String job, Event event) {
    if (!rows.isEmpty() && !write()) {
      return null;
    }
    Optional<Journal.JobSnapshot> snapshot = journal.loadJob(job);
    if (snapshot.isEmpty()) {
      return new Decision.Verdict.Refused("job-not-found", "There is no job " + job + ".");
    }
    audit.revived(snapshot.get());
    decide(new Event.Revived(snapshot.get()));
    return decide(event);
  }

  private Decision.@Nullable Verdict decide(Event event) {
    Brain deciding = brain;
    if (deciding == null) {
      return null;
    }
    Decision decision = deciding.apply(event, now());
    audit.decided(event, decision, time.now());
    rows.addAll(decision.rows());
    for (Decision.Answer answer : decision.answers()) {
      Waiting waiting = take(answer);
      if (waiting != null) {
        replies.add(
            () -> {
              audit.told(answer);
              waiting.reply().accept(new NodeReply(answer, waiting.missing()));
            });
      }
    }
    return decision.verdict();
  }

  private @Nullable Waiting take(Decision.Answer answer) {
    Key key = new Key(answer.node(), answer.boot(), answer.sequence());
    ArrayDeque<Waiting> all = parked.get(key);
    if (all == null) {
      return null;
    }
    Waiting first = all.removeFirst();
    if (all.isEmpty()) {
      parked.remove(key);
    }
    return first;
  }

  /** Writes what was decided; returns false when the disk refused. */
  private boolean write() {
    List<Row> all = List.copyOf(rows);
    rows.clear();
    audit.writing(all);
    try {
      journal.commit(revision + 1, all);
    } catch (Journal.JournalException e) {
      fail();
      return false;
    }
    revision++;
    audit.committed(all, store);
    audit.closed();
    return true;
  }

  private void commit() {
    CrashPoint point = armed;
    armed = null;
    if (point == CrashPoint.BEFORE_COMMIT) {
      crash(armedDowntime);
      return;
    }
    if (point == CrashPoint.COMMIT_FAILS) {
      journal.failNextCommit();
    }
    if (!write()) {
      busy = false;
      wake();
      return;
    }
    if (point == CrashPoint.AFTER_COMMIT) {
      crash(armedDowntime);
      return;
    }
    if (point == CrashPoint.BETWEEN_ANSWERS) {
      List<Runnable> some = List.copyOf(replies.subList(0, (replies.size() + 1) / 2));
      some.forEach(Runnable::run);
      crash(armedDowntime);
      return;
    }
    answer();
  }

  private void answer() {
    List<Runnable> all = List.copyOf(replies);
    replies.clear();
    all.forEach(Runnable::run);
    busy = false;
    wake();
  }

  /** State and record may differ now: nobody is answered, and the scheduler is loaded anew. */
  private void fail() {
    brain = null;
    rows.clear();
    replies.clear();
    parked.clear();
    audit.crashed();
    int mine = incarnation;
    time.after(
        BACKOFF_MILLIS,
        () -> {
          if (mine == incarnation && up) {
            load();
          }
        });
  }
}
