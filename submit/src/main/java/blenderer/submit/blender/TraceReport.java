package blenderer.submit.blender;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The JSON that {@code trace.py} prints; its fields are described in the renderer's README. */
@JsonIgnoreProperties(ignoreUnknown = true)
record TraceReport(
    int version,
    String blender,
    @Nullable Message error,
    @Nullable String saved,
    @Nullable Scene scene,
    @Nullable List<Scene> scenes,
    @Nullable Requires requires,
    @Nullable List<File> files,
    @Nullable List<Message> warnings,
    @Nullable List<Folder> folders,
    @Nullable String frames,
    @Nullable String colours) {

  @JsonIgnoreProperties(ignoreUnknown = true)
  record Folder(String path, @Nullable String beside) {}

  record Message(String code, String message) {}

  @JsonIgnoreProperties(ignoreUnknown = true)
  record Scene(
      String name,
      int start,
      int end,
      int step,
      double fps,
      int width,
      int height,
      @Nullable String size,
      @Nullable String camera,
      @Nullable Boolean needsCamera,
      String format,
      boolean movie,
      @Nullable Video video,
      @Nullable List<String> features) {}

  /** How FFmpeg is to make the movie that the scene writes. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  record Video(
      String format, String codec, String quality, String file, String pattern, boolean sound) {}

  @JsonIgnoreProperties(ignoreUnknown = true)
  record Requires(String atLeast, @Nullable List<String> features) {}

  @JsonIgnoreProperties(ignoreUnknown = true)
  record File(
      String path,
      String kind,
      @Nullable String user,
      boolean exists,
      boolean directory,
      boolean supported,
      boolean used,
      @Nullable String frames) {}
}
