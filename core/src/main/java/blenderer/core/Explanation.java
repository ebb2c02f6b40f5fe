package blenderer.core;

import blenderer.model.NodeState;
import blenderer.model.StepState;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Says why a job does not run, or not faster, from the very conditions that placement tests. */
final class Explanation {

  private final Farm farm;
  private final Fitness fitness;
  private final Reservations reservations;

  Explanation(Farm farm) {
    this.farm = farm;
    this.fitness = new Fitness(farm);
    this.reservations = new Reservations(farm);
  }

  List<String> of(String id) {
    JobEntry job = farm.job(id);
    if (job == null) {
      return List.of();
    }
    List<String> reasons = new ArrayList<>();
    switch (job.state()) {
      case PAUSED -> reasons.add("The job is paused: resume it.");
      case HELD -> reasons.add("The job is held back: resume it to let it start.");
      default -> {}
    }
    long leased = 0;
    long leasable = 0;
    for (StepEntry step : job.steps) {
      leased += step.open.values().stream().filter(task -> task.lease != null).count();
      leasable += step.leasable();
      if (step.state() == StepState.BLOCKED) {
        reasons.add(
            "Step '"
                + step.row().name()
                + "' waits for "
                + step.row().dependsOn().stream()
                    .map(before -> "step '" + job.steps.get(before).row().name() + "'")
                    .collect(Collectors.joining(" and "))
                + ".");
      }
      if (step.waitsForApproval()) {
        reasons.add(
            "Step '"
                + step.row().name()
                + "' waits for approval: look at its first results with 'blenderer frames "
                + id
                + "', then run 'blenderer approve "
                + id
                + "'.");
      } else if (step.isHeld() && !step.isFinished()) {
        reasons.add(
            "Step '"
                + step.row().name()
                + "' only runs "
                + step.row().plan().probe().first().size()
                + " tasks until someone approves the rest.");
      }
      long memory = step.row().plan().leastMemoryMib();
      if (memory > 0 && !step.isFinished()) {
        reasons.add(
            "Step '"
                + step.row().name()
                + "' goes only to nodes that give a session "
                + memory
                + " MiB of memory or more: a task ran out of less.");
      }
      if (step.state() == StepState.INCOMPATIBLE) {
        reasons.add("No node of the farm could ever run step '" + step.row().name() + "'.");
        farm.nodes.values().stream()
            .limit(20)
            .forEach(node -> reasons.add(String.join(" ", fitness.sentences(node, step))));
      }
    }
    if (!job.isActive()) {
      return reasons;
    }
    for (String before : job.waitsFor) {
      JobEntry other = farm.job(before);
      reasons.add(
          "The job waits until job '"
              + (other == null ? before : other.row().name())
              + "' is done.");
    }
    Long notBefore = job.row().terms().notBefore();
    if (notBefore != null && notBefore > farm.wall) {
      reasons.add("The job does not start before " + Instant.ofEpochMilli(notBefore) + ".");
    }
    String deadline = new Deadlines(farm, new Ledger()).sentence(job);
    if (deadline != null) {
      reasons.add(deadline);
    }
    if (!job.isOpen(farm.wall)) {
      return reasons;
    }
    if (job.isFull() && leasable > 0) {
      reasons.add(
          "The job has "
              + job.slots
              + " slots now, the most that it may have: 'blenderer set "
              + id
              + " --slots N' changes it.");
      return reasons;
    }
    if (leasable == 0) {
      if (leased > 0) {
        reasons.add("All tasks that are left are being worked on.");
      }
      return reasons;
    }
    Set<String> ofSteps = new LinkedHashSet<>();
    for (StepEntry step : job.steps) {
      if (step.leasable() > 0 && farm.board.contains(step)) {
        ofSteps.addAll(nodes(step));
      }
    }
    reasons.addAll(ofSteps);
    return reasons;
  }

