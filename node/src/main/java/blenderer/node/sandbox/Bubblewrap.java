package blenderer.node.sandbox;

import blenderer.node.os.ProcessControl;
import blenderer.node.os.Programs;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;

/** Boxes by bubblewrap. */
final class Bubblewrap implements Sandbox {

  /** How long something may go beyond a limit that only looking tells. */
  private static final Duration PAUSE = Duration.ofMillis(200);

  private final ProcessControl outside;
  private final ProcessControl.Mark node;
  private final BubblewrapLine line;
  private final ShellOrders orders;
  private final Limits limits;
  private final ControlGroups groups;
  private final String groupPrefix;
  private final String reason;
  private final Watch watch = new Watch(PAUSE);

  /**
   * Bubblewrap dies with the very thread that starts it: so one that never ends starts them all.
   */
  private final ExecutorService starting =
      Executors.newSingleThreadExecutor(
          Thread.ofPlatform().daemon().name("sandbox-start").factory());

  /**
   * @param node the mark of all this node's processes
   * @param groupPrefix what the names of this node's control groups begin with, and no other's
   * @param reason what to say of it
   */
  Bubblewrap(
      ProcessControl outside,
      ProcessControl.Mark node,
      BubblewrapLine line,
      ShellOrders orders,
      Limits limits,
      ControlGroups groups,
      String groupPrefix,
      String reason) {
    this.outside = outside;
    this.node = node;
    this.line = line;
    this.orders = orders;
    this.limits = limits;
    this.groups = groups;
    this.groupPrefix = groupPrefix;
    this.reason = reason;
  }

  @Override
  public SandboxStatus status() {
    return new SandboxStatus(SandboxStatus.Kind.BUBBLEWRAP, reason);
  }

  @Override
  public OptionalLong recycleBytes() {
    return limits.recycleBytes(Processes.machineMemory());
  }

  @Override
  public SessionBox open(BoxPlan plan) throws IOException {
    SessionGroup group = SessionGroup.make(groups, groupPrefix + plan.id(), limits);
    AtomicReference<Runnable> look = new AtomicReference<>();
    Box box =
        new Box(
            outside,
            orders,
            () -> start(command(plan, group)),
            new Gauge(limits, group, plan.folder()),
            () -> {
              watch.remove(look.get());
              group.remove();
            });
    look.set(box::look);
    watch.add(look.get());
    return box;
  }

  /**
   * A shell joins the control groups, offers itself to the kernel's killer before the node and the
   * rest of the computer, and becomes bubblewrap, which becomes a shell with bounds of its own.
   */
  private List<String> command(BoxPlan plan, SessionGroup group) throws IOException {
    StringBuilder join = new StringBuilder();
    for (Path door : group.doors()) {
      join.append("echo 0 >").append(ShellOrders.quoted(door.toString())).append(" || exit 1; ");
    }
    join.append("echo 500 >/proc/self/oom_score_adj; exec ");
    join.append(Programs.find("setsid")).append(" \"$@\"");
    List<String> all = new ArrayList<>(List.of("sh", "-c", join.toString(), "sh"));
    all.addAll(line.of(plan));
    all.addAll(
        List.of(
            Programs.find("prlimit"),
            "--nproc=" + Math.min(limits.processes(), Processes.bound("Max processes")),
            "--nofile=" + Math.min(Limits.OPEN_FILES, Processes.bound("Max open files")),
            "--core=0",
            "sh"));
    return all;
  }

  private Process start(List<String> command) throws IOException {
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().clear();
    builder.environment().put("PATH", "/usr/local/bin:/usr/bin:/bin");
    builder.environment().put(node.name(), node.value());
    builder.redirectErrorStream(true);
    Future<Process> started = starting.submit(builder::start);
    try {
      return started.get();
    } catch (ExecutionException e) {
      throw e.getCause() instanceof IOException cause ? cause : new IOException(e.getCause());
    } catch (InterruptedException e) {
      // What was started shall not be forgotten; its input ends with this object.
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }
}
