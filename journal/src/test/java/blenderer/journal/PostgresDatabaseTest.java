package blenderer.journal;

import static blenderer.journal.Samples.job;
import static blenderer.journal.Samples.node;
import static blenderer.journal.Samples.task;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import blenderer.cas.BlobRow;
import blenderer.core.CleanRule;
import blenderer.core.Journal;
import blenderer.core.Journal.JournalException;
import blenderer.core.Retention;
import blenderer.core.Row;
import blenderer.model.JobPart;
import blenderer.model.JobState;
import blenderer.model.NodeState;
import blenderer.model.Outcome;
import blenderer.model.Role;
import blenderer.model.TaskState;
import blenderer.testkit.TestPostgres;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a journal in PostgreSQL does as a whole: settings, groups, who may write, refusals. */
@Tag("slow")
final class PostgresDatabaseTest {

  @TempDir Path folder;

  private static void refuses(PostgresAddress address, String code, String... words) {
    assertThatThrownBy(() -> Database.open(address, Duration.ofMillis(300)))
        .isInstanceOf(DatabaseRefused.class)
        .hasMessageContainingAll(words)
        .extracting(e -> ((DatabaseRefused) e).code())
        .isEqualTo(code);
  }

  private static String url(String database) {
    return SharedPostgres.get().url(database);
  }

  @Test
  void the_settings_in_force_are_those_that_make_an_answer_durable() throws SQLException {
    PostgresConnections connections = new PostgresConnections(SharedPostgres.address("postgres"));
    try (WriteSession writing = new WriteSession(connections.writing(), true)) {
      assertThat(show(writing, "synchronous_commit")).isEqualTo("on");
      assertThat(show(writing, "idle_in_transaction_session_timeout")).isEqualTo("3s");
      assertThat(show(writing, "lock_timeout")).isEqualTo("10s");
      assertThat(show(writing, "statement_timeout")).isEqualTo("15s");
    }
    try (WriteSession reading = new WriteSession(connections.reading(), true)) {
      assertThat(show(reading, "transaction_read_only")).isEqualTo("on");
      assertThat(show(reading, "transaction_isolation")).isEqualTo("repeatable read");
    }
    try (WriteSession leading = new WriteSession(connections.leading(), true)) {
      assertThat(show(leading, "idle_session_timeout")).isEqualTo("3s");
    }
  }

  private static String show(WriteSession session, String setting) throws SQLException {
    return session.first("SHOW " + setting, row -> String.valueOf(row.getString(1))).orElseThrow();
  }

  @Test
  void what_was_committed_is_there_after_opening_again() {
    PostgresAddress address = SharedPostgres.address(SharedPostgres.fresh());
    Journal.Snapshot before;
    try (Database database = Database.open(address)) {
      database
          .journal()
          .commit(
              1,
              List.of(
                  job("01a", JobState.RUNNING),
                  task("01a", 0, 0, TaskState.DONE),
                  node("rack-1", NodeState.ONLINE)));
      database.accounts().add("k1", "ada", Role.ADMIN, Samples.digest("s").hex(), 5);
      database.accounts().used("k1", 70);
      FarmLogTest.keeps(database.farmLog());
      before = database.journal().load();
    }
    try (Database database = Database.open(address)) {
      assertThat(database.journal().load()).isEqualTo(before);
      assertThat(database.accounts().keys())
          .extracting(AccountStore.Key::lastUsedAt)
          .containsExactly(70L);
      database.journal().commit(2, List.of());
    }
  }

  @Test
  void names_come_in_the_order_of_their_bytes_whatever_the_database_s_language() {
    Database database = SharedPostgres.empty();
    database
        .journal()
        .commit(
            1,
            List.of(
                node("rack-b", NodeState.ONLINE),
                node("Rack-c", NodeState.ONLINE),
                node("rack_a", NodeState.ONLINE),
                node("rack-10", NodeState.ONLINE),
                node("äther", NodeState.ONLINE)));
    assertThat(database.history().nodes())
        .extracting(Row.Node::id)
        .containsExactly("Rack-c", "rack-10", "rack-b", "rack_a", "äther");
  }

