package blenderer.model;

import java.util.List;

/**
 * One renderer that a node has and can start.
 *
 * @param name the renderer's folder name, such as {@code blender}
 * @param version as the renderer says it, such as {@code 3.4.1}
 * @param features what this build can do, in lower case, such as {@code cycles}, {@code
 *     denoise-oidn}
 */
public record Renderer(String name, String version, List<String> features) {
  public Renderer {
    features = List.copyOf(features);
  }
}
