package blenderer.cli;

import blenderer.api.ApiException;
import blenderer.api.FarmClient;
import blenderer.api.FarmClient.TaskFilter;
import blenderer.api.FarmException;
import blenderer.api.Jobs;
import blenderer.api.LiveLogs;
import blenderer.model.Digest;
import blenderer.model.TaskState;
import blenderer.submit.JobWatch;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Prints the logs of a job's running attempts as they grow, and of those that end meanwhile. A
 * thread follows each attempt, a few at once; a header says whose lines come next. What a follower
 * has not seen when its attempt ends is read from the whole log.
 */
final class LogFollower {

  /** Logs of so many attempts are followed at once; the others come when they end. */
  private static final int MOST = 8;

  private static final Duration LOOK = Duration.ofSeconds(1);
  private static final Duration WAIT = Duration.ofSeconds(20);
  private static final int PAGE = 100;

  /** An attempt. */
  private record Key(String lease, int index) {}

  /** A task. */
  private record Place(int step, int index) {}

  private final FarmClient client;
  private final PrintWriter out;
  private final PrintWriter err;
  private final @Nullable String step;
  private final @Nullable String frames;
  private final LogsCommand.Printer whole;

  /** How far the log of each attempt that was followed is printed. */
  private final Map<Key, Long> printed = new HashMap<>();

  private final Map<Place, Thread> following = new HashMap<>();
  private final Set<Key> over = new HashSet<>();
  private boolean saidLost;

  /** Where the last page that was full ended, of those whose attempts are all printed. */
  private @Nullable String after;

  /** The same of those that were read. */
  private @Nullable String reached;

  private @Nullable Key last;

  /**
   * @param step only of this step; null: of all
   * @param frames only of these, in canonical form; null: of all
   * @param whole prints the log of an attempt that has ended
   */
  LogFollower(
      FarmClient client,
      PrintWriter out,
      PrintWriter err,
      @Nullable String step,
      @Nullable String frames,
      LogsCommand.Printer whole) {
    this.client = client;
    this.out = out;
    this.err = err;
    this.step = step;
    this.frames = frames;
    this.whole = whole;
  }

  /**
   * Prints until the job has ended, or no more of the wanted frames is to come.
   *
   * @param wanted how many frames are wanted; 0: all of the job
   */
  void follow(String id, long wanted) {
    String job = client.job(id).id();
    ended(job).forEach(attempt -> over.add(key(attempt)));
    after = reached;
    try (JobWatch watch = new JobWatch(client, job)) {
      while (true) {
        Jobs.Job now = watch.next(LOOK).orElse(null);
        watch.trouble().ifPresent(this::sayLost);
        if (now == null || watch.trouble().isPresent()) {
          continue;
        }
        try {
          if (look(job, now, wanted)) {
            awaitFollowers();
            return;
          }
          saidLost = false;
        } catch (FarmException e) {
          // Nothing was printed by halves: the next look sees the same.
          if (!e.mayPass()) {
            throw e;
          }
        }
      }
    }
  }

  private void sayLost(FarmException e) {
    if (!saidLost) {
      saidLost = true;
      err.println(Texts.clean(e.sentence()) + " Trying again; the job goes on.");
      err.flush();
    }
  }

  /** Prints what is new; true: it was the last. */
  private boolean look(String job, Jobs.Job now, long wanted) {
    // In this order: what ends while it is looked at is found among the ended.
    boolean done = JobWatch.isFinished(now) || (wanted > 0 && areOver(job, wanted));
    begin(now);
    for (Jobs.Attempt attempt : ended(job)) {
      Key key = key(attempt);
      if (!over.contains(key) && !isFollowed(key)) {
        synchronized (this) {
          last = null;
          whole.print(now, attempt);
        }
      }
      over.add(key);
    }
    after = reached;
    return done;
  }

  private TaskFilter filter(@Nullable String state, @Nullable String from, int limit) {
    return new TaskFilter(step, state, frames, from, limit);
  }

  private static Key key(Jobs.Attempt attempt) {
    return new Key(attempt.lease(), attempt.index());
  }

  private synchronized boolean isFollowed(Key key) {
    return printed.containsKey(key);
  }

