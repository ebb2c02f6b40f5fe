package blenderer.node.sandbox;

import blenderer.model.Failure;
import blenderer.node.os.RunningAction;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** An action in a box. */
final class BoxedAction implements RunningAction {

  /** The exit code of what was killed. */
  static final int KILLED = 137;

  /** A shell that does not start an action for so long has been stopped by what runs beside it. */
  private static final Duration MOST_FOR_START = Duration.ofSeconds(60);

  private static final Duration MOST_FOR_KILL = Duration.ofSeconds(3);

  private final @Nullable Holder holder;
  private final CompletableFuture<Long> process = new CompletableFuture<>();
  private final CompletableFuture<Integer> end = new CompletableFuture<>();
  private final long begunAt = System.nanoTime();
  private volatile long killedAt;
  private volatile @Nullable Failure breach;

  BoxedAction(@Nullable Holder holder) {
    this.holder = holder;
  }

  /** One that a limit ended before it began. */
  static BoxedAction over(Failure breach) {
    BoxedAction action = new BoxedAction(null);
    action.breach = breach;
    action.end.complete(KILLED);
    return action;
  }

  void runs(long inside) {
    process.complete(inside);
  }

  void ended(int exitCode) {
    end.complete(exitCode);
  }

  /** Whether it was still there to hear it. */
  boolean breached(Failure failure) {
    if (end.isDone()) {
      return false;
    }
    if (breach == null) {
      breach = failure;
    }
    return true;
  }

  @Override
  public Optional<Failure> breach() {
    return Optional.ofNullable(breach);
  }

  @Override
  public OptionalInt await(Duration most) throws InterruptedException {
    endWhatIsStuck();
    try {
      return OptionalInt.of(end.get(Math.max(0, most.toNanos()), TimeUnit.NANOSECONDS));
    } catch (TimeoutException e) {
      endWhatIsStuck();
      return OptionalInt.empty();
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  private void endWhatIsStuck() {
    Holder now = holder;
    boolean neverBegan =
        !process.isDone() && System.nanoTime() - begunAt > MOST_FOR_START.toNanos();
    boolean ignoresKill = killedAt != 0 && System.nanoTime() - killedAt > MOST_FOR_KILL.toNanos();
    if (now != null && !end.isDone() && (neverBegan || ignoresKill)) {
      now.kill();
    }
  }

  @Override
  public void terminate() {
    signal("TERM");
  }

  @Override
  public void kill() {
    if (!end.isDone()) {
      killedAt = System.nanoTime();
      signal("KILL");
    }
  }

  private void signal(String name) {
    Holder now = holder;
    if (now != null && !end.isDone()) {
      process.thenAccept(
          inside -> {
            if (!end.isDone()) {
              now.order(ShellOrders.signal(name, inside));
            }
          });
    }
  }
}
