package blenderer.submit;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a scene is and which files it needs, as its own renderer says.
 *
 * @param scene the scene file, absolute
 * @param renderer the name of the renderer, such as {@code blender}
 * @param atLeast the oldest version of the renderer that can open it, such as {@code 3.4}
 * @param features what the renderer's build must be able to do
 * @param sceneName the scene inside the file that will be rendered; empty: the active one
 * @param firstFrame the scene's own range
 * @param lastFrame the scene's own range
 * @param frameStep of the scene's own range, at least 1
 * @param size of the images, such as {@code 1920x1080}; empty: not known
 * @param files every file that the scene needs and that is there, the scene itself left out
 * @param missing files that the scene needs and that are not there
 * @param others files of kinds that cannot be brought along yet
 * @param blockers why the scene cannot render at all
 * @param warnings sentences about the scene that a person should read before rendering
 * @param framesPerSecond the scene's own speed; 0: not known
 */
public record SceneTrace(
    Path scene,
    String renderer,
    String atLeast,
    List<String> features,
    String sceneName,
    int firstFrame,
    int lastFrame,
    int frameStep,
    String size,
    List<TracedFile> files,
    List<TracedFile> missing,
    List<TracedFile> others,
    List<Blocker> blockers,
    List<String> warnings,
    double framesPerSecond) {

  public SceneTrace {
    features = List.copyOf(features);
    blockers = List.copyOf(blockers);
    files = List.copyOf(files);
    missing = List.copyOf(missing);
    others = List.copyOf(others);
    warnings = List.copyOf(warnings);
  }

  /**
   * A file that a scene uses.
   *
   * @param path as the renderer resolved it; not absolute on this system if it is one of another
   * @param kind such as {@code image}, {@code sequence}, {@code library}
   * @param user what in the scene uses it
   */
  public record TracedFile(String path, String kind, String user) {

    /** For a list that a person reads. */
    public String describe() {
      return kind + " '" + path + "'" + (user.isEmpty() ? "" : " (used by '" + user + "')");
    }
  }

  /** Why a scene cannot render, with a stable code and what to do. */
  public record Blocker(String code, String sentence, String next) {}

  /** The scene's own frames as a range expression. */
  public String frames() {
    return firstFrame == lastFrame
        ? Integer.toString(firstFrame)
        : firstFrame + "-" + lastFrame + (frameStep > 1 ? ":" + frameStep : "");
  }

  /**
   * The parameters for a job that also makes a video at the scene's own speed.
   *
   * @param format such as {@code mp4}
   * @param given values that a person gave; they win
   */
  public Map<String, String> videoParameters(String format, Map<String, String> given) {
    Map<String, String> all = new LinkedHashMap<>();
    all.put("Format", format);
    if (framesPerSecond > 0) {
      all.put("Rate", rate(framesPerSecond));
    }
    all.putAll(given);
    return all;
  }

  /**
   * A speed as encoders know it: whole, a whole number of 1/1001 as in television, or decimal. A
   * renderer's own number is only nearly one of these.
   */
  static String rate(double framesPerSecond) {
    double near = 1e-4;
    long whole = Math.round(framesPerSecond);
    if (Math.abs(framesPerSecond - whole) < near) {
      return Long.toString(whole);
    }
    long thousands = Math.round(framesPerSecond * 1.001);
    if (Math.abs(framesPerSecond * 1.001 - thousands) < near) {
      return thousands * 1000 + "/1001";
    }
    return BigDecimal.valueOf(framesPerSecond)
        .setScale(3, RoundingMode.HALF_UP)
        .stripTrailingZeros()
        .toPlainString();
  }
}
