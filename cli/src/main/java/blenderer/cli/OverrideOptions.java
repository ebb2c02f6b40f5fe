package blenderer.cli;

import blenderer.submit.blender.SceneOverrides;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options of {@code submit} that make a Blender scene render otherwise than it was saved. */
final class OverrideOptions {

  @Option(
      names = "--scene",
      paramLabel = "NAME",
      order = 40,
      description = "Which scene of the .blend; default: the one that was active when saved.")
  @Nullable String scene;

  @Option(
      names = "--camera",
      paramLabel = "NAME",
      order = 41,
      description =
          "This camera for all frames, instead of the scene's and of those bound to markers.")
  @Nullable String camera;

  @Option(
      names = "--view-layer",
      paramLabel = "NAME",
      order = 42,
      description = "Only this view layer; may be repeated for several.")
  List<String> viewLayers = new ArrayList<>();

  @Option(
      names = "--engine",
      paramLabel = "NAME",
      order = 43,
      description =
          "CYCLES, EEVEE, WORKBENCH or another engine's identifier, instead of the scene's.")
  @Nullable String engine;

  @Option(
      names = "--samples",
      paramLabel = "N",
      order = 44,
      description = "Samples of a pixel, instead of the scene's.")
  @Nullable String samples;

  @Option(
      names = "--resolution",
      paramLabel = "WxH",
      order = 45,
      description = "Images of this size, such as 1920x1080, instead of the scene's.")
  @Nullable String resolution;

  @Option(
      names = "--percentage",
      paramLabel = "N",
      order = 46,
      description = "Images of this part of the resolution, instead of the scene's.")
  @Nullable String percentage;

  @Option(
      names = "--format",
      paramLabel = "NAME",
      order = 47,
      description =
          "PNG, JPEG, OPEN_EXR, OPEN_EXR_MULTILAYER or another of Blender's image formats, instead"
              + " of the scene's.")
  @Nullable String format;

  /** The parameters' values that were asked for; those given by {@code -p} as well. */
  SceneOverrides with(Map<String, String> parameters) {
    Map<String, String> all = new LinkedHashMap<>(parameters);
    all.putAll(given());
    return new SceneOverrides(all);
  }

  /** Whether there is any; other renderers know none of them. */
  boolean any() {
    return !given().isEmpty();
  }

  private Map<String, String> given() {
    Map<String, String> given = new LinkedHashMap<>();
    put(given, "SceneName", scene);
    put(given, "Camera", camera);
    put(given, "ViewLayers", viewLayers.isEmpty() ? null : SceneOverrides.viewLayers(viewLayers));
    put(given, "Engine", engine);
    put(given, "Samples", samples);
    put(given, "Resolution", resolution);
    put(given, "Percentage", percentage);
    put(given, "ImageFormat", format);
    return given;
  }

  private static void put(Map<String, String> given, String name, @Nullable String value) {
    if (value != null && !value.isEmpty()) {
      given.put(name, value);
    }
  }
}
