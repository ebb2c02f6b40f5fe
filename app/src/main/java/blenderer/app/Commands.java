package blenderer.app;

import blenderer.bench.BenchCommand;
import blenderer.bench.SimCommand;
import blenderer.cli.PeopleCommands;
import blenderer.cli.Surroundings;
import blenderer.cli.local.DemoCommand;
import blenderer.node.NodeCommand;
import blenderer.server.ServerCommand;
import blenderer.server.backup.BackupCommand;
import blenderer.server.backup.MigrateCommand;
import blenderer.server.backup.RestoreCommand;
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
    Surroundings around = Surroundings.ofProcess();
    commands.put("demo", () -> new DemoCommand(around));
    commands.put("server", ServerCommand::new);
    commands.put("node", NodeCommand::new);
    commands.put("backup", BackupCommand::new);
    commands.put("restore", RestoreCommand::new);
    commands.put("migrate", MigrateCommand::new);
    commands.putAll(PeopleCommands.all(around));
    commands.put("openjd", OpenjdCommand::new);
    commands.put("sim", () -> new SimCommand(around));
    commands.put("bench", BenchCommand::new);
    commands.put("version", VersionCommand::new);
    return commands;
  }
}
