package blenderer.submit.blender;

import blenderer.api.LocalFileException;
import blenderer.submit.SubmitException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** The files of the renderer {@code blender} that a submit needs. */
public final class BlenderParts {

  private final Path folder;

  private BlenderParts(Path folder) {
    this.folder = folder;
  }

  /**
   * Finds the renderer's folder.
   *
   * @throws SubmitException {@code no-renderer} when it is not there
   */
  public static BlenderParts find(Map<String, String> environment) {
    Path folder = Path.of(environment.getOrDefault("BLENDERER_RENDERERS", "renderers"), "blender");
    if (!Files.isRegularFile(folder.resolve("template.yaml"))) {
      throw new SubmitException(
          "no-renderer",
          "The renderer's folder '" + folder + "' is not there.",
          "Install Blenderer anew.");
    }
    return new BlenderParts(folder.toAbsolutePath());
  }

  /** The bytes of the job template. */
  public byte[] template() {
    Path file = folder.resolve("template.yaml");
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw LocalFileException.unreadable(file, e);
    }
  }

  /** The script that says what a scene needs. */
  public Path traceScript() {
    return folder.resolve("trace.py");
  }
}
