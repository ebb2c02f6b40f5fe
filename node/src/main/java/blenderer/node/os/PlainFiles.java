package blenderer.node.os;

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
 * Takes plain files out of folders in which foreign processes may still be at work. No link on the
 * way is followed: whoever puts one there after a file was checked would have the node give away,
 * and delete, a file of its own or of the system.
 */
public final class PlainFiles {

  private PlainFiles() {}

  /**
   * Moves it, by copying if it lies on another disk.
   *
   * @param source absolute, without links
   * @param target in a folder that only the node may write
   * @throws IOException also when it is no plain file, or a link leads to it
   */
  public static void move(Path source, Path target) throws IOException {
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
        copy(folder, source, target);
        folder.deleteFile(name);
      }
    }
    // Here nobody else can change what it is any more.
    if (!Files.isRegularFile(target, LinkOption.NOFOLLOW_LINKS)) {
      Files.deleteIfExists(target);
      throw new IOException("'" + source + "' is not a plain file");
    }
  }

  /**
   * Copies it.
   *
   * @param source absolute, without links
   * @param target in a folder that only the node may write; absent
   * @throws IOException also when it is no plain file, or a link leads to it
   */
  public static void copy(Path source, Path target) throws IOException {
    Path from = source.getParent();
    if (from == null) {
      throw new NoSuchFileException(source.toString());
    }
    try (SecureDirectoryStream<Path> folder = open(from)) {
      copy(folder, source, target);
    }
  }

  private static void copy(SecureDirectoryStream<Path> folder, Path source, Path target)
      throws IOException {
    Path name = source.getFileName();
    if (!folder
        .getFileAttributeView(name, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
        .readAttributes()
        .isRegularFile()) {
      throw new IOException("'" + source + "' is not a plain file");
    }
    try (InputStream in =
        Channels.newInputStream(
            folder.newByteChannel(
                name, Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS)))) {
      Files.copy(in, target);
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

  /**
   * The stream as one that opens what lies in it without following links.
   *
   * @throws IOException if this system cannot; the stream is closed then
   */
  public static SecureDirectoryStream<Path> secure(DirectoryStream<Path> stream)
      throws IOException {
    if (stream instanceof SecureDirectoryStream<Path> secure) {
      return secure;
    }
    stream.close();
    throw new IOException("this system cannot open files without following links");
  }
}
