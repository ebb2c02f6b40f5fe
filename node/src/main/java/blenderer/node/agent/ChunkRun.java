package blenderer.node.agent;

import blenderer.api.NodeSync;
import blenderer.model.Failure;
import blenderer.model.RetryClass;
import blenderer.node.render.OutputFolder;
import blenderer.node.sandbox.Limits;
import blenderer.node.session.SessionListener;
import blenderer.openjd.Directive;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Follows one action that renders one or more tasks: a log for each, and a commit for each as soon
 * as it is done, on a thread beside the one that reads.
 */
final class ChunkRun implements SessionListener, Watchdog.Course {

  /** Makes the attempt at a task, with its log. */
  interface Attempts {
    TaskAttempt begin(int index) throws IOException;
  }

  private final Lease lease;
  private final Prepared.Ready ready;
  private final Commit commit;
  private final OutputFolder output;
  private final Attempts attempts;
  private final int first;

  /** Tasks without a result yet, in the order in which they are rendered. */
  private final Map<Integer, @Nullable TaskAttempt> open = new LinkedHashMap<>();

  private final List<TaskAttempt> refused = new ArrayList<>();
  private final ExecutorService committer =
      Executors.newSingleThreadExecutor(Thread.ofPlatform().daemon().name("commit").factory());
  private boolean leftBehind;
  private @Nullable IOException trouble;
  private boolean anyDone;
  private boolean judging;
  private volatile long taskSince = System.nanoTime();
  private volatile long saidAt = System.nanoTime();

  /**
   * @param tasks ascending
   * @param output the session's folder for results
   */
  ChunkRun(
      Lease lease,
      Prepared.Ready ready,
      Commit commit,
      OutputFolder output,
      List<Integer> tasks,
      Attempts attempts) {
    this.lease = lease;
    this.ready = ready;
    this.commit = commit;
    this.output = output;
    this.attempts = attempts;
    this.first = tasks.getFirst();
    tasks.forEach(index -> open.put(index, null));
  }

  /**
   * From now on lines are the tasks' own, and may tell that one failed. The first task begins here,
   * whether its command ever says something or not.
   */
  synchronized void judge() {
    judging = true;
    taskSince = System.nanoTime();
    current();
  }

  @Override
  public long taskSince() {
    return taskSince;
  }

  @Override
  public long saidAt() {
    return saidAt;
  }

  @Override
  public synchronized void line(String line) {
    saidAt = System.nanoTime();
    TaskAttempt attempt = current();
    if (attempt == null) {
      return;
    }
    attempt.log.line(line);
    if (judging && attempt.fromLog == null) {
      attempt.fromLog = ready.kit().judgeLine(line).orElse(null);
    }
  }

  /** The attempt at the task that is rendered now. */
  private @Nullable TaskAttempt current() {
    for (Map.Entry<Integer, @Nullable TaskAttempt> entry : open.entrySet()) {
      return begun(entry.getKey());
    }
    return null;
  }

  private @Nullable TaskAttempt begun(int index) {
    TaskAttempt attempt = open.get(index);
    if (attempt == null) {
      try {
        attempt = attempts.begin(index);
        open.put(index, attempt);
      } catch (IOException e) {
        trouble = e;
        return null;
      }
    }
    return attempt;
  }

  @Override
  public synchronized void told(Directive directive) {
    saidAt = System.nanoTime();
    switch (directive) {
      case Directive.Done(long item, List<String> files) -> done(item, files);
      case Directive.Frame frame -> frame(frame);
      case Directive.Look look -> {
        Integer index = indexOf(look.item());
        TaskAttempt attempt = index == null ? null : begun(index);
        if (attempt != null) {
          attempt.told = look;
        }
      }
      case Directive.Progress(double percent) -> {
        if (open.size() == 1 && !anyDone) {
          int index = open.keySet().iterator().next();
          lease.progress(new NodeSync.Progress(index, percent, null, null));
        }
      }
      case Directive.Status _,
          Directive.Fail _,
          Directive.SetVariable _,
          Directive.UnsetVariable _,
          Directive.Malformed _ -> {}
    }
  }

