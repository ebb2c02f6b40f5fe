package blenderer.node.os;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Finds the system's programs. */
public final class Programs {

  private Programs() {}

  /**
   * Looks in the PATH, then where systems keep their own programs.
   *
   * @return its absolute path
   * @throws IOException saying that it is not installed
   */
  public static String find(String program) throws IOException {
    String path = System.getenv().getOrDefault("PATH", "/usr/bin:/bin");
    for (String folder : (path + ":/usr/bin:/bin").split(":", -1)) {
      Path file = Path.of(folder.isEmpty() ? "/usr/bin" : folder).resolve(program);
      if (Files.isExecutable(file)) {
        return file.toAbsolutePath().toString();
      }
    }
    throw new IOException("the program '" + program + "' is not installed");
  }
}
