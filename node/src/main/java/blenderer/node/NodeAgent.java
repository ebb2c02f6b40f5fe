package blenderer.node;

import blenderer.api.ApiException;
import blenderer.api.ClientOptions;
import blenderer.api.FarmClient;
import blenderer.node.agent.Agent;
import blenderer.node.agent.ClientLink;
import blenderer.node.cache.DiskRoom;
import blenderer.node.os.DataFolderLock;
import blenderer.node.os.LinuxProcessControl;
import blenderer.node.os.ProcessControl;
import blenderer.node.render.Detection;
import blenderer.node.render.InstalledRenderer;
import blenderer.node.render.ShippedKit;
import blenderer.node.sandbox.Sandbox;
import blenderer.node.sandbox.SandboxStatus;
import blenderer.node.sandbox.Sandboxes;
import blenderer.node.session.SessionPlan;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One run of a node, from its options to its end. */
public final class NodeAgent implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger("blenderer.node");
  private static final String BLENDER = "blender";
  private static final long DEFAULT_CACHE = 20L << 30;
  private static final Duration ANSWER = Duration.ofSeconds(15);

  private final DataFolderLock lock;
  private final Agent agent;

  private NodeAgent(DataFolderLock lock, Agent agent) {
    this.lock = lock;
    this.agent = agent;
  }

  /**
   * Prepares a node: takes its data folder, finds renderers, enrols. {@link #work} begins.
   *
   * @param stdin read for {@code --connect -}
   * @throws NodeFailure when a person must do something first
   */
  public static NodeAgent open(NodeOptions options, InputStream stdin)
      throws NodeFailure, InterruptedException {
    try {
      Files.createDirectories(options.data());
      Files.setPosixFilePermissions(options.data(), PosixFilePermissions.fromString("rwx------"));
      Path data = options.data().toRealPath();
      DataFolderLock lock =
          DataFolderLock.take(data)
              .orElseThrow(
                  () ->
                      new NodeFailure(
                          2,
                          "data-in-use",
                          "Another node runs with the data folder " + data + ".",
                          "Stop it first, or give this one a folder of its own with --data."));
      boolean done = false;
      try {
        NodeAgent node = new NodeAgent(lock, prepare(options, data, stdin));
        done = true;
        return node;
      } finally {
        if (!done) {
          lock.close();
        }
      }
    } catch (IOException | java.io.UncheckedIOException e) {
      throw new NodeFailure(
          1,
          "data-folder",
          "The data folder " + options.data() + " cannot be used: " + e.getMessage() + ".",
          "Look whether it may be written and has room, or choose another with --data.");
    }
  }

  private static Agent prepare(NodeOptions options, Path data, InputStream stdin)
      throws IOException, NodeFailure, InterruptedException {
    ProcessControl control = new LinuxProcessControl();
    // First of all: what an earlier run left may still use the whole computer.
    control.killMarked(new ProcessControl.Mark(SessionPlan.NODE_MARK, data.toString()));
    ClientOptions client = ClientOptions.defaults().withReadTimeout(ANSWER);
    Enrolment.Enrolled enrolled =
        new Enrolment(data, client, options.settings().firstReach())
            .enrol(options.connect(), options.name(), stdin);
    List<ShippedKit> kits = ShippedKit.all(data.resolve("renderers"));
    List<InstalledRenderer> renderers = detect(options, data, control, kits);
    var identity = enrolled.identity();
    LOG.info(
        "{} of the farm at {}",
        identity == null ? "A node" : "Node '" + identity.name() + "'",
        enrolled.connection().addresses().getFirst());
    DiskRoom disk = DiskRoom.of(data, options.minFree());
    Sandbox sandbox =
        Sandboxes.find(
            control,
            new ProcessControl.Mark(SessionPlan.NODE_MARK, data.toString()),
            data,
            options.sandbox().on(control.machineMemory(), options.slots(), disk));
    say(sandbox.status());
    Long cache = options.cacheBytes();
    Agent.Config config =
        new Agent.Config(
            data,
            options.slots(),
            cache != null
                ? cache
                : Math.min(DEFAULT_CACHE, Math.max(0, disk.free().getAsLong()) / 4),
            options.renderersBytes(),
            disk,
            options.path(),
            options.version(),
            options.settings(),
            options.host().allowCommands(),
            options
                .host()
                .on(
                    control.machineMemory(),
                    options
                        .sandbox()
                        .on(control.machineMemory(), options.slots(), disk)
                        .limits()
                        .memoryBytes(),
                    data));
    return new Agent(
        config,
        new ClientLink(new FarmClient(enrolled.connection(), client)),
        control,
        sandbox,
        List.copyOf(kits),
        renderers);
  }

  private static void say(SandboxStatus sandbox) {
    if (sandbox.kind() == SandboxStatus.Kind.BUBBLEWRAP) {
      LOG.info(sandbox.reason());
    } else {
      LOG.warn(sandbox.reason());
    }
  }

  private static List<InstalledRenderer> detect(
      NodeOptions options, Path data, ProcessControl control, List<ShippedKit> kits)
      throws IOException, NodeFailure, InterruptedException {
    Path scratch = Files.createDirectories(data.resolve("probe"));
    Detection detection =
        new Detection(
            control,
            options.path(),
            new ProcessControl.Mark(SessionPlan.NODE_MARK, data.toString()));
    List<InstalledRenderer> found = new ArrayList<>();
    Set<String> asked = new TreeSet<>();
    for (ShippedKit kit : kits) {
      // Several templates may share a program.
      if (asked.add(kit.name())) {
        List<String> named = kit.name().equals(BLENDER) ? options.blenders() : List.of();
        found.addAll(detection.find(kit.info(), kit.folder(), named, scratch));
      }
    }
    boolean namedInVain =
        !options.blenders().isEmpty()
            && found.stream().noneMatch(one -> one.renderer().name().equals(BLENDER));
    if ((found.isEmpty() && !options.host().allowCommands()) || namedInVain) {
      throw new NodeFailure(
          1,
          namedInVain ? "no-blender" : "no-renderer",
          namedInVain
              ? "None of the Blenders named with --blender works."
              : "This computer has no renderer that works: there is none of "
                  + String.join(", ", asked)
                  + " in the PATH.",
          "Install Blender (on Debian: apt install blender), or name one with --blender PATH.");
    }
    return found;
  }

  /**
   * Works until {@link #close}, or until the server refuses this node for good.
   *
   * @throws NodeFailure in the latter case
   */
  public void work() throws NodeFailure, InterruptedException {
    Optional<ApiException> refusal = agent.run();
    if (refusal.isPresent()) {
      ApiException e = refusal.get();
      throw e.code().equals("protocol-unsupported") || e.code().equals("node-twice")
          ? new NodeFailure(3, e.code(), e.sentence(), e.next())
          : new NodeFailure(
              3,
              e.code(),
              "The server does not let this node in any more: " + e.sentence(),
              "If that was not meant, ask for a new invite, delete the file 'connection' in the"
                  + " node's data folder, and start the node with the invite.");
    }
  }

  /** Gives everything back to the farm and ends; done after a few seconds at most. */
  @Override
  public void close() {
    agent.stop();
    try {
      lock.close();
    } catch (IOException e) {
      // The system drops it with the process.
    }
  }
}
