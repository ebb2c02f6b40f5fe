package blenderer.app;

import blenderer.cli.PeopleCommands;
import blenderer.cli.Surroundings;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;

/**
 * The one list of subcommands, in the order in which help shows them.
 *
 * <p>Each is made only when needed: reading the annotations of all of them would double the
 * start-up time of every command.
 */
final class Commands {
  private Commands() {}

  /** Name to a maker of the annotated command object. */
  static Map<String, Supplier<Object>> all() {
    Map<String, Supplier<Object>> commands = new LinkedHashMap<>();
    // demo, server, node: written in this module, around the modules server and node.
    commands.putAll(PeopleCommands.all(Surroundings.ofProcess()));
    // bench: from the module bench.
    commands.put("version", VersionCommand::new);
    return commands;
  }
}
