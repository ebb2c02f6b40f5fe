package blenderer.submit.bundle;

import blenderer.submit.FolderLayout;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * What the folders that a job writes to are called below a download: below the bundle by their path
 * in it, else by their last name; numbered where two would be one.
 */
final class OutputNames {

  private final Path base;
  private final FolderLayout layout;
  private final Map<Path, String> names = new LinkedHashMap<>();
  private final Set<String> taken = new HashSet<>();

  OutputNames(Path base, FolderLayout layout) {
    this.base = base;
    this.layout = layout;
  }

  /** The name of a folder; the same for the same folder. */
  String folder(Path folder) {
    String known = names.get(folder);
    if (known != null) {
      return known;
    }
    for (Map.Entry<Path, String> around : names.entrySet()) {
      if (folder.startsWith(around.getKey())) {
        return around.getValue() + "/" + slashes(around.getKey().relativize(folder));
      }
    }
    Path last = folder.getFileName();
    String wanted =
        folder.startsWith(base) && !folder.equals(base)
            ? layout.place(folder)
            : last == null ? "output" : layout.place(base.resolve(last)).replaceFirst(".*/", "");
    String free = wanted;
    for (int i = 2; !taken.add(free.toLowerCase(Locale.ROOT)); i++) {
      free = wanted + "~" + i;
    }
    names.put(folder, free);
    return free;
  }

  /** The name of a file in its folder. */
  String file(Path file) {
    Path parent = file.getParent();
    Path name = file.getFileName();
    return folder(parent == null ? file : parent) + "/" + name;
  }

  /** Whether something that is written lies in the folder, or around it. */
  boolean covers(Path folder) {
    return names.keySet().stream().anyMatch(folder::startsWith);
  }

  private static String slashes(Path relative) {
    return relative.toString().replace('\\', '/');
  }
}
