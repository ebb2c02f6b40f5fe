package blenderer.sim;

import blenderer.core.Decision;
import blenderer.core.Event;
import blenderer.core.Journal;
import blenderer.core.MemoryJournal;
import blenderer.core.Row;
import blenderer.model.Digest;
import blenderer.model.HostNeeds;
import blenderer.model.JobState;
import blenderer.model.NodeState;
import blenderer.model.Outcome;
import blenderer.model.StepState;
import blenderer.model.TaskState;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Watches every decision, commit, answer and freed blob, and throws a {@link Violation} when one
 * breaks an invariant. It believes nobody: it keeps its own books of rows and answers, and each
 * check costs what the event changed.
 */
final class Audit {

  private record Place(String job, int step, int index) {}

  private record Finished(Place place, int generation) {}

  private record AttemptKey(String lease, int index) {}

  /** A live lease in the books: what it may still report on. */
  private static final class Lease {
    final String id;
    final String node;
    final String job;
    final int step;
    final Set<Integer> rights = new TreeSet<>();

    /** Whether it has a second right, beside the lease that the task's row names. */
    boolean twin;

    Lease(Row.Lease row) {
      id = row.id();
      node = row.node();
      job = row.job();
      step = row.step();
      twin = row.twin();
    }
  }

  // What the scheduler decided so far; after a crash, what the journal says.
  private final Map<String, Row.Job> jobs = new HashMap<>();
  private final Map<String, Map<Integer, Row.Step>> steps = new HashMap<>();
  private final Map<String, Row.Node> nodes = new HashMap<>();
  private final Map<String, BigDecimal> limits = new HashMap<>();
  private final Map<String, Lease> leases = new HashMap<>();
  private final Map<String, Map<String, Lease>> leasesByNode = new HashMap<>();
  private final Map<Place, Lease> holders = new HashMap<>();
  private final Map<Place, Lease> twins = new HashMap<>();

  /** When the scheduler last heard a node's newest word, since its start. */
  private final Map<String, Long> heardAt = new HashMap<>();

  private final Map<String, Long> heardSequence = new HashMap<>();

  // What is committed.
  private final Set<String> known = new HashSet<>();
  private final Map<String, JobState> states = new HashMap<>();
  private final Map<String, Map<Integer, Row.Step>> committedSteps = new HashMap<>();
  private final Map<Place, Integer> done = new HashMap<>();
  private final Map<Place, Integer> generations = new HashMap<>();
  private final Set<Finished> pendingDone = new LinkedHashSet<>();
  private final Set<Finished> succeeded = new HashSet<>();
  private final Set<AttemptKey> attempts = new HashSet<>();
  private final Map<String, String> leased = new HashMap<>();
  private final Set<String> everLeased = new HashSet<>();
  private final Map<Digest, Integer> references = new HashMap<>();
  private final Map<String, List<Digest>> referencesByJob = new HashMap<>();

  // What people were told.
  private final Set<String> promised = new LinkedHashSet<>();
  private final Set<String> deletesAsked = new HashSet<>();
  private final Set<Place> leftOut = new HashSet<>();

  /** Nodes of which two processes have the key: they take each other's leases. */
  private final Set<String> doubled = new HashSet<>();

  private final long term;

  Audit(long term) {
    this.term = term;
  }

  private static Violation broken(String invariant, String message) {
    return new Violation(invariant, message);
  }

  // --- the scheduler ---

  /** The scheduler was loaded from this. */
  void loaded(Journal.Snapshot snapshot) {
    heardAt.clear();
    heardSequence.clear();
    leases.clear();
    leasesByNode.clear();
    holders.clear();
    twins.clear();
    nodes.clear();
    limits.clear();
    snapshot.nodes().forEach(node -> nodes.put(node.id(), node));
    snapshot
        .limits()
        .forEach(
            limit -> {
              if (limit.count() != null) {
                limits.put(limit.name(), limit.count());
              }
            });
    snapshot.leases().forEach(this::add);
    Set<String> loaded = new HashSet<>();
    for (Journal.JobSnapshot job : snapshot.jobs()) {
      loaded.add(job.job().id());
      revived(job);
    }
    for (String job : promised) {
      JobState state = states.get(job);
      if (state != null && !state.isFinished() && !loaded.contains(job)) {
        throw broken("INV-1", "job " + job + " was answered, and after a restart it is not there");
      }
    }
    for (Row.Lease row : snapshot.leases()) {
      Lease lease = leases.get(row.id());
      if (lease != null && row.twin()) {
        hold(lease, row);
      }
    }
    leases.values().removeIf(lease -> lease.rights.isEmpty());
  }

