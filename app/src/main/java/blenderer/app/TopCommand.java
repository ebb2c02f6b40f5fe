package blenderer.app;

import picocli.CommandLine.Command;

/** What {@code blenderer} without a subcommand is: its help. */
@Command(
    name = "blenderer",
    mixinStandardHelpOptions = true,
    versionProvider = BuildVersion.class,
    synopsisHeading = "",
    customSynopsis = "blenderer COMMAND [OPTIONS]",
    descriptionHeading = "%n",
    description = "Turns any set of computers into a render farm for Blender and other renderers.",
    optionListHeading = "%n",
    commandListHeading = "%nCommands:%n",
    footerHeading = "%n",
    footer = {
      "'blenderer COMMAND --help' says more about one command.",
      "Exit codes: 0 done, 1 failed, 2 wrong use, 3 cannot reach the server or not allowed."
    })
final class TopCommand {}
