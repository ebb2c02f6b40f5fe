package blenderer.core;

import blenderer.model.NodeState;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Says why a node is idle, from the very conditions that placement tests. */
final class WhyIdle {

  private final Farm farm;
  private final Fitness fitness;
  private final Reservations reservations;
  private final Reasons reasons;

  WhyIdle(Farm farm) {
    this.farm = farm;
    this.fitness = new Fitness(farm);
    this.reservations = new Reservations(farm);
    this.reasons = new Reasons(farm);
  }

  /** Why the node works on nothing, or on less than it could; null: it is busy, or not there. */
  @Nullable String of(NodeEntry node) {
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
    String full = reasons.full(fitting.job.account);
    if (full != null) {
      return full;
    }
    if (new Blocks(farm, fitness).keepsAway(node, fitting)) {
      return Reasons.keptAway(node, fitting.job);
    }
    return reservations.canHold(node, fitting)
        ? "What waits failed here before and goes to another node first."
        : reasons.shortage(node, fitting);
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
}
