package blenderer.submit;

import blenderer.api.Json;
import com.fasterxml.jackson.core.JsonProcessingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/** What Blenderer writes itself into the workspace of a scene's job, beside the scene's files. */
public final class SceneFiles {

  /**
   * Where it stands which frames need which files:
   *
   * <pre>{"version":1,"frames":"1-200","files":{"smoke/s_0001.vdb":"1","smoke/s_0002.vdb":"2"}}
   * </pre>
   *
   * <p>A frame out of {@code frames} needs all files; the others need those that are not listed,
   * and those listed with them.
   */
  static final String NEEDS = ProjectLayout.OURS + "/needs.json";

  /** Where it stands which file is the colour configuration, as its path in the workspace. */
  static final String COLOURS = ProjectLayout.OURS + "/ocio";

  private SceneFiles() {}

  /** Workspace path to content. */
  public static Map<String, byte[]> made(SceneTrace trace, ProjectLayout layout) {
    Map<String, byte[]> made = new LinkedHashMap<>();
    made.put(ProjectLayout.PATH_MAP, layout.pathMap());
    Map<Path, String> frames = new HashMap<>();
    for (SceneTrace.TracedFile file : trace.files()) {
      String some = file.frames();
      if (some != null) {
        frames.put(file.file(), some);
      }
    }
    if (!frames.isEmpty() && !trace.closure().frames().isEmpty()) {
      made.put(NEEDS, needs(trace.closure().frames(), frames, layout));
    }
    Path colours = trace.closure().colours();
    if (colours != null) {
      layout.files().entrySet().stream()
          .filter(file -> file.getValue().equals(colours))
          .forEach(
              file -> made.put(COLOURS, (file.getKey() + "\n").getBytes(StandardCharsets.UTF_8)));
    }
    return made;
  }

  private static byte[] needs(String all, Map<Path, String> frames, ProjectLayout layout) {
    Map<String, String> files = new LinkedHashMap<>();
    layout
        .files()
        .forEach(
            (path, original) -> {
              String some = frames.get(original);
              if (some != null) {
                files.put(path, some);
              }
            });
    Map<String, Object> needs = new LinkedHashMap<>();
    needs.put("version", 1);
    needs.put("frames", all);
    needs.put("files", files);
    try {
      return Json.mapper().writeValueAsBytes(needs);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("texts can be written as JSON", e);
    }
  }
}
