package blenderer.node.session;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;

/**
 * The private folder of one session.
 *
 * @param root the working directory of its actions; absolute, without links
 */
public record SessionFolder(Path root) {

  /** Makes the folder, readable by nobody else. */
  public static SessionFolder create(Path sessions, String id) throws IOException {
    Path root =
        Files.createDirectory(
            sessions.toRealPath().resolve(id),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    SessionFolder folder = new SessionFolder(root);
    Files.createDirectory(folder.output());
    Files.createDirectory(folder.home());
    Files.createDirectory(folder.temp());
    Files.createDirectory(folder.files());
    return folder;
  }

  /** The job's input files; absent until they are laid out. */
  public Path workspace() {
    return root.resolve("workspace");
  }

  /** What tasks make. */
  public Path output() {
    return root.resolve("output");
  }

  Path home() {
    return root.resolve("home");
  }

  Path temp() {
    return root.resolve("tmp");
  }

  Path files() {
    return root.resolve("files");
  }

  Path mappingRules() {
    return root.resolve("path-mapping.json");
  }

  /** Open as long as the node lives; whoever reads it ends at its end-of-file. */
  Path leash() {
    return root.resolve("leash");
  }

  /**
   * What no action may touch, or it could make the node write wherever a link leads. Beside the
   * session's folder, so that a sandbox that shows the one does not show the other.
   */
  Path control() {
    return root.resolveSibling(root.getFileName() + ".control");
  }

  /** Makes {@link #control}. */
  void createControl() throws IOException {
    Files.createDirectory(
        control(),
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
  }

  /** Deletes {@link #control}; what it held is of use to a living session only. */
  void deleteControl() {
    try {
      Files.deleteIfExists(printed());
      Files.deleteIfExists(control().resolve("cancel_info.json"));
      Files.deleteIfExists(control());
    } catch (IOException e) {
      // The next start of the node deletes what lies among its sessions.
    }
  }

  /** What actions print into. */
  Path printed() {
    return control().resolve("printed");
  }

  /** What only the node may write, although actions read it. */
  public List<Path> frozen() {
    return List.of(files());
  }

  /** What actions must reach beside the folder itself. */
  public List<Path> shown() {
    return List.of(printed());
  }
}