  @Test
  void a_name_with_a_zero_character_does_not_stop_the_farm() {
    Database database = SharedPostgres.empty();
    database.audit().add(new AuditLog.Entry(1, "a\0b", "", "", "", "", "", 200, null));
    assertThat(database.audit().entries(null, null, 9))
        .extracting(numbered -> numbered.entry().person())
        .containsExactly("a\uFFFDb");
  }

  /** Holds the writer's thread so that what is written meanwhile comes in one group. */
  private static Future<?> holdWriter(
      Database database, ExecutorService threads, CountDownLatch release) throws Exception {
    CountDownLatch held = new CountDownLatch(1);
    Future<?> holder =
        threads.submit(
            () ->
                database
                    .writer()
                    .write(
                        _ -> {
                          held.countDown();
                          await(release);
                          return 0;
                        }));
    assertThat(held.await(30, TimeUnit.SECONDS)).isTrue();
    return holder;
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void awaitQueue(Database database, int length) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (database.writer().waiting() < length) {
      assertThat(System.nanoTime()).isLessThan(deadline);
      LockSupport.parkNanos(1_000_000);
    }
  }

  @Test
  void one_that_breaks_a_rule_does_not_harm_the_others_of_its_group() throws Exception {
    Database database = SharedPostgres.empty();
    Row.Output output = Samples.output("01a", 0, 0, 1);
    database.journal().commit(1, List.of(output));
    CountDownLatch release = new CountDownLatch(1);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<?> holder = holdWriter(database, threads, release);
      Future<?> bad =
          threads.submit(
              () -> database.journal().commit(2, List.of(job("01b", JobState.HELD), output)));
      awaitQueue(database, 1);
      Future<?> blob =
          threads.submit(() -> database.blobs().add(new BlobRow(Samples.digest("x"), 1, 2, 3)));
      awaitQueue(database, 2);
      Future<?> late = threads.submit(() -> database.journal().commit(1, List.of()));
      awaitQueue(database, 3);
      Future<?> good =
          threads.submit(() -> database.journal().commit(2, List.of(job("01c", JobState.HELD))));
      awaitQueue(database, 4);
      release.countDown();
      holder.get();
      blob.get();
      good.get();
      assertThatThrownBy(bad::get).hasCauseInstanceOf(JournalException.class);
      assertThatThrownBy(late::get).hasCauseInstanceOf(JournalException.class);
    }
    assertThat(database.journal().load().jobs())
        .extracting(snapshot -> snapshot.job().id())
        .containsExactly("01c");
    assertThat(database.history().revision()).isEqualTo(2);
    assertThat(database.blobs().list(null, 9)).hasSize(1);
  }

  @Test
  void what_a_deleted_job_leaves_is_swept_away() {
    Database database = SharedPostgres.empty();
    List<Row> rows = new ArrayList<>(List.of(job("01a", JobState.DONE), job("01b", JobState.DONE)));
    for (int i = 0; i < Sweep.BITE + 10; i++) {
      rows.add(task("01a", 0, i, TaskState.DONE));
      rows.add(Samples.attempt("l" + i, "01a", 0, i, 1, Outcome.SUCCEEDED));
      rows.add(Samples.output("01a", 0, i, 1));
    }
    rows.add(Samples.output("01b", 0, 0, 1));
    database.journal().commit(1, rows);
    database.journal().commit(2, List.of(new Row.JobDeleted("01a")));
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (count(database, "deleted_jobs") > 0) {
      assertThat(System.nanoTime()).isLessThan(deadline);
      LockSupport.parkNanos(5_000_000);
    }
    for (String table : List.of("tasks", "attempts", "step_counts", "job_times")) {
      assertThat(count(database, table)).as(table).isZero();
    }
    assertThat(count(database, "outputs")).isEqualTo(1);
    assertThat(count(database, "job_inputs")).isEqualTo(2);
    assertThat(database.usage().usage(0, Integer.MAX_VALUE)).isNotEmpty();
  }

  @Test
  void what_holds_the_store_is_added_up_as_in_the_other_database() {
    List<Row> rows =
        List.of(
            job("01a", JobState.DONE),
            job("01b", JobState.RUNNING),
            Samples.attempt("l1", "01a", 0, 0, 1, Outcome.SUCCEEDED),
            Samples.output("01a", 0, 0, 1),
            Samples.look("01a", 0, 0, 1),
            Samples.output("01b", 0, 0, 1));
    CleanRule rule = new CleanRule(JobPart.FRAMES, 30, null, Set.of(JobState.DONE), null);
    Database there = SharedPostgres.empty();
    try (Database here = Database.open(folder.resolve("journal.db"))) {
      for (Database database : List.of(here, there)) {
        for (Row row : rows) {
          if (row instanceof Row.Output output) {
            database.blobs().add(new BlobRow(output.digest(), output.size(), 1, 2));
          }
        }
        database.journal().commit(1, rows);
        database.storage().rules(List.of(rule));
      }
      StorageLog held = there.storage();
      assertThat(held.holdings()).isEqualTo(here.storage().holdings()).hasSize(2);
      assertThat(held.totals()).isEqualTo(here.storage().totals()).isNotEmpty();
      assertThat(held.rules()).containsExactly(rule);
      assertThat(held.isSweeping()).isFalse();
      List<Retention.Item> all =
          held.holdings().stream()
              .map(holding -> new Retention.Item(holding, null, 0, ""))
              .toList();
      assertThat(held.freed(all)).isEqualTo(here.storage().freed(all)).isPositive();
    }
  }

  private static long count(Database database, String table) {
    return database
        .writer()
        .write(
            session ->
                session
                    .first("SELECT COUNT(*) FROM " + table, row -> row.getLong(1))
                    .orElseThrow());
  }

  @Test
  void only_one_server_uses_a_database_at_a_time() {
    PostgresAddress address = SharedPostgres.address(SharedPostgres.fresh());
    try (Database first = Database.open(address)) {
      first.journal().commit(1, List.of());
      refuses(address, "database-in-use", "Another server", address.toString());
      first.journal().commit(2, List.of());
    }
    Database.open(address).close();
  }

  @Test
  void a_server_that_lost_its_lead_without_noticing_writes_no_more() throws SQLException {
    String name = SharedPostgres.fresh();
    PostgresAddress address = SharedPostgres.address(name);
    try (Database stopped = Database.open(address)) {
      stopped.journal().commit(1, List.of(job("01a", JobState.HELD)));
      // What its silence would do: the database ends the connection that holds the lock.
      SharedPostgres.run(
          name,
          "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '"
              + name
              + "' AND application_name = 'blenderer leader'");
      try (Database next = Database.open(address)) {
        next.journal().commit(2, List.of(job("01b", JobState.HELD)));
        assertThatThrownBy(() -> stopped.journal().commit(3, List.of(job("01c", JobState.HELD))))
            .isInstanceOf(JournalException.class)
            .hasMessageContaining("another server leads");
        assertThatThrownBy(() -> stopped.blobs().forget(Samples.digest("x")))
            .isInstanceOf(JournalException.class);
        next.journal().commit(3, List.of(job("01d", JobState.HELD)));
        assertThat(next.journal().load().jobs())
            .extracting(snapshot -> snapshot.job().id())
            .containsExactly("01a", "01b", "01d");
      }
    }
  }

  @Test
  void a_transaction_under_way_of_the_last_leader_ends_before_the_next_begins() throws Exception {
    PostgresAddress address = SharedPostgres.address(SharedPostgres.fresh());
    Database.open(address).close();
    PostgresConnections connections = new PostgresConnections(address);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
        Connection old = connections.writing()) {
      try (WriteSession session = new WriteSession(old, true)) {
        assertThat(session.update("UPDATE leader SET written = written + 1 WHERE epoch = 1"))
            .isEqualTo(1);
        session.update("UPDATE meta SET revision = 7");
        Future<Database> next = threads.submit(() -> Database.open(address));
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(300));
        assertThat(next.isDone()).isFalse();
        old.commit();
        try (Database opened = next.get()) {
          assertThat(opened.history().revision()).isEqualTo(7);
        }
      }
    }
  }

  @Test
  void a_lock_that_was_lost_for_a_moment_is_taken_again() throws SQLException {
    String name = SharedPostgres.fresh();
    PostgresAddress address = SharedPostgres.address(name);
    try (Database database = Database.open(address)) {
      SharedPostgres.run(
          name,
          "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '"
              + name
              + "' AND pid <> pg_backend_pid()");
      database.journal().commit(1, List.of());
      assertThat(database.history().revision()).isEqualTo(1);
      String locks =
          "SELECT 1 FROM pg_locks l JOIN pg_database d ON d.oid = l.database"
              + " WHERE l.locktype = 'advisory' AND d.datname = '"
              + name
              + "'";
      long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
      while (SharedPostgres.run("postgres", locks).isEmpty()) {
        assertThat(System.nanoTime()).isLessThan(deadline);
        LockSupport.parkNanos(20_000_000);
      }
      refuses(address, "database-in-use", "Another server");
      database.journal().commit(2, List.of());
    }
  }

  @Test
  void a_newer_schema_is_refused_in_one_plain_sentence() throws SQLException {
    String name = SharedPostgres.fresh();
    PostgresAddress address = SharedPostgres.address(name);
    Database.open(address).close();
    SharedPostgres.run(
        name,
        "INSERT INTO flyway_schema_history (installed_rank, version, description, type, script,"
            + " checksum, installed_by, execution_time, success)"
            + " VALUES (99, '99', 'later', 'SQL', 'V99__later.sql', 1, 'x', 1, true)");
    refuses(
        address,
        "journal-newer",
        "the journal " + address + " was written by a newer Blenderer (schema 99);");
  }

  @Test
  void a_database_of_another_program_is_left_alone() throws SQLException {
    String name = SharedPostgres.fresh();
    SharedPostgres.run(name, "CREATE TABLE shots (id INT)");
    refuses(SharedPostgres.address(name), "database-foreign", "another program", "?schema=");
    assertThat(
            SharedPostgres.run(
                name,
                "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'"))
        .containsExactly("shots");
    SharedPostgres.run(name, "CREATE SCHEMA farm");
    Database.open(PostgresAddress.of(url(name) + "?schema=farm")).close();
  }

  @Test
  void what_is_wrong_with_the_address_is_said_with_what_to_do() throws SQLException {
    refuses(SharedPostgres.address("nobody_made_me"), "database-missing", "CREATE DATABASE");
    refuses(
        PostgresAddress.of("postgresql://a@127.0.0.1:1/x"), "database-unreachable", "cannot be");
    refuses(
        PostgresAddress.of(url("postgres").replace("blenderer@", "nobody_i_know@")),
        "database-rights",
        "nobody_i_know");
    refuses(
        PostgresAddress.of(url("postgres") + "?sslmode=require"), "database-tls", "sslrootcert");
    String ascii =
        SharedPostgres.fresh(
            "--encoding=SQL_ASCII", "--locale=C", "--locale-provider=libc", "--template=template0");
    refuses(SharedPostgres.address(ascii), "database-encoding", "SQL_ASCII", "ENCODING 'UTF8'");
    SharedPostgres.run("postgres", "CREATE ROLE guest LOGIN");
    String owned = SharedPostgres.fresh();
    refuses(
        PostgresAddress.of(url(owned).replace("blenderer@", "guest@")), "database-rights", "guest");
  }

  @Test
  void a_password_is_asked_for_checked_and_never_repeated() throws SQLException {
    String role = TestPostgres.LOCKED;
    String name = SharedPostgres.fresh();
    SharedPostgres.run(
        name,
        "CREATE ROLE " + role + " LOGIN PASSWORD 'open sesame'",
        "ALTER DATABASE " + name + " OWNER TO " + role);
    PostgresAddress address =
        PostgresAddress.of(url(name).replace(TestPostgres.USER + "@", role + "@"));
    refuses(address, "database-password", "asks for a password", "--db-password-file");
    assertThatThrownBy(() -> Database.open(address.withPassword("open barley")))
        .isInstanceOf(DatabaseRefused.class)
        .hasMessageContaining("refuses the password of '" + role + "'")
        .hasMessageNotContaining("barley");
    Database.open(address.withPassword("open sesame")).close();
  }

  @Test
  void an_old_version_is_refused() {
    PostgresAddress address = SharedPostgres.address("postgres");
    assertThatThrownBy(() -> PostgresSchema.checkVersion(address, 14))
        .asInstanceOf(InstanceOfAssertFactories.type(DatabaseRefused.class))
        .extracting(DatabaseRefused::code)
        .isEqualTo("database-version");
    assertThatCode(() -> PostgresSchema.checkVersion(address, 15)).doesNotThrowAnyException();
  }
}
