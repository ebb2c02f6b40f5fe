package blenderer.node.outbox;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributeView;
import java.util.Set;

/**
 * Moves a plain file out of a folder in which foreign processes may still be at work. No link on
 * the way is followed: whoever puts one there after the file was checked would have the node give
 * away, and delete, a file of its own or of the system.
 */
final class PlainMove {

  private PlainMove() {}

  /**
   * Moves it, by copying if it lies on another disk.
   *
   * @param source absolute, without links
   * @param target in a folder that only the node may write
   * @throws IOException also when it is no plain file, or a link leads to it
   */
  static void of(Path source, Path target) throws IOException {
    Path name = source.getFileName();
    Path from = source.getParent();
    Path to = target.getParent();
    if (name == null || from == null || to == null) {
      throw new NoSuchFileException(source.toString());
    }
    try (SecureDirectoryStream<Path> folder = open(from)) {
      try (DirectoryStream<Path> own = Files.newDirectoryStream(to)) {
        folder.move(name, secure(own), target.getFileName());
      } catch (AtomicMoveNotSupportedException e) {
        requirePlain(folder, name, source);
        try (InputStream in =
            Channels.newInputStream(
                folder.newByteChannel(
                    name, Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS)))) {
          Files.copy(in, target);
        }
        folder.deleteFile(name);
      }
    }
    // Here nobody else can change what it is any more.
    if (!Files.isRegularFile(target, LinkOption.NOFOLLOW_LINKS)) {
      Files.deleteIfExists(target);
      throw new IOException("'" + source + "' is not a plain file");
    }
  }

  private static void requirePlain(SecureDirectoryStream<Path> folder, Path name, Path source)
      throws IOException {
    if (!folder
        .getFileAttributeView(name, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
        .readAttributes()
        .isRegularFile()) {
      throw new IOException("'" + source + "' is not a plain file");
    }
  }

  private static SecureDirectoryStream<Path> open(Path folder) throws IOException {
    SecureDirectoryStream<Path> at = secure(Files.newDirectoryStream(folder.getRoot()));
    for (Path name : folder) {
      try (SecureDirectoryStream<Path> before = at) {
        at = before.newDirectoryStream(name, LinkOption.NOFOLLOW_LINKS);
      }
    }
    return at;
  }

  private static SecureDirectoryStream<Path> secure(DirectoryStream<Path> stream)
      throws IOException {
    if (stream instanceof SecureDirectoryStream<Path> secure) {
      return secure;
    }
    stream.close();
    throw new IOException("this system cannot open files without following links");
  }
}
