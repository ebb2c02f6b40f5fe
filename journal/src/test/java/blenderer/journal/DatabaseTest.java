package blenderer.journal;

import static blenderer.journal.Samples.job;
import static blenderer.journal.Samples.step;
import static blenderer.journal.Samples.task;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import blenderer.cas.BlobRow;
import blenderer.core.Journal;
import blenderer.core.Journal.JournalException;
import blenderer.core.Row;
import blenderer.model.IndexRanges;
import blenderer.model.JobState;
import blenderer.model.Outcome;
import blenderer.model.StepState;
import blenderer.model.TaskState;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the database does as a whole: settings, groups, full disks, big jobs. */
final class DatabaseTest {

  @TempDir Path folder;
  private Path file;
  private Database database;

  @BeforeEach
  void open() {
    file = folder.resolve("journal.db");
    database = Database.open(file);
  }

  @AfterEach
  void close() {
    database.close();
  }

  private static final List<String> PRAGMAS =
      List.of(
          "journal_mode",
          "synchronous",
          "busy_timeout",
          "cache_size",
          "wal_autocheckpoint",
          "journal_size_limit",
          "foreign_keys",
          "temp_store",
          "query_only");

  private static Map<String, String> inForce(Connection connection) throws SQLException {
    Map<String, String> found = new TreeMap<>();
    try (connection;
        Statement statement = connection.createStatement()) {
      for (String pragma : PRAGMAS) {
        try (ResultSet row = statement.executeQuery("PRAGMA " + pragma)) {
          row.next();
          found.put(pragma, row.getString(1));
        }
      }
    }
    return found;
  }

  @Test
  void the_settings_in_force_are_those_that_make_an_answer_durable() throws SQLException {
    Connections connections = new Connections(file);
    Map<String, String> writing =
        Map.of(
            "journal_mode", "wal",
            "synchronous", "2",
            "busy_timeout", "10000",
            "cache_size", "-65536",
            "wal_autocheckpoint", "0",
            "journal_size_limit", "67108864",
            "foreign_keys", "1",
            "temp_store", "2",
            "query_only", "0");
    assertThat(inForce(connections.writing())).isEqualTo(writing);
    Map<String, String> reading = new TreeMap<>(writing);
    reading.putAll(Map.of("cache_size", "-8192", "query_only", "1", "journal_size_limit", "32768"));
    Map<String, String> found = inForce(connections.reading());
    reading.put("journal_size_limit", found.get("journal_size_limit"));
    assertThat(found).isEqualTo(reading);
    Map<String, String> folding = inForce(connections.folding());
    assertThat(folding).containsEntry("wal_autocheckpoint", "0").containsEntry("synchronous", "2");
  }

  @Test
  void the_file_is_for_its_owner_only() throws Exception {
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
  }

  @Test
  void what_was_committed_is_there_after_opening_again() {
    database.journal().commit(1, List.of(job("01a", JobState.RUNNING)));
    Journal.Snapshot before = database.journal().load();
    database.journal().close();
    database.close();
    open();
    assertThat(database.journal().load()).isEqualTo(before);
  }

  @Test
  void a_closed_database_refuses_in_words() {
    database.close();
    assertThatThrownBy(() -> database.journal().commit(1, List.of()))
        .isInstanceOf(JournalException.class)
        .hasMessageContaining("closed");
    assertThatThrownBy(() -> database.history().revision())
        .isInstanceOf(JournalException.class)
        .hasMessageContaining("closed");
  }

