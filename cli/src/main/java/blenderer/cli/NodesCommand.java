package blenderer.cli;

import blenderer.api.Farm;
import blenderer.api.FarmClient;
import blenderer.model.Renderer;
import java.util.List;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;

/** {@code blenderer nodes}. */
@Command(name = "nodes", description = "List the nodes and what they do.")
final class NodesCommand extends PeopleCommand {

  NodesCommand(Surroundings around) {
    super(around);
  }

  @Override
  int run() {
    List<Farm.Node> nodes;
    try (FarmClient client = client()) {
      nodes = client.nodes().nodes();
    }
    if (json) {
      printJson(nodes);
      return ExitCode.DONE;
    }
    Table table =
        Table.of(
            "~NAME", "STATE", ">BUSY", "~RENDERERS", ">CPUS", ">MEMORY", "ACCEPTS", "SEEN", "~NOW");
    for (Farm.Node node : nodes) {
      table.row(
          node.name(),
          node.state(),
          node.busy() + "/" + node.slots(),
          node.renderers().stream().map(Renderer::label).collect(Collectors.joining(", ")),
          node.cpus(),
          Texts.bytes(node.memoryBytes()),
          node.accepts(),
          Texts.ago(node.seenAt(), around.clock().instant()),
          now(node));
    }
    print(table, "No node has joined yet; 'blenderer invite --role node' lets one in.");
    return ExitCode.DONE;
  }

  /** What it does, or why it does nothing. */
  private static String now(Farm.Node node) {
    return node.now().isEmpty() && node.idle() != null
        ? node.idle()
        : String.join("; ", node.now());
  }
}
