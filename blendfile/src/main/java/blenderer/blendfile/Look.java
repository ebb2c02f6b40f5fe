package blenderer.blendfile;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a fast look at a .blend found. */
public sealed interface Look {

  /**
   * The file cannot be read.
   *
   * @param why the end of a sentence that begins with the file's name, such as {@code is empty}
   */
  record Unreadable(String why) implements Look {}

  /**
   * What the file says of itself.
   *
   * @param major of the Blender that saved it, such as 4
   * @param minor such as 3; two digits before 3.0, as in 2.79
   * @param packing how the file is packed
   * @param pointerBytes 4 or 8
   * @param bigEndian byte order of its numbers
   * @param whole false: a limit ended the look, and what came later in the file is not told; then
   *     scenes may lack everything but name and range
   * @param activeScene the name of the scene that is open when Blender loads the file
   * @param scenes in the file's order; scenes of linked libraries are not among them
   * @param objects how many objects the file holds
   * @param libraries the paths of linked .blend files as they were written, at most {@link
   *     Limits#mostLibraries()}
   */
  record Facts(
      int major,
      int minor,
      Packing packing,
      int pointerBytes,
      boolean bigEndian,
      boolean whole,
      String activeScene,
      List<Scene> scenes,
      long objects,
      List<String> libraries)
      implements Look {
    public Facts {
      scenes = List.copyOf(scenes);
      libraries = List.copyOf(libraries);
    }

    /** Such as {@code 4.3}. */
    public String version() {
      return major + "." + minor;
    }

    /** The scene of that name, or the active one for an empty name; null: there is none. */
    public @Nullable Scene scene(String name) {
      String wanted = name.isEmpty() ? activeScene : name;
      for (Scene scene : scenes) {
        if (scene.name().equals(wanted)) {
          return scene;
        }
      }
      return null;
    }
  }

  /** How a file is packed. */
  enum Packing {
    PLAIN,
    GZIP,
    ZSTD
  }

  /**
   * A scene.
   *
   * @param step at least 1
   * @param fps frames a second; 0: not known
   * @param width in pixels, before the percentage; 0: not known
   * @param height in pixels, before the percentage; 0: not known
   * @param engine the identifier, such as {@code CYCLES}; empty: not known
   * @param camera the name of the scene's camera, empty if it has one whose name is not known;
   *     null: it has none
   * @param markerCameras whether a marker of the timeline switches to a camera
   * @param pattern where it writes to, as it was written
   * @param format as Blender's Python names it, such as {@code OPEN_EXR}; empty: not known
   * @param movie whether that is a format of movies
   * @param layers view layers, before 2.8 render layers
   */
  record Scene(
      String name,
      int start,
      int end,
      int step,
      double fps,
      int width,
      int height,
      int percentage,
      String engine,
      @Nullable String camera,
      boolean markerCameras,
      String pattern,
      String format,
      boolean movie,
      List<Layer> layers) {
    public Scene {
      layers = List.copyOf(layers);
    }
  }

  /** A view layer, and whether it renders. */
  record Layer(String name, boolean renders) {}
}