  /** INV-3: a twin is of one task, which another node has the first right to. */
  private void hold(Lease twin, Row.Lease row) {
    int index = row.tasks().toList().getFirst();
    Place place = new Place(row.job(), row.step(), index);
    Lease first = holders.get(place);
    Lease other = twins.put(place, twin);
    if (row.tasks().size() != 1
        || first == null
        || first.node.equals(twin.node)
        || (other != null && other != twin)) {
      throw broken(
          "INV-3",
          "lease "
              + twin.id
              + " is a twin for "
              + place
              + (first == null ? ", which nobody has" : ", beside " + first.id)
              + (other == null || other == twin ? "" : " and " + other.id));
    }
    twin.rights.add(index);
  }

  /** A job was loaded alone. */
  void revived(Journal.JobSnapshot job) {
    String id = job.job().id();
    jobs.put(id, job.job());
    Map<Integer, Row.Step> own = new HashMap<>();
    for (Journal.StepSnapshot step : job.steps()) {
      own.put(step.step().step(), step.step());
      for (Row.Task task : step.open()) {
        Lease lease = task.lease() == null ? null : leases.get(task.lease());
        if (lease != null && task.state() == TaskState.LEASED) {
          lease.rights.add(task.index());
          holders.put(new Place(id, task.step(), task.index()), lease);
        }
      }
    }
    steps.put(id, own);
  }

  void crashed() {
    heardAt.clear();
    heardSequence.clear();
  }

  private void add(Row.Lease row) {
    Lease known = leases.get(row.id());
    if (known != null) {
      known.twin = row.twin();
      return;
    }
    Lease lease = new Lease(row);
    leases.put(row.id(), lease);
    leasesByNode.computeIfAbsent(row.node(), _ -> new LinkedHashMap<>()).put(row.id(), lease);
  }

  /** An event was applied; nothing of it is committed. */
  void decided(Event event, Decision decision, long now) {
    if (event instanceof Event.Synced sync) {
      String boot = sync.node() + "/" + sync.boot();
      if (sync.sequence() > heardSequence.getOrDefault(boot, -1L)) {
        heardSequence.put(boot, sync.sequence());
        heardAt.put(sync.node(), now);
      }
    }
    List<Lease> granted = new ArrayList<>();
    Set<Lease> touched = new LinkedHashSet<>();
    Set<String> ended = new HashSet<>();
    for (Row row : decision.rows()) {
      switch (row) {
        case Row.Job job -> jobs.put(job.id(), job);
        case Row.Step step ->
            steps.computeIfAbsent(step.job(), _ -> new HashMap<>()).put(step.step(), step);
        case Row.Node node -> nodes.put(node.id(), node);
        case Row.Limit limit -> {
          if (limit.count() == null) {
            limits.remove(limit.name());
          } else {
            limits.put(limit.name(), limit.count());
          }
        }
        case Row.Lease lease -> {
          boolean isNew = !leases.containsKey(lease.id());
          add(lease);
          if (isNew) {
            granted.add(Objects.requireNonNull(leases.get(lease.id())));
          }
        }
        case Row.Attempt attempt -> countsRightly(attempt, event, decision.rows());
        default -> {}
      }
    }
    for (Row row : decision.rows()) {
      if (row instanceof Row.Task task) {
        hold(task, touched);
      }
    }
    for (Row row : decision.rows()) {
      if (row instanceof Row.Lease lease && lease.twin()) {
        hold(Objects.requireNonNull(leases.get(lease.id())), lease);
      }
    }
    for (Row row : decision.rows()) {
      if (row instanceof Row.LeaseEnded end) {
        ended.add(end.id());
        Lease lease = leases.remove(end.id());
        if (lease != null) {
          if (lease.twin) {
            twins.values().remove(lease);
            lease.rights.clear();
          }
          if (!lease.rights.isEmpty()) {
            throw broken(
                "INV-3",
                "lease " + lease.id + " ended, and tasks " + lease.rights + " still name it");
          }
          Objects.requireNonNull(leasesByNode.get(lease.node)).remove(lease.id);
          touched.remove(lease);
        }
      }
    }
    for (Lease lease : touched) {
      if (lease.rights.isEmpty()) {
        throw broken("INV-3", "lease " + lease.id + " has no right left and has not ended");
      }
    }
    for (Row row : decision.rows()) {
      if (row instanceof Row.Task task) {
        hasTwinRightly(task);
      }
    }
    granted.forEach(lease -> grantedRightly(lease, now));
    for (Decision.Answer answer : decision.answers()) {
      answerNamesItsOwn(answer, isOvertaken(answer, event), touched, ended);
    }
  }

