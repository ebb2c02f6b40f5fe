package blenderer.app;

import blenderer.cli.openjd.CheckCommand;
import blenderer.node.local.RunCommand;
import picocli.CommandLine.Command;

/** {@code blenderer openjd}: what can be done with templates on this computer alone. */
@Command(
    name = "openjd",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    description = "Work with Open Job Description templates on this computer, without a server.",
    subcommands = {CheckCommand.class, RunCommand.class})
final class OpenjdCommand {}
