package blenderer.submit.blender;

import blenderer.model.Digest;
import blenderer.submit.ProjectLayout;
import blenderer.submit.SceneFiles;
import blenderer.submit.SceneTrace;
import blenderer.submit.SubmitException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A scene whose files are not on this computer but were dropped on a page: only their names and
 * sizes are known, and of those that were sent the digests. They are taken to lie in a folder deep
 * enough that paths of the scene that lead out of it can be told apart. Touches no disk.
 */
public final class DroppedScene {

  /** Where the dropped folder is taken to lie. */
  private static final Path ROOT = Path.of("/dropped/from/a/page/by/somebody/here");

  private static final int MOST_FILES = 100_000;

  /**
   * A file.
   *
   * @param path below what was dropped, with {@code ..} beside it, or absolute, as the scene has it
   * @param digest of one that was sent
   */
  public record Dropped(String path, long size, @Nullable Digest digest) {}

  /**
   * Files of a job.
   *
   * @param files workspace path to what was dropped
   * @param made workspace path to content that nobody dropped
   */
  public record Stage(Map<String, Dropped> files, Map<String, byte[]> made) {}

  /**
   * What a trace of the scene says.
   *
   * @param again libraries that were dropped and not sent: send them, and trace once more
   */
  public record Found(SceneTracer.Traced traced, List<String> again) {}

  private final Path scene;
  private final Map<Path, Dropped> files = new TreeMap<>();
  private final MirroredFiles mirror;

  /**
   * @param scene one of the paths
   * @throws SubmitException {@code bad-file-name}, {@code scene-not-found}, {@code too-many-files}
   */
  public DroppedScene(String scene, List<Dropped> dropped) {
    if (dropped.size() > MOST_FILES) {
      throw new SubmitException(
          "too-many-files",
          "The folder has " + dropped.size() + " files; the most is " + MOST_FILES + ".",
          "Drop the scene with the folders that it needs.");
    }
    this.scene = place(scene);
    for (Dropped file : dropped) {
      files.put(place(file.path()), file);
    }
    if (!files.containsKey(this.scene)) {
      throw new SubmitException(
          "scene-not-found",
          "The scene '" + scene + "' is none of the files.",
          "Drop it with its folder.");
    }
    mirror = new MirroredFiles(this.scene, new Listed());
    files.forEach(
        (path, file) -> {
          if (file.digest() != null && isBlend(path)) {
            mirror.whole(path);
          }
        });
    files.forEach(
        (path, file) -> {
          if (!isBlend(path)) {
            mirror.name(path);
          }
        });
  }

  private static boolean isBlend(Path path) {
    return path.toString().toLowerCase(Locale.ROOT).endsWith(".blend");
  }

  private static Path place(String path) {
    try {
      if (!path.isEmpty() && path.chars().noneMatch(Character::isISOControl)) {
        Path place = ROOT.resolve(path).normalize();
        if (place.getNameCount() > 0) {
          return place;
        }
      }
    } catch (InvalidPathException e) {
      // Said below.
    }
    throw new SubmitException(
        "bad-file-name", "'" + path + "' is no name of a file.", "Rename the file.");
  }

  /** What people call the file at that path: below what was dropped, or as the scene has it. */
  public static String nameOf(String path) {
    Path place;
    try {
      place = Path.of(path);
    } catch (InvalidPathException e) {
      return path;
    }
    boolean near = place.isAbsolute() && place.startsWith(ROOT.getRoot().resolve("dropped"));
    return near ? ROOT.relativize(place).toString() : path;
  }

  /** A sentence with what people call the files. */
  public static String inWords(String text) {
    return text.replace(ROOT + "/", "");
  }

  /** The scene's path among the files of a trace. */
  public String sceneOfTrace() {
    return mirror.scenePath();
  }

  /** The files of a job that traces the scene. */
  public Stage forTrace() {
    Map<String, Dropped> whole = new TreeMap<>();
    mirror.whole().forEach((path, file) -> whole.put(path, dropped(file)));
    return new Stage(whole, mirror.made(ProjectLayout.PATH_MAP));
  }

  private Dropped dropped(Path file) {
    Dropped dropped = files.get(file);
    if (dropped == null) {
      throw new SubmitException(
          "file-not-dropped",
          "The scene needs '" + nameOf(file.toString()) + "', which is not there.",
          "Drop it, too.");
    }
    return dropped;
  }

  /** Understands the JSON of a trace of these files. */
  public Found found(String json, SceneOverrides overrides) {
    SceneTracer.Traced traced = SceneTracer.read(scene, mirror.localised(json), overrides);
    Set<String> again = new HashSet<>();
    for (SceneTrace.TracedFile file : traced.scene().files()) {
      Dropped library = file.kind().equals("library") ? files.get(file.file()) : null;
      if (library != null && library.digest() == null) {
        again.add(library.path());
      }
    }
    return new Found(traced, again.stream().sorted().toList());
  }

  /** The files that a traced scene needs, the scene first. */
  public List<Dropped> needed(SceneTrace trace) {
    Set<Path> needed = new HashSet<>();
    List<Dropped> list = new ArrayList<>(List.of(dropped(scene)));
    needed.add(scene);
    for (SceneTrace.TracedFile file : trace.files()) {
      if (needed.add(file.file())) {
        list.add(dropped(file.file()));
      }
    }
    return list;
  }

  /** Where everything lies in the job. */
  public ProjectLayout layout(SceneTrace trace) {
    return ProjectLayout.of(
        scene,
        trace.files().stream().map(SceneTrace.TracedFile::file).toList(),
        trace.closure().folders());
  }

  /** The files of a job that renders the scene. */
  public Stage forRender(SceneTrace trace, ProjectLayout layout) {
    Map<String, Dropped> all = new LinkedHashMap<>();
    layout.files().forEach((path, file) -> all.put(path, dropped(file)));
    return new Stage(all, SceneFiles.made(trace, layout));
  }

  /** What was dropped, as a disk. */
  private final class Listed implements SceneDisk {
    private final Set<Path> folders = new HashSet<>();

    Listed() {
      for (Path file : files.keySet()) {
        for (Path up = file.getParent(); up != null && folders.add(up); ) {
          up = up.getParent();
        }
      }
    }

    @Override
    public boolean isFile(Path path) {
      return files.containsKey(path);
    }

    @Override
    public boolean isFolder(Path path) {
      return folders.contains(path);
    }

    @Override
    public long size(Path file) throws IOException {
      Dropped dropped = files.get(file);
      if (dropped == null) {
        throw new FileNotFoundException(file.toString());
      }
      return dropped.size();
    }

    @Override
    public List<Path> below(Path folder, int most) {
      return matching(files.keySet(), folder, true).stream().limit(most).toList();
    }

    @Override
    public List<Path> in(Path folder) {
      return matching(files.keySet(), folder, false);
    }

    private static List<Path> matching(Collection<Path> all, Path folder, boolean deep) {
      return all.stream()
          .filter(file -> deep ? file.startsWith(folder) : folder.equals(file.getParent()))
          .toList();
    }
  }
}