  /** INV-3: with the first right to a task the second one ends, or takes its place. */
  private void hasTwinRightly(Row.Task task) {
    Place place = new Place(task.job(), task.step(), task.index());
    Lease twin = twins.get(place);
    Lease first = holders.get(place);
    if (twin != null && first == twin) {
      if (twin.twin) {
        throw broken("INV-3", "lease " + twin.id + " has the first right, and is a twin");
      }
      twins.remove(place);
    } else if (twin != null && first == null) {
      throw broken("INV-3", place + " is " + task.state() + ", and its twin " + twin.id + " lives");
    }
  }

  /** Whether another lease was done with the task at the same event. */
  private static boolean isOutrun(Row.Attempt attempt, List<Row> rows) {
    return attempt.outcome() == Outcome.CANCELLED
        && rows.stream()
            .anyMatch(
                row ->
                    row instanceof Row.Attempt other
                        && other.outcome() == Outcome.SUCCEEDED
                        && !other.lease().equals(attempt.lease())
                        && other.job().equals(attempt.job())
                        && other.step() == attempt.step()
                        && other.index() == attempt.index());
  }

  /** INV-2: only who has the right to a task ends its attempt, and only with its own report. */
  private void countsRightly(Row.Attempt attempt, Event event, List<Row> rows) {
    Lease lease = leases.get(attempt.lease());
    boolean own =
        attempt.outcome() == Outcome.LOST
            || isOutrun(attempt, rows)
            || (event instanceof Event.Synced sync && sync.node().equals(attempt.node()));
    if (lease == null
        || !lease.node.equals(attempt.node())
        || !lease.rights.contains(attempt.index())
        || !own) {
      throw broken(
          "INV-2",
          attempt.outcome()
              + " of task "
              + attempt.index()
              + " counts under "
              + attempt.lease()
              + ", which has no right to it");
    }
  }

  private void hold(Row.Task task, Set<Lease> touched) {
    Place place = new Place(task.job(), task.step(), task.index());
    Lease before = holders.remove(place);
    if (before != null) {
      before.rights.remove(task.index());
      touched.add(before);
    }
    if (task.state() == TaskState.LEASED) {
      Lease lease = task.lease() == null ? null : leases.get(task.lease());
      if (lease == null) {
        throw broken("INV-3", "task " + place + " names lease " + task.lease() + ", which is over");
      }
      lease.rights.add(task.index());
      holders.put(place, lease);
    }
  }

  private static boolean isOvertaken(Decision.Answer answer, Event event) {
    return event instanceof Event.Synced sync
        && sync.node().equals(answer.node())
        && !(sync.boot().equals(answer.boot()) && sync.sequence() == answer.sequence());
  }

