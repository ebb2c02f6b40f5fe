package blenderer.core;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which work goes to which node: the first of the {@link Board} that fits, in chunks that shrink
 * towards the end of a step so that all nodes finish together.
 */
final class Placement {

  /** How long a node goes on with what it has loaded while an earlier job of the person waits. */
  private static final long STAY_MILLIS = 60_000;

  /** How far ahead that may bring a person or a project: this, and so much for each slot. */
  private static final double LEAD_MILLIS = 5_000;

  private static final double LEAD_MILLIS_A_SLOT = 200;

  private final Farm farm;
  private final Tasks tasks;
  private final Fitness fitness;
  private final Reservations reservations;
  private final Blocks blocks;
  private final KeptNodes kept;
  private final Picks picks;
  private final OthersWork others;
  private final Preferences preferences;

  Placement(Farm farm, Tasks tasks) {
    this.farm = farm;
    this.tasks = tasks;
    this.fitness = new Fitness(farm);
    this.reservations = new Reservations(farm);
    this.blocks = new Blocks(farm, fitness);
    this.kept = new KeptNodes(farm);
    this.picks = new Picks(farm, tasks, fitness);
    this.preferences = new Preferences(farm, fitness, reservations, blocks);
    this.others = new OthersWork(farm, tasks, this, picks, fitness, reservations, blocks, kept);
  }

  /** Gives the node what it can run at once; returns whether it got anything. */
  boolean fillSlots(NodeEntry node) {
    boolean got = false;
    while (node.takesWork()
        && node.leases.size() < node.slots
        && (node.leases.isEmpty() || !Picks.isCareful(farm, node))) {
      if (!placeOne(node, false) && !others.takeFromOthers(node)) {
        break;
      }
      got = true;
    }
    return got;
  }

  /** Gives the node at most one lease a slot to prepare while it runs others. */
  boolean prefetch(NodeEntry node) {
    if (Picks.isCareful(farm, node)) {
      return false;
    }
    boolean got = giveWay(node);
    // What is prepared would begin before that for which the node is kept.
    while (kept.keptFor(node) == null
        && node.takesWork()
        && node.leases.size() >= node.slots
        && node.leases.size() < 2 * node.slots
        && placeOne(node, true)) {
      got = true;
    }
    preempt(node);
    return got;
  }

  /** The leases that have slots, those of the lowest priority first. */
  private static List<LeaseEntry> running(NodeEntry node) {
    List<LeaseEntry> running = new ArrayList<>();
    for (LeaseEntry lease : node.leases.values()) {
      if (running.size() < node.seats()) {
        running.add(lease);
      }
    }
    running.sort(Comparator.comparingInt(lease -> lease.step.job.row().priority()));
    return running;
  }

  /** Most nodes have nothing that ends for others: that is found out without looking further. */
  private boolean anyGivesWay(NodeEntry node) {
    if (farm.caps.anyPreempts()) {
      return true;
    }
    for (LeaseEntry lease : node.leases.values()) {
      if (Boolean.TRUE.equals(lease.step.job.row().terms().preemptible())) {
        return true;
      }
    }
    return false;
  }

  /** The lowest of these leases that ends for work of that priority; null: none does. */
  private @Nullable LeaseEntry givesWay(List<LeaseEntry> running, int priority) {
    boolean any = farm.caps.preempts(priority);
    for (LeaseEntry lease : running) {
      Row.Job job = lease.step.job.row();
      if (job.priority() < priority && (any || Boolean.TRUE.equals(job.terms().preemptible()))) {
        return lease;
      }
    }
    return null;
  }

  /** Lets running leases end with their current task for urgent ones that wait for a slot. */
  private void preempt(NodeEntry node) {
    if (node.prepared.isEmpty() || !anyGivesWay(node)) {
      return;
    }
    List<LeaseEntry> running = running(node);
    for (LeaseEntry urgent : List.copyOf(node.prepared)) {
      int priority = urgent.step.job.row().priority();
      LeaseEntry ends = givesWay(running, priority);
      if (ends != null) {
        running.remove(ends);
        if (farm.divisible.contains(ends)) {
          List<TaskEntry> left = ends.rights.copy();
          left.subList(ends.started ? 1 : 0, left.size())
              .forEach(task -> tasks.requeue(task, ends));
        }
      }
    }
  }

  /**
   * What the node only prepares gives way to work of higher priority: it would begin before that
   * otherwise, however urgent.
   */
  private boolean giveWay(NodeEntry node) {
    boolean got = false;
    while (node.takesWork() && !node.prepared.isEmpty() && node.leases.size() >= node.slots) {
      LeaseEntry least = node.prepared.getFirst();
      for (LeaseEntry lease : node.prepared) {
        if (lease.preparedRank < least.preparedRank) {
          least = lease;
        }
      }
      LeaseEntry loser = least;
      if (!farm.board.search(new Offers(node, true, loser))) {
        break;
      }
      got = true;
    }
    return got;
  }

  boolean placeOne(NodeEntry node, boolean ahead) {
    Kind only = kept.keptFor(node);
    if (only == null) {
      return farm.board.search(new Offers(node, ahead, null));
    }
    return farm.board.search(new Offers(node, ahead, null, node.keptRank + 1, null))
        || farm.board.search(new Offers(node, ahead, null, 0, only))
        || (!ahead && fillIn(node));
  }

