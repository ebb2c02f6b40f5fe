package blenderer.bench;

import blenderer.bench.crowd.DispatchCommand;
import blenderer.bench.crowd.FairnessCommand;
import blenderer.bench.crowd.FillCommand;
import blenderer.bench.crowd.FramesCommand;
import blenderer.bench.crowd.HandoverCommand;
import blenderer.bench.crowd.ResubmitCommand;
import blenderer.bench.crowd.ScaleCommand;
import blenderer.bench.crowd.TransferCommand;
import blenderer.bench.crowd.TurnaroundCommand;
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
      CoreCommand.class,
      EtaCommand.class,
      DispatchCommand.class,
      FramesCommand.class,
      TurnaroundCommand.class,
      FillCommand.class,
      FairnessCommand.class,
      HandoverCommand.class,
      ScaleCommand.class,
      TransferCommand.class,
      ResubmitCommand.class
    })
public final class BenchCommand {}