  /** Whether the lease may have been given: the step, the job and the node allow it, INV-8. */
  private void grantedRightly(Lease lease, long now) {
    Row.Job job = jobs.get(lease.job);
    Row.Step step = steps.getOrDefault(lease.job, Map.of()).get(lease.step);
    Row.Node node = nodes.get(lease.node);
    if (job == null || step == null || node == null) {
      throw broken("INV-1", "lease " + lease.id + " is of something that nobody knows");
    }
    if (!leases.containsKey(lease.id)) {
      return;
    }
    if (node.wish() != NodeState.ONLINE) {
      throw broken("WISH", "node " + node.id() + " is " + node.wish() + " and got " + lease.id);
    }
    if (job.state() != JobState.RUNNING || step.state() != StepState.RUNNING) {
      throw broken(
          "STATE",
          "lease "
              + lease.id
              + " was given of a job that is "
              + job.state()
              + " and a step that is "
              + step.state());
    }
    if (lease.twin && Boolean.FALSE.equals(job.terms().twins())) {
      throw broken("TWIN", "lease " + lease.id + " is a twin, and the job's owner wants none");
    }
    if (step.plan().leastMemoryMib() > FarmNode.memoryMib(node.id())) {
      throw broken(
          "FIT", "node " + node.id() + " has less memory than step " + step.plan() + " needs");
    }
    for (HostNeeds.Attribute need : step.plan().needs().attributes()) {
      List<String> has = node.offer().attributes().getOrDefault(need.name(), List.of());
      if (!need.anyOf().isEmpty() && need.anyOf().stream().noneMatch(has::contains)) {
        throw broken("FIT", "node " + node.id() + " has " + has + ", and the step needs " + need);
      }
    }
    Set<String> names = new TreeSet<>();
    names.add(HostNeeds.VCPU);
    step.plan().needs().amounts().forEach(amount -> names.add(amount.name()));
    for (String name : names) {
      BigDecimal limit = limits.get(name);
      BigDecimal used = limit == null ? heldBy(node.id(), name) : heldByAll(name, now);
      BigDecimal most =
          limit == null ? node.offer().amounts().getOrDefault(name, BigDecimal.ZERO) : limit;
      if (used.compareTo(most) > 0) {
        throw broken(
            "INV-8", used + " of " + name + " are held with " + lease.id + ", there are " + most);
      }
    }
  }

  /** What a node's leases hold back: it runs one a slot, so the largest as many as it has slots. */
  private BigDecimal heldBy(String node, String name) {
    Row.Node row = Objects.requireNonNull(nodes.get(node));
    List<BigDecimal> parts = new ArrayList<>();
    for (Lease lease : leasesByNode.getOrDefault(node, Map.of()).values()) {
      Row.Step step = steps.getOrDefault(lease.job, Map.of()).get(lease.step);
      if (step != null) {
        parts.add(
            step.plan().needs().amounts().stream()
                .filter(amount -> amount.name().equals(name))
                .map(HostNeeds.Amount::reserved)
                .findFirst()
                .orElse(name.equals(HostNeeds.VCPU) ? BigDecimal.ONE : BigDecimal.ZERO));
      }
    }
    return parts.stream()
        .sorted(Comparator.reverseOrder())
        .limit(Math.max(1, row.slots()))
        .reduce(BigDecimal.ZERO, BigDecimal::add);
  }

  /**
   * What nodes hold back of a farm-wide limit that were heard within a term: none of it is late.
   */
  private BigDecimal heldByAll(String name, long now) {
    BigDecimal sum = BigDecimal.ZERO;
    for (Map.Entry<String, Long> heard : heardAt.entrySet()) {
      if (now - heard.getValue() < term && nodes.containsKey(heard.getKey())) {
        sum = sum.add(heldBy(heard.getKey(), name));
      }
    }
    return sum;
  }

  /**
   * INV-3: what a node is told to hold is what it alone has the right to.
   *
   * @param overtaken the node itself has sent a newer word: what was so until that came may be said
   */
  private void answerNamesItsOwn(
      Decision.Answer answer, boolean overtaken, Set<Lease> touched, Set<String> endedNow) {
    for (Decision.Wanted wanted : answer.leases()) {
      Lease lease = leases.get(wanted.lease());
      if (lease == null && overtaken && endedNow.contains(wanted.lease())) {
        continue;
      }
      if (lease == null || !lease.node.equals(answer.node())) {
        throw broken(
            "INV-3",
            "node "
                + answer.node()
                + " is told to hold "
                + wanted.lease()
                + ", which "
                + (lease == null ? "is over" : "is " + lease.node + "'s"));
      }
      for (int index : wanted.wanted().toList()) {
        Place place = new Place(lease.job, lease.step, index);
        Lease holder = holders.get(place);
        if (holder != lease
            && twins.get(place) != lease
            && !(overtaken && touched.contains(lease))) {
          throw broken(
              "INV-3",
              "task "
                  + index
                  + " is wanted of "
                  + lease.id
                  + ", but "
                  + (holder == null ? "no lease" : "lease " + holder.id)
                  + " has it");
        }
      }
    }
  }

  // --- the journal ---

