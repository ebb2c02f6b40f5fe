package blenderer.node.render;

import blenderer.model.Digest;
import blenderer.model.Failure;
import blenderer.model.RetryClass;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * One template with what must be true before its results count: one of a renderer that ships with
 * the program, or one of a person's own. Safe for many threads.
 */
public interface RendererKit {

  /** The renderer's, such as {@code blender}; the same for all its templates. */
  String name();

  /** The digest of {@link #templateBytes}: the only template that runs with this kit. */
  Digest template();

  byte[] templateBytes();

  /** Where the renderer's scripts lie on this computer; absolute. */
  Path folder();

  /** Whether it ships with the program: only then is it known what its results look like. */
  default boolean isShipped() {
    return true;
  }

  /** Other renderers whose scripts and programs its own call, to where their scripts lie. */
  default Map<String, Path> uses() {
    return Map.of();
  }

  /** What a line of the renderer's output says about the task, if it means that it failed. */
  Optional<Failure> judgeLine(String line);

  /**
   * Looks at a file that a task made.
   *
   * @param path as the report will name it
   * @param parameters the job's, by name, with defaults
   */
  FileVerdict judgeFile(Path file, String path, Map<String, String> parameters);

  /** Where the next try after a failure may run. */
  RetryClass classOf(String code);
}
