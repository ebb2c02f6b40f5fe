package blenderer.submit;

import blenderer.model.Digest;
import blenderer.model.WorkspacePath;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Where the files of a job go in its workspace, so that whole folders stay whole. What lies below
 * the base keeps its relative path; every other folder goes to {@code _outside/<mark>/<its name>}
 * with all that lies below it, and a single file to {@code _outside/<mark>/<its name>}, where the
 * mark is eight hex digits of the hash of its folder's path. A folder around the base takes the
 * base's place. Names that not every system allows are made safe. Pure: touches no file.
 *
 * <p>All paths are absolute and normal.
 */
public final class FolderLayout {

  private static final String OUTSIDE = "_outside";

  /** Outermost folders, to what they are called; the base's is empty. */
  private final Map<Path, String> roots = new LinkedHashMap<>();

  private final Map<Path, String> given = new LinkedHashMap<>();
  private final Map<String, Path> renamed = new LinkedHashMap<>();

  /**
   * @param base the folder that paths are relative to
   * @param folders folders that must stay whole
   * @param files every file of the job; repeats count once
   */
  public FolderLayout(Path base, Collection<Path> folders, Collection<Path> files) {
    List<Path> all = new ArrayList<>(new LinkedHashSet<>(folders));
    all.add(base);
    all.sort(Comparator.comparing(Path::getNameCount));
    for (Path folder : all) {
      if (roots.keySet().stream().noneMatch(folder::startsWith)) {
        roots.put(folder, base.startsWith(folder) ? "" : outside(folder, folder));
      }
    }
    Set<String> taken = new HashSet<>();
    taken.add(WorkspacePath.folded(ProjectLayout.PATH_MAP));
    for (Path file : files.stream().distinct().sorted().toList()) {
      String wanted = wanted(file);
      String safe = SafeNames.unique(safe(wanted), taken);
      given.put(file, safe);
      if (!safe.equals(wanted)) {
        renamed.put(safe, file);
      }
    }
  }

  /** Workspace path to original, in the order of the paths. */
  public Map<String, Path> files() {
    Map<String, Path> files = new TreeMap<>();
    given.forEach((file, path) -> files.put(path, file));
    return files;
  }

  /** Workspace path to original, for files that could not keep their name. */
  public Map<String, Path> renamed() {
    return new TreeMap<>(renamed);
  }

  /** The workspace path of a file or folder; empty for the workspace itself. */
  public String place(Path path) {
    String file = given.get(path);
    return file != null ? file : safe(wanted(path));
  }

  private String wanted(Path path) {
    for (Map.Entry<Path, String> root : roots.entrySet()) {
      if (path.startsWith(root.getKey())) {
        String inside = text(root.getKey().relativize(path));
        return root.getValue().isEmpty() || inside.isEmpty()
            ? root.getValue() + inside
            : root.getValue() + "/" + inside;
      }
    }
    Path parent = path.getParent();
    return outside(path, parent == null ? path : parent);
  }

  private static String outside(Path path, Path marked) {
    String mark = Digest.of(marked.toString().getBytes(StandardCharsets.UTF_8)).hex();
    Path name = path.getFileName();
    return OUTSIDE + "/" + mark.substring(0, 8) + "/" + (name == null ? "root" : name);
  }

  private static String text(Path relative) {
    List<String> names = new ArrayList<>();
    relative.forEach(name -> names.add(name.toString()));
    return String.join("/", names);
  }

  private static String safe(String wanted) {
    if (wanted.isEmpty()) {
      return wanted;
    }
    List<String> names = new ArrayList<>();
    for (String name : wanted.split("/", -1)) {
      names.add(SafeNames.of(name));
    }
    return String.join("/", names);
  }
}