  /** These rows are about to be written. */
  void writing(List<Row> rows) {
    Set<Finished> now = new HashSet<>();
    for (Row row : rows) {
      if (row instanceof Row.Attempt attempt && attempt.outcome() == Outcome.SUCCEEDED) {
        Finished result =
            new Finished(
                new Place(attempt.job(), attempt.step(), attempt.index()), attempt.generation());
        if (succeeded.contains(result) || !now.add(result)) {
          throw broken("INV-2", "a second result of " + result + " by lease " + attempt.lease());
        }
      }
    }
  }

  /** These rows are written. */
  void committed(List<Row> rows, Store store) {
    for (Row row : rows) {
      switch (row) {
        case Row.Job job -> {
          known.add(job.id());
          states.put(job.id(), job.state());
          for (Digest input : job.inputs()) {
            need(job.id(), input);
            if (!store.has(input)) {
              throw broken("INV-5", "job " + job.id() + " was taken without its input " + input);
            }
          }
        }
        case Row.Step step ->
            committedSteps.computeIfAbsent(step.job(), _ -> new HashMap<>()).put(step.step(), step);
        case Row.Task task -> task(task);
        case Row.Lease lease -> {
          everLeased.add(lease.id());
          leased.put(lease.id(), lease.node());
        }
        case Row.LeaseEnded ended -> {
          // One that began and ended at one event has this row alone.
          everLeased.add(ended.id());
          leased.remove(ended.id());
        }
        case Row.Attempt attempt -> {
          attempts.add(new AttemptKey(attempt.lease(), attempt.index()));
          if (attempt.outcome() == Outcome.SUCCEEDED) {
            succeeded.add(
                new Finished(
                    new Place(attempt.job(), attempt.step(), attempt.index()),
                    attempt.generation()));
          }
          if (attempt.log() != null) {
            need(attempt.job(), attempt.log());
          }
        }
        case Row.Output output -> output(output, store);
        case Row.JobDeleted deleted -> deleted(deleted.id());
        default -> {}
      }
    }
  }

  private void need(String job, Digest digest) {
    references.merge(digest, 1, Integer::sum);
    referencesByJob.computeIfAbsent(job, _ -> new ArrayList<>()).add(digest);
  }

  private void task(Row.Task task) {
    Place place = new Place(task.job(), task.step(), task.index());
    int before = generations.getOrDefault(place, 0);
    if (task.generation() < before) {
      throw broken("INV-2", place + " fell back from generation " + before);
    }
    generations.put(place, task.generation());
    Integer finished = done.get(place);
    if (task.state() == TaskState.DONE) {
      if (!succeeded.contains(new Finished(place, task.generation()))) {
        // Rows of tasks come before those of their attempts.
        pendingDone.add(new Finished(place, task.generation()));
      }
      done.put(place, task.generation());
    } else if (finished != null && finished == task.generation()) {
      throw broken("INV-2", place + " was done in generation " + finished + " and is undone");
    } else {
      done.remove(place);
    }
  }

  private void output(Row.Output output, Store store) {
    Finished result =
        new Finished(new Place(output.job(), output.step(), output.index()), output.generation());
    if (!succeeded.contains(result)) {
      throw broken("INV-2", "an output of " + result + ", which did not succeed");
    }
    if (!store.has(output.digest())) {
      throw broken("INV-4", "the result of " + result + " has no bytes in the store");
    }
    if (!store.isTrue(output.digest())) {
      throw broken("INV-4", "the bytes of " + output.digest() + " are others");
    }
    need(output.job(), output.digest());
  }

  private void deleted(String job) {
    if (promised.remove(job) && !deletesAsked.contains(job)) {
      throw broken("INV-1", "job " + job + " was deleted, and nobody asked for it");
    }
    known.remove(job);
    states.remove(job);
    committedSteps.remove(job);
    for (Digest digest : referencesByJob.getOrDefault(job, List.of())) {
      references.computeIfPresent(digest, (_, count) -> count == 1 ? null : count - 1);
    }
    referencesByJob.remove(job);
    done.keySet().removeIf(place -> place.job().equals(job));
    pendingDone.removeIf(result -> result.place().job().equals(job));
  }

  /** The end of a commit: what must stand together stands together. */
  void closed() {
    for (Finished result : pendingDone) {
      if (!succeeded.contains(result)) {
        throw broken("INV-2", result + " is done without a result");
      }
    }
    pendingDone.clear();
  }

