package blenderer.core;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Who has had how much of the farm: slot time of projects, and of people within their project,
 * which is forgotten by half in every {@link #HALF_LIFE_MILLIS}. A lease is charged when it is
 * granted, by how long it should take, and put right by how long it does: so that a hundred slots
 * that free up at once are not all given to the same person.
 *
 * <p>Forgetting alike keeps the order of the accounts. So nothing is ever made smaller: what is
 * used later counts more, in units that double with every half-life. The order on the board changes
 * only with the accounts that are charged.
 *
 * <p>Whoever comes, or comes back, begins level with the one who has had least of those who have
 * work: time in which one wanted nothing is not saved up, so that equal weights are equal from the
 * first minute on.
 */
final class Shares {

  static final long HALF_LIFE_MILLIS = 600_000;

  /** What a task is thought to take as long as nothing is known. */
  private static final double FIRST_GUESS_MILLIS = 10_000;

  private static final int MOST_DOUBLINGS = 64;

  private final Board board;
  private final Supplier<List<LeaseEntry>> leases;
  private final Map<String, Account> projects = new TreeMap<>();
  private final Map<String, Double> projectWeights = new TreeMap<>();
  private final Map<String, Double> personWeights = new TreeMap<>();
  private long base;
  private double farmMeanMillis = 0;
  private long ratedAt;
  private double rate = 1;

  /**
   * @param leases all live ones
   */
  Shares(Board board, Supplier<List<LeaseEntry>> leases, long instant) {
    this.board = board;
    this.leases = leases;
    this.base = instant;
    this.ratedAt = instant;
  }

  /** The account of a person in a project. */
  Account of(Row.Job job) {
    Account project =
        projects.computeIfAbsent(
            job.project(),
            name -> weighted(new Account(name, null), projectWeights.getOrDefault(name, 1.0)));
    return project.people.computeIfAbsent(
        job.owner(),
        name -> weighted(new Account(name, project), personWeights.getOrDefault(name, 1.0)));
  }

  private static Account weighted(Account account, double weight) {
    account.weight = weight;
    return account;
  }

  void projectWeight(String name, @Nullable Double weight) {
    set(projectWeights, name, weight);
    Account project = projects.get(name);
    if (project != null) {
      reweigh(project, weight);
    }
  }

  /** A person has the same weight in every project. */
  void personWeight(String name, @Nullable Double weight) {
    set(personWeights, name, weight);
    for (Account project : projects.values()) {
      Account person = project.people.get(name);
      if (person != null) {
        reweigh(person, weight);
      }
    }
  }

  private static void set(Map<String, Double> weights, String name, @Nullable Double weight) {
    if (weight == null) {
      weights.remove(name);
    } else {
      weights.put(name, weight);
    }
  }

  /** What was had under the old weight is settled: the account goes on from where it stands. */
  private void reweigh(Account account, @Nullable Double weight) {
    double pass = account.pass();
    account.weight = weight == null ? 1 : weight;
    account.used = pass * account.weight;
    board.moved(account);
  }

  /** A job of the account may get leases. */
  void joined(Account person) {
    Account project = projectOf(person);
    if (project.jobs++ == 0) {
      level(project, projects.values());
    }
    if (person.jobs++ == 0) {
      level(person, project.people.values());
    }
  }

  void left(Account person) {
    person.jobs--;
    projectOf(person).jobs--;
  }

  private void level(Account account, Collection<Account> among) {
    double least = Double.POSITIVE_INFINITY;
    for (Account other : among) {
      if (other != account && other.jobs > 0) {
        least = Math.min(least, other.pass());
      }
    }
    if (least != Double.POSITIVE_INFINITY && account.pass() < least) {
      account.used = least * account.weight;
      board.moved(account);
    }
  }

  static Account projectOf(Account person) {
    Account project = person.project;
    if (project == null) {
      throw new IllegalArgumentException(person.name + " is a project");
    }
    return project;
  }

  /** How much a millisecond of a slot counts at that instant. */
  private double rate(long instant) {
    if (instant != ratedAt) {
      if (instant - base > MOST_DOUBLINGS * HALF_LIFE_MILLIS) {
        rebase(instant);
      }
      ratedAt = instant;
      rate = Math.pow(2, (double) (instant - base) / HALF_LIFE_MILLIS);
    }
    return rate;
  }

  /** Takes smaller units, so that numbers stay finite. */
  private void rebase(long instant) {
    int doublings = (int) Math.min(2_000, (instant - base) / HALF_LIFE_MILLIS);
    for (Account account : all()) {
      account.used = Math.scalb(account.used, -doublings);
    }
    leases.get().forEach(lease -> lease.paidUnits = Math.scalb(lease.paidUnits, -doublings));
    base = instant - (instant - base) % HALF_LIFE_MILLIS;
    board.sortAnew();
  }

  private List<Account> all() {
    List<Account> all = new ArrayList<>(projects.values());
    projects.values().forEach(project -> all.addAll(project.people.values()));
    return all;
  }

  /** What a task of the step should take. */
  double expectedMillis(StepEntry step) {
    if (step.meanMillis() > 0) {
      return step.meanMillis();
    }
    double mean = step.job.account.meanMillis;
    return mean > 0 ? mean : farmMeanMillis > 0 ? farmMeanMillis : FIRST_GUESS_MILLIS;
  }

  /** A task of the step took so long. */
  void observe(StepEntry step, long millis) {
    Account account = step.job.account;
    account.meanMillis = moved(account.meanMillis, millis);
    farmMeanMillis = moved(farmMeanMillis, millis);
  }

  private static double moved(double mean, long millis) {
    return mean == 0 ? Math.max(1, millis) : Math.max(1, mean + (millis - mean) / 8);
  }

  /** Charges the lease by what it has used and what its tasks should take from now on. */
  void settle(LeaseEntry lease, long instant) {
    settle(lease, instant, expectedMillis(lease.step) * lease.rights.size());
  }

  /**
   * Leases that take longer than they were thought to: what they may yet take is charged in
   * advance.
   */
  void overrun(NodeEntry node, long instant) {
    if (instant <= node.overrunAt) {
      return;
    }
    node.overrunAt = Double.POSITIVE_INFINITY;
    for (LeaseEntry lease : node.leases.values()) {
      if (lease.since >= 0 && !lease.late) {
        if (instant > paidUntil(lease)) {
          settle(lease, instant, (instant - lease.since) / 2.0);
        }
        notePaid(lease);
      }
    }
  }

  private static double paidUntil(LeaseEntry lease) {
    return Math.max(lease.accounted, lease.since) + lease.paidMillis;
  }

  /** Must be called when a lease gets a slot, or is charged by another measure. */
  static void notePaid(LeaseEntry lease) {
    if (lease.since >= 0) {
      lease.node.overrunAt = Math.min(lease.node.overrunAt, paidUntil(lease));
    }
  }

  /** The lease's node is silent: nothing more is charged. */
  void stopped(LeaseEntry lease, long instant) {
    settle(lease, instant, 0);
  }

  /** The lease's node is back. */
  void resumed(LeaseEntry lease, long instant) {
    lease.accounted = instant;
    settle(lease, instant);
  }

  private void settle(LeaseEntry lease, long instant, double ahead) {
    double now = rate(instant);
    double charge = 0;
    if (lease.since >= 0) {
      double used = instant - Math.max(lease.accounted, lease.since);
      if (used < lease.paidMillis) {
        lease.paidUnits -= lease.paidUnits * used / lease.paidMillis;
        lease.paidMillis -= used;
      } else {
        charge += (used - lease.paidMillis) * now;
        lease.paidMillis = 0;
        lease.paidUnits = 0;
      }
    }
    lease.accounted = instant;
    double more = ahead - lease.paidMillis;
    // What was paid at an earlier rate is given back at that rate.
    double units =
        more > 0
            ? more * now
            : lease.paidMillis <= 0 ? 0 : more * lease.paidUnits / lease.paidMillis;
    lease.paidUnits = ahead <= 0 ? 0 : lease.paidUnits + units;
    lease.paidMillis = Math.max(0, ahead);
    notePaid(lease);
    charge += units;
    if (charge != 0) {
      Account person = lease.step.job.account;
      add(person, charge);
      add(projectOf(person), charge);
    }
  }

  private void add(Account account, double units) {
    account.used = Math.max(0, account.used + units);
    board.moved(account);
  }

  /**
   * How much more the first has had than the second, in milliseconds of a slot at weight 1: of two
   * people of one project, or the projects of two others.
   */
  double leadMillis(Account first, Account second, long instant) {
    if (first == second) {
      return 0;
    }
    Account one = projectOf(first);
    Account other = projectOf(second);
    double lead = one == other ? first.pass() - second.pass() : one.pass() - other.pass();
    return lead / rate(instant);
  }

  /** What the account has had, as it is remembered now, in milliseconds of a slot. */
  double usedMillis(Account account, long instant) {
    return account.used / rate(instant);
  }
}
