package blenderer.api;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * How something that is safe to repeat is tried again: after growing pauses with jitter, until a
 * patience is over. Immutable; each run of tries is its own {@link Tries}.
 */
public final class Backoff {

  /** Waits; tests put in one that does not. */
  @FunctionalInterface
  public interface Sleeper {
    void sleep(Duration time) throws InterruptedException;
  }

  private static final Duration FIRST = Duration.ofMillis(100);
  private static final Duration LONGEST = Duration.ofSeconds(3);

  /** Servers are there and choose a leader: that is over after seconds, on a large farm too. */
  private static final Duration CHOOSING = Duration.ofSeconds(20);

  private static final String NO_LEADER = "no-leader";

  private final Duration patience;
  private final Sleeper sleeper;
  private final LongSupplier nanos;
  private final DoubleSupplier random;

  public Backoff(Duration patience) {
    this(patience, Thread::sleep, System::nanoTime, () -> ThreadLocalRandom.current().nextDouble());
  }

  /**
   * @param patience how long after the first failure, or the last progress, tries go on
   * @param nanos a monotonic clock
   * @param random draws from 0 to 1
   */
  public Backoff(Duration patience, Sleeper sleeper, LongSupplier nanos, DoubleSupplier random) {
    this.patience = patience;
    this.sleeper = sleeper;
    this.nanos = nanos;
    this.random = random;
  }

  /** The same with another patience. */
  public Backoff withPatience(Duration other) {
    return new Backoff(other, sleeper, nanos, random);
  }

  /** Begins a run of tries. */
  public Tries start() {
    return new Tries();
  }

  /**
   * Calls until it succeeds.
   *
   * @throws FarmException the last failure, when it will not pass or the patience is over
   */
  public <T> T retrying(Supplier<T> call) {
    Tries tries = start();
    while (true) {
      try {
        return call.get();
      } catch (FarmException e) {
        tries.pauseOrThrow(e);
      }
    }
  }

  /** One run of tries; for one thread. */
  public final class Tries {
    private @Nullable Long failingSince;
    private int failures;

    private Tries() {}

    /** Something got done: the patience begins anew. */
    public void progress() {
      failingSince = null;
      failures = 0;
    }

    /**
     * Waits before the next try.
     *
     * @throws FarmException {@code failure}, when another try makes no sense
     */
    public void pauseOrThrow(FarmException failure) {
      if (!failure.mayPass()) {
        throw failure;
      }
      long now = nanos.getAsLong();
      if (failingSince == null) {
        failingSince = now;
      }
      Duration pause = pause(failure);
      if (Duration.ofNanos(now - failingSince).plus(pause).compareTo(patience(failure)) > 0) {
        throw failure;
      }
      try {
        sleeper.sleep(pause);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw UnreachableException.cut(e);
      }
    }

    private Duration patience(FarmException failure) {
      boolean choosing = failure.code().equals(NO_LEADER) && !patience.isZero();
      return choosing && patience.compareTo(CHOOSING) < 0 ? CHOOSING : patience;
    }

    private Duration pause(FarmException failure) {
      long full = Math.min(LONGEST.toNanos(), FIRST.toNanos() << Math.min(failures, 10));
      failures++;
      Duration pause = Duration.ofNanos((long) (full * (0.5 + random.getAsDouble() / 2)));
      Duration asked =
          failure instanceof ApiException answer
              ? answer.retryAfter().orElse(Duration.ZERO)
              : Duration.ZERO;
      return pause.compareTo(asked) > 0 ? pause : asked;
    }
  }
}
