package blenderer.core;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The steps that have work to give away, in the order in which it is handed out: by the job's
 * priority; among equals by which project has had least of the farm for its weight; within the
 * project by which person has; and then by the order of submission.
 *
 * <p>A search looks at priorities, projects, people and kinds of steps, never at jobs, tasks or
 * nodes one by one. Only what is charged is sorted anew.
 */
final class Board {

  /** Whether a node can take a lease of a kind. */
  enum Fit {
    /** It could never run it. */
    NEVER,
    /** It could, but other leases hold what it needs. */
    LATER,
    NOW
  }

  /** What came of an offer. */
  enum Taken {
    /** The search is over: a lease was made. */
    YES,
    /** Nothing was changed; the next best may be offered. */
    NO,
    /** Something was changed: the search has to begin anew. */
    CHANGED,
    /** The search is over: the node shall wait for this. */
    WAIT
  }

  /** Decides what becomes of what is found, best first. */
  interface Seeker {

    /** Whether anything of that priority may be taken now; if not, nothing of a lower one may. */
    boolean wants(int priority);

    /** Whether anything of the account may be taken now. */
    boolean wants(Account account);

    Fit fit(Kind kind);

    /**
     * @param fit LATER only for the best step of its kind and person
     */
    Taken offer(StepEntry step, Fit fit);
  }

  private static final Comparator<StepEntry> BY_AGE = Board::compareAge;

  private static int compareAge(StepEntry one, StepEntry other) {
    int jobs = one.job == other.job ? 0 : one.job.id().compareTo(other.job.id());
    return jobs != 0 ? jobs : Integer.compare(one.number(), other.number());
  }

  /** The work of one project, or of one person, at one priority. */
  static final class Lane {
    final Account account;
    private final Lanes among;
    private final Lanes people = new Lanes();
    private final Map<String, Lane> byPerson = new HashMap<>();
    private final Map<Kind, TreeSet<StepEntry>> steps = new LinkedHashMap<>();

    /** What its place among others was found by. */
    private double pass;

    /** Its place in {@link Account#sorted}; -1: the account was charged since it was sorted in. */
    private int at = -1;

    private boolean gone = false;

    private Lane(Account account, Lanes among) {
      this.account = account;
      this.among = among;
    }
  }

  /**
   * Lanes, those first that have had least. Accounts are charged far more often than their lanes
   * are looked at, above all at priorities where nothing is given away now: so lanes are sorted in
   * again only when somebody looks.
   */
  private static final class Lanes implements Iterable<Lane> {
    private final TreeSet<Lane> sorted = new TreeSet<>(Lanes::compare);
    private final List<Lane> charged = new ArrayList<>();

    private static int compare(Lane one, Lane other) {
      int passes = Double.compare(one.pass, other.pass);
      return passes != 0 ? passes : one.account.name.compareTo(other.account.name);
    }

    void add(Lane lane) {
      lane.pass = lane.account.pass();
      sorted.add(lane);
      note(lane);
    }

    private static void note(Lane lane) {
      lane.at = lane.account.sorted.size();
      lane.account.sorted.add(lane);
    }

    void remove(Lane lane) {
      sorted.remove(lane);
      lane.gone = true;
      if (lane.at >= 0) {
        List<Lane> all = lane.account.sorted;
        Lane last = all.removeLast();
        if (last != lane) {
          all.set(lane.at, last);
          last.at = lane.at;
        }
      }
    }

    static void charged(Account account) {
      for (Lane lane : account.sorted) {
        lane.at = -1;
        lane.among.charged.add(lane);
      }
      account.sorted.clear();
    }

    @Override
    public Iterator<Lane> iterator() {
      for (Lane lane : charged) {
        if (!lane.gone) {
          double pass = lane.account.pass();
          if (pass != lane.pass) {
            sorted.remove(lane);
            lane.pass = pass;
            sorted.add(lane);
          }
          note(lane);
        }
      }
      charged.clear();
      return sorted.iterator();
    }

    /** What every account has had is given in another unit. */
    void sortAnew() {
      List<Lane> all = new ArrayList<>(sorted);
      sorted.clear();
      all.forEach(lane -> lane.pass = lane.account.pass());
      sorted.addAll(all);
    }
  }

  /** All work of one priority. */
  private static final class Level {
    final Lanes projects = new Lanes();
    final Map<String, Lane> byProject = new HashMap<>();
    final Map<Kind, Integer> kinds = new LinkedHashMap<>();
  }

  private final TreeMap<Integer, Level> levels = new TreeMap<>(Comparator.reverseOrder());
  private int size = 0;
  private long searches = 0;

  boolean isEmpty() {
    return size == 0;
  }

  boolean contains(StepEntry step) {
    return step.place != null;
  }