  /** Why the node works on nothing, or on less than it could; null: it is busy, or not there. */
  @Nullable String ofNode(NodeEntry node) {
    if (!node.online) {
      return null;
    }
    if (node.wish == NodeState.QUARANTINED && node.message != null) {
      return "It is in quarantine: "
          + node.message
          + "; it comes back when it has passed its self-test, or with 'blenderer node-resume "
          + node.id
          + "'.";
    }
    if (node.wish != NodeState.ONLINE) {
      return "It is " + node.wish.word() + ": 'blenderer node-resume " + node.id + "' ends that.";
    }
    if (node.leaving) {
      return "It is about to leave.";
    }
    if (node.slots == 0) {
      return "It offers no slot at the moment.";
    }
    if (node.leases.size() >= node.slots) {
      return null;
    }
    if (node.isFlapping(farm.instant, farm.settings.faults()) && !node.leases.isEmpty()) {
      return "It was lost "
          + node.losses.size()
          + " times of late, and gets one task at a time for a while.";
    }
    Kind keptFor = new KeptNodes(farm).keptFor(node);
    if (keptFor != null) {
      return "It is kept free for "
          + jobsOf(keptFor)
          + ", which needs more than others leave free.";
    }
    if (farm.board.isEmpty()) {
      return farm.jobs.isEmpty()
          ? "The farm has no job."
          : "No job has work that waits for a node.";
    }
    Search any = new Search(node, false);
    farm.board.search(any);
    StepEntry fitting = any.found;
    if (fitting == null) {
      StepEntry first = farm.board.first(step -> step);
      return first == null
          ? null
          : "Nothing that waits fits. " + String.join(" ", fitness.sentences(node, first));
    }
    if (farm.board.search(new Search(node, true))) {
      return "Work is on its way.";
    }
    String full = full(fitting.job.account);
    if (full != null) {
      return full;
    }
    if (new Blocks(farm, fitness).keepsAway(node, fitting)) {
      return keptAway(node, fitting.job);
    }
    return reservations.canHold(node, fitting)
        ? "What waits failed here before and goes to another node first."
        : shortage(node, fitting);
  }

  /** The jobs of the kind that wait, a few of them. */
  private static String jobsOf(Kind kind) {
    return kind.steps.stream()
        .filter(step -> step.place != null)
        .map(step -> "job '" + step.job.row().name() + "'")
        .distinct()
        .limit(3)
        .collect(Collectors.joining(", "));
  }

  /** Looks for what the node could take, and takes nothing. */
  private final class Search implements Board.Seeker {
    private final NodeEntry node;

    /** Whether it is to be free to be taken now, and not only to fit. */
    private final boolean now;

    private @Nullable StepEntry found;

    Search(NodeEntry node, boolean now) {
      this.node = node;
      this.now = now;
    }

    @Override
    public boolean wants(int priority) {
      return true;
    }

    @Override
    public boolean wants(Account account) {
      return !now || !farm.caps.isFull(account);
    }

    @Override
    public Board.Fit fit(Kind kind) {
      return !fitness.fits(node, kind) || (now && !reservations.canHold(node, kind, null))
          ? Board.Fit.NEVER
          : Board.Fit.NOW;
    }

    @Override
    public Board.Taken offer(StepEntry step, Board.Fit fit) {
      if (now && (step.fresh.isEmpty() || new Blocks(farm, fitness).keepsAway(node, step))) {
        return Board.Taken.NO;
      }
      found = step;
      return Board.Taken.YES;
    }
  }

  private List<String> nodes(StepEntry step) {
    if (farm.nodes.isEmpty()) {
      return List.of(
          "The farm has no node yet: run 'blenderer invite --role node' and start one with it.");
    }
    List<String> reasons = new ArrayList<>();
    List<NodeEntry> online = farm.nodes.values().stream().filter(node -> node.online).toList();
    if (online.isEmpty()) {
      return List.of("None of the farm's " + farm.nodes.size() + " nodes is online: start one.");
    }
    List<NodeEntry> fitting = online.stream().filter(node -> fitness.fits(node, step)).toList();
    if (fitting.isEmpty()) {
      reasons.add("No node that is online can run the job.");
      online.stream()
          .limit(20)
          .forEach(node -> reasons.add(fitness.sentences(node, step).getFirst()));
      return reasons;
    }
    List<NodeEntry> taking = fitting.stream().filter(NodeEntry::takesWork).toList();
    if (taking.isEmpty()) {
      String wishes =
          fitting.stream()
              .filter(node -> node.wish != NodeState.ONLINE)
              .map(
                  node ->
                      "'"
                          + node.id
                          + "' is "
                          + node.wish.word()
                          + (node.message == null ? "" : " (" + node.message + ")"))
              .collect(Collectors.joining(", "));
      reasons.add("Every node that fits takes no work: " + wishes + ".");
      return reasons;
    }
    String full = full(step.job.account);
    if (full != null) {
      return List.of(full);
    }
    NodeEntry kept = step.kind.keptNode;
    if (kept != null && new KeptNodes(farm).keptFor(kept) == step.kind) {
      return List.of(
          "Node '"
              + kept.id
              + "' is kept free for such work: it gets nothing else of this priority or below until"
              + " what it holds has ended. "
              + shortage(kept, step));
    }
    Blocks blocks = new Blocks(farm, fitness);
    List<NodeEntry> away =
        taking.stream().filter(node -> blocks.keepsAway(node, step)).limit(20).toList();
    away.forEach(node -> reasons.add(keptAway(node, step.job)));
    taking = taking.stream().filter(node -> !blocks.keepsAway(node, step)).toList();
    List<NodeEntry> idle = taking.stream().filter(node -> node.leases.size() < node.slots).toList();
    if (idle.isEmpty()) {
      Set<String> busyWith = new TreeSet<>();
      for (NodeEntry node : taking) {
        for (LeaseEntry lease : node.leases.values()) {
          busyWith.add(
              lease.step.job == step.job ? "this job" : "'" + lease.step.job.row().name() + "'");
        }
      }
      reasons.add(
          "All "
              + taking.size()
              + " nodes that fit are busy with "
              + String.join(", ", busyWith)
              + ".");
      String first = first(step, taking);
      if (first != null) {
        reasons.add(first);
      }
    } else if (idle.stream().noneMatch(node -> reservations.canHold(node, step))) {
      idle.stream().map(node -> shortage(node, step)).distinct().limit(5).forEach(reasons::add);
    } else {
      reasons.add("Work is on its way to " + idle.size() + " idle nodes.");
    }
    return reasons;
  }