  /** What should end before the node is free for what it is kept for delays nothing. */
  private boolean fillIn(NodeEntry node) {
    double most = KeptNodes.freeInMillis(farm, node) / KeptNodes.MARGIN;
    if (most <= 0) {
      return false;
    }
    Offers offers = new Offers(node, false, null);
    offers.mostMillis = most;
    return farm.board.search(offers);
  }

  /** Whether an idle node might get something of what others have. */
  boolean othersHaveMore() {
    return others.haveMore();
  }

  /** What the board offers to one node. */
  private final class Offers implements Board.Seeker {
    private final NodeEntry node;

    /** Whether the lease is to be prepared while others run. */
    private final boolean ahead;

    /** Only what has a higher priority than this, which goes back to the board then. */
    private final @Nullable LeaseEntry instead;

    private final int least;
    private final @Nullable Kind only;

    /** Only what should be done within that time. */
    private double mostMillis = Double.POSITIVE_INFINITY;

    Offers(NodeEntry node, boolean ahead, @Nullable LeaseEntry instead) {
      this(node, ahead, instead, instead == null ? 0 : instead.preparedRank + 1, null);
    }

    /**
     * @param least the lowest priority to take
     * @param only what to take; null: anything
     */
    Offers(
        NodeEntry node,
        boolean ahead,
        @Nullable LeaseEntry instead,
        int least,
        @Nullable Kind only) {
      this.node = node;
      this.ahead = ahead;
      this.instead = instead;
      this.least = least;
      this.only = only;
    }

    @Override
    public boolean wants(int priority) {
      return priority >= least;
    }

    @Override
    public boolean wants(Account account) {
      return ahead ? farm.caps.most(account) == null : !farm.caps.isFull(account);
    }

    @Override
    public Board.Fit fit(Kind kind) {
      return (only != null && only != kind) || !fitness.fits(node, kind)
          ? Board.Fit.NEVER
          : reservations.canHold(node, kind, instead) ? Board.Fit.NOW : Board.Fit.LATER;
    }

    @Override
    public Board.Taken offer(StepEntry step, Board.Fit fit) {
      if (fit == Board.Fit.LATER) {
        return mostMillis < Double.POSITIVE_INFINITY ? Board.Taken.NO : passedOver(step);
      }
      if (!maySlot(step)
          || blocks.keepsAway(node, step)
          || (instead == null && preferences.leavesToOthers(node, step))) {
        return Board.Taken.NO;
      }
      StepEntry warm = instead == null ? warm(step) : null;
      Picks.Picked picked = warm == null ? Picks.Picked.NOTHING : picks.pick(node, warm);
      StepEntry chosen = step;
      if (warm != null && !picked.indexes().isEmpty()) {
        chosen = warm;
      } else if (picked.changed()) {
        return Board.Taken.CHANGED;
      } else {
        picked = picks.pick(node, step);
      }
      if (takesTooLong(chosen, picked.indexes().size())) {
        picked = new Picks.Picked(List.of(), picked.changed());
      }
      if (picked.indexes().isEmpty()) {
        return picked.changed() ? Board.Taken.CHANGED : Board.Taken.NO;
      }
      if (instead != null) {
        tasks.giveBack(instead);
      }
      tasks.grant(node, chosen, picked.indexes());
      stayed(step, chosen);
      return Board.Taken.YES;
    }

    private boolean takesTooLong(StepEntry step, int count) {
      return mostMillis < Double.POSITIVE_INFINITY
          && (step.weights.count() < farm.settings.twins().leastKnown()
              || count * step.weights.heaviest() * node.pace.factor() > mostMillis);
    }

    private Board.Taken passedOver(StepEntry step) {
      if (instead != null
          || only != null
          || reservations.isShortOfLimit(node, step.kind)
          || !kept.passedOver(node, step)) {
        return Board.Taken.NO;
      }
      List.copyOf(node.prepared).forEach(tasks::giveBack);
      return Board.Taken.WAIT;
    }

    /**
     * A step whose scene the node has loaded, if it may go on with it although {@code best} is
     * next: of the same priority, and as long as nobody waits for long or gets ahead by much.
     */
    private @Nullable StepEntry warm(StepEntry best) {
      StepEntry last = node.lastStep;
      if (last != null && last != best && mayStay(last, best)) {
        return last;
      }
      for (LeaseEntry lease : node.leases.values()) {
        if (lease.step == best) {
          return null;
        }
        if (lease.step != last && mayStay(lease.step, best)) {
          return lease.step;
        }
      }
      return null;
    }

    /** A job with a bound of slots gets nothing to prepare, so that what counts is what runs. */
    private boolean maySlot(StepEntry step) {
      return !ahead || step.job.row().terms().slots() == null;
    }

    private boolean mayStay(StepEntry warm, StepEntry best) {
      return warm.place != null
          && maySlot(warm)
          && !blocks.keepsAway(node, warm)
          && warm.job.rank() == best.job.rank()
          && (node.strayedSince < 0 || farm.instant - node.strayedSince <= STAY_MILLIS)
          && farm.shares.leadMillis(warm.job.account, best.job.account, farm.instant)
              <= LEAD_MILLIS + LEAD_MILLIS_A_SLOT * farm.slots()
          && wants(warm.job.account)
          && wants(Shares.projectOf(warm.job.account))
          && fit(warm.kind) == Board.Fit.NOW;
    }

    private void stayed(StepEntry best, StepEntry chosen) {
      node.lastStep = chosen;
      if (best.job.account != chosen.job.account || best.job == chosen.job) {
        node.strayedSince = -1;
      } else if (node.strayedSince < 0) {
        node.strayedSince = farm.instant;
      }
    }
  }
}
