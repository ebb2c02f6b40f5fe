package blenderer.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import blenderer.core.Journal;
import blenderer.core.Journal.JournalException;
import blenderer.model.JobState;
import blenderer.model.TaskState;
import blenderer.testkit.TestPostgres;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** INV-1 with a database that is killed while it is written to, and comes back. */
@Tag("slow")
final class PostgresRestartTest {

  private static final Duration PATIENCE = Duration.ofMillis(1_500);
  private static final int CALLERS = 6;

  private final AtomicBoolean ended = new AtomicBoolean();
  private final AtomicLong acknowledged = new AtomicLong();
  private final AtomicLong refused = new AtomicLong();
  private final Set<String> told = ConcurrentHashMap.newKeySet();

  @Test
  void every_acknowledged_write_is_there_once_though_the_database_was_killed() throws Exception {
    SplittableRandom random = new SplittableRandom(11);
    try (TestPostgres postgres = TestPostgres.started();
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      postgres.create("farm");
      PostgresAddress address = PostgresAddress.of(postgres.url("farm"));
      long revision;
      try (Database database = Database.open(address, PATIENCE)) {
        Future<Long> scheduler = threads.submit(() -> schedule(database));
        List<? extends Future<?>> callers =
            java.util.stream.IntStream.range(0, CALLERS)
                .mapToObj(caller -> threads.submit(() -> call(database, caller)))
                .toList();
        for (int kill = 0; kill < 2; kill++) {
          awaitMore(200 + random.nextInt(300));
          postgres.kill();
          // First it is back before anybody is refused, then it stays away for longer.
          if (kill == 1) {
            awaitRefusal();
          }
          postgres.start();
        }
        awaitMore(200);
        ended.set(true);
        revision = scheduler.get();
        for (Future<?> caller : callers) {
          caller.get();
        }
      }
      try (Database database = Database.open(address)) {
        audit(database, revision);
      }
    }
  }

  private void audit(Database database, long revision) {
    Journal.Snapshot loaded = database.journal().load();
    assertThat(loaded.revision()).isEqualTo(revision);
    // Every revision has its job and its parts: no commit by halves, none lost, none twice.
    assertThat(loaded.jobs()).hasSize(Math.toIntExact(revision));
    assertThat(database.history().outputs(job(revision).id(), 0, 9)).hasSize(1);
    List<String> written =
        database.audit().entries(null, null, 1_000_000).stream()
            .map(numbered -> numbered.entry().person())
            .toList();
    assertThat(written).doesNotHaveDuplicates();
    assertThat(new HashSet<>(written)).containsAll(told);
    assertThat(told).hasSizeGreaterThan(100);
  }

  private static blenderer.core.Row.Job job(long revision) {
    return Samples.job("j%08d".formatted(revision), JobState.WAITING);
  }

  /** As the scheduler does: after a failure it looks at what is there and goes on from it. */
  private long schedule(Database database) {
    long revision = 0;
    while (!ended.get()) {
      try {
        database
            .journal()
            .commit(
                revision + 1,
                List.of(
                    job(revision + 1),
                    Samples.task(job(revision + 1).id(), 0, 0, TaskState.LEASED),
                    Samples.output(job(revision + 1).id(), 0, 0, 1)));
        revision++;
        acknowledged.incrementAndGet();
      } catch (JournalException e) {
        refused.incrementAndGet();
        long known = loaded(database);
        assertThat(known).isBetween(revision, revision + 1);
        revision = known;
      }
    }
    return revision;
  }

  private static long loaded(Database database) {
    while (true) {
      try {
        // A write that was under way has ended when another one has.
        database.blobs().forget(Samples.digest("nothing"));
        return database.journal().load().revision();
      } catch (JournalException e) {
        LockSupport.parkNanos(20_000_000);
      }
    }
  }

  /** What nobody may write twice: each entry has a name of its own. */
  private void call(Database database, int caller) {
    for (int number = 0; !ended.get(); number++) {
      String name = "caller " + caller + " call " + number;
      try {
        database.audit().add(new AuditLog.Entry(number, name, "", "", "", "", "", 200, null));
        told.add(name);
        acknowledged.incrementAndGet();
      } catch (JournalException e) {
        refused.incrementAndGet();
        LockSupport.parkNanos(20_000_000);
      }
    }
  }

  private void awaitMore(long more) {
    long wanted = acknowledged.get() + more;
    await(() -> acknowledged.get() >= wanted);
  }

  private void awaitRefusal() {
    long before = refused.get();
    await(() -> refused.get() > before + CALLERS);
  }

  private static void await(java.util.function.BooleanSupplier condition) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).isLessThan(deadline);
      LockSupport.parkNanos(2_000_000);
    }
  }

  @Test
  void a_commit_whose_answer_was_lost_is_found_by_its_number() throws Exception {
    String name = SharedPostgres.fresh();
    PostgresAddress address = SharedPostgres.address(name);
    try (Database database = Database.open(address)) {
      database.journal().commit(1, List.of());
    }
    PostgresConnections connections = new PostgresConnections(address);
    for (CutAt cut : CutAt.values()) {
      SoleLeadership leadership = SoleLeadership.take(connections, PATIENCE);
      leadership.begin();
      AtomicLong runs = new AtomicLong();
      try (Transactions transactions =
          new PostgresTransactions(
              new CutConnections(connections, cut)::open, leadership, PATIENCE, false)) {
        transactions.commit(
            (session, _) -> {
              runs.incrementAndGet();
              session.update("UPDATE meta SET attempts = attempts + 1");
            });
      }
      // Written before the answer was lost: once. Lost before it was written: run again.
      assertThat(runs.get()).isEqualTo(cut == CutAt.AFTER_COMMIT ? 1 : 2);
    }
    assertThat(SharedPostgres.run(name, "SELECT attempts FROM meta"))
        .containsExactly(Integer.toString(CutAt.values().length));
  }

  @Test
  void who_waits_too_long_is_told_so_in_words() throws Exception {
    try (TestPostgres postgres = TestPostgres.started()) {
      postgres.create("farm");
      PostgresAddress address = PostgresAddress.of(postgres.url("farm"));
      try (Database database = Database.open(address, Duration.ofMillis(200))) {
        database.journal().commit(1, List.of());
        postgres.kill();
        assertThatThrownBy(() -> database.journal().commit(2, List.of()))
            .isInstanceOf(JournalException.class)
            .hasMessageContaining("the database does not answer");
        assertThatThrownBy(() -> database.history().revision())
            .isInstanceOf(JournalException.class)
            .hasMessageContaining("the database does not answer");
        postgres.start();
        await(() -> isWritten(database));
        assertThat(database.history().revision()).isEqualTo(2);
      }
    }
  }

  private static boolean isWritten(Database database) {
    try {
      database.journal().commit(2, List.of());
      return true;
    } catch (JournalException e) {
      return false;
    }
  }
}
