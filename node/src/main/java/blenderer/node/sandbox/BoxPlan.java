package blenderer.node.sandbox;

import blenderer.node.os.ProcessControl;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What one box is for. All paths are absolute, without links, and the same inside and outside.
 *
 * @param id unique on this node
 * @param mark what the session's actions carry in their environment
 * @param folder all that the session may write
 * @param frozen below {@code folder}: what only the node may write, so that nothing in the session
 *     can lead the node's writing elsewhere; each exists
 * @param readable what the session may read beside the system, such as a renderer's folder, or a
 *     FIFO that it writes; looked for when the first action starts
 */
public record BoxPlan(
    String id, ProcessControl.Mark mark, Path folder, List<Path> frozen, List<Path> readable) {
  public BoxPlan {
    frozen = List.copyOf(frozen);
    readable = List.copyOf(readable);
  }

  /**
   * What must be readable for a program to run: the folder it lies in, or the program alone when
   * that folder holds more than programs.
   *
   * @param hidden folders that must stay out of sight, such as the node's own
   */
  public static List<Path> readableFor(Path executable, List<Path> hidden) {
    List<Path> all = new ArrayList<>();
    try {
      Path real = executable.toRealPath();
      Path folder = real.getParent();
      boolean alone =
          folder == null
              || folder.getParent() == null
              || hidden.stream().anyMatch(one -> one.startsWith(folder));
      all.add(alone ? real : folder);
      if (Files.isSymbolicLink(executable) || !executable.startsWith(all.getFirst())) {
        all.add(executable);
      }
    } catch (IOException e) {
      // It is not there; whoever starts it will say so.
    }
    return all.stream().filter(path -> Files.exists(path, LinkOption.NOFOLLOW_LINKS)).toList();
  }
}
