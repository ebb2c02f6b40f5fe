package blenderer.model;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A file tree: which path holds which bytes. Paths are checked by {@link WorkspacePath}; no two may
 * differ only in case, and none may be a folder of another.
 *
 * @param files sorted by the UTF-8 bytes of the path
 */
public record Manifest(List<Entry> files) {

  /**
   * One file.
   *
   * @param path relative, with {@code /}, in Unicode normal form C
   * @param digest the content
   * @param size the content's length in bytes
   */
  public record Entry(String path, Digest digest, long size) {
    public Entry {
      WorkspacePath.check(path);
      if (size < 0) {
        throw new IllegalArgumentException("file '" + path + "' has a negative size");
      }
    }
  }

  private static final Comparator<Entry> BY_PATH_BYTES =
      (a, b) ->
          Arrays.compareUnsigned(
              a.path().getBytes(StandardCharsets.UTF_8), b.path().getBytes(StandardCharsets.UTF_8));

  public Manifest {
    files = files.stream().sorted(BY_PATH_BYTES).toList();
    Map<String, String> seen = new HashMap<>();
    for (Entry file : files) {
      String before = seen.put(WorkspacePath.folded(file.path()), file.path());
      if (before != null) {
        throw new IllegalArgumentException(
            before.equals(file.path())
                ? "the path '" + before + "' stands twice in the manifest"
                : "the paths '" + before + "' and '" + file.path() + "' differ only in case");
      }
    }
    for (Entry file : files) {
      String path = WorkspacePath.folded(file.path());
      for (int slash = path.indexOf('/'); slash >= 0; slash = path.indexOf('/', slash + 1)) {
        String folder = seen.get(path.substring(0, slash));
        if (folder != null) {
          throw new IllegalArgumentException(
              "'" + folder + "' is a file and a folder of '" + file.path() + "'");
        }
      }
    }
  }

  /** The sum of the files' sizes, in bytes. */
  public long totalSize() {
    return files.stream().mapToLong(Entry::size).sum();
  }
}
