package blenderer.submit.bundle;

import blenderer.api.LocalFileException;
import blenderer.renderers.RendererInfo;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The files that a scene written as text names, found by the renderer's own patterns: whatever a
 * pattern yields and is a file goes along, and is searched too if it is of a kind that can name
 * others. What is no file here may be the renderer's own, and is left to it.
 *
 * @param files the scene first
 * @param base the folder that holds all files that are named by relative paths
 * @param absolute files that are named by paths which are other ones on another computer
 * @param first the first frame that the scene itself names; null: none
 * @param last the last frame that the scene itself names; null: none
 */
record SceneReferences(
    List<Path> files,
    Path base,
    List<Path> absolute,
    @Nullable String first,
    @Nullable String last) {

  private static final int MOST_BYTES = 32 << 20;

  /**
   * Searches a scene.
   *
   * @param scene absolute and normal, a file
   */
  static SceneReferences of(Path scene, RendererInfo.Scenes kinds) {
    Path home = folderOf(scene);
    Set<Path> found = new LinkedHashSet<>();
    Set<Path> absolute = new LinkedHashSet<>();
    Deque<Path> open = new ArrayDeque<>();
    found.add(scene);
    open.add(scene);
    String sceneText = read(scene);
    while (!open.isEmpty()) {
      Path file = open.removeFirst();
      if (!file.equals(scene) && !follows(file, kinds)) {
        continue;
      }
      String text = file.equals(scene) ? sceneText : read(file);
      for (Pattern reference : kinds.references()) {
        Matcher match = reference.matcher(text);
        while (match.find()) {
          Path named = resolve(match.group(1), folderOf(file), home, absolute);
          if (named != null && found.add(named)) {
            open.add(named);
          }
        }
      }
    }
    Path base = home;
    for (Path file : found) {
      while (!file.startsWith(base) && base.getParent() != null) {
        base = base.getParent();
      }
    }
    return new SceneReferences(
        List.copyOf(found),
        base,
        List.copyOf(absolute),
        group(kinds.firstFrame(), sceneText),
        group(kinds.lastFrame(), sceneText));
  }

  private static Path folderOf(Path file) {
    Path parent = file.getParent();
    return parent == null ? file : parent;
  }

  private static boolean follows(Path file, RendererInfo.Scenes kinds) {
    String name = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
    return kinds.follow().stream().anyMatch(name::endsWith);
  }

  private static @Nullable String group(@Nullable Pattern pattern, String text) {
    if (pattern == null) {
      return null;
    }
    Matcher match = pattern.matcher(text);
    return match.find() ? match.group(1) : null;
  }

  private static @Nullable Path resolve(
      @Nullable String named, Path folder, Path home, Set<Path> absolute) {
    if (named == null || named.isBlank() || named.length() > 1000) {
      return null;
    }
    try {
      Path path = Path.of(named.strip());
      if (path.isAbsolute()) {
        if (Files.isRegularFile(path)) {
          absolute.add(path);
        }
        return null;
      }
      for (Path start : new ArrayList<>(List.of(folder, home))) {
        Path file = start.resolve(path).normalize();
        if (Files.isRegularFile(file)) {
          return file;
        }
      }
    } catch (InvalidPathException e) {
      // Some other text between quotes.
    }
    return null;
  }

  /** The text of a file; that of a longer one is cut. */
  private static String read(Path file) {
    try (var in = Files.newInputStream(file)) {
      // Names beyond ASCII are matched by their bytes only if they are UTF-8.
      return new String(in.readNBytes(MOST_BYTES), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw LocalFileException.unreadable(file, e);
    }
  }
}