  private static String keptAway(NodeEntry node, JobEntry job) {
    return "Node '"
        + node.id
        + "' gets no more of job '"
        + job.row().name()
        + "': "
        + node.health.failedOf(job.id())
        + " of its tasks failed there.";
  }

  /** Which limit the job's person or project has reached; null: none. */
  private @Nullable String full(Account person) {
    Account project = Shares.projectOf(person);
    for (Account account : List.of(person, project)) {
      BigDecimal most = farm.caps.most(account);
      if (most != null && farm.caps.isFull(account)) {
        return called(account)
            + " has "
            + farm.caps.held(account)
            + " slots now; the farm's limit "
            + (account.isPerson() ? Caps.PERSON_SLOTS : Caps.PROJECT_SLOTS)
            + account.name
            + " is "
            + Fitness.plain(most)
            + ".";
      }
    }
    return null;
  }

  private static String called(Account account) {
    return account.isPerson() ? "'" + account.name + "'" : "Project '" + account.name + "'";
  }

  /** What goes first on some of the nodes, and why; null: nothing does. */
  private @Nullable String first(StepEntry step, List<NodeEntry> nodes) {
    StepEntry first =
        farm.board.first(
            other ->
                other == step || nodes.stream().anyMatch(node -> fitness.fits(node, other))
                    ? other
                    : null);
    if (first == null || first.job == step.job) {
      return null;
    }
    Row.Job other = first.job.row();
    if (other.priority() != step.job.row().priority()) {
      return "Job '"
          + other.name()
          + "' goes first: its priority is "
          + other.priority()
          + ", this job's "
          + step.job.row().priority()
          + ".";
    }
    if (first.job.rank() != step.job.rank()) {
      return "Job '" + other.name() + "' goes first: it would miss its deadline otherwise.";
    }
    Account mine = step.job.account;
    Account theirs = first.job.account;
    if (Shares.projectOf(mine) != Shares.projectOf(theirs)) {
      return turn(Shares.projectOf(mine), Shares.projectOf(theirs));
    }
    return mine != theirs
        ? turn(mine, theirs)
        : "Job '" + other.name() + "' of the same person goes first: it was submitted earlier.";
  }

  private String turn(Account mine, Account theirs) {
    return called(theirs) + " is next: " + had(theirs) + "; " + had(mine) + ".";
  }

  private String had(Account account) {
    long minutes = Math.round(farm.shares.usedMillis(account, farm.instant) / 60_000);
    return "'"
        + account.name
        + "' has had "
        + minutes
        + " slot minutes of late"
        + (account.weight == 1
            ? ""
            : " at weight " + Fitness.plain(BigDecimal.valueOf(account.weight)));
  }

  /** What an idle node that fits has too little left of. */
  private String shortage(NodeEntry node, StepEntry step) {
    String name = String.valueOf(reservations.shortOf(node, step.kind, null));
    BigDecimal limit = farm.limits.get(name);
    return limit == null
        ? "Node '"
            + node.id
            + "' has too little left of "
            + name
            + ": "
            + Fitness.plain(reservations.held(node, name))
            + " of "
            + Fitness.plain(node.amount(name))
            + " are held."
        : "Of the farm's "
            + Fitness.plain(limit)
            + " of "
            + name
            + ", "
            + Fitness.plain(reservations.used(name))
            + " are held by "
            + String.join(", ", reservations.holders(name))
            + ".";
  }
}
