package blenderer.model;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One renderer that a node has and can start.
 *
 * @param name the renderer's folder name, such as {@code blender}
 * @param version as the renderer says it, such as {@code 3.4.1}
 * @param features what this build can do, in lower case, such as {@code cycles}, {@code
 *     denoise-oidn}
 * @param build the digest of the files it consists of, which tells two builds of one version apart;
 *     empty: not known
 */
public record Renderer(String name, String version, List<String> features, String build) {

  /** How much of a build's digest people see and need to write. */
  public static final int SHOWN_DIGITS = 12;

  /**
   * @param build null, as peers and records of an older version have it, is not known
   */
  @SuppressWarnings("NullAway") // a record's fields cannot be annotated apart from its arguments
  public Renderer(String name, String version, List<String> features, @Nullable String build) {
    this.name = name;
    this.version = version;
    this.features = List.copyOf(features);
    this.build = build == null ? "" : build;
  }

  /** A renderer of which no build is known. */
  public Renderer(String name, String version, List<String> features) {
    this(name, version, features, "");
  }

  /** For people, such as {@code blender 3.4.1 (0123456789ab)}. */
  public String label() {
    return name + " " + version + (build.isEmpty() ? "" : " (" + shown(build) + ")");
  }

  /** The beginning of a build's digest. */
  public static String shown(String build) {
    return build.substring(0, Math.min(SHOWN_DIGITS, build.length()));
  }
}
