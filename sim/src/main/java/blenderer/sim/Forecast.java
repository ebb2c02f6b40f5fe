package blenderer.sim;

import blenderer.core.Decision;
import blenderer.core.Event;
import blenderer.core.Journal;
import blenderer.core.Now;
import blenderer.core.Row;
import blenderer.core.Scheduler;
import blenderer.core.Settings;
import blenderer.model.HostNeeds;
import blenderer.model.Outcome;
import java.math.BigDecimal;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.DoubleConsumer;
import org.jspecify.annotations.Nullable;

/**
 * How a farm would fare: the real scheduler with many honest nodes and a stream of jobs, for days
 * of virtual time. Memory grows with nodes and unfinished jobs, not with time.
 */
public final class Forecast {

  /** By what jobs take their turns. */
  public enum Policy {
    /** As the farm does it: by the priorities that people set, then by people's shares. */
    FARM,
    /** By people's shares alone: all jobs have one priority. */
    SHARES,
    /** First come, first served: all jobs have one priority and belong to one person. */
    ARRIVAL;

    /** The name as it stands in commands and JSON. */
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * What is asked.
   *
   * @param slots of each node
   * @param days for how long jobs come; what was begun is finished
   * @param load how much of the farm the jobs would fill; of no meaning when {@code jobs} is given
   * @param jobs how many come at the start, and none later; 0: a stream for all days
   * @param taskSeconds how long half of the tasks take at most, on a usual node
   * @param people among whom the jobs are spread, the first with the most
   */
  public record Question(
      long seed,
      int nodes,
      int slots,
      double days,
      Shape shape,
      Policy policy,
      double load,
      int jobs,
      double taskSeconds,
      int people) {}

  /** Half, nineteen of twenty, the most; seconds. */
  public record Times(double median, double p95, double most) {
    private static Times of(Spread spread) {
      return new Times(spread.quantile(0.5), spread.quantile(0.95), spread.most());
    }
  }

  /** What became of a person's jobs. */
  public record Person(String name, int jobs, double slotHours, double meanWaitSeconds) {}

  /**
   * The answer.
   *
   * @param makespanSeconds from the first job to the end of the last
   * @param utilisation the part of all slots' time that was used while jobs came, scene loads
   *     included
   * @param fairness Jain's index of the slot time of those who had work waiting or running for a
   *     whole hour, mean of all hours with two such people: 1 is equal; null: no such hour
   * @param waits from a job's submit to its first task
   * @param turnaround from a job's submit to its end
   * @param stretch a job's turnaround against its longest way through its steps, median
   * @param unfinished jobs that had not ended ten times the days later
   */
  public record Answer(
      int jobs,
      long tasks,
      long leases,
      long events,
      double makespanSeconds,
      double utilisation,
      @Nullable Double fairness,
      Times waits,
      Times turnaround,
      double stretch,
      double loadShare,
      List<Person> people,
      int unfinished) {}

  private static final double LOAD_SECONDS = 8;
  private static final long HOUR = 3_600_000;
  private static final long FOREVER = Long.MAX_VALUE / 8;

  /** A person and what they got. */
  private static final class Owner {
    final String name;
    final Spread wait = new Spread();
    int jobs = 0;
    int open = 0;
    long openSince = -1;
    int running = 0;
    long settledAt = 0;
    double thisHour = 0;
    double all = 0;

    Owner(String name) {
      this.name = name;
    }

    void settle(long now) {
      double used = (double) running * (now - settledAt);
      thisHour += used;
      all += used;
      settledAt = now;
    }
  }

  private static final class Job {
    final Owner owner;
    final long submittedAt;
    final double medianMillis;
    final double pathMillis;
    boolean started = false;

    Job(Owner owner, long submittedAt, double medianMillis, double pathMillis) {
      this.owner = owner;
      this.submittedAt = submittedAt;
      this.medianMillis = medianMillis;
      this.pathMillis = pathMillis;
    }
  }

  private static final class Lease {
    final String id;
    final String job;
    final int step;
    final ArrayDeque<Decision.GrantedTask> left;
    boolean busy = false;

