package blenderer.server.scheduling;

import blenderer.core.Decision;
import blenderer.core.Event;
import blenderer.core.Journal;
import blenderer.core.Now;
import blenderer.core.Row;
import blenderer.core.Scheduler;
import blenderer.core.Settings;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The scheduler's thread: takes a batch of events from a bounded queue, applies them, commits all
 * their rows in one transaction, publishes them, and only then completes the replies.
 *
 * <p>When a commit fails, nothing is answered as done: every reply fails with {@link Unavailable},
 * the core is thrown away, and the server is read-only until a write succeeds and the core is
 * loaded anew.
 *
 * <p>Where several servers share a journal, one of them schedules at a time. The others' threads
 * follow what it commits, and publish it; all else they refuse.
 */
public final class SchedulerLoop implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(SchedulerLoop.class);
  private static final int QUEUE = 8192;
  private static final int BATCH = 1_024;
  private static final long FIRST_BACKOFF_MILLIS = 100;
  private static final long LONGEST_BACKOFF_MILLIS = 5_000;

  private sealed interface Work {
    record Act(Event event, CompletableFuture<Decision.Verdict> reply) implements Work {}

    record Sync(Event.Synced event, CompletableFuture<Decision.Answer> reply) implements Work {}

    record Why(String job, CompletableFuture<List<String>> reply) implements Work {}

    record WhyIdle(CompletableFuture<Map<String, String>> reply) implements Work {}

    record CatchUp(CompletableFuture<Boolean> reply) implements Work {}

    record Lead() implements Work {}

    record Follow() implements Work {}

    record Drain() implements Work {}
  }

  private final Journal journal;
  private final Settings settings;
  private final Supplier<Now> clock;
  private final Supplier<String> leasePrefix;
  private final Publication publication;
  private final @Nullable Follower follower;
  private final BlockingQueue<Work> queue = new ArrayBlockingQueue<>(QUEUE);
  private final Thread thread;
  private volatile boolean closing;
  private volatile boolean readOnly;
  private volatile boolean following;
  private volatile long followedAt = System.nanoTime();

  // Touched by the scheduler's thread alone.
  private @Nullable Scheduler scheduler;
  private long revision;
  private boolean draining;
  private long nextTick;
  private long nextTry;
  private long backoff = FIRST_BACKOFF_MILLIS;
  private long onlineChanges = 0;
  private final ParkedSyncs parked = new ParkedSyncs();
  private final List<Row> rows = new ArrayList<>();
  private final List<Decision.Answer> answers = new ArrayList<>();
  private final List<Reply<?>> replies = new ArrayList<>();

  private record Reply<T>(CompletableFuture<T> future, T value) {
    void send() {
      future.complete(value);
    }
  }

  private SchedulerLoop(
      Journal journal,
      Settings settings,
      Supplier<Now> clock,
      Supplier<String> leasePrefix,
      Publication publication,
      @Nullable Follower follower) {
    this.journal = journal;
    this.settings = settings;
    this.clock = clock;
    this.leasePrefix = leasePrefix;
    this.publication = publication;
    this.follower = follower;
    following = follower != null;
    thread = Thread.ofPlatform().name("scheduler").unstarted(this::run);
  }

  /**
   * Loads the journal and starts the thread.
   *
   * @param leasePrefix gives a text never given before, at each load
   * @throws Journal.JournalException when the journal cannot be read
   */
  public static SchedulerLoop start(
      Journal journal,
      Settings settings,
      Supplier<Now> clock,
      Supplier<String> leasePrefix,
      Publication publication) {
    SchedulerLoop loop =
        new SchedulerLoop(journal, settings, clock, leasePrefix, publication, null);
    loop.load(clock.get());
    loop.thread.start();
    return loop;
  }

  /**
   * Follows until it is told to {@link #lead}.
   *
   * @param leasePrefix gives a text never given before, at each load
   * @throws Journal.JournalException when the journal cannot be read
   */
  public static SchedulerLoop following(
      Journal journal,
      Settings settings,
      Supplier<Now> clock,
      Supplier<String> leasePrefix,
      Publication publication,
      Follower follower) {
    SchedulerLoop loop =
        new SchedulerLoop(journal, settings, clock, leasePrefix, publication, follower);
    loop.revision = follower.advance(publication);
    loop.thread.start();
    return loop;
  }

  /** From now on it schedules. */
  public void lead() {
    put(new Work.Lead());
  }

  /** From now on it follows. */
  public void follow() {
    put(new Work.Follow());
  }

  /** Whether another server schedules. */
  public boolean isFollowing() {
    return following;
  }

  /** How long ago it read what the other server commits, in milliseconds. */
  public long followedMillisAgo() {
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - followedAt);
  }

  /** Completes once everything is published that was committed before this call. */
  public CompletableFuture<Boolean> catchUp() {
    if (!following) {
      return CompletableFuture.completedFuture(true);
    }
    CompletableFuture<Boolean> reply = new CompletableFuture<>();
    return offer(new Work.CatchUp(reply), reply);
  }

  /** Applies a person's action; completes when it is durable. */
  public CompletableFuture<Decision.Verdict> act(Event event) {
    CompletableFuture<Decision.Verdict> reply = new CompletableFuture<>();
    return offer(new Work.Act(event, reply), reply);
  }

  /** Applies a node's sync; completes when the core answers it, which it may put off. */
  public CompletableFuture<Decision.Answer> sync(Event.Synced event) {
    CompletableFuture<Decision.Answer> reply = new CompletableFuture<>();
    return offer(new Work.Sync(event, reply), reply);
  }

  /** Why a job does not run, or not faster. */
  public CompletableFuture<List<String>> why(String job) {
    CompletableFuture<List<String>> reply = new CompletableFuture<>();
    return offer(new Work.Why(job, reply), reply);
  }

  /** Why nodes work on nothing, or on less than they could, by their ids. */
  public CompletableFuture<Map<String, String>> whyIdle() {
    CompletableFuture<Map<String, String>> reply = new CompletableFuture<>();
    return offer(new Work.WhyIdle(reply), reply);
  }

  private <T> CompletableFuture<T> offer(Work work, CompletableFuture<T> reply) {
    if (closing || !queue.offer(work)) {
      reply.completeExceptionally(closing ? Unavailable.draining() : Unavailable.busy());
    }
    return reply;
  }

  /** Whether the last commit failed and none has succeeded since. */
  public boolean isReadOnly() {
    return readOnly;
  }

  /** How many events wait for their turn. */
  public int waiting() {
    return queue.size();
  }

  /** Ends every parked sync and grants nothing any more; people's actions still work. */
  public void drain() {
    put(new Work.Drain());
  }

  private void put(Work work) {
    try {
      queue.put(work);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Works off what is queued, then ends the thread. */
  @Override
  public void close() {
    closing = true;
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    List<Work> batch = new ArrayList<>();
    while (true) {
      batch.clear();
      try {
        Work first = queue.poll(pauseMillis(), TimeUnit.MILLISECONDS);
        if (first != null) {
          batch.add(first);
          queue.drainTo(batch, BATCH - 1);
        }
      } catch (InterruptedException e) {
        LOG.warn("the scheduler's thread was interrupted and goes on");
      }
      if (batch.isEmpty() && closing) {
        parked.failAll(Unavailable.draining());
        return;
      }
      try {
        step(batch);
      } catch (RuntimeException e) {
        // A bug, or a journal that fails in an unforeseen way: state and record may differ now.
        fail(e);
        batch.forEach(work -> refuse(work, Unavailable.readOnly()));
      }
    }
  }

  private void step(List<Work> batch) {
    Now now = clock.get();
    if (following && follower != null) {
      followAlong(follower, batch, now);
      return;
    }
    if (scheduler == null) {
      recover(now);
    }
    if (scheduler == null && batch.stream().noneMatch(Work.Follow.class::isInstance)) {
      batch.forEach(work -> refuse(work, Unavailable.readOnly()));
      return;
    }
    for (Work work : batch) {
      apply(work, now);
    }
    if (!following && now.instant() >= nextTick) {
      nextTick = now.instant() + tickMillis();
      decide(new Event.Tick(), now);
    }
    flush();
  }

  private void followAlong(Follower mine, List<Work> batch, Now now) {
    Unavailable failure = null;
    try {
      revision = mine.advance(publication);
      followedAt = System.nanoTime();
      if (readOnly) {
        LOG.info("the database answers again");
      }
      readOnly = false;
    } catch (Journal.JournalException e) {
      if (!readOnly) {
        LOG.warn("what the leading server commits cannot be read: {}", e.getMessage());
      }
      readOnly = true;
      failure = Unavailable.readOnly();
    }
    for (Work work : batch) {
      if (!following) {
        apply(work, now);
      } else if (work instanceof Work.CatchUp(CompletableFuture<Boolean> reply)
          && failure == null) {
        reply.complete(true);
      } else if (work instanceof Work.Lead) {
        beginToLead(mine, now);
      } else {
        refuse(work, failure == null ? Unavailable.noLeader() : failure);
      }
    }
    if (!following) {
      flush();
    }
  }

  private void beginToLead(Follower mine, Now now) {
    following = false;
    try {
      // Whoever led before writes no more: this is all there is.
      revision = mine.advance(publication);
      load(now);
      readOnly = false;
      backoff = FIRST_BACKOFF_MILLIS;
    } catch (RuntimeException e) {
      fail(e);
    }
  }

  private void endLeading(Follower mine) {
    flush();
    scheduler = null;
    readOnly = false;
    following = true;
    followedAt = System.nanoTime();
    mine.seen(revision);
    parked.failAll(Unavailable.noLeader());
  }

  private void tellOnline() {
    if (scheduler != null && scheduler.onlineChanges() != onlineChanges) {
      onlineChanges = scheduler.onlineChanges();
      publication.online(scheduler.onlineNodes());
    }
  }

  private long pauseMillis() {
    return following && follower != null ? follower.pauseMillis() : tickMillis();
  }

  private long tickMillis() {
    return Math.clamp(settings.heartbeatMillis() / 10, 5, 500);
  }

  private void apply(Work work, Now now) {
    if (work instanceof Work.Follow && follower != null) {
      endLeading(follower);
      return;
    }
    if (work instanceof Work.Lead && follower != null && following) {
      beginToLead(follower, now);
      return;
    }
    if (work instanceof Work.CatchUp(CompletableFuture<Boolean> reply)) {
      // It leads by now: what it committed is published.
      reply.complete(true);
      return;
    }
    if (scheduler == null) {
      refuse(work, following ? Unavailable.noLeader() : Unavailable.readOnly());
      return;
    }
    switch (work) {
      case Work.Act(Event event, CompletableFuture<Decision.Verdict> reply) -> {
        Decision.Verdict verdict = decide(event, now);
        if (verdict instanceof Decision.Verdict.NotLoaded(String job)) {
          verdict = revive(job, event, now);
        }
        if (event instanceof Event.NodeRemoved(String node)) {
          parked.fail(node, Unavailable.superseded());
        }
        if (verdict == null) {
          reply.completeExceptionally(Unavailable.readOnly());
        } else {
          replies.add(new Reply<>(reply, verdict));
        }
      }
      case Work.Sync(Event.Synced event, CompletableFuture<Decision.Answer> reply) -> {
        if (draining) {
          reply.completeExceptionally(Unavailable.draining());
          return;
        }
        parked.add(event, reply);
        decide(event, now);
      }
      case Work.Why(String job, CompletableFuture<List<String>> reply) ->
          replies.add(new Reply<>(reply, scheduler.why(job)));
      case Work.WhyIdle(CompletableFuture<Map<String, String>> reply) ->
          replies.add(new Reply<>(reply, scheduler.whyIdle()));
      case Work.CatchUp _, Work.Lead _, Work.Follow _ -> {}
      case Work.Drain() -> {
        draining = true;
        flush();
        parked.failAll(Unavailable.draining());
      }
    }
  }

  private Decision.@Nullable Verdict decide(Event event, Now now) {
    if (scheduler == null) {
      return null;
    }
    Decision decision = scheduler.apply(event, now);
    rows.addAll(decision.rows());
    answers.addAll(decision.answers());
    return decision.verdict();
  }

  /** The journal has to hold all that was decided before it is asked for a job. */
  private Decision.@Nullable Verdict revive(String job, Event event, Now now) {
    flush();
    Optional<Journal.JobSnapshot> snapshot = journal.loadJob(job);
    if (snapshot.isEmpty()) {
      return new Decision.Verdict.Refused("job-not-found", "There is no job " + job + ".");
    }
    decide(new Event.Revived(snapshot.get()), now);
    return decide(event, now);
  }

  private void flush() {
    if (!rows.isEmpty()) {
      try {
        journal.commit(revision + 1, List.copyOf(rows));
      } catch (RuntimeException e) {
        fail(e);
        return;
      }
      revision++;
      publication.committed(revision, List.copyOf(rows));
      rows.clear();
    }
    tellOnline();
    answers.forEach(parked::answer);
    answers.clear();
    replies.forEach(Reply::send);
    replies.clear();
  }

  private void fail(RuntimeException e) {
    if (e instanceof Journal.JournalException) {
      LOG.error("the journal cannot be written; the server is read-only: {}", e.getMessage());
    } else {
      LOG.error("the journal cannot be written; the server is read-only", e);
    }
    readOnly = true;
    scheduler = null;
    nextTry = clock.get().instant() + backoff;
    rows.clear();
    answers.clear();
    replies.forEach(reply -> reply.future().completeExceptionally(Unavailable.readOnly()));
    replies.clear();
    parked.failAll(Unavailable.readOnly());
  }

  private void recover(Now now) {
    if (now.instant() < nextTry) {
      return;
    }
    try {
      long next = journal.load().revision() + 1;
      journal.commit(next, List.of());
      load(now);
      readOnly = false;
      backoff = FIRST_BACKOFF_MILLIS;
      LOG.info("the journal can be written again");
    } catch (RuntimeException e) {
      scheduler = null;
      backoff = Math.min(2 * backoff, LONGEST_BACKOFF_MILLIS);
      nextTry = now.instant() + backoff;
      LOG.warn("the journal still cannot be written: {}", e.getMessage());
    }
  }

  private void load(Now now) {
    Journal.Snapshot snapshot = journal.load();
    scheduler = new Scheduler(settings, snapshot, leasePrefix.get(), now);
    revision = snapshot.revision();
    publication.loaded(snapshot);
    onlineChanges = scheduler.onlineChanges();
    publication.online(scheduler.onlineNodes());
  }

  private static void refuse(Work work, Unavailable why) {
    switch (work) {
      case Work.Act act -> act.reply().completeExceptionally(why);
      case Work.Sync sync -> sync.reply().completeExceptionally(why);
      case Work.Why ask -> ask.reply().completeExceptionally(why);
      case Work.WhyIdle(CompletableFuture<Map<String, String>> reply) ->
          reply.completeExceptionally(why);
      case Work.CatchUp(CompletableFuture<Boolean> reply) -> reply.completeExceptionally(why);
      case Work.Drain _, Work.Lead _, Work.Follow _ -> {}
    }
  }
}
