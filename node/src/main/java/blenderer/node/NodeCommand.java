package blenderer.node;

import blenderer.node.agent.NodeSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code blenderer node}. */
@Command(
    name = "node",
    description = "Lets this computer render for a farm, until it is stopped.",
    sortOptions = false,
    mixinStandardHelpOptions = true)
public final class NodeCommand implements Callable<Integer> {

  private static final long LEAST_MEMORY = 64L << 20;

  @Spec @Nullable CommandSpec spec;

  @Option(
      names = "--connect",
      paramLabel = "STRING|FILE|-",
      description = {
        "The connection string that 'blenderer invite --role node' prints, a file that holds it,"
            + " or - to read it from the input.",
        "Only needed at the first start."
      })
  @Nullable String connect;

  @Option(
      names = "--name",
      paramLabel = "N",
      description = "What the farm calls this node. Default: this computer's name.")
  @Nullable String name;

  @Option(
      names = "--slots",
      paramLabel = "K",
      defaultValue = "1",
      description = "How many renders run side by side. Default: ${DEFAULT-VALUE}.")
  int slots;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "The node's own folder. Default: ~/.local/share/blenderer/node.")
  @Nullable Path data;

  @Option(
      names = "--blender",
      paramLabel = "PATH",
      description = "A Blender program or its folder; may be repeated. Default: the one in PATH.")
  List<String> blenders = new ArrayList<>();

  @Option(
      names = "--cache-size",
      paramLabel = "SIZE",
      description = {
        "How much the cache of scenes and textures may hold, such as 50G.",
        "Default: 20G, or a quarter of the free disk if that is less."
      })
  @Nullable String cacheSize;

  @Option(
      names = "--renderers-size",
      paramLabel = "SIZE",
      defaultValue = "8G",
      description = {
        "How much may lie here of the renderers that the farm's admin gave to the server.",
        "0: this node takes none of them. Default: ${DEFAULT-VALUE}."
      })
  String renderersSize = "8G";

  @Option(
      names = "--min-free",
      paramLabel = "SIZE",
      defaultValue = "2G",
      description = "How much of the disk stays free. Default: ${DEFAULT-VALUE}.")
  String minFree = "2G";

  @Option(
      names = "--allow-network",
      description = "Lets what runs here use the network. Without it there is none.")
  boolean allowNetwork;

  @Option(
      names = "--memory-limit",
      paramLabel = "SIZE",
      description = {
        "How much memory one render may use, such as 16G.",
        "Default: an equal share for each slot, after a reserve for the computer."
      })
  @Nullable String memoryLimit;

  @Option(
      names = "--process-limit",
      paramLabel = "N",
      description = "How many processes and threads one render may have. Default: 4096.")
  @Nullable Long processLimit;

  @Option(
      names = "--disk-limit",
      paramLabel = "SIZE",
      description = {
        "How much disk one render may use for its files, such as 50G.",
        "Default: all that is free beyond --min-free."
      })
  @Nullable String diskLimit;

  @Option(
      names = "--without-sandbox",
      description = {
        "Runs renders without the sandbox: what they run can then read this user's files",
        "and use the network."
      })
  boolean withoutSandbox;

  @Option(
      names = "--allow-commands",
      description = {
        "Also runs jobs of people's own templates: any command, in the sandbox.",
        "Which people may submit them, the farm's admin says ('blenderer permit')."
      })
  boolean allowCommands;

  @Option(
      names = "--attribute",
      paramLabel = "NAME=V1,V2",
      description = "What this computer is, such as attr.studio.room=north; may be repeated.")
  List<String> attributes = new ArrayList<>();

  @Option(
      names = "--pool",
      paramLabel = "NAME",
      split = ",",
      description = "A pool of nodes that this one belongs to; may be repeated.")
  List<String> pools = new ArrayList<>();

  @Option(
      names = "--amount",
      paramLabel = "NAME=N",
      description = {
        "What this computer has, such as amount.studio.capture_card=2; may be repeated.",
        "Processors, memory, disk and graphics cards are measured unless named here."
      })
  List<String> amounts = new ArrayList<>();

  @Option(
      names = "--clock-offset",
      hidden = true,
      paramLabel = "SECONDS",
      description = "How wrong the node takes the time of day to be, for tests.")
  private long clockOffset = 0;

  @Override
  public Integer call() throws InterruptedException {
    NodeAgent node;
    try {
      node = NodeAgent.open(options(), System.in);
    } catch (NodeFailure e) {
      return say(e);
    }
    Thread hook =
        new Thread(
            () -> {
              node.close();
              // A node that was asked to stop has done what it should: not 143.
              Runtime.getRuntime().halt(0);
            },
            "stop");
    Runtime.getRuntime().addShutdownHook(hook);
    try {
      node.work();
      return 0;
    } catch (NodeFailure e) {
      Runtime.getRuntime().removeShutdownHook(hook);
      return say(e);
    }
  }

  private static int say(NodeFailure e) {
    System.err.println(e.print());
    return e.exitCode();
  }

  NodeOptions options() {
    if (slots < 1 || slots > 256) {
      throw wrong("--slots must be from 1 to 256, not " + slots);
    }
    Path folder =
        data != null
            ? data
            : Path.of(System.getProperty("user.home"), ".local", "share", "blenderer", "node");
    String version = NodeCommand.class.getPackage().getImplementationVersion();
    return new NodeOptions(
        connect,
        name,
        slots,
        folder.toAbsolutePath(),
        blenders,
        cacheSize == null ? null : bytes("--cache-size", cacheSize),
        bytes("--renderers-size", renderersSize),
        bytes("--min-free", minFree),
        sandbox(),
        host(),
        System.getenv().getOrDefault("PATH", "/usr/local/bin:/usr/bin:/bin"),
        version == null ? "0.1.0" : version,
        NodeSettings.defaults().withClockOffset(Duration.ofSeconds(clockOffset)));
  }

  private HostOptions host() {
    try {
      return HostOptions.parse(allowCommands, attributes, amounts).in(pools);
    } catch (IllegalArgumentException e) {
      throw wrong(String.valueOf(e.getMessage()));
    }
  }

  private SandboxOptions sandbox() {
    if (processLimit != null && (processLimit < 16 || processLimit > 4_000_000)) {
      throw wrong("--process-limit must be from 16 to 4000000, not " + processLimit);
    }
    Long memory = memoryLimit == null ? null : bytes("--memory-limit", memoryLimit);
    if (memory != null && memory < LEAST_MEMORY) {
      throw wrong("--memory-limit must be at least 64M, not " + memoryLimit);
    }
    return new SandboxOptions(
        !withoutSandbox,
        allowNetwork,
        memory,
        processLimit,
        diskLimit == null ? null : bytes("--disk-limit", diskLimit));
  }

  private long bytes(String option, String text) {
    String upper = text.strip().toUpperCase(Locale.ROOT).replaceAll("I?B$", "");
    int shift =
        switch (upper.isEmpty() ? ' ' : upper.charAt(upper.length() - 1)) {
          case 'K' -> 10;
          case 'M' -> 20;
          case 'G' -> 30;
          case 'T' -> 40;
          default -> 0;
        };
    String digits = shift == 0 ? upper : upper.substring(0, upper.length() - 1);
    if (!digits.matches("[0-9]{1,7}") && !(shift == 0 && digits.matches("[0-9]{1,15}"))) {
      throw wrong(option + " must be a size such as 500M or 20G, not '" + text + "'");
    }
    return Long.parseLong(digits) << shift;
  }

  private RuntimeException wrong(String message) {
    CommandSpec known = spec;
    return known == null
        ? new IllegalArgumentException(message)
        : new ParameterException(known.commandLine(), message);
  }
}
