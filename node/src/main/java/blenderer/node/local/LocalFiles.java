package blenderer.node.local;

import blenderer.openjd.Documents;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** The files that a command line names. */
final class LocalFiles {

  private static final String SCHEME = "file://";

  private LocalFiles() {}

  /** Whether an argument names a file instead of saying something itself. */
  static boolean isNamed(String argument) {
    return argument.startsWith(SCHEME);
  }

  /** The path in an argument, with {@code file://} or without; {@code ~} is the home folder. */
  static Path path(Path workingFolder, String argument) throws LocalFailure {
    String text = isNamed(argument) ? argument.substring(SCHEME.length()) : argument;
    if (text.equals("~") || text.startsWith("~/")) {
      text = System.getProperty("user.home") + text.substring(1);
    }
    try {
      return workingFolder.resolve(text).normalize();
    } catch (InvalidPathException e) {
      throw new LocalFailure(
          LocalFailure.WRONG_USE, "wrong-use", "'" + text + "' is no path.", "Name a file.");
    }
  }

  /** What is in a file. */
  static byte[] read(Path file) throws LocalFailure {
    try (InputStream in = Files.newInputStream(file)) {
      // One byte more than is read anywhere: readers say what is too long.
      return in.readNBytes(Documents.MOST_BYTES + 1);
    } catch (NoSuchFileException e) {
      throw new LocalFailure(
          LocalFailure.WRONG_USE,
          "file-not-found",
          "There is no file " + file + ".",
          "Check the path.");
    } catch (IOException e) {
      throw new LocalFailure(
          LocalFailure.WRONG_USE,
          "file-unreadable",
          "The file " + file + " cannot be read: " + e.getMessage() + ".",
          "Check that it is a file and that you may read it.");
    }
  }
}
