package blenderer.journal;

import static org.assertj.core.api.Assertions.assertThat;

import blenderer.core.History;
import blenderer.core.History.JobFilter;
import blenderer.core.History.JobView;
import blenderer.core.History.Numbered;
import blenderer.core.History.Place;
import blenderer.core.History.TaskFilter;
import blenderer.core.Journal;
import blenderer.core.Journal.JournalException;
import blenderer.core.MemoryJournal;
import blenderer.core.Row;
import blenderer.model.Digest;
import blenderer.model.IndexRanges;
import blenderer.model.JobState;
import blenderer.model.LookState;
import blenderer.model.NodeState;
import blenderer.model.Outcome;
import blenderer.model.StepState;
import blenderer.model.TaskState;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The same random commits on both records: every read must give the same. */
class TwinsTest {

  private static final int STEPS = 3;
  private static final int TASKS = 8;

  @TempDir Path folder;

  private final MemoryJournal memory = new MemoryJournal();
  private final List<String> jobs = new ArrayList<>();
  private final Set<String> deleted = new HashSet<>();
  private final Set<Digest> digests = new HashSet<>();
  private int leases;

  /** The same database each time. */
  Database open() {
    return Database.open(folder.resolve("journal.db"));
  }

  int rounds() {
    return 90;
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2})
  void both_records_give_the_same_answers(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    Database database = open();
    long revision = 0;
    for (int round = 0; round < rounds(); round++) {
      // A commit now and then repeats a revision, and both must refuse it.
      revision += random.nextInt(20) == 0 ? 0 : 1 + random.nextInt(3);
      List<Row> rows = new ArrayList<>();
      int count = random.nextInt(12);
      for (int i = 0; i < count; i++) {
        row(random, rows);
      }
      assertThat(refuses(database.journal(), revision, rows))
          .isEqualTo(refuses(memory, revision, rows));
      if (round % 30 == 29) {
        database.close();
        database = open();
      }
      if (round % 15 == 14) {
        compare(database);
      }
    }
    database.close();
    assertThat(jobs).hasSizeGreaterThan(rounds() / 18);
    assertThat(memory.commits()).isGreaterThan(rounds() * 4 / 9);
  }

  private static boolean refuses(Journal journal, long revision, List<Row> rows) {
    try {
      journal.commit(revision, rows);
      return false;
    } catch (JournalException e) {
      return true;
    }
  }

  /** Adds a row of any kind, sometimes one that must be refused; never one of a deleted job. */
  private void row(SplittableRandom random, List<Row> rows) {
    List<String> live = new ArrayList<>(jobs);
    live.removeAll(deleted);
    if (live.isEmpty() || random.nextInt(40) == 0) {
      String id = "0" + Integer.toString(random.nextInt(36 * 36), 36) + "x" + jobs.size();
      List<Digest> inputs = new ArrayList<>();
      for (int i = random.nextInt(4); i >= 0; i--) {
        inputs.add(Samples.digest("input " + random.nextInt(30)));
      }
      digests.addAll(inputs);
      jobs.add(id);
      rows.add(
          Samples.job(
              id,
              pick(random, JobState.values()),
              pick(random, "ada", "bo"),
              pick(random, "film", "test"),
              inputs));
      return;
    }
    String job = pick(random, live.toArray(String[]::new));
    int step = random.nextInt(STEPS);
    int index = random.nextInt(TASKS);
    int generation = 1 + random.nextInt(3);
    switch (random.nextInt(14)) {
      case 0 -> {
        if (random.nextInt(6) == 0) {
          deleted.add(job);
          rows.add(new Row.JobDeleted(job));
        } else {
          rows.add(Samples.job(job, pick(random, JobState.values()), "ada", "film", List.of()));
        }
      }
      case 1 ->
          rows.add(
              Samples.step(
                  job,
                  step,
                  40,
                  pick(random, StepState.values()),
                  random.nextBoolean() ? IndexRanges.empty() : IndexRanges.range(TASKS, 20)));
      case 2 ->
          rows.add(
              Samples.lease(
                  "l" + ++leases, pick(random, "n1", "n2"), job, step, IndexRanges.of(index)));
      case 3 -> rows.add(new Row.LeaseEnded("l" + random.nextInt(leases + 1)));
      case 4 -> rows.add(Samples.node(pick(random, "n1", "n2"), pick(random, NodeState.values())));
      case 5, 6 -> {
        Row.Attempt attempt =
            Samples.attempt(
                "l" + random.nextInt(400),
                pick(random, "n1", "n2"),
                job,
                step,
                index,
                generation,
                pick(random, Outcome.values()),
                random.nextInt(10_000));
        if (attempt.log() != null) {
          digests.add(attempt.log());
        }
        rows.add(attempt);
      }
      case 7 -> {
        Row.Output output = Samples.output(job, step, index, generation);
        digests.add(output.digest());
        rows.add(output);
      }
      case 8 -> {
        Row.Look look = Samples.look(job, step, index, generation);
        if (look.look().preview() != null) {
          digests.add(look.look().preview());
        }
        rows.add(look);
      }
      case 9 ->
          rows.add(
              Samples.judgement(job, step, index, generation, pick(random, LookState.values())));
      default ->
          rows.add(
              Samples.task(
                  job,
                  step,
                  index,
                  generation,
                  pick(random, TaskState.values()),
                  random.nextBoolean() ? "l" + random.nextInt(leases + 1) : null));
    }
  }

  @SafeVarargs
  private static <T> T pick(SplittableRandom random, T... values) {
    return values[random.nextInt(values.length)];
  }

  private void compare(Database database) {
    History sql = database.history();
    assertThat(database.journal().load()).isEqualTo(memory.load());
    assertThat(sql.revision()).isEqualTo(memory.revision());
    assertThat(sql.nodes()).isEqualTo(memory.nodes());
    assertThat(database.references().unreferenced(digests)).isEqualTo(memory.unreferenced(digests));
    for (JobFilter filter :
        List.of(
            new JobFilter(null, null, null),
            new JobFilter(JobState.DONE, null, null),
            new JobFilter(null, "ada", "film"))) {
      List<JobView> all = sql.jobs(filter, null, 1_000);
      assertThat(all).isEqualTo(memory.jobs(filter, null, 1_000));
      if (all.size() > 2) {
        String before = all.get(1).job().id();
        assertThat(sql.jobs(filter, before, 2)).isEqualTo(memory.jobs(filter, before, 2));
      }
    }
    for (String job : jobs) {
      compare(database, sql, job);
    }
  }

  private void compare(Database database, History sql, String job) {
    assertThat(database.journal().loadJob(job)).isEqualTo(memory.loadJob(job));
    assertThat(database.references().digestsOf(job)).isEqualTo(memory.digestsOf(job));
    assertThat(sql.job(job)).isEqualTo(memory.job(job));
    assertThat(sql.find(job.substring(0, 2))).isEqualTo(memory.find(job.substring(0, 2)));
    assertThat(sql.meanTaskMillis(job)).isEqualTo(memory.meanTaskMillis(job));
    assertThat(sql.outputs(job, 0, 1_000)).isEqualTo(memory.outputs(job, 0, 1_000));
    for (TaskFilter filter :
        List.of(
            new TaskFilter(null, null, null),
            new TaskFilter(1, null, TaskState.FAILED),
            new TaskFilter(null, null, TaskState.DONE),
            new TaskFilter(null, IndexRanges.of(1, 2, 7), null))) {
      assertThat(sql.tasks(job, filter, null, 1_000))
          .isEqualTo(memory.tasks(job, filter, null, 1_000));
      Place after = new Place(1, 3);
      assertThat(sql.tasks(job, filter, after, 3)).isEqualTo(memory.tasks(job, filter, after, 3));
      List<Numbered<Row.Attempt>> attempts = sql.attempts(job, filter, 0, 1_000);
      assertThat(attempts).isEqualTo(memory.attempts(job, filter, 0, 1_000));
      assertThat(sql.frames(job, filter, null, null, 1_000))
          .isEqualTo(memory.frames(job, filter, null, null, 1_000));
      for (LookState state : LookState.values()) {
        assertThat(sql.frames(job, filter, state, after, 3))
            .isEqualTo(memory.frames(job, filter, state, after, 3));
      }
      assertThat(sql.attempts(job, filter, 20, 2)).isEqualTo(memory.attempts(job, filter, 20, 2));
    }
  }
}