    Lease(String id, Decision.Grant grant) {
      this.id = id;
      this.job = grant.job().id();
      this.step = grant.step().step();
      this.left = new ArrayDeque<>(grant.tasks());
    }
  }

  private final class Node {
    final String id;
    final double pace;
    final Map<String, Lease> held = new LinkedHashMap<>();
    final ArrayDeque<String> warm = new ArrayDeque<>();
    long sequence = 0;

    Node(String id, double pace) {
      this.id = id;
      this.pace = pace;
    }

    void sync(List<Event.Report> reports) {
      List<Event.Held> list = new ArrayList<>(held.size());
      for (Lease lease : held.values()) {
        list.add(new Event.Held(lease.id, lease.busy));
      }
      apply(
          new Event.Synced(
              id,
              "boot",
              ++sequence,
              FOREVER,
              question.slots(),
              false,
              list,
              reports,
              sequence == 1 ? facts() : null));
    }

    void hear(Decision.Answer answer) {
      if (answer.sequence() != sequence) {
        // An older sync, answered because of a newer one, whose answer says all.
        return;
      }
      for (Decision.Wanted wanted : answer.leases()) {
        if (wanted.grant() != null && !endedUnheard.remove(wanted.lease())) {
          held.put(wanted.lease(), new Lease(wanted.lease(), wanted.grant()));
          holders.put(wanted.lease(), this);
          leases++;
        }
      }
      if (held.size() > answer.leases().size()) {
        held.keySet()
            .removeIf(
                lease ->
                    answer.leases().stream().noneMatch(wanted -> wanted.lease().equals(lease)));
      }
      run();
      if (held.size() < question.slots()) {
        sync(List.of());
      }
    }

    private void run() {
      int place = 0;
      for (Lease lease : held.values()) {
        if (place++ >= question.slots()) {
          return;
        }
        if (!lease.busy && !lease.left.isEmpty()) {
          begin(lease);
        }
      }
    }

    private void begin(Lease lease) {
      Decision.GrantedTask task = lease.left.removeFirst();
      lease.busy = true;
      Job job = jobs.get(lease.job);
      if (job == null) {
        return;
      }
      long now = time.now();
      if (!job.started) {
        job.started = true;
        double waited = (now - job.submittedAt) / 1e3;
        wait.add(waited);
        job.owner.wait.add(waited);
      }
      double millis = job.medianMillis * pace * jitter(lease.job, lease.step, task.index());
      if (!warm.remove(lease.job)) {
        millis += LOAD_SECONDS * 1_000;
        loading += LOAD_SECONDS * 1_000;
      }
      job.owner.settle(now);
      job.owner.running++;
      long taken = Math.max(1, Math.round(millis));
      if (now < lastArrival) {
        used += Math.min(taken, lastArrival - now);
      }
      time.after(taken, () -> end(lease, task, job, taken));
    }

    private void end(Lease lease, Decision.GrantedTask task, Job job, long taken) {
      job.owner.settle(time.now());
      job.owner.running--;
      tasks++;
      warm.addLast(lease.job);
      if (warm.size() > question.slots()) {
        warm.removeFirst();
      }
      lease.busy = false;
      if (lease.left.isEmpty()) {
        held.remove(lease.id);
      }
      // What was only prepared begins at once; the report goes out beside it.
      run();
      sync(
          List.of(
              new Event.Report(
                  lease.id,
                  task.index(),
                  task.generation(),
                  Outcome.SUCCEEDED,
                  List.of(),
                  null,
                  null,
                  0,
                  taken,
                  null,
                  null,
                  null,
                  null)));
    }
  }

  private final Question question;
  private final DoubleConsumer progress;
  private final Timeline time = new Timeline();
  private final SplittableRandom random;
  private final Scheduler scheduler;
  private final Map<String, Node> nodes = new HashMap<>();
  private final Map<String, Job> jobs = new HashMap<>();
  private final Map<String, Node> holders = new HashMap<>();

  /** Leases that ended at the event that made them; their nodes are told of them all the same. */
  private final Set<String> endedUnheard = new HashSet<>();

