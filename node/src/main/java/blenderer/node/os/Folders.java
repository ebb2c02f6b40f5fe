package blenderer.node.os;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** Folders that others filled. */
public final class Folders {

  private static final long MOST_SECONDS = 600;

  private Folders() {}

  /**
   * Deletes a folder with all in it, also what was made hard to delete: folders that nobody may
   * write, and ones so deep that no path can name them. Links are deleted, not followed. For when
   * nothing is at work there any more.
   *
   * @throws IOException when something is left
   */
  public static void remove(Path folder) throws IOException {
    if (Files.notExists(folder, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    Process process =
        new ProcessBuilder(
                "sh",
                "-c",
                "rm -rf -- \"$1\" 2>/dev/null || { chmod -R u+rwx -- \"$1\"; rm -rf -- \"$1\"; }",
                "sh",
                folder.toAbsolutePath().toString())
            .redirectInput(new File("/dev/null"))
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    try {
      process.waitFor(MOST_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
      throw new IOException("the folder " + folder + " cannot be deleted");
    }
  }
}
