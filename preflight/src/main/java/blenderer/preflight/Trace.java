package blenderer.preflight;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What {@code trace.py} says of a scene; the renderer's README describes the fields. A null list is
 * one that the trace did not speak of.
 *
 * @param version of this format: 1
 * @param blender the version that traced
 * @param error why there is nothing else
 * @param saved the newest version that saved the scene or one of its libraries, such as {@code 3.4}
 * @param file the .blend, absolute
 * @param active the active scene's name
 * @param scene the active scene
 */
public record Trace(
    int version,
    @Nullable String blender,
    @Nullable Message error,
    @Nullable String saved,
    @Nullable String file,
    @Nullable String active,
    @Nullable Scene scene,
    @Nullable List<Scene> scenes,
    @Nullable Requires requires,
    @Nullable List<File> files,
    @Nullable List<Simulation> simulations,
    @Nullable List<Script> scripts,
    @Nullable List<Absent> absent,
    @Nullable List<Message> warnings) {

  /** A code and a sentence. */
  public record Message(String code, String message) {
    public Message {
      Objects.requireNonNull(code, "code");
      Objects.requireNonNull(message, "message");
    }
  }

  /**
   * A scene of the file.
   *
   * @param start the first frame
   * @param end the last frame
   * @param size {@code WxH} when every image of a frame has it, else empty
   * @param camera the camera it renders with; null: none
   * @param needsCamera false: it renders without one, as a sequence of strips does; null: true
   * @param format of its images, such as {@code PNG}
   * @param movie whether that is a format of movies
   * @param video the movie that is made of the frames; null: none can be
   * @param layersOn how many view layers render; null: not known
   * @param features what a Blender must have for it
   * @param outputNodes further places that each frame writes to
   */
  public record Scene(
      String name,
      int start,
      int end,
      int step,
      double fps,
      int width,
      int height,
      @Nullable String size,
      @Nullable String engine,
      @Nullable String camera,
      @Nullable Boolean needsCamera,
      @Nullable String format,
      boolean movie,
      @Nullable Video video,
      @Nullable Integer layersOn,
      @Nullable List<String> features,
      @Nullable List<String> outputNodes) {
    public Scene {
      Objects.requireNonNull(name, "name");
    }
  }

  /** A movie that is made of a scene's frames. */
  public record Video(@Nullable String format) {}

  /** What a node's Blender must be. */
  public record Requires(@Nullable String atLeast, @Nullable List<String> features) {}

  /**
   * A file that the scene uses.
   *
   * @param path absolute; as written if it is one of another system
   * @param kind such as {@code image}
   * @param user what in the scene uses it
   * @param size in bytes; null: it is no file, or not there
   * @param supported whether it is sent along
   * @param used false: nothing renders it
   */
  public record File(
      String path,
      String kind,
      @Nullable String user,
      boolean exists,
      @Nullable Long size,
      boolean directory,
      boolean supported,
      boolean used) {
    public File {
      Objects.requireNonNull(path, "path");
      Objects.requireNonNull(kind, "kind");
    }

    /** For a list that a person reads. */
    public String describe() {
      return kind
          + " '"
          + path
          + "'"
          + (user == null || user.isEmpty() ? "" : " (used by '" + user + "')");
    }
  }

  /**
   * Something that is simulated step by step.
   *
   * @param kind such as {@code cloth}
   * @param owner the object or scene that has it
   * @param baked whether its frames are stored
   */
  public record Simulation(String kind, String owner, boolean baked) {}

  /**
   * Something that runs only where scripts may.
   *
   * @param kind {@code driver} or {@code text}
   * @param owner what has it
   * @param detail such as the expression
   */
  public record Script(String kind, String owner, @Nullable String detail) {}

  /**
   * Something that only an add-on understands.
   *
   * @param kind such as {@code node}
   * @param name what it is called there
   * @param owner what has it
   */
  public record Absent(String kind, String name, String owner) {}

  /** The scene of that name, or the active one for an empty name; null: there is none. */
  public @Nullable Scene scene(String name) {
    if (name.isEmpty() && scene != null) {
      return scene;
    }
    String wanted = name.isEmpty() && active != null ? active : name;
    for (Scene one : orEmpty(scenes)) {
      if (one.name().equals(wanted)) {
        return one;
      }
    }
    return null;
  }

  /** No null, neither the list nor in it. */
  static <T> List<T> orEmpty(@Nullable List<T> list) {
    return list == null ? List.of() : list.stream().filter(Objects::nonNull).toList();
  }
}