  /** Returns whether it was not there before. */
  boolean add(StepEntry step) {
    if (step.place != null) {
      return false;
    }
    Account person = step.job.account;
    Account project = Shares.projectOf(person);
    int priority = step.job.rank();
    Level level = levels.computeIfAbsent(priority, _ -> new Level());
    Lane ofProject =
        level.byProject.computeIfAbsent(project.name, _ -> lane(project, level.projects));
    Lane ofPerson =
        ofProject.byPerson.computeIfAbsent(person.name, _ -> lane(person, ofProject.people));
    ofPerson.steps.computeIfAbsent(step.kind, _ -> new TreeSet<>(BY_AGE)).add(step);
    level.kinds.merge(step.kind, 1, Integer::sum);
    step.place = new Place(priority, ofProject, ofPerson);
    step.kind.waiting++;
    size++;
    return true;
  }

  private static Lane lane(Account account, Lanes among) {
    Lane lane = new Lane(account, among);
    among.add(lane);
    return lane;
  }

  /** Where a step stands on the board. */
  record Place(int priority, Lane project, Lane person) {}

  void remove(StepEntry step) {
    Place place = step.place;
    if (place == null) {
      return;
    }
    step.place = null;
    if (--step.kind.waiting == 0) {
      step.kind.shortSince = -1;
    }
    size--;
    Level level = levels.get(place.priority());
    if (level == null) {
      throw new IllegalStateException("no work has priority " + place.priority());
    }
    level.kinds.computeIfPresent(step.kind, (_, count) -> count == 1 ? null : count - 1);
    Lane person = place.person();
    TreeSet<StepEntry> ofKind = person.steps.get(step.kind);
    if (ofKind != null) {
      ofKind.remove(step);
      if (ofKind.isEmpty()) {
        person.steps.remove(step.kind);
      }
    }
    Lane project = place.project();
    if (person.steps.isEmpty()) {
      project.people.remove(person);
      project.byPerson.remove(person.account.name);
    }
    if (project.byPerson.isEmpty()) {
      level.projects.remove(project);
      level.byProject.remove(project.account.name);
    }
    if (level.byProject.isEmpty()) {
      levels.remove(place.priority());
    }
  }

  /** Must be called when what the account has had, or its weight, is another. */
  void moved(Account account) {
    Lanes.charged(account);
  }

  /** Must be called when what every account has had is given in another unit. */
  void sortAnew() {
    for (Level level : levels.values()) {
      level.projects.sortAnew();
      level.projects.forEach(project -> project.people.sortAnew());
    }
  }

  /** Offers what there is until something is taken; returns whether it was. */
  boolean search(Seeker seeker) {
    Taken taken;
    do {
      searches++;
      taken = levels(seeker);
    } while (taken == Taken.CHANGED);
    return taken == Taken.YES;
  }

  private Taken levels(Seeker seeker) {
    for (Map.Entry<Integer, Level> entry : levels.entrySet()) {
      if (!seeker.wants(entry.getKey())) {
        return Taken.NO;
      }
      Level level = entry.getValue();
      boolean any = false;
      for (Kind kind : level.kinds.keySet()) {
        any |= fit(kind, seeker) != Fit.NEVER;
      }
      if (!any) {
        continue;
      }
      for (Lane project : level.projects) {
        if (seeker.wants(project.account)) {
          for (Lane person : project.people) {
            Taken taken = seeker.wants(person.account) ? person(person, seeker) : Taken.NO;
            if (taken != Taken.NO) {
              return taken;
            }
          }
        }
      }
    }
    return Taken.NO;
  }

  private Fit fit(Kind kind, Seeker seeker) {
    if (kind.searched != searches) {
      kind.searched = searches;
      kind.fit = seeker.fit(kind);
    }
    return kind.fit;
  }

  private Taken person(Lane lane, Seeker seeker) {
    StepEntry last = null;
    while (true) {
      StepEntry best = null;
      for (Map.Entry<Kind, TreeSet<StepEntry>> entry : lane.steps.entrySet()) {
        StepEntry next =
            switch (fit(entry.getKey(), seeker)) {
              case NEVER -> null;
              case LATER -> after(entry.getValue().first(), last);
              case NOW -> last == null ? entry.getValue().first() : entry.getValue().higher(last);
            };
        if (next != null && (best == null || BY_AGE.compare(next, best) < 0)) {
          best = next;
        }
      }
      if (best == null) {
        return Taken.NO;
      }
      Taken taken = seeker.offer(best, best.kind.fit);
      if (taken != Taken.NO) {
        return taken;
      }
      last = best;
    }
  }

  private static @Nullable StepEntry after(StepEntry step, @Nullable StepEntry last) {
    return last == null || BY_AGE.compare(step, last) > 0 ? step : null;
  }

  /** The first step, best first, of which {@code what} says something. */
  <T> @Nullable T first(Function<StepEntry, @Nullable T> what) {
    for (Level level : levels.values()) {
      for (Lane project : level.projects) {
        for (Lane person : project.people) {
          for (TreeSet<StepEntry> ofKind : person.steps.values()) {
            for (StepEntry step : ofKind) {
              T said = what.apply(step);
              if (said != null) {
                return said;
              }
            }
          }
        }
      }
    }
    return null;
  }
}
