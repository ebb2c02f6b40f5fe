package blenderer.server.scheduling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import blenderer.core.Decision.Verdict;
import blenderer.core.Event;
import blenderer.core.MemoryJournal;
import blenderer.core.Now;
import blenderer.core.Row;
import blenderer.core.Settings;
import blenderer.model.Digest;
import blenderer.model.IndexRanges;
import blenderer.model.JobState;
import blenderer.model.Permission;
import blenderer.model.StepState;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class SchedulerLoopTest {

  private static final Digest TEMPLATE = Digest.of(new byte[0]);

  private final MemoryJournal journal = new MemoryJournal();
  private final EventFeed feed = new EventFeed();
  private final AtomicInteger loads = new AtomicInteger();
  private SchedulerLoop loop;

  @BeforeEach
  void start() {
    loop =
        SchedulerLoop.start(
            journal,
            Settings.defaults().scaled(0.05),
            () -> new Now(System.nanoTime() / 1_000_000, 1),
            () -> "lease" + loads.incrementAndGet() + "-",
            new LiveFarm(feed));
  }

  @AfterEach
  void stop() {
    loop.close();
  }

  private static Event.Submitted job(String id) {
    return new Event.Submitted(
        new Row.Job(
            id,
            id,
            "anna",
            "default",
            50,
            JobState.WAITING,
            1,
            null,
            null,
            null,
            TEMPLATE,
            null,
            Map.of(),
            List.of(),
            Map.of(),
            List.of(TEMPLATE),
            Permission.TEMPLATES,
            false,
            List.of(),
            Row.Terms.NONE),
        List.of(
            new Row.Step(
                id,
                0,
                "render",
                "Frame",
                4,
                2,
                4,
                List.of(),
                StepState.READY,
                IndexRanges.empty(),
                Row.Plan.PLAIN,
                null)));
  }

  @Test
  void what_is_answered_is_committed_and_published() throws Exception {
    EventFeed.Position before = feed.now();
    assertThat(loop.act(job("a")).get()).isEqualTo(new Verdict.Done());
    assertThat(journal.job("a")).isPresent();
    assertThat(feed.await(before, 0).changes())
        .contains(new EventFeed.Change(new EventFeed.Thing("job", "a"), 1));
  }

  @Test
  void many_events_share_a_commit() throws Exception {
    List<CompletableFuture<Verdict>> replies = new ArrayList<>();
    for (int i = 0; i < 500; i++) {
      replies.add(loop.act(job("j" + i)));
    }
    for (CompletableFuture<Verdict> reply : replies) {
      assertThat(reply.get()).isEqualTo(new Verdict.Done());
    }
    assertThat(journal.commits()).isLessThan(500);
  }

  @Test
  void a_failed_commit_answers_nothing_as_done_and_leaves_nothing_behind() throws Exception {
    loop.act(job("a")).get();
    journal.failNextCommit();
    journal.failNextCommit();
    assertThatThrownBy(() -> loop.act(job("b")).get())
        .isInstanceOf(ExecutionException.class)
        .hasCauseInstanceOf(Unavailable.class);
    assertThat(loop.isReadOnly()).isTrue();
    while (loop.isReadOnly()) {
      TimeUnit.MILLISECONDS.sleep(5);
    }
    assertThat(loads.get()).as("the core was loaded anew").isEqualTo(2);
    assertThat(journal.job("b")).isEmpty();
    assertThat(loop.act(job("b")).get()).isEqualTo(new Verdict.Done());
    assertThat(loop.act(new Event.Paused("a")).get()).isEqualTo(new Verdict.Done());
  }

  @Test
  void a_finished_job_is_loaded_for_a_retry_and_an_unknown_one_is_refused() throws Exception {
    loop.act(job("a")).get();
    loop.act(new Event.Cancelled("a")).get();
    assertThat(loop.act(new Event.Retried("a", null, null, false)).get())
        .isEqualTo(new Verdict.Done());
    assertThat(journal.job("a").orElseThrow().job().state()).isEqualTo(JobState.WAITING);
    assertThat(loop.act(new Event.Cancelled("zzz")).get())
        .isEqualTo(new Verdict.Refused("job-not-found", "There is no job zzz."));
  }

  @Test
  void a_retry_in_the_same_batch_as_the_end_of_the_job_finds_it_finished() throws Exception {
    loop.act(job("a")).get();
    CompletableFuture<Verdict> cancelled = loop.act(new Event.Cancelled("a"));
    CompletableFuture<Verdict> retried = loop.act(new Event.Retried("a", null, null, false));
    assertThat(cancelled.get()).isEqualTo(new Verdict.Done());
    assertThat(retried.get()).isEqualTo(new Verdict.Done());
  }

  private static Event.Synced sync(long sequence, long park) {
    return new Event.Synced("n", "b", sequence, park, 1, false, List.of(), List.of(), null);
  }

  @Test
  void a_parked_sync_ends_with_its_time_a_newer_one_or_a_drain() throws Exception {
    loop.sync(sync(1, 0)).get();
    assertThat(loop.sync(sync(2, 50)).get().sequence()).isEqualTo(2);
    CompletableFuture<?> older = loop.sync(sync(3, 60_000));
    CompletableFuture<?> newer = loop.sync(sync(4, 60_000));
    older.get();
    loop.drain();
    assertThatThrownBy(newer::get).hasCauseInstanceOf(Unavailable.class);
    assertThatThrownBy(() -> loop.sync(sync(5, 0)).get()).hasCauseInstanceOf(Unavailable.class);
    assertThat(loop.act(job("a")).get()).isEqualTo(new Verdict.Done());
  }

  @Test
  void the_same_sync_twice_is_answered_twice() throws Exception {
    loop.sync(sync(1, 0)).get();
    CompletableFuture<?> first = loop.sync(sync(2, 60_000));
    CompletableFuture<?> again = loop.sync(sync(2, 0));
    first.get();
    again.get();
  }
}
