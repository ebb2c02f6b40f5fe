package blenderer.bench;

import picocli.CommandLine.Command;

/** {@code blenderer bench NAME}. */
@Command(
    name = "bench",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "NAME",
    description = "Measures the farm on this computer and prints one line of JSON.",
    subcommands = {
      OverheadCommand.class,
      OpenjdCommand.class,
      SandboxCommand.class,
      CoreCommand.class
    })
public final class BenchCommand {}
