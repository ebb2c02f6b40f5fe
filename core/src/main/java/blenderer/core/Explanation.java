package blenderer.core;

import blenderer.model.NodeState;
import blenderer.model.StepState;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
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
  private final Reasons sentences;

  Explanation(Farm farm) {
    this.farm = farm;
    this.fitness = new Fitness(farm);
    this.reservations = new Reservations(farm);
    this.sentences = new Reasons(farm);
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
        twins(job, reasons);
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

  /** Which tasks two nodes work on. */
  private static void twins(JobEntry job, List<String> reasons) {
    job.steps.stream()
        .flatMap(step -> step.open.values().stream())
        .filter(task -> task.twin != null)
        .sorted(Comparator.comparingInt(task -> task.index))
        .limit(5)
        .forEach(
            task ->
                reasons.add(
                    "Node '"
                        + task.leases().getFirst().node.id
                        + "' is slow at task "
                        + task.index
                        + " of step '"
                        + task.step.row().name()
                        + "', so node '"
                        + task.leases().getLast().node.id
                        + "' works on it, too: whichever is done first counts."));
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
    String full = sentences.full(step.job.account);
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
              + sentences.shortage(kept, step));
    }
    Blocks blocks = new Blocks(farm, fitness);
    List<NodeEntry> away =
        taking.stream().filter(node -> blocks.keepsAway(node, step)).limit(20).toList();
    away.forEach(node -> reasons.add(Reasons.keptAway(node, step.job)));
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
      idle.stream()
          .map(node -> sentences.shortage(node, step))
          .distinct()
          .limit(5)
          .forEach(reasons::add);
    } else {
      reasons.add("Work is on its way to " + idle.size() + " idle nodes.");
    }
    return reasons;
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
    return Reasons.called(theirs) + " is next: " + had(theirs) + "; " + had(mine) + ".";
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
}