  /** Attempts that ended since the last page that was full, oldest first. */
  private List<Jobs.Attempt> ended(String job) {
    List<Jobs.Attempt> all = new ArrayList<>();
    reached = after;
    while (true) {
      Jobs.AttemptPage page = client.attempts(job, filter(null, reached, PAGE));
      all.addAll(page.attempts());
      if (page.next() == null) {
        return all;
      }
      reached = page.next();
    }
  }

  private boolean areOver(String job, long wanted) {
    if (wanted > PAGE) {
      return false; // then with the job
    }
    List<Jobs.Task> tasks = client.tasks(job, filter(null, null, PAGE)).tasks();
    return tasks.size() >= wanted
        && tasks.stream().allMatch(task -> TaskState.ofWord(task.state()).isFinished());
  }

  private void begin(Jobs.Job job) {
    Jobs.Task before = null;
    for (Jobs.Task task :
        client.tasks(job.id(), filter(TaskState.LEASED.word(), null, PAGE)).tasks()) {
      // Of the frames that a node has in a row only the first is under way, unless it says more.
      if (task.percent() != null || before == null || !isNext(before, task)) {
        begin(job, task);
      }
      before = task;
    }
  }

  private static boolean isNext(Jobs.Task before, Jobs.Task task) {
    return before.step() == task.step()
        && before.index() + 1 == task.index()
        && Objects.equals(before.node(), task.node());
  }

  private void begin(Jobs.Job job, Jobs.Task task) {
    Place place = new Place(task.step(), task.index());
    synchronized (this) {
      following.values().removeIf(thread -> !thread.isAlive());
      if (following.size() >= MOST || following.containsKey(place)) {
        return;
      }
    }
    LiveLogs.Log first;
    try {
      first = client.log(job.id(), task.step(), task.index(), null, 0, Duration.ZERO);
    } catch (ApiException e) {
      return; // it has ended just now, or too many are followed
    }
    synchronized (this) {
      printed.putIfAbsent(new Key(first.lease(), task.index()), 0L);
      // No virtual thread: what watches their sockets holds up the end of the process by 300 ms.
      following.put(
          place,
          Thread.ofPlatform().daemon().name("log").start(() -> follow(job, task, first.lease())));
    }
  }

  private void follow(Jobs.Job job, Jobs.Task task, String lease) {
    Key key = new Key(lease, task.index());
    try {
      while (true) {
        long from = place(key);
        LiveLogs.Log news = client.log(job.id(), task.step(), task.index(), lease, from, WAIT);
        print(job, task, key, news.node(), news.from() > from, news.text(), news.next());
        if (news.ended()) {
          rest(job, task, key, news);
          return;
        }
      }
    } catch (FarmException e) {
      // The server is away: the next look begins where this one ended.
    }
  }

  private synchronized long place(Key key) {
    return printed.getOrDefault(key, 0L);
  }

  private void rest(Jobs.Job job, Jobs.Task task, Key key, LiveLogs.Log end) {
    String digest = end.log();
    if (digest == null) {
      return;
    }
    byte[] bytes = client.blob(new Digest(digest), LogsCommand.LARGEST);
    int from = (int) Math.min(bytes.length, place(key));
    String text = new String(bytes, from, bytes.length - from, StandardCharsets.UTF_8);
    print(job, task, key, end.node(), false, text, bytes.length);
  }

  private synchronized void print(
      Jobs.Job job, Jobs.Task task, Key key, String node, boolean gap, String text, long next) {
    printed.merge(key, next, Math::max);
    if (text.isEmpty()) {
      return;
    }
    if (!key.equals(last)) {
      last = key;
      out.println(
          Texts.clean(
              "== "
                  + JobTexts.unit(job)
                  + " "
                  + task.item()
                  + (job.steps().size() > 1 ? " of " + job.steps().get(task.step()).name() : "")
                  + " on "
                  + node));
    }
    if (gap) {
      out.println("(…)");
    }
    out.print(Texts.clean(text, true));
    if (!text.endsWith("\n")) {
      out.println();
    }
    out.flush();
  }

  private void awaitFollowers() {
    List<Thread> threads;
    synchronized (this) {
      threads = List.copyOf(following.values());
    }
    try {
      for (Thread thread : threads) {
        thread.join(WAIT.multipliedBy(2));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
