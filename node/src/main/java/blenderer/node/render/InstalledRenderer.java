package blenderer.node.render;

import blenderer.model.Renderer;
import java.nio.file.Path;

/**
 * A renderer that this node can start.
 *
 * @param executable absolute
 */
public record InstalledRenderer(Renderer renderer, Path executable) {

  /** For people, such as {@code blender 3.4.1 (0123456789ab)}. */
  public String label() {
    return renderer.label();
  }
}
