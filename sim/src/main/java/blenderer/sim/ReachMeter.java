package blenderer.sim;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What is counted while a {@link Reach} runs. */
final class ReachMeter {

  private static final long HALF_MINUTE = 30 * Reach.SECOND;

  /** How things stood at a moment. */
  private record Stand(
      long at, long done, long commits, long deciding, long committing, long calls, double idle) {}

  /** A death of the leader, and what came of it so far. */
  private final class Death {
    final long at = time.now();
    final double idleBefore;
    final double idleAt = idle();
    double idleAfter = -1;
    long first = -1;
    long all = -1;
    int taken = 0;

    Death(double idleBefore) {
      this.idleBefore = idleBefore;
    }

    Reach.Change told() {
      double after = idleAfter < 0 ? idle() : idleAfter;
      return new Reach.Change(
          seconds(at),
          first < 0 ? -1 : seconds(first - at),
          all < 0 ? -1 : seconds(all - at),
          (after - idleAt - (idleAt - idleBefore)) / Reach.SECOND);
    }
  }

  private final Timeline time;
  private final Reach.Question question;
  private final long slots;
  private final List<Death> deaths = new ArrayList<>();
  private final Spread turnaround = new Spread();
  private @Nullable Stand begin;
  private @Nullable Stand end;
  private long done = 0;
  private long commits = 0;
  private long deciding = 0;
  private long committing = 0;
  private long calls = 0;
  private long refused = 0;
  private long rendered = 0;
  private long working = 0;
  private long settledAt = 0;
  private double idle = 0;

  ReachMeter(Timeline time, Reach.Question question) {
    this.time = time;
    this.question = question;
    slots = (long) question.nodes() * question.slots();
  }

  private static double seconds(double micros) {
    return micros / Reach.SECOND;
  }

  /** A slot has got a task, or has ended one. */
  void working(int more) {
    idle();
    working += more;
  }

  /** What slots have had nothing to do so far, in slot microseconds. */
  private double idle() {
    idle += (double) (slots - working) * (time.now() - settledAt);
    settledAt = time.now();
    return idle;
  }

  /** The scheduler's thread has worked off a batch. */
  void batch(long decided, long committed, long doneNow) {
    deciding += decided;
    committing += committed;
    commits += committed > 0 ? 1 : 0;
    done = doneNow;
    if (begin == null && done * 10 >= question.tasks()) {
      begin = stand();
    } else if (begin != null && end == null && done * 10 >= question.tasks() * 9) {
      end = stand();
    }
  }

  private Stand stand() {
    return new Stand(time.now(), done, commits, deciding, committing, calls, idle());
  }

  /** A core has spent so long on a call. */
  void call(long micros) {
    calls += micros;
  }

  void refused() {
    refused++;
  }

  /** A node has rendered a task. */
  void rendered() {
    rendered++;
  }

  /** A node heard that a result counts, so long after the task's end. */
  void acknowledged(long micros) {
    if (begin != null && end == null) {
      turnaround.add(micros);
    }
  }

  /** The leader dies in half a minute. */
  void beforeDeath(Runnable death) {
    double before = idle();
    time.after(
        HALF_MINUTE,
        () -> {
          Death mine = new Death(before);
          deaths.add(mine);
          death.run();
          time.after(HALF_MINUTE, () -> mine.idleAfter = idle());
        });
  }

  /** A node's first call since the newest change of leaders was taken. */
  void taken() {
    if (deaths.isEmpty()) {
      return;
    }
    Death death = deaths.getLast();
    if (death.first < 0) {
      death.first = time.now();
    }
    if (++death.taken == question.nodes()) {
      death.all = time.now();
    }
  }

  Reach.Answer answer(double taskSeconds) {
    Stand from = begin;
    Stand to = end == null ? stand() : end;
    if (from == null) {
      throw new IllegalStateException("no task ended");
    }
    double window = Math.max(1, to.at() - from.at());
    long committed = Math.max(1, to.commits() - from.commits());
    return new Reach.Answer(
        done,
        seconds(time.now()),
        taskSeconds,
        (to.done() - from.done()) / seconds(window),
        turnaround.quantile(0.5) / 1e3,
        turnaround.quantile(0.99) / 1e3,
        turnaround.most() / 1e3,
        (double) (to.done() - from.done()) / committed,
        (to.committing() - from.committing()) / 1e3 / committed,
        (to.deciding() - from.deciding()) / window,
        (to.committing() - from.committing()) / window,
        (to.calls() - from.calls()) / window / Cores.forCalls(question.cores()),
        (to.idle() - from.idle()) / window / slots,
        refused,
        rendered - done,
        deaths.stream().map(Death::told).toList());
  }
}
