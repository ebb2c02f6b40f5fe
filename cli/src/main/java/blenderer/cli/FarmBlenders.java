package blenderer.cli;

import blenderer.api.Archives;
import blenderer.api.Checks;
import blenderer.api.Farm;
import blenderer.api.FarmClient;
import blenderer.model.Renderer;
import blenderer.preflight.LiveFarm;
import blenderer.submit.blender.BlenderChoice;
import java.util.ArrayList;
import java.util.List;

/**
 * Which Blenders a farm has.
 *
 * @param archives those that nodes fetch when a job needs them
 */
record FarmBlenders(List<Farm.Node> nodes, List<Archives.Archive> archives) {

  static FarmBlenders ask(FarmClient client) {
    return new FarmBlenders(client.nodes().nodes(), client.archives().archives());
  }

  /** What preflight judges by. */
  LiveFarm live() {
    return Checks.live(nodes, archives);
  }

  /** What a job's Blender is chosen from. */
  BlenderChoice.Farm choice() {
    List<Renderer> online =
        new ArrayList<>(
            nodes.stream()
                .filter(node -> !node.state().equals("offline"))
                .flatMap(node -> node.renderers().stream())
                .toList());
    if (!online.isEmpty()) {
      // A node says that it can have them only when it next calls.
      archives.stream().map(Checks::renderer).forEach(online::add);
    }
    return new BlenderChoice.Farm(
        online, nodes.stream().flatMap(node -> node.renderers().stream()).toList());
  }
}
