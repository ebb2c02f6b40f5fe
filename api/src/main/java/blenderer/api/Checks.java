package blenderer.api;

import blenderer.model.NodeState;
import blenderer.model.Renderer;
import blenderer.preflight.Finding;
import blenderer.preflight.LiveFarm;
import blenderer.preflight.Trace;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code POST /v1/preflight}: what would go wrong with a scene on this farm. */
public final class Checks {

  private Checks() {}

  /**
   * What to judge.
   *
   * @param trace the JSON that the Blender renderer's {@code trace.py} prints
   * @param scene the scene inside the file; null or empty: the active one
   */
  public record Ask(Trace trace, @Nullable String scene) {}

  /** What blocks comes first, then what warns, then notes. */
  public record Answer(List<Finding> findings) {}

  /** What the nodes that are online can do, also with the Blenders that they can fetch. */
  public static LiveFarm live(Collection<Farm.Node> nodes, Collection<Archives.Archive> archives) {
    List<List<Renderer>> live =
        new ArrayList<>(
            nodes.stream()
                .filter(node -> node.state().equals(NodeState.ONLINE.word()))
                .map(Farm.Node::renderers)
                .toList());
    if (!live.isEmpty()) {
      live.add(archives.stream().map(Checks::renderer).toList());
    }
    return new LiveFarm(live);
  }

  /** What a node has once it has fetched an archive. */
  public static Renderer renderer(Archives.Archive archive) {
    return new Renderer(archive.renderer(), archive.version(), archive.features(), archive.build());
  }
}
