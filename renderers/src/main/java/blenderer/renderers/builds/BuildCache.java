package blenderer.renderers.builds;

import blenderer.model.Digest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;

/**
 * Remembers the digests of builds, so that a start does not read a gigabyte again. A line of its
 * file is a stamp and a digest; the newest is the last. Losing it costs only time.
 */
public final class BuildCache {

  private static final int MOST_LINES = 64;

  private final Path file;

  /**
   * @param file may be absent, its folder not
   */
  public BuildCache(Path file) {
    this.file = file;
  }

  /** The digest of a build; reads its files only if their names, sizes or times are new. */
  public synchronized String digest(BuildFiles build) throws IOException {
    String stamp = build.stamp();
    List<String> lines = new ArrayList<>(lines());
    for (String line : lines) {
      String[] words = line.split(" ", -1);
      if (words.length == 2 && words[0].equals(stamp) && Digest.isValid(words[1])) {
        return words[1];
      }
    }
    String digest = build.digest();
    lines.add(stamp + " " + digest);
    List<String> kept = lines.subList(Math.max(0, lines.size() - MOST_LINES), lines.size());
    Path fresh = Files.createTempFile(file.toAbsolutePath().getParent(), "builds", ".new");
    Files.write(fresh, kept);
    Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    return digest;
  }

  private List<String> lines() {
    try {
      return Files.exists(file) ? Files.readAllLines(file) : List.of();
    } catch (IOException e) {
      // Damaged or unreadable: as good as lost.
      return List.of();
    }
  }
}
