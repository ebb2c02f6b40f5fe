package blenderer.node.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import blenderer.model.Failure;
import blenderer.node.os.LinuxProcessControl;
import blenderer.node.os.ProcessControl;
import blenderer.node.os.RunningAction;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;
import java.util.function.BooleanSupplier;

/** A node's folder with a secret, and a sandbox beside it. */
final class BoxRig implements AutoCloseable {

  static final Duration LONG = Duration.ofSeconds(60);
  static final Limits WIDE =
      new Limits(Limits.memoryShare(8L << 30, 1), Limits.DEFAULT_PROCESSES, () -> Long.MAX_VALUE);

  final Path data;
  final Path secret;
  final Path folder;
  final Path input;
  final ProcessControl outside;
  final ProcessControl.Mark mark =
      new ProcessControl.Mark("BLENDERER_SESSION", UUID.randomUUID().toString());
  final ProcessControl.Mark node;
  final Sandbox sandbox;
  private final Path output;
  private SessionBox box;

  BoxRig(Path data, Limits limits, boolean network) throws IOException {
    this(data, limits, network, true);
  }

  /**
   * @param groups whether limits are kept by control groups, if this computer lets us make some
   */
  BoxRig(Path data, Limits limits, boolean network, boolean groups) throws IOException {
    this.data = data.toRealPath();
    outside = new LinuxProcessControl();
    node = new ProcessControl.Mark("BLENDERER_NODE", this.data.toString());
    secret = Files.writeString(this.data.resolve("connection"), "the node's key");
    folder = Files.createDirectories(this.data.resolve("sessions/one"));
    input = Files.createDirectory(folder.resolve("files"));
    Files.writeString(input.resolve("run.sh"), "echo from the node\n");
    output = Files.createFile(folder.resolve("printed"));
    sandbox = Sandboxes.find(outside, node, this.data, new Sandboxes.Wish(true, network, limits));
    assertThat(sandbox.status().kind())
        .as("these tests need bubblewrap: %s", sandbox.status().reason())
        .isEqualTo(SandboxStatus.Kind.BUBBLEWRAP);
    box = sandbox.open(plan());
  }

  private BoxPlan plan() {
    return new BoxPlan(mark.value(), mark, folder, List.of(input), List.of());
  }

  SessionBox box() {
    return box;
  }

  RunningAction start(String script) throws IOException {
    return box.control()
        .start(
            new ProcessControl.Command(
                List.of("sh", "-c", script),
                Map.of("PATH", "/usr/bin:/bin", mark.name(), mark.value()),
                folder,
                output));
  }

  /** Runs it to its end. */
  Ran run(String script) throws IOException, InterruptedException {
    Files.writeString(output, "");
    RunningAction action = start(script);
    OptionalInt exit = action.await(LONG);
    assertThat(exit).as("its end").isPresent();
    return new Ran(exit.getAsInt(), Files.readString(output), action.breach());
  }

  record Ran(int exit, String output, Optional<Failure> breach) {
    String code() {
      return breach.map(Failure::code).orElse("none");
    }
  }

  static void until(BooleanSupplier condition) throws InterruptedException {
    long deadline = System.nanoTime() + LONG.toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("deadline").isLessThan(deadline);
      Thread.sleep(5);
    }
  }

  /** Ends the box and sees that nothing lives on: neither what carries a mark nor what hid it. */
  @Override
  public void close() {
    box.close();
    assertThat(outside.marked(node)).isEmpty();
    assertThat(outside.marked(mark)).isEmpty();
  }
}
