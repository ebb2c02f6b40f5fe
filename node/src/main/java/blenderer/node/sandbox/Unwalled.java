package blenderer.node.sandbox;

import blenderer.model.Failure;
import blenderer.node.os.ProcessControl;
import blenderer.node.os.RunningAction;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** No wall: sessions are ordinary processes. Their limits are kept by looking for their mark. */
final class Unwalled implements Sandbox {

  /** To find marked processes is to read something of every process of the computer. */
  private static final Duration PAUSE = Duration.ofSeconds(1);

  private final ProcessControl outside;
  private final Limits limits;
  private final SandboxStatus status;
  private final Watch watch = new Watch(PAUSE);

  Unwalled(ProcessControl outside, Limits limits, SandboxStatus status) {
    this.outside = outside;
    this.limits = limits;
    this.status = status;
  }

  @Override
  public SandboxStatus status() {
    return status;
  }

  @Override
  public OptionalLong recycleBytes() {
    return limits.recycleBytes(Processes.machineMemory());
  }

  @Override
  public SessionBox open(BoxPlan plan) {
    return new OpenBox(plan.mark(), new Gauge(limits, null, plan.folder()));
  }

  /** An action and what is known of it. */
  private static final class Watched implements RunningAction {
    private final RunningAction action;
    private volatile @Nullable Failure breach;

    Watched(RunningAction action) {
      this.action = action;
    }

    @Override
    public OptionalInt await(Duration most) throws InterruptedException {
      return action.await(most);
    }

    @Override
    public void terminate() {
      action.terminate();
    }

    @Override
    public void kill() {
      action.kill();
    }

    @Override
    public Optional<Failure> breach() {
      return Optional.ofNullable(breach);
    }
  }

  private final class OpenBox implements SessionBox {
    private final ProcessControl.Mark mark;
    private final Gauge gauge;
    private final Runnable look = this::look;
    private final Set<Watched> actions = ConcurrentHashMap.newKeySet();

    OpenBox(ProcessControl.Mark mark, Gauge gauge) {
      this.mark = mark;
      this.gauge = gauge;
      watch.add(look);
    }

    private void look() {
      Optional<Failure> breach =
          gauge.look(() -> outside.marked(mark).stream().mapToLong(Long::longValue));
      if (breach.isPresent()) {
        actions.forEach(action -> action.breach = breach.get());
        outside.killMarked(mark);
      }
    }

    @Override
    public ProcessControl control() {
      return new Starting(outside) {
        @Override
        public RunningAction start(Command command) throws IOException {
          actions.clear(); // a session runs one after the other
          Watched action = new Watched(outside.start(command));
          actions.add(action);
          return action;
        }
      };
    }

    @Override
    public Optional<Failure> tooLarge(long bytes) {
      return gauge.tooLarge(bytes);
    }

    @Override
    public long cpuMillis() {
      return Processes.cpuMillis(outside.marked(mark).stream().mapToLong(Long::longValue));
    }

    @Override
    public void bring(long bytes, long files) {
      gauge.excuse(bytes, files);
    }

    @Override
    public void close() {
      watch.remove(look);
      outside.killMarked(mark);
    }
  }
}
