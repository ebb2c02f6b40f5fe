package blenderer.model;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a job needs of a node's renderer.
 *
 * @param renderer the renderer's folder name, such as {@code blender}
 * @param atLeast the oldest version that can open the job's files, such as {@code 3.4}; empty: any
 * @param features features that the build must have
 * @param version the version that the job is pinned to: {@code 3.4} means 3.4.0, 3.4.1 and so on,
 *     {@code 3.4.1} only itself; empty: none
 * @param build the build that the job is pinned to, as in {@link Renderer#build}; empty: none
 */
public record Requirement(
    String renderer, String atLeast, List<String> features, String version, String build) {

  /**
   * @param version null, as peers and records of an older Blenderer have it, is none
   * @param build likewise
   */
  public Requirement(
      String renderer,
      String atLeast,
      List<String> features,
      @Nullable String version,
      @Nullable String build) {
    this.renderer = renderer;
    this.atLeast = atLeast;
    this.features = List.copyOf(features);
    this.version = version == null ? "" : version;
    this.build = build == null ? "" : build;
  }

  /** One that is pinned to nothing. */
  public Requirement(String renderer, String atLeast, List<String> features) {
    this(renderer, atLeast, features, "", "");
  }

  /** Whether {@code candidate} can do the job. */
  public boolean fits(Renderer candidate) {
    return candidate.name().equals(renderer)
        && (atLeast.isEmpty()
            || Version.parse(candidate.version()).compareTo(Version.parse(atLeast)) >= 0)
        && (version.isEmpty()
            || Version.parse(candidate.version()).isWithin(Version.parse(version)))
        && (build.isEmpty() || candidate.build().equals(build))
        && candidate.features().containsAll(features);
  }

  /** For people, such as {@code blender 3.4 with cycles}. */
  public String describe() {
    StringBuilder text = new StringBuilder(renderer);
    if (!version.isEmpty()) {
      text.append(' ').append(version);
    } else if (!atLeast.isEmpty() && build.isEmpty()) {
      text.append(' ').append(atLeast).append(" or newer");
    }
    if (!build.isEmpty()) {
      text.append(" of the build ").append(Renderer.shown(build));
    }
    if (!features.isEmpty()) {
      text.append(" with ").append(String.join(", ", features));
    }
    return text.toString();
  }
}
