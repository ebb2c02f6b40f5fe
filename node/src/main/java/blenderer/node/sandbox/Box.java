package blenderer.node.sandbox;

import blenderer.model.Failure;
import blenderer.node.os.ProcessControl;
import blenderer.node.os.RunningAction;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A box of bubblewrap's. Its namespace is made when the first action starts, and made anew if it is
 * gone when another starts: the exits of environments shall run even after a limit ended all else.
 */
final class Box implements SessionBox {

  /** Starts bubblewrap for a box. */
  interface Starter {
    Process start() throws IOException;
  }

  private final ProcessControl outside;
  private final ShellOrders orders;
  private final Starter starter;
  private final Gauge gauge;
  private final Runnable whenClosed;
  private final AtomicLong numbers = new AtomicLong();
  private @Nullable Live live;
  private boolean closed;

  /** A limit that was hit while no action ran: the next one shall hear of it. */
  private @Nullable Failure pending;

  /**
   * @param gauge says when a limit is hit
   * @param whenClosed called once, when nothing runs any more
   */
  Box(
      ProcessControl outside,
      ShellOrders orders,
      Starter starter,
      Gauge gauge,
      Runnable whenClosed) {
    this.outside = outside;
    this.orders = orders;
    this.starter = starter;
    this.gauge = gauge;
    this.whenClosed = whenClosed;
  }

  /** One namespace and what runs in it. */
  private final class Live implements Holder.Answers {
    private final Map<Long, BoxedAction> actions = new ConcurrentHashMap<>();
    private volatile @Nullable Holder holder;

    @Override
    public void runs(long number, long process) {
      BoxedAction action = actions.get(number);
      if (action != null) {
        action.runs(process);
      }
    }

    @Override
    public void ended(long number, int exitCode) {
      BoxedAction action = actions.get(number);
      if (action != null) {
        // A limit that ended it must be known before its end is.
        Holder now = holder;
        act(
            this,
            exitCode == 0 || now == null
                ? gauge.glance()
                : gauge.look(() -> Processes.below(now.pid())));
        actions.remove(number);
        action.ended(exitCode);
      }
    }

    @Override
    public void gone() {
      act(this, gauge.glance());
      actions.values().forEach(action -> action.ended(BoxedAction.KILLED));
      actions.clear();
    }
  }

  /** Compares what the box uses with its limits, and ends it if that is too much. */
  void look() {
    Live now;
    synchronized (this) {
      now = live;
    }
    Holder holder = now == null ? null : now.holder;
    if (now != null && holder != null) {
      act(now, gauge.look(() -> Processes.below(holder.pid())));
    }
  }

  /**
   * Ends a namespace that went beyond a limit.
   *
   * @param now the one that did: when it is heard of, another may run in its place already, whose
   *     actions have no part in it
   */
  private void act(Live now, Optional<Failure> found) {
    Holder holder = now.holder;
    Failure breach = found.orElse(null);
    if (breach == null || holder == null) {
      return;
    }
    boolean heard = false;
    for (BoxedAction action : now.actions.values()) {
      heard |= action.breached(breach);
    }
    synchronized (this) {
      if (!heard && !closed) {
        pending = breach;
      }
    }
    holder.kill();
  }

  @Override
  public ProcessControl control() {
    return new Starting(outside) {
      @Override
      public RunningAction start(Command command) throws IOException {
        return Box.this.start(command);
      }
    };
  }

  @Override
  public long cpuMillis() {
    Live now;
    synchronized (this) {
      now = live;
    }
    Holder holder = now == null ? null : now.holder;
    return holder == null ? 0 : Processes.cpuMillis(Processes.below(holder.pid()));
  }

  @Override
  public void bring(long bytes, long files) {
    gauge.excuse(bytes, files);
  }

  private synchronized RunningAction start(ProcessControl.Command command) throws IOException {
    if (closed) {
      throw new IOException("the session has ended");
    }
    Failure before = pending;
    if (before != null) {
      pending = null;
      return BoxedAction.over(before);
    }
    Live now = live;
    Holder holder = now == null ? null : now.holder;
    if (now == null || holder == null || !holder.isAlive()) {
      now = new Live();
      holder = Holder.of(starter.start(), now);
      now.holder = holder;
      live = now;
    }
    long number = numbers.incrementAndGet();
    BoxedAction action = new BoxedAction(holder);
    now.actions.put(number, action);
    holder.order(orders.start(number, command));
    if (!holder.isAlive()) {
      action.ended(BoxedAction.KILLED); // it may have gone before it could know of the action
    }
    return action;
  }

  @Override
  public Optional<Failure> tooLarge(long bytes) {
    return gauge.tooLarge(bytes);
  }

  @Override
  public void close() {
    Holder holder;
    synchronized (this) {
      if (closed) {
        return;
      }
      closed = true;
      holder = live == null ? null : live.holder;
    }
    if (holder != null) {
      holder.kill();
    }
    whenClosed.run();
  }
}
