package blenderer.submit;

import blenderer.api.Json;
import blenderer.model.Digest;
import blenderer.model.WorkspacePath;
import com.fasterxml.jackson.core.JsonProcessingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where each file of a scene goes in the job's workspace. Files below the scene's folder keep their
 * relative path; the others go to {@code _outside/<folder>/<name>}, where the folder is eight hex
 * digits of its path's hash, so that the members of one folder stay together and a sequence stays a
 * sequence. Folders that must stay whole stay so, with all folders in them. Names that not every
 * system allows are made safe; of sequences whose names differ only in case, all but one go to
 * folders of their own. Pure: touches no file.
 *
 * @param scene the workspace path of the scene
 * @param files workspace path to original, in the order of the paths; the scene is one of them
 * @param renamed workspace path to original, for those that could not keep their name
 * @param folders workspace path to original of the folders that stay whole; {@code .} is the
 *     workspace itself
 */
public record ProjectLayout(
    String scene, Map<String, Path> files, Map<String, Path> renamed, Map<String, Path> folders) {

  /** The folder in the workspace for what Blenderer itself brings along. */
  static final String OURS = ".blenderer";

  /** Where the list of original paths lies in the workspace. */
  public static final String PATH_MAP = OURS + "/paths.json";

  private static final String OUTSIDE = "_outside";
  private static final int LONGEST_NAME = 200;
  private static final Pattern NUMBERED = Pattern.compile("(.*?)\\d+(\\D*)", Pattern.DOTALL);

  /**
   * A folder that a renderer reads as a whole.
   *
   * @param beside a file that it lies beside and carries the name of; null: none
   */
  public record Folder(Path path, @Nullable Path beside) {}

  /** Lays out a scene and its files, without folders that must stay whole. */
  public static ProjectLayout of(Path sceneFile, Collection<Path> needed) {
    return of(sceneFile, needed, List.of());
  }

  /**
   * Lays out a scene and its files.
   *
   * @param sceneFile absolute and normal
   * @param needed absolute and normal; repeats count once
   * @param whole absolute and normal
   */
  public static ProjectLayout of(
      Path sceneFile, Collection<Path> needed, Collection<Folder> whole) {
    Plan plan = new Plan(sceneFile, whole);
    plan.place(List.of(sceneFile));
    // A folder that carries a file's name comes to lie beside it.
    Set<Path> owners = new LinkedHashSet<>();
    for (Folder folder : whole) {
      Path owner = folder.beside();
      if (owner != null && needed.contains(owner)) {
        owners.add(owner);
      }
    }
    plan.place(owners.stream().sorted().toList());
    Map<Path, List<Path>> groups = new LinkedHashMap<>();
    needed.stream()
        .distinct()
        .sorted()
        .filter(file -> !plan.given.containsKey(file))
        .forEach(file -> groups.computeIfAbsent(group(file), _ -> new ArrayList<>()).add(file));
    groups.values().forEach(plan::place);
    return plan.done();
  }

  /** The same for all members of a numbered sequence. */
  private static Path group(Path file) {
    Matcher name = NUMBERED.matcher(String.valueOf(file.getFileName()));
    return name.matches() ? file.resolveSibling(name.group(1) + "#" + name.group(2)) : file;
  }

  /** A layout that grows. */
  private static final class Plan {
    private final Path sceneFile;
    private final @Nullable Path root;
    private final List<Folder> whole;
    private final Map<Path, String> given = new HashMap<>();
    private final Set<String> taken = new HashSet<>();
    private final Map<String, Path> renamed = new LinkedHashMap<>();

    Plan(Path sceneFile, Collection<Folder> whole) {
      this.sceneFile = sceneFile;
      this.root = sceneFile.getParent();
      // The outermost first: what lies in two of them belongs to it.
      this.whole =
          whole.stream()
              .sorted(Comparator.comparing(folder -> folder.path().getNameCount()))
              .toList();
    }

    /** Places files that must come to lie in one folder. */
    void place(List<Path> group) {
      boolean displaced =
          group.stream()
              .anyMatch(
                  file ->
                      containerOf(file) == null
                          && taken.contains(WorkspacePath.folded(safe(wanted(file), file))));
      for (Path file : group) {
        String wanted = displaced ? elsewhere(group(file), file) : wanted(file);
        String free = SafeNames.unique(safe(wanted, file), taken);
        given.put(file, free);
        if (!free.equals(wanted)) {
          renamed.put(free, file);
        }
      }
    }

    private @Nullable Folder containerOf(Path path) {
      for (Folder folder : whole) {
        boolean inside = root != null && folder.path().startsWith(root);
        if (path.startsWith(folder.path()) && (folder.beside() != null || !inside)) {
          return folder;
        }
      }
      return null;
    }

    private String wanted(Path path) {
      Folder container = containerOf(path);
      if (container != null) {
        Path inside = container.path().relativize(path);
        String place = placeOf(container);
        return inside.toString().isEmpty() ? place : place + "/" + text(inside);
      }
      boolean inside = root != null && path.startsWith(root) && !path.equals(root);
      if (inside && root != null) {
        String relative = text(root.relativize(path));
        boolean ours = WorkspacePath.folded(relative).startsWith(OURS + "/");
        return ours ? elsewhere(path.getParent(), path) : relative;
      }
      return elsewhere(path.getParent(), path);
    }

    private String placeOf(Folder folder) {
      Path beside = folder.beside();
      String owner = beside == null ? null : given.get(beside);
      if (owner == null || beside == null) {
        return elsewhere(folder.path(), folder.path());
      }
      // The owner's name is in the folder's, whatever the owner is called now.
      String name = folder.path().getFileName() + "";
      String before = stem(beside.getFileName() + "");
      int slash = owner.lastIndexOf('/');
      String now = stem(owner.substring(slash + 1));
      String renamedFolder =
          name.endsWith(before) ? name.substring(0, name.length() - before.length()) + now : name;
      return owner.substring(0, slash + 1) + renamedFolder;
    }

    /** Without its ending, {@code .blend}, which Blender cuts off without looking at it. */
    private static String stem(String name) {
      return name.length() > 6 ? name.substring(0, name.length() - 6) : name;
    }

    ProjectLayout done() {
      Map<String, Path> files = new TreeMap<>();
      given.forEach((file, place) -> files.put(place, file));
      Map<String, Path> folders = new TreeMap<>();
      for (Folder folder : whole) {
        folders.put(
            folder.path().equals(root) ? "." : safe(wanted(folder.path()), folder.path()),
            folder.path());
      }
      return new ProjectLayout(
          given.getOrDefault(sceneFile, ""), files, new TreeMap<>(renamed), folders);
    }
  }

  /** The content of {@link #PATH_MAP}. */
  public byte[] pathMap() {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("version", 1);
    map.put("files", texts(files));
    if (!folders.isEmpty()) {
      map.put("folders", texts(folders));
    }
    try {
      return Json.mapper().writeValueAsBytes(map);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("texts can be written as JSON", e);
    }
  }

  private static Map<String, String> texts(Map<String, Path> paths) {
    Map<String, String> texts = new LinkedHashMap<>();
    paths.forEach((path, original) -> texts.put(path, original.toString()));
    return texts;
  }

  /** A name for the output folder that no input file's path begins with. */
  public String outputFolder() {
    Set<String> roots = new HashSet<>();
    files.keySet().forEach(path -> roots.add(WorkspacePath.folded(firstName(path))));
    String name = "output";
    for (int i = 2; roots.contains(name); i++) {
      name = "output-" + i;
    }
    return name;
  }

  private static String firstName(String path) {
    int slash = path.indexOf('/');
    return slash < 0 ? path : path.substring(0, slash);
  }

  private static String text(Path relative) {
    List<String> names = new ArrayList<>();
    relative.forEach(name -> names.add(name.toString()));
    return String.join("/", names);
  }

  /** A place that all paths with the same mark share. */
  private static String elsewhere(@Nullable Path mark, Path path) {
    String hash =
        Digest.of(String.valueOf(mark).getBytes(StandardCharsets.UTF_8)).hex().substring(0, 8);
    return OUTSIDE + "/" + hash + "/" + path.getFileName();
  }

  /** A path that every system allows; itself if it is one. */
  private static String safe(String wanted, Path file) {
    if (wanted.isEmpty() || isSafe(wanted)) {
      return wanted;
    }
    List<String> names = new ArrayList<>();
    for (String name : wanted.split("/", -1)) {
      names.add(SafeNames.of(name));
    }
    String made = String.join("/", names);
    return isSafe(made) ? made : OUTSIDE + "/" + shortName(file);
  }

  private static String shortName(Path file) {
    String outside = elsewhere(file.getParent(), file);
    int slash = outside.lastIndexOf('/');
    String name = SafeNames.of(outside.substring(slash + 1));
    return outside.substring(OUTSIDE.length() + 1, slash + 1)
        + (name.length() > LONGEST_NAME ? name.substring(name.length() - LONGEST_NAME) : name);
  }

  private static boolean isSafe(String path) {
    try {
      WorkspacePath.check(path);
      return true;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }
}
