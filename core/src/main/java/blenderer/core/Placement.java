package blenderer.core;

import blenderer.model.RetryClass;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
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
  private final Tails tails;

  Placement(Farm farm, Tasks tasks) {
    this.farm = farm;
    this.tasks = tasks;
    this.fitness = new Fitness(farm);
    this.reservations = new Reservations(farm);
    this.blocks = new Blocks(farm, fitness);
    this.kept = new KeptNodes(farm);
    this.tails = new Tails(farm);
  }

  /** Gives the node what it can run at once; returns whether it got anything. */
  boolean fillSlots(NodeEntry node) {
    boolean got = false;
    while (node.takesWork()
        && node.leases.size() < node.slots
        && (node.leases.isEmpty() || !isCareful(node))) {
      if (!placeOne(node, false) && !takeFromOthers(node)) {
        break;
      }
      got = true;
    }
    return got;
  }

  /** Gives the node at most one lease a slot to prepare while it runs others. */
  boolean prefetch(NodeEntry node) {
    if (isCareful(node)) {
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

  /** Lets running leases end with their current task for urgent ones that wait for a slot. */
  private void preempt(NodeEntry node) {
    List<LeaseEntry> running = null;
    for (LeaseEntry urgent : List.copyOf(node.prepared)) {
      int priority = urgent.step.job.row().priority();
      if (farm.caps.preempts(priority)) {
        if (running == null) {
          running = running(node);
        }
        if (running.isEmpty() || running.getFirst().step.job.row().priority() >= priority) {
          return;
        }
        LeaseEntry ends = running.removeFirst();
        if (farm.divisible.contains(ends)) {
          List<TaskEntry> left = ends.rights.copy();
          left.subList(ends.started ? 1 : 0, left.size()).forEach(tasks::requeue);
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

  /** A node that comes and goes gets one task at a time, so that little is lost with it. */
  private boolean isCareful(NodeEntry node) {
    return !node.losses.isEmpty() && node.isFlapping(farm.instant, farm.settings.faults());
  }

  private boolean placeOne(NodeEntry node, boolean ahead) {
    Kind only = kept.keptFor(node);
    if (only == null) {
      return farm.board.search(new Offers(node, ahead, null));
    }
    return farm.board.search(new Offers(node, ahead, null, node.keptRank + 1, null))
        || farm.board.search(new Offers(node, ahead, null, 0, only));
  }

  /** Whether an idle node might get something of what others have. */
  boolean othersHaveMore() {
    return !farm.withPrepared.isEmpty() || tails.longest(null) != null;
  }

  private boolean takeFromOthers(NodeEntry idle) {
    return kept.keptFor(idle) == null && (takePrefetched(idle) || takeTail(idle));
  }

  /** Takes tasks that another node has not begun, without fault, and gives them to an idle one. */
  private boolean takeTail(NodeEntry idle) {
    LeaseEntry longest =
        tails.longest(
            lease ->
                fitness.fits(idle, lease.step)
                    && reservations.canHold(idle, lease.step)
                    && !farm.caps.isFull(lease.step.job.account)
                    && !farm.caps.isFull(Shares.projectOf(lease.step.job.account)));
    if (longest == null) {
      return false;
    }
    List<TaskEntry> tail =
        Tails.of(longest).stream().filter(task -> !isBarred(task, idle)).toList();
    if (tail.isEmpty()) {
      return false;
    }
    tail.forEach(tasks::requeue);
    return placeOne(idle, false);
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
        return passedOver(step);
      }
      if (!maySlot(step) || blocks.keepsAway(node, step)) {
        return Board.Taken.NO;
      }
      StepEntry warm = instead == null ? warm(step) : null;
      Picked picked = warm == null ? Picked.NOTHING : pick(node, warm);
      StepEntry chosen = step;
      if (warm != null && !picked.indexes().isEmpty()) {
        chosen = warm;
      } else if (picked.changed()) {
        return Board.Taken.CHANGED;
      } else {
        picked = pick(node, step);
      }
      if (picked.indexes().isEmpty()) {
        return picked.changed() ? Board.Taken.CHANGED : Board.Taken.NO;
      }
      if (instead != null) {
        giveBack(instead);
      }
      tasks.grant(node, chosen, picked.indexes());
      stayed(step, chosen);
      return Board.Taken.YES;
    }

    private Board.Taken passedOver(StepEntry step) {
      if (instead != null
          || only != null
          || reservations.isShortOfLimit(node, step.kind)
          || !kept.passedOver(node, step)) {
        return Board.Taken.NO;
      }
      List.copyOf(node.prepared).forEach(Placement.this::giveBack);
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

  /** Tasks for one lease, and whether looking for them ended any older right. */
  private record Picked(List<Integer> indexes, boolean changed) {
    static final Picked NOTHING = new Picked(List.of(), false);
  }

  private Picked pick(NodeEntry node, StepEntry step) {
    boolean changed = false;
    for (Integer at = step.again.isEmpty() ? null : step.again.first();
        at != null;
        at = step.again.higher(at)) {
      int index = at;
      TaskEntry task = step.open.get(index);
      if (task == null) {
        continue;
      }
      if (task.lease != null) {
        if (task.lease.node == node) {
          // The node is back, or called meanwhile: its own late lease is renewed by its sync.
          continue;
        }
        changed = true;
        tasks.lose(task);
        if (step.open.get(index) != task || !step.again.contains(index)) {
          continue;
        }
      }
      if (!isBarred(task, node)) {
        return new Picked(isCareful(node) ? List.of(index) : together(step, task), changed);
      }
    }
    int first = step.isFinished() ? -1 : step.nextFresh();
    if (first < 0) {
      return new Picked(List.of(), changed);
    }
    int end =
        step.goesAlone(first) || isCareful(node)
            ? first + 1
            : (int) Math.min(step.fresh.runEnd(first) + 1L, end(step, first));
    List<Integer> picked = new ArrayList<>(end - first);
    for (int index = first; index < end; index++) {
      picked.add(index);
    }
    return new Picked(picked, changed);
  }

  private long end(StepEntry step, int first) {
    return step.cuts.end(first, step.leasable(), farm.slots(), step.meanMillis());
  }

  /** The task and those after it that came back without fault, too; a task at fault goes alone. */
  private List<Integer> together(StepEntry step, TaskEntry first) {
    List<Integer> picked = new ArrayList<>();
    long end = end(step, first.index);
    for (TaskEntry task = first;
        task != null
            && step.again.contains(task.index)
            && task.lease == null
            && task.index < end
            && (task == first || (first.tries == 0 && task.tries == 0));
        task = step.open.get(task.index + 1)) {
      picked.add(task.index);
    }
    return picked;
  }

  /**
   * Whether the task must go to another node first. It may come back to a node on which it failed
   * only when no other node that fits is there.
   */
  private boolean isBarred(TaskEntry task, NodeEntry node) {
    if (!task.triedOn.contains(node.id)) {
      return false;
    }
    boolean wantsOther =
        task.failure == null
            || task.failure.retry() != RetryClass.HERE
            || (task.tries >= farm.settings.tries() - 1 && task.triedOn.size() == 1);
    return wantsOther
        && farm.nodes.values().stream()
            .anyMatch(
                other ->
                    other.takesWork()
                        && !task.triedOn.contains(other.id)
                        && fitness.fits(other, task.step)
                        && !other.health.isBadFor(task.step.job.id()));
  }

  /** Takes a lease that another node only prepares, without fault, and gives it to an idle one. */
  private boolean takePrefetched(NodeEntry idle) {
    LeaseEntry best = null;
    for (Kind kind : farm.withPrepared) {
      if (fitness.fits(idle, kind)) {
        best = dearer(idle, kind, best);
      }
    }
    if (best == null) {
      return false;
    }
    giveBack(best);
    return placeOne(idle, false);
  }

  /** What to take of the kind, if it has a higher rank than {@code best}, or that. */
  private @Nullable LeaseEntry dearer(NodeEntry idle, Kind kind, @Nullable LeaseEntry best) {
    // Whose lease would be taken matters only for what the whole farm has.
    boolean fits = reservations.canHold(idle, kind, null);
    if (!fits && kind.held.stream().noneMatch(held -> farm.limits.containsKey(held.name()))) {
      return best;
    }
    for (Set<LeaseEntry> ofRank : kind.prepared.byRank().values()) {
      for (LeaseEntry lease : ofRank) {
        if (best != null && lease.preparedRank <= best.preparedRank) {
          return best;
        }
        if (lease.step.job.isActive()
            && !blocks.keepsAway(idle, lease.step)
            && (fits || reservations.canHold(idle, kind, lease))
            && lease.rights.copy().stream().noneMatch(task -> isBarred(task, idle))) {
          return lease;
        }
      }
    }
    return best;
  }

  private void giveBack(LeaseEntry lease) {
    for (TaskEntry task : lease.rights.copy()) {
      tasks.requeue(task);
    }
  }
}