  private @Nullable Integer indexOf(long item) {
    if (ready.step().tasks().chunks().isEmpty()) {
      return open.containsKey(first) ? first : null; // it runs alone, whatever it is called
    }
    OptionalLong index = ready.step().tasks().indexOfItem(first, item);
    return index.isPresent() && open.containsKey((int) index.getAsLong())
        ? (int) index.getAsLong()
        : null;
  }

  private void done(long item, List<String> files) {
    anyDone = true;
    Integer index = indexOf(item);
    TaskAttempt attempt = index == null ? null : begun(index);
    if (index == null || attempt == null) {
      TaskAttempt now = current();
      if (now != null) {
        now.log.line("The node did not ask for " + item + " here, and leaves it.");
      }
      return;
    }
    open.remove(index);
    commitLater(attempt, files);
    // The next task's time begins here.
    taskSince = System.nanoTime();
    current();
  }

  private void commitLater(TaskAttempt attempt, @Nullable List<String> files) {
    committer.execute(
        () -> {
          try {
            boolean done = commit.succeeded(attempt, output, files);
            synchronized (this) {
              if (!done) {
                refused.add(attempt);
              }
              leftBehind |= attempt.leftBehind;
            }
          } catch (IOException e) {
            synchronized (this) {
              trouble = e;
            }
          }
        });
  }

  private void frame(Directive.Frame frame) {
    Integer index = indexOf(frame.item());
    if (index == null) {
      return;
    }
    long bytes = frame.memoryMb() * 1_000_000;
    TaskAttempt attempt = begun(index);
    if (attempt != null) {
      attempt.memoryBytes = Math.max(attempt.memoryBytes, bytes);
    }
    Double left =
        frame.remainingSeconds().isPresent() ? frame.remainingSeconds().getAsDouble() : null;
    lease.progress(new NodeSync.Progress(index, frame.percent(), left, bytes == 0 ? null : bytes));
  }

  /**
   * The action ended with exit code 0: commits what never said it was done, if nothing did; tasks
   * that stay without a result have failed.
   */
  void succeeded() throws InterruptedException {
    synchronized (this) {
      List<Integer> rest = List.copyOf(open.keySet());
      for (int index : rest) {
        TaskAttempt attempt = begun(index);
        open.remove(index);
        if (attempt == null) {
          continue;
        }
        if (!anyDone) {
          commitLater(attempt, index == rest.getLast() ? null : List.of());
        } else {
          attempt.failure =
              failure("no-output", "The command ended without a result for this task.");
          refused.add(attempt);
        }
      }
    }
    finish();
  }

  /** The action failed: so did the task that it was at. The others stay to do. */
  void failed(String code, String message) throws InterruptedException {
    synchronized (this) {
      TaskAttempt attempt = current();
      if (attempt != null) {
        Failure fromLog = attempt.fromLog;
        boolean unnamed = code.equals("action-failed") && fromLog != null;
        attempt.failure = unnamed ? fromLog : failure(code, message);
        attempt.log.line(message);
        open.remove(attempt.index);
        refused.add(attempt);
      }
    }
    finish();
  }

  private Failure failure(String code, String message) {
    Failure plain = new Failure(code, message, RetryClass.ELSEWHERE);
    return Watchdog.isVerdict(plain)
        ? plain
        : new Failure(
            code, message, Limits.retryOf(code).orElseGet(() -> ready.kit().classOf(code)));
  }

  /** Waits for the commits under way; logs of tasks without a result are dropped. */
  void finish() throws InterruptedException {
    committer.shutdown();
    committer.awaitTermination(1, TimeUnit.HOURS);
    synchronized (this) {
      for (TaskAttempt attempt : open.values()) {
        if (attempt != null) {
          attempt.log.discard();
        }
      }
      open.clear();
    }
  }

  /** Attempts that failed, or whose result a check refused; after the end. */
  synchronized List<TaskAttempt> refused() {
    return List.copyOf(refused);
  }

  /**
   * Whether files lie in the output folder that nobody wanted any more when they were made, and
   * that the next task would take for its own; after the end.
   */
  synchronized boolean leftBehind() {
    return leftBehind;
  }

  /** What kept the node from keeping a result, such as a full disk; after the end. */
  synchronized @Nullable IOException trouble() {
    return trouble;
  }
}
