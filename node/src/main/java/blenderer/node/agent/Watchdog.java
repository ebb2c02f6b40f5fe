package blenderer.node.agent;

import blenderer.api.NodeSync;
import blenderer.model.Failure;
import blenderer.model.RetryClass;
import java.time.Duration;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Ends a task that hangs: one that takes many times what is usual, and whose processes use no
 * processor and say nothing. A slow task is left alone, however long it takes, unless its job says
 * how long it may. On a thread of its own while an action runs.
 */
final class Watchdog implements AutoCloseable {

  static final String HUNG = "task-hung";
  static final String TOO_LONG = "task-timeout";

  /** A process that waits for its lock or its server still ticks now and then. */
  private static final double IDLE_SHARE = 0.01;

  private static final long LONGEST_LOOK_MILLIS = 5_000;
  private static final long UNKNOWN = -1;

  /** What an action has been at, in nanoseconds of the same clock. */
  interface Course {
    /** When the task that is rendered now began. */
    long taskSince();

    /** When the action last said something. */
    long saidAt();
  }

  private final Supplier<NodeSync.Times> times;
  private final Course course;
  private final LongSupplier cpuMillis;
  private final Runnable end;
  private final Thread thread;
  private volatile @Nullable Failure verdict;

  /**
   * @param times may become known while the action runs
   * @param cpuMillis the processor time of all processes of the session
   * @param end ends the action; called once
   */
  Watchdog(Supplier<NodeSync.Times> times, Course course, LongSupplier cpuMillis, Runnable end) {
    this.times = times;
    this.course = course;
    this.cpuMillis = cpuMillis;
    this.end = end;
    this.thread = Thread.ofPlatform().daemon().name("watchdog").start(this::run);
  }

  /**
   * Whether a failure is one of a watchdog's: to render once more here would take as long again.
   */
  static boolean isVerdict(Failure failure) {
    return failure.code().equals(HUNG) || failure.code().equals(TOO_LONG);
  }

  /** Why it ended the action; null: it has not. */
  @Nullable Failure verdict() {
    return verdict;
  }

  private void run() {
    long busyAt = System.nanoTime();
    long lookedAt = busyAt;
    long cpu = times.get().hangMillis() == null ? UNKNOWN : cpuMillis.getAsLong();
    try {
      while (true) {
        Thread.sleep(Math.clamp(shortest(times.get()) / 8, 20, LONGEST_LOOK_MILLIS));
        long now = System.nanoTime();
        Long most = times.get().mostMillis();
        if (most != null && millis(now - course.taskSince()) > most) {
          finish(
              TOO_LONG,
              "The task took longer than the "
                  + seconds(most)
                  + " that the job lets one take (--timeout).");
          return;
        }
        Long hang = times.get().hangMillis();
        if (hang == null) {
          continue;
        }
        long used = cpuMillis.getAsLong();
        // What ended meanwhile is missing in the sum, which then speaks of life, too.
        if (cpu == UNKNOWN || Math.abs(used - cpu) > IDLE_SHARE * millis(now - lookedAt)) {
          busyAt = now;
        }
        cpu = used;
        lookedAt = now;
        long quiet = millis(now - Math.max(busyAt, Math.max(course.saidAt(), course.taskSince())));
        if (quiet > hang) {
          finish(
              HUNG,
              "The task hung: for "
                  + seconds(quiet)
                  + " it used no processor and said nothing, far longer than such tasks take.");
          return;
        }
      }
    } catch (InterruptedException e) {
      // The action has ended by itself.
    }
  }

  private static long shortest(NodeSync.Times times) {
    Long most = times.mostMillis();
    Long hang = times.hangMillis();
    return Math.min(most == null ? Long.MAX_VALUE : most, hang == null ? Long.MAX_VALUE : hang);
  }

  private static long millis(long nanos) {
    return Duration.ofNanos(nanos).toMillis();
  }

  private static String seconds(long millis) {
    return Math.max(1, millis / 1000) + " s";
  }

  private void finish(String code, String message) {
    verdict = new Failure(code, message, RetryClass.ELSEWHERE);
    end.run();
  }

  @Override
  public void close() throws InterruptedException {
    thread.interrupt();
    thread.join();
  }
}
