package blenderer.app;

import blenderer.cli.openjd.CheckCommand;
import picocli.CommandLine.Command;

/** {@code blenderer openjd}: what can be done with templates on this computer alone. */
@Command(
    name = "openjd",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    description = "Work with Open Job Description templates on this computer, without a server.",
    subcommands = {CheckCommand.class})
final class OpenjdCommand {}