  @Test
  void a_newer_schema_is_refused_in_one_plain_sentence() throws SQLException {
    database.close();
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
        Statement statement = connection.createStatement()) {
      statement.execute(
          "INSERT INTO flyway_schema_history (installed_rank, version, description, type, script,"
              + " checksum, installed_by, execution_time, success)"
              + " VALUES (99, '99', 'later', 'SQL', 'V99__later.sql', 1, 'x', 1, 1)");
    }
    assertThatThrownBy(() -> Database.open(file))
        .isInstanceOf(JournalException.class)
        .hasMessage(
            "the journal "
                + file
                + " was written by a newer Blenderer (schema 99); start that version or a later"
                + " one, or restore an older backup");
  }

  @Test
  void a_file_that_is_no_database_is_refused_in_words() throws Exception {
    Path other = folder.resolve("other.db");
    Files.writeString(other, "these are not the pages you are looking for ".repeat(100));
    assertThatThrownBy(() -> Database.open(other))
        .isInstanceOf(JournalException.class)
        .hasMessageContaining(other.toString())
        .hasMessageContaining("damaged");
  }

  /** Holds the writer's thread so that what is written meanwhile comes in one group. */
  private Future<?> holdWriter(ExecutorService threads, CountDownLatch release) throws Exception {
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

  private void awaitQueue(int length) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (database.writer().waiting() < length) {
      assertThat(System.nanoTime()).isLessThan(deadline);
      LockSupport.parkNanos(1_000_000);
    }
  }

  @Test
  void one_that_breaks_a_rule_does_not_harm_the_others_of_its_group() throws Exception {
    Row.Output output = Samples.output("01a", 0, 0, 1);
    database.journal().commit(1, List.of(output));
    CountDownLatch release = new CountDownLatch(1);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<?> holder = holdWriter(threads, release);
      Future<?> bad =
          threads.submit(
              () -> database.journal().commit(2, List.of(job("01b", JobState.HELD), output)));
      awaitQueue(1);
      Future<?> blob =
          threads.submit(() -> database.blobs().add(new BlobRow(Samples.digest("x"), 1, 2, 3)));
      awaitQueue(2);
      Future<?> good =
          threads.submit(() -> database.journal().commit(2, List.of(job("01c", JobState.HELD))));
      awaitQueue(3);
      release.countDown();
      holder.get();
      blob.get();
      good.get();
      assertThatThrownBy(bad::get).hasCauseInstanceOf(JournalException.class);
    }
    assertThat(database.journal().load().jobs())
        .extracting(snapshot -> snapshot.job().id())
        .containsExactly("01c");
    assertThat(database.history().revision()).isEqualTo(2);
    assertThat(database.blobs().list(null, 9)).hasSize(1);
  }

  @Test
  void a_full_disk_fails_the_commit_whole_and_later_ones_work_when_there_is_room() {
    database.journal().commit(1, List.of(job("01a", JobState.RUNNING)));
    Journal.Snapshot before = database.journal().load();
    limitPages(1);
    List<Row> many = new ArrayList<>();
    many.add(job("01b", JobState.RUNNING));
    for (int i = 0; i < 5_000; i++) {
      many.add(task("01b", 0, i, TaskState.FAILED));
    }
    assertThatThrownBy(() -> database.journal().commit(2, many))
        .isInstanceOf(JournalException.class)
        .hasMessageContaining("disk of the journal is full");
    assertThat(database.journal().load()).isEqualTo(before);
    limitPages(1_000_000);
    database.journal().commit(2, many);
    assertThat(database.history().tasks("01b", JournalContract.ANY, null, 10_000)).hasSize(5_000);
  }

  /** A limit below the present size means the present size. */
  private void limitPages(int pages) {
    database
        .writer()
        .write(session -> session.query("PRAGMA max_page_count = " + pages, _ -> 0).size());
  }

  @Test
  void what_a_deleted_job_leaves_is_swept_away() throws SQLException {
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
    while (count("deleted_jobs") > 0) {
      assertThat(System.nanoTime()).isLessThan(deadline);
      LockSupport.parkNanos(5_000_000);
    }
    assertThat(count("tasks") + count("attempts") + count("step_counts") + count("job_times"))
        .isZero();
    assertThat(count("outputs")).isEqualTo(1);
    assertThat(count("job_inputs")).isEqualTo(2);
  }

  private long count(String table) throws SQLException {
    try (Connection connection = new Connections(file).reading();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SELECT COUNT(*) FROM " + table)) {
      return row.getLong(1);
    }
  }

  @Test
  void three_hundred_thousand_done_tasks_load_as_a_few_ranges() {
    int tasks = 300_000;
    database
        .writer()
        .write(
            session ->
                session.update(
                        "INSERT INTO tasks (job, step, idx, generation, state, tries, losses,"
                            + " tried_on) WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL"
                            + " SELECT i + 1 FROM n WHERE i + 1 < ?) SELECT '01a', 0, i, 1,"
                            + " 'done', 0, 0, '[]' FROM n",
                        tasks)
                    + session.update(
                        "INSERT INTO step_counts VALUES ('01a', 0, 'done', ?)", tasks));
    database
        .journal()
        .commit(
            1,
            List.of(
                job("01a", JobState.RUNNING),
                step("01a", 0, 2 * tasks, StepState.RUNNING),
                task("01a", 0, 77_777, TaskState.FAILED),
                task("01a", 0, tasks, TaskState.LEASED)));
    long began = System.nanoTime();
    Journal.StepSnapshot loaded = database.journal().load().jobs().getFirst().steps().getFirst();
    System.out.printf(
        "300,000 done tasks loaded in %d ms%n", (System.nanoTime() - began) / 1_000_000);
    assertThat(loaded.done().runs())
        .containsExactly(new IndexRanges.Run(0, 77_776), new IndexRanges.Run(77_778, tasks - 1));
    assertThat(loaded.failed()).isEqualTo(IndexRanges.of(77_777));
    assertThat(loaded.open()).containsExactly(task("01a", 0, tasks, TaskState.LEASED));
    assertThat(database.history().job("01a").orElseThrow().steps().getFirst().tasks())
        .isEqualTo(
            Map.of(
                TaskState.DONE,
                tasks - 1,
                TaskState.FAILED,
                1,
                TaskState.LEASED,
                1,
                TaskState.READY,
                tasks - 1));
  }
}
