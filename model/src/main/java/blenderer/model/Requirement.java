package blenderer.model;

import java.util.List;

/**
 * What a job needs of a node's renderer.
 *
 * @param renderer the renderer's folder name, such as {@code blender}
 * @param atLeast the oldest version that can open the job's files, such as {@code 3.4}; empty: any
 * @param features features that the build must have
 */
public record Requirement(String renderer, String atLeast, List<String> features) {
  public Requirement {
    features = List.copyOf(features);
  }

  /** Whether {@code candidate} can do the job. */
  public boolean fits(Renderer candidate) {
    return candidate.name().equals(renderer)
        && (atLeast.isEmpty()
            || Version.parse(candidate.version()).compareTo(Version.parse(atLeast)) >= 0)
        && candidate.features().containsAll(features);
  }
}
