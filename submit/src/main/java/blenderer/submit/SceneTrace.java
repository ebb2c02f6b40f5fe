package blenderer.submit;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

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
 * @param framesPerSecond the scene's own speed; 0: not known
 * @param movie what the scene makes of its frames by itself; null: it writes images
 * @param closure how the files belong together
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
    double framesPerSecond,
    @Nullable Movie movie,
    Closure closure) {

  /** Of a scene that writes images, whose files are all needed by every frame. */
  public SceneTrace(
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
      double framesPerSecond) {
    this(
        scene,
        renderer,
        atLeast,
        features,
        sceneName,
        firstFrame,
        lastFrame,
        frameStep,
        size,
        files,
        framesPerSecond,
        null,
        Closure.NONE);
  }

  /**
   * How the files of a scene belong together.
   *
   * @param folders those that the renderer reads as a whole
   * @param frames the frames for which it is known which files they need; empty: for none
   * @param colours the file of the colour configuration, one of the files; null: the renderer's own
   */
  public record Closure(List<ProjectLayout.Folder> folders, String frames, @Nullable Path colours) {

    /** Nothing in particular. */
    public static final Closure NONE = new Closure(List.of(), "", null);

    public Closure {
      folders = List.copyOf(folders);
    }
  }

  public SceneTrace {
    features = List.copyOf(features);
    files = List.copyOf(files);
  }

  /**
   * A file that a scene uses.
   *
   * @param path as the renderer resolved it; not absolute on this system if it is one of another
   * @param kind such as {@code image}, {@code sequence}, {@code library}
   * @param user what in the scene uses it
   * @param frames which of {@link Closure#frames} need it, empty: none; null: all do
   */
  public record TracedFile(String path, String kind, String user, @Nullable String frames) {

    /** A file that every frame needs. */
    public TracedFile(String path, String kind, String user) {
      this(path, kind, user, null);
    }

    /**
     * Where it lies.
     *
     * @throws SubmitException {@code bad-file-name}, when the name is none that can be sent
     */
    public Path file() {
      try {
        return Path.of(path);
      } catch (InvalidPathException e) {
        throw new SubmitException(
            "bad-file-name",
            "The name of the " + describe() + " is not text: " + e.getReason() + ".",
            "Rename the file, and choose it anew in the scene.");
      }
    }

    /** For a list that a person reads. */
    public String describe() {
      return kind + " '" + path + "'" + (user.isEmpty() ? "" : " (used by '" + user + "')");
    }
  }

  /**
   * A movie that a scene writes: its frames are rendered as images, and the movie is made of them.
   *
   * @param format the file's ending, such as {@code mkv}
   * @param codec such as {@code h264}; empty: the format's usual one
   * @param quality the encoder's measure or a bit rate; empty: the usual one
   * @param file its name without the ending
   * @param pattern the images' names, such as {@code shot_%04d.png}
   * @param sound whether the scene has sound that goes into it
   */
  public record Movie(
      String format, String codec, String quality, String file, String pattern, boolean sound) {}

  /** The scene's own frames as a range expression. */
  public String frames() {
    return firstFrame == lastFrame
        ? Integer.toString(firstFrame)
        : firstFrame + "-" + lastFrame + (frameStep > 1 ? ":" + frameStep : "");
  }

  /**
   * The parameters for a job that also makes a video at the scene's own speed.
   *
   * @param format such as {@code mp4}; null: as the scene's own movie
   * @param given values that a person gave; they win
   */
  public Map<String, String> videoParameters(@Nullable String format, Map<String, String> given) {
    Map<String, String> all = new LinkedHashMap<>();
    if (movie != null) {
      all.put("ImageFormat", "PNG");
      all.put("Pattern", movie.pattern());
      all.put("Sound", Boolean.toString(movie.sound()));
      all.put("File", movie.file());
      all.put("Format", movie.format());
      if (format == null) {
        all.put("Codec", movie.codec());
        all.put("Quality", movie.quality());
      }
    }
    if (format != null) {
      all.put("Format", format);
    }
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
  public static String rate(double framesPerSecond) {
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
