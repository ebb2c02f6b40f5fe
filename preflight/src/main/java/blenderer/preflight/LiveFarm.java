package blenderer.preflight;

import blenderer.model.Renderer;
import blenderer.model.Version;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * The Blenders of the nodes that are online.
 *
 * @param nodes one list a node
 */
public record LiveFarm(List<List<Renderer>> nodes) {

  private static final String BLENDER = "blender";

  public LiveFarm {
    nodes =
        nodes.stream()
            .map(list -> list.stream().filter(one -> one.name().equals(BLENDER)).toList())
            .filter(list -> !list.isEmpty())
            .toList();
  }

  /** Whether some node that is online has a Blender. */
  public boolean hasBlender() {
    return !nodes.isEmpty();
  }

  private List<Renderer> all() {
    return nodes.stream().flatMap(List::stream).toList();
  }

  Optional<String> newest() {
    return all().stream()
        .map(Renderer::version)
        .max((one, other) -> Version.parse(one).compareTo(Version.parse(other)));
  }

  /** Features that some Blender has, whichever. */
  Set<String> features() {
    Set<String> features = new TreeSet<>();
    all().forEach(one -> features.addAll(one.features()));
    return features;
  }

  /** Whether one Blender has all of it. */
  boolean fits(String atLeast, List<String> features) {
    return all().stream()
        .anyMatch(one -> new blenderer.model.Requirement(BLENDER, atLeast, features).fits(one));
  }

  /** Whether one Blender is that new. */
  boolean opens(String saved) {
    return fits(saved, List.of());
  }
}
