package blenderer.node.agent;

import static org.assertj.core.api.Assertions.assertThat;

import blenderer.api.ApiException;
import blenderer.model.HostOffer;
import blenderer.node.cache.DiskRoom;
import blenderer.node.os.LinuxProcessControl;
import blenderer.node.os.ProcessControl;
import blenderer.node.render.InstalledRenderer;
import blenderer.node.render.RendererKit;
import blenderer.node.sandbox.Limits;
import blenderer.node.sandbox.Sandbox;
import blenderer.node.sandbox.SandboxStatus;
import blenderer.node.sandbox.Sandboxes;
import blenderer.node.session.SessionPlan;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** A running agent, with terms short enough for tests. */
final class AgentRig {

  /** What a session may write. */
  private static final long DISK_BYTES = 16L << 30;

  private final Agent agent;
  private final CompletableFuture<Optional<ApiException>> running = new CompletableFuture<>();

  private AgentRig(Agent agent) {
    this.agent = agent;
  }

  /**
   * Starts one.
   *
   * @param walled whether sessions run in a sandbox; in one, scripts see no file of the test's
   */
  static AgentRig start(
      Path data,
      int slots,
      FarmLink farm,
      DiskRoom disk,
      RendererKit kit,
      InstalledRenderer renderer,
      boolean walled)
      throws Exception {
    return start(data, slots, farm, disk, kit, renderer, walled, false);
  }

  /** As above, for a node that takes any command if {@code allowCommands}. */
  static AgentRig start(
      Path data,
      int slots,
      FarmLink farm,
      DiskRoom disk,
      RendererKit kit,
      InstalledRenderer renderer,
      boolean walled,
      boolean allowCommands)
      throws Exception {
    LinuxProcessControl control = new LinuxProcessControl();
    Path folder = Files.createDirectories(data).toRealPath();
    Limits all = Sandboxes.Wish.ofThisComputer(slots).limits();
    Limits limits = new Limits(all.memoryBytes(), all.processes(), () -> DISK_BYTES);
    Sandbox sandbox =
        Sandboxes.find(
            control,
            new ProcessControl.Mark(SessionPlan.NODE_MARK, folder.toString()),
            folder,
            new Sandboxes.Wish(walled, !walled, limits));
    assertThat(sandbox.status().kind())
        .as(sandbox.status().reason())
        .isNotEqualTo(SandboxStatus.Kind.MISSING);
    AgentRig rig =
        new AgentRig(
            new Agent(
                new Agent.Config(
                    data,
                    slots,
                    64 << 20,
                    1L << 30,
                    disk,
                    "/usr/bin:/bin",
                    "0",
                    settings(),
                    allowCommands,
                    HostOffer.NONE),
                farm,
                control,
                sandbox,
                List.of(kit),
                List.of(renderer)));
    Thread.ofPlatform().start(rig::run);
    return rig;
  }

  private void run() {
    try {
      running.complete(agent.run());
    } catch (InterruptedException | RuntimeException e) {
      running.completeExceptionally(e);
    }
  }

  private static NodeSettings settings() {
    return new NodeSettings(
        Duration.ofSeconds(60),
        Duration.ofMillis(300),
        Duration.ofSeconds(2),
        Duration.ofSeconds(5),
        Duration.ofSeconds(1),
        Duration.ofMillis(50),
        1 << 20,
        1 << 20,
        4,
        Duration.ZERO,
        Duration.ofMillis(200),
        Duration.ofSeconds(1),
        Duration.ZERO);
  }

  /** Stops it, and tells how it ended. */
  Optional<ApiException> stop() throws Exception {
    agent.stop();
    return ended();
  }

  /** Waits for its end. */
  Optional<ApiException> ended() throws Exception {
    return running.get(20, TimeUnit.SECONDS);
  }

  static void until(BooleanSupplier condition) throws InterruptedException {
    long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("deadline").isLessThan(deadline);
      Thread.sleep(5);
    }
  }
}