  private final List<Owner> owners = new ArrayList<>();
  private final Spread wait = new Spread();
  private final Spread turnaround = new Spread();
  private final Spread stretch = new Spread();
  private double fairnessSum = 0;
  private int fairHours = 0;
  private int submitted = 0;
  private long tasks = 0;
  private long leases = 0;
  private long lastEnd = 0;
  private final long lastArrival;
  private double used = 0;
  private double loading = 0;
  private final ArrayDeque<Decision.Answer> answers = new ArrayDeque<>();
  private boolean delivering = false;
  private boolean arriving = false;
  private int finished = 0;

  private Forecast(Question question, DoubleConsumer progress) {
    this.question = question;
    this.progress = progress;
    random = Plan.randomOf(question.seed(), 1);
    lastArrival = question.jobs() > 0 ? Long.MAX_VALUE : Math.round(question.days() * 24 * HOUR);
    // Nothing is ever lost here, so nobody has to call to be known alive.
    scheduler =
        new Scheduler(
            Settings.defaults().scaled(1e9),
            new Journal.Snapshot(0, List.of(), List.of(), List.of(), List.of()),
            "l",
            now());
    for (int i = 0; i < question.people(); i++) {
      owners.add(new Owner("person" + (i + 1)));
    }
  }

  /**
   * Lets the farm run.
   *
   * @param progress is told, now and then, which part is done
   */
  public static Answer of(Question question, DoubleConsumer progress) {
    return new Forecast(question, progress).run();
  }

  private Now now() {
    return new Now(time.now(), 1_700_000_000_000L + time.now());
  }

  private Event.Facts facts() {
    return Drafts.facts(
        question.slots(),
        65_536,
        Map.of(HostNeeds.VCPU, BigDecimal.valueOf(question.slots())),
        Map.of());
  }

  /** How much longer than the job's usual a task takes: the same whoever runs it. */
  private double jitter(String job, int step, int index) {
    SplittableRandom own =
        Plan.randomOf(question.seed() + job.hashCode(), 1_000_003L * step + index);
    return Math.exp(0.25 * own.nextGaussian());
  }

  private Answer run() {
    // Nodes have their own chance: another farm gets the same jobs.
    SplittableRandom paces = Plan.randomOf(question.seed(), 3);
    for (int i = 0; i < question.nodes(); i++) {
      Node node = new Node("node" + i, 0.6 + 0.8 * paces.nextDouble());
      nodes.put(node.id, node);
    }
    nodes.values().stream()
        .sorted(Comparator.comparing(node -> node.id))
        .forEach(node -> node.sync(List.of()));
    if (question.jobs() > 0) {
      for (int i = 0; i < question.jobs(); i++) {
        submit();
      }
    } else {
      submit();
      arrive(1 / rate());
    }
    time.after(HOUR, this::hour);
    long end = Math.round(question.days() * 24 * HOUR);
    long deadline = 10 * end;
    long events = 0;
    while ((!jobs.isEmpty() || arriving) && time.now() < deadline && time.step()) {
      events++;
      if ((events & 0x3ff) == 0) {
        progress.accept(
            question.jobs() > 0
                ? (double) finished / Math.max(1, submitted)
                : Math.min(1, (double) time.now() / end));
      }
    }
    double slots = (double) question.nodes() * question.slots();
    long window = question.jobs() > 0 ? lastEnd : end;
    return new Answer(
        submitted,
        tasks,
        leases,
        events,
        lastEnd / 1e3,
        window == 0 ? 0 : used / (slots * window),
        fairHours == 0 ? null : fairnessSum / fairHours,
        Times.of(wait),
        Times.of(turnaround),
        stretch.quantile(0.5) / 1_000,
        used == 0 ? 0 : loading / owners.stream().mapToDouble(owner -> owner.all).sum(),
        owners.stream()
            .map(owner -> new Person(owner.name, owner.jobs, owner.all / HOUR, owner.wait.mean()))
            .toList(),
        jobs.size());
  }

  /** Jobs a millisecond that fill the wanted part of the farm. */
  private double rate() {
    SplittableRandom sample = Plan.randomOf(question.seed(), 2);
    double work = 0;
    for (int i = 0; i < 400; i++) {
      int size = question.shape().job(sample).stream().mapToInt(Shape.Outline::tasks).sum();
      work += size * medianMillis(sample) * Math.exp(0.25 * 0.25 / 2);
    }
    return question.load() * question.nodes() * question.slots() / (work / 400);
  }

