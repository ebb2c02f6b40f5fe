package blenderer.sim;

import blenderer.core.Event;
import blenderer.core.Journal;
import blenderer.core.Row;
import blenderer.model.HostNeeds;
import blenderer.model.IndexRanges;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.DoubleConsumer;

/**
 * How far one leader reaches: the real scheduler behind a model of its server, its database and the
 * network, with nodes that call as real ones do. Tasks end at a given pace; told are how late the
 * answers are, and what it costs when the leader dies. Time is in microseconds here.
 */
public final class Reach {

  static final long SECOND = 1_000_000;

  /**
   * What is asked.
   *
   * @param slots of each node
   * @param tasks of all jobs
   * @param chunk tasks of one lease
   * @param rate tasks that would end in a second if no slot ever waited
   * @param batch the most events of one transaction
   * @param databaseMicros to the database and back; 0: it is beside the server
   * @param leaderChanges how often the leader dies, spread evenly
   * @param takeOverMicros from a death until the next leader decides
   * @param cores of the server's computer: one for the scheduler's thread, the others for calls
   */
  public record Question(
      long seed,
      int nodes,
      int slots,
      long tasks,
      int chunk,
      double rate,
      int batch,
      long databaseMicros,
      int leaderChanges,
      long takeOverMicros,
      int cores) {}

  /**
   * A death of the leader.
   *
   * @param atSeconds since the start
   * @param firstSeconds from it until the next leader had taken the first call
   * @param allSeconds until it had taken one of every node
   * @param idleSlotSeconds what slots had nothing to do in the half minute after it, less what they
   *     had in the half minute before
   */
  public record Change(
      double atSeconds, double firstSeconds, double allSeconds, double idleSlotSeconds) {}

  /**
   * The answer. Rates, times and shares are of the middle eight tenths of the tasks.
   *
   * @param taskSeconds what a task took on average, from {@code rate}
   * @param p50 from a task's end at its node to the answer that takes the result and brings the
   *     next lease, in milliseconds
   * @param tasksPerCommit results in one transaction, on average
   * @param deciding the part of the time in which the scheduler's thread computed
   * @param committing the part in which it waited for the database
   * @param calls the part of the other cores' time that calls took
   * @param idle the part of the slots' time without a task
   * @param refused calls that were told to come again
   * @param wasted tasks that were rendered once more than was needed
   */
  public record Answer(
      long tasks,
      double seconds,
      double taskSeconds,
      double tasksPerSecond,
      double p50,
      double p99,
      double most,
      double tasksPerCommit,
      double commitMillis,
      double deciding,
      double committing,
      double calls,
      double idle,
      long refused,
      long wasted,
      List<Change> changes) {}

  private static final int TASKS_A_JOB = 10_000;
  private static final int MOST_JOBS = 1_000;
  private static final int PEOPLE = 8;

  private final Question question;
  private final Timeline time = new Timeline();
  private final LeanJournal journal;
  private final ReachServer server;
  private final Map<String, ReachNode> nodes = new LinkedHashMap<>();
  private final ReachMeter meter;
  private final double taskMicros;

  private Reach(Question question, LeanJournal journal, Journal written) {
    this.question = question;
    this.journal = journal;
    SplittableRandom paces = Plan.randomOf(question.seed(), 3);
    double[] pace = new double[question.nodes()];
    double each = 0;
    for (int i = 0; i < pace.length; i++) {
      pace[i] = 0.6 + 0.8 * paces.nextDouble();
      each += question.slots() / pace[i];
    }
    taskMicros = each * SECOND / question.rate();
    meter = new ReachMeter(time, question);
    server = new ReachServer(time, question, written, journal, nodes, meter);
    for (int i = 0; i < pace.length; i++) {
      String id = String.format(Locale.ROOT, "node%06d", i);
      nodes.put(
          id,
          new ReachNode(
              id,
              question.slots(),
              pace[i] * taskMicros,
              time,
              Plan.randomOf(question.seed(), 1_000L + i),
              server,
              meter));
    }
  }

  /**
   * Lets the farm run until every task is done.
   *
   * @param progress is told, now and then, which part is done
   */
  public static Answer of(Question question, DoubleConsumer progress) {
    LeanJournal journal = new LeanJournal();
    return new Reach(question, journal, journal).run(progress);
  }

  /** The same with a journal around that of the run. */
  static Answer of(Question question, LeanJournal journal, Journal around) {
    return new Reach(question, journal, around).run(_ -> {});
  }

  private Answer run(DoubleConsumer progress) {
    submit();
    SplittableRandom starts = Plan.randomOf(question.seed(), 2);
    for (ReachNode node : nodes.values()) {
      time.after(starts.nextLong(2 * SECOND), node::start);
    }
    double expected = question.tasks() / question.rate() * SECOND;
    for (int i = 1; i <= question.leaderChanges(); i++) {
      long at = Math.round(expected * i / (question.leaderChanges() + 1));
      time.at(at - SECOND * 30, () -> meter.beforeDeath(server::die));
    }
    long steps = 0;
    while (journal.done() < question.tasks()) {
      if (!time.step() || time.now() > 100 * expected + 3_600 * SECOND) {
        throw new IllegalStateException("tasks are left and nothing happens any more");
      }
      if ((++steps & 0x3fff) == 0) {
        progress.accept((double) journal.done() / question.tasks());
      }
    }
    if (journal.twice() > 0 || journal.done() != question.tasks()) {
      throw new IllegalStateException(
          journal.done() + " results, " + journal.twice() + " of them a second time");
    }
    return meter.answer(taskMicros / SECOND);
  }

  private void submit() {
    SplittableRandom random = Plan.randomOf(question.seed(), 1);
    // Leases of just that many tasks, however many slots there are for a job.
    Row.Plan plan =
        new Row.Plan(HostNeeds.NONE, Row.Cut.BALANCED, 0, IndexRanges.empty(), Row.Probe.NONE);
    int count = (int) Math.clamp(question.tasks() / TASKS_A_JOB, 1, MOST_JOBS);
    for (int i = 0; i < count; i++) {
      String id = String.format(Locale.ROOT, "job%08d", i);
      int tasks =
          Math.toIntExact(question.tasks() * (i + 1) / count - question.tasks() * i / count);
      server.submit(
          new Event.Submitted(
              Drafts.job(
                  id,
                  "person" + random.nextInt(PEOPLE),
                  "default",
                  30 + random.nextInt(5) * 10,
                  0,
                  List.of(Drafts.TEMPLATE)),
              List.of(Drafts.step(id, 0, tasks, question.chunk(), List.of(), plan))));
    }
  }
}