  /** Whether a committed lease of that node is live. */
  boolean isLeased(String lease, String node) {
    return node.equals(leased.get(lease));
  }

  // --- what leaves the server, and the store ---

  /** A node is answered: all that the answer rests on is committed. */
  void told(Decision.Answer answer) {
    for (Decision.Wanted wanted : answer.leases()) {
      if (!everLeased.contains(wanted.lease())) {
        throw broken(
            "INV-1",
            "node "
                + answer.node()
                + " is told of lease "
                + wanted.lease()
                + ", which the journal does not know");
      }
    }
    for (Decision.Ack ack : answer.acks()) {
      if (ack.receipt() == Decision.Receipt.RECORDED
          && !attempts.contains(new AttemptKey(ack.lease(), ack.index()))) {
        throw broken(
            "INV-1", "result " + ack + " was acknowledged, and the journal does not know it");
      }
    }
  }

  /** A person was told that the job is taken. */
  void promise(String job) {
    if (deletesAsked.contains(job)) {
      return;
    }
    if (!known.contains(job)) {
      throw broken("INV-1", "job " + job + " was answered, and the journal does not know it");
    }
    promised.add(job);
  }

  void deleteAsked(String job) {
    deletesAsked.add(job);
  }

  /** A person asked that the task be left out. */
  void leftOut(String job, int step, int index) {
    leftOut.add(new Place(job, step, index));
  }

  void freed(Digest digest) {
    if (references.containsKey(digest)) {
      String owner =
          referencesByJob.entrySet().stream()
              .filter(entry -> entry.getValue().contains(digest))
              .map(Map.Entry::getKey)
              .findFirst()
              .orElse("");
      throw broken("INV-5", "blob " + digest + " was freed, which job " + owner + " needs");
    }
  }

  /** From now on a second process has the node's key. */
  void doubled(String node) {
    doubled.add(node);
  }

  /** A node leaves a lease, with what runs of it, because an answer did not list it. */
  void dropped(String node, String id) {
    if (leases.containsKey(id) && leased.containsKey(id) && !doubled.contains(node)) {
      throw broken("DROP", "node " + node + " was made to drop lease " + id + ", which it has");
    }
  }

  /** A node begins a task and fetches the files of its job. */
  void fetched(String lease, String job, int index, Store store) {
    if (!leased.containsKey(lease)) {
      return;
    }
    for (Digest digest : referencesByJob.getOrDefault(job, List.of())) {
      if (!store.has(digest)) {
        throw broken("INV-5", "task " + index + " of " + job + " begins without blob " + digest);
      }
      if (!store.isTrue(digest)) {
        throw broken("INV-4", "task " + index + " of " + job + " got false bytes for " + digest);
      }
    }
  }

  // --- the end ---

  /** Jobs in the journal that are not finished. */
  List<String> unfinished() {
    List<String> open = new ArrayList<>();
    states.forEach(
        (job, state) -> {
          if (!state.isFinished()) {
            open.add(job);
          }
        });
    open.sort(null);
    return open;
  }

  @Nullable JobState state(String job) {
    return states.get(job);
  }

  /** What the farm wants of a node; null: it never heard of it. */
  @Nullable NodeState wish(String node) {
    Row.Node row = nodes.get(node);
    return row == null ? null : row.wish();
  }

  /** Everything has ended: nothing is missing, nothing is left over. */
  void ended(MemoryJournal journal) {
    for (String job : promised) {
      if (journal.job(job).isEmpty()) {
        throw broken("INV-1", "job " + job + " was answered and is not in the journal");
      }
    }
    for (Map.Entry<String, JobState> entry : states.entrySet()) {
      if (entry.getValue() == JobState.DONE) {
        for (Row.Step step : committedSteps.getOrDefault(entry.getKey(), Map.of()).values()) {
          for (int index = 0; index < step.size(); index++) {
            Integer generation = done.get(new Place(step.job(), step.step(), index));
            if (generation == null
                && !leftOut.contains(new Place(step.job(), step.step(), index))) {
              throw broken(
                  "INV-2",
                  "job " + step.job() + " is done without task " + step.step() + "/" + index);
            }
          }
        }
      }
    }
    List<Row.Lease> left = journal.load().leases();
    if (!left.isEmpty()) {
      throw broken("INV-6", "all jobs have ended, and lease " + left.getFirst() + " has not");
    }
  }
}