  private double medianMillis(SplittableRandom from) {
    return Math.clamp(question.taskSeconds() * Math.exp(0.8 * from.nextGaussian()), 1, 7_200)
        * 1_000;
  }

  private void arrive(double meanMillis) {
    double gap = -Math.log(1 - random.nextDouble()) * meanMillis;
    long at = time.now() + Math.round(gap);
    arriving = at < lastArrival;
    if (arriving) {
      time.at(
          at,
          () -> {
            submit();
            arrive(meanMillis);
          });
    }
  }

  /** The first person has as many jobs as the next two together, and so on. */
  private Owner someone() {
    double place = random.nextDouble();
    int chosen = (int) (owners.size() * place * place);
    return owners.get(Math.min(owners.size() - 1, chosen));
  }

  private void submit() {
    String id = String.format(Locale.ROOT, "job%08d", submitted++);
    Owner owner = someone();
    double median = medianMillis(random);
    List<Row.Step> steps = new ArrayList<>();
    double[] path = new double[1_000];
    double longest = 0;
    for (Shape.Outline outline : question.shape().job(random)) {
      int number = steps.size();
      for (int before : outline.dependsOn()) {
        path[number] = Math.max(path[number], path[before]);
      }
      path[number] += median;
      longest = Math.max(longest, path[number]);
      steps.add(Drafts.step(id, number, outline.tasks(), 10, outline.dependsOn(), Row.Plan.PLAIN));
    }
    int priority = 30 + random.nextInt(5) * 10;
    owner.jobs++;
    owner.settle(time.now());
    if (owner.open++ == 0) {
      owner.openSince = time.now();
    }
    jobs.put(id, new Job(owner, time.now(), median, longest));
    apply(
        new Event.Submitted(
            Drafts.job(
                id,
                question.policy() == Policy.ARRIVAL ? "all" : owner.name,
                "default",
                question.policy() == Policy.FARM ? priority : 50,
                now().wall(),
                List.of(Drafts.TEMPLATE)),
            steps));
  }

  /** Answers are heard after the scheduler has finished with the event that made them. */
  private void apply(Event event) {
    Decision decision = scheduler.apply(event, now());
    for (Row row : decision.rows()) {
      if (row instanceof Row.Job job && job.state().isFinished()) {
        ended(job.id());
      } else if (row instanceof Row.LeaseEnded ended) {
        takenBack(ended.id());
      }
    }
    answers.addAll(decision.answers());
    if (delivering) {
      return;
    }
    delivering = true;
    while (!answers.isEmpty()) {
      Decision.Answer answer = answers.removeFirst();
      Node node = nodes.get(answer.node());
      if (node != null) {
        node.hear(answer);
      }
    }
    delivering = false;
  }

  /** What a node only prepares may go to an idle one; a heartbeat tells it within seconds. */
  private void takenBack(String id) {
    Node node = holders.remove(id);
    if (node == null) {
      endedUnheard.add(id);
      return;
    }
    Lease lease = node.held.get(id);
    if (lease != null && !lease.busy) {
      node.held.remove(id);
    }
  }

  private void ended(String id) {
    Job job = jobs.remove(id);
    if (job == null) {
      return;
    }
    finished++;
    lastEnd = time.now();
    double taken = time.now() - job.submittedAt;
    turnaround.add(taken / 1e3);
    // In thousandths: a fast node makes it less than 1.
    stretch.add(1_000 * taken / job.pathMillis);
    if (--job.owner.open == 0) {
      job.owner.openSince = -1;
    }
  }

  private void hour() {
    double sum = 0;
    double squares = 0;
    int people = 0;
    for (Owner owner : owners) {
      owner.settle(time.now());
      if (owner.openSince >= 0 && owner.openSince <= time.now() - HOUR) {
        sum += owner.thisHour;
        squares += owner.thisHour * owner.thisHour;
        people++;
      }
      owner.thisHour = 0;
    }
    if (people > 1 && squares > 0) {
      fairnessSum += sum * sum / (people * squares);
      fairHours++;
    }
    time.after(HOUR, this::hour);
  }
}
