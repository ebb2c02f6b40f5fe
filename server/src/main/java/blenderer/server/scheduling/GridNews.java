package blenderer.server.scheduling;

import blenderer.core.Journal;
import blenderer.core.Row;
import blenderer.model.IndexRanges;
import blenderer.model.LookState;
import blenderer.model.StepState;
import blenderer.model.TaskState;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * What became of the tasks of those jobs whose grids somebody looks at, for as long as it is kept.
 * Written by the scheduler's thread, read by many. Jobs that nobody asks for cost nothing.
 */
public final class GridNews {

  /** How many jobs are followed. */
  static final int JOBS = 200;

  /** How many changes of a job are kept. */
  static final int CHANGES = 8_192;

  private record Change(long revision, int step, int index, char letter) {}

  /** What tasks without a row are, and how many tasks there are. */
  private record Shape(int size, IndexRanges withheld, IndexRanges omitted, boolean waits) {
    static Shape of(Row.Step step) {
      return new Shape(
          step.size(),
          step.withheld(),
          step.plan().omitted(),
          step.state() == StepState.BLOCKED || step.state() == StepState.INCOMPATIBLE);
    }
  }

  private static final class Followed {
    /** Changes of later revisions are all here. */
    long floor;

    final Deque<Change> changes = new ArrayDeque<>();
    final Map<Integer, Shape> shapes = new HashMap<>();

    Followed(long floor) {
      this.floor = floor;
    }
  }

  /** What is otherwise since a revision, by index, and the revision to ask with next. */
  public record News(long revision, Map<Integer, Character> letters) {}

  private final LinkedHashMap<String, Followed> jobs =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Followed> eldest) {
          return size() > JOBS;
        }
      };

  private long revision;

  /** A task's letter in a grid. */
  public static char letter(TaskState state) {
    return switch (state) {
      case BLOCKED -> 'b';
      case READY -> '.';
      case LEASED -> 'r';
      case DONE -> 'd';
      case FAILED -> 'f';
      case SKIPPED -> 's';
      case CANCELLED -> 'c';
    };
  }

  /** The letter of a task that is done, by what the farm thinks of its picture. */
  public static char letter(LookState state) {
    return switch (state) {
      case FINE, RETRIED -> 'd';
      case FLAGGED -> '!';
      case ACCEPTED -> 'a';
    };
  }

  /** Follows a job from now on; to be called before its grid is read. */
  public synchronized void follow(String job) {
    Followed known = jobs.get(job);
    // The one that was asked for longest ago goes first; what happens to it does not count.
    jobs.putLast(job, known == null ? new Followed(revision) : known);
  }

  /** What the grid that was read looked like. */
  public synchronized void knows(Row.Step step) {
    Followed followed = jobs.get(step.job());
    if (followed != null) {
      followed.shapes.put(step.step(), Shape.of(step));
    }
  }

  /** What is otherwise since then; empty if that is not known any more. */
  public synchronized Optional<News> since(String job, int step, long seen) {
    Followed followed = jobs.get(job);
    if (followed == null || seen < followed.floor) {
      return Optional.empty();
    }
    follow(job);
    Map<Integer, Character> letters = new TreeMap<>();
    for (Change change : followed.changes) {
      if (change.revision() > seen && change.step() == step) {
        letters.put(change.index(), change.letter());
      }
    }
    return Optional.of(new News(Math.max(revision, seen), letters));
  }

  /** The same publication with this one told first. */
  public Publication before(Publication publication) {
    return new Publication() {
      @Override
      public void loaded(Journal.Snapshot snapshot) {
        restart(snapshot.revision());
        publication.loaded(snapshot);
      }

      @Override
      public void committed(long at, List<Row> rows) {
        take(at, rows);
        publication.committed(at, rows);
      }

      @Override
      public void online(Set<String> nodes) {
        publication.online(nodes);
      }
    };
  }

  private synchronized void restart(long at) {
    if (at == revision) {
      return;
    }
    jobs.clear();
    revision = at;
  }

  private synchronized void take(long at, List<Row> rows) {
    revision = at;
    if (jobs.isEmpty()) {
      return;
    }
    for (Row row : rows) {
      switch (row) {
        case Row.Task task -> put(task.job(), at, task.step(), task.index(), letter(task.state()));
        case Row.Judgement one -> put(one.job(), at, one.step(), one.index(), letter(one.state()));
        // Tasks without a row are as their step is.
        case Row.Step step -> shape(step, at);
        case Row.JobDeleted(String id) -> jobs.remove(id);
        case Row.Job _,
            Row.Lease _,
            Row.LeaseEnded _,
            Row.Attempt _,
            Row.Look _,
            Row.Output _,
            Row.Node _,
            Row.Cleaned _,
            Row.Limit _ -> {}
      }
    }
  }

  private void shape(Row.Step step, long at) {
    Followed followed = jobs.get(step.job());
    if (followed != null
        && !Shape.of(step).equals(followed.shapes.put(step.step(), Shape.of(step)))) {
      followed.floor = at;
      followed.changes.clear();
    }
  }

  private void put(String job, long at, int step, int index, char letter) {
    Followed followed = jobs.get(job);
    if (followed != null) {
      followed.changes.addLast(new Change(at, step, index, letter));
      while (followed.changes.size() > CHANGES) {
        followed.floor = followed.changes.removeFirst().revision();
      }
    }
  }
}
