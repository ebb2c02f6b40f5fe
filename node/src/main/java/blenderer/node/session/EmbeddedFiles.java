package blenderer.node.session;

import blenderer.node.os.PlainFiles;
import blenderer.openjd.EmbeddedFile;
import blenderer.openjd.Symbols;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Writes the files that a script carries. Actions may write in the session's folder while the node
 * does, so no link on the way is followed: it could lead to the node's own files.
 */
final class EmbeddedFiles {

  private final Path sessionRoot;
  private final Path all;
  private final Path folder;

  private EmbeddedFiles(SessionFolder session, String name) {
    this.sessionRoot = session.root();
    this.all = session.files();
    this.folder = all.resolve(name);
  }

  /** Those of what tasks run. */
  static EmbeddedFiles ofTask(SessionFolder session) {
    return new EmbeddedFiles(session, "task");
  }

  /**
   * Those of an environment.
   *
   * @param depth how many environments are around it
   */
  static EmbeddedFiles ofEnvironment(SessionFolder session, int depth) {
    return new EmbeddedFiles(session, "environment-" + depth);
  }

  /** Makes the folder; before the first action runs. */
  void prepare() throws IOException {
    Files.createDirectory(
        folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
  }

  /** Where each file will lie, by its name in the template. */
  Map<String, String> paths(List<EmbeddedFile> files) {
    Map<String, String> paths = new LinkedHashMap<>();
    for (EmbeddedFile file : files) {
      paths.put(file.name(), folder.resolve(filename(file)).toString());
    }
    return paths;
  }

  /** Two files may ask for one name, and the last then wins, as if written one after the other. */
  private static Path filename(EmbeddedFile file) {
    return Path.of(file.filename().isEmpty() ? file.name() : file.filename()).getFileName();
  }

  /** Writes all of them anew. */
  void write(List<EmbeddedFile> wanted, Symbols symbols) throws IOException {
    if (wanted.isEmpty()) {
      return;
    }
    try (SecureDirectoryStream<Path> root =
            PlainFiles.secure(Files.newDirectoryStream(sessionRoot));
        SecureDirectoryStream<Path> files = inside(root, all);
        SecureDirectoryStream<Path> own = inside(files, folder)) {
      for (EmbeddedFile file : wanted) {
        write(own, file, file.resolveData(symbols));
      }
    }
  }

  private static void write(SecureDirectoryStream<Path> in, EmbeddedFile file, String data)
      throws IOException {
    Path name = filename(file);
    try {
      in.deleteFile(name);
    } catch (NoSuchFileException e) {
      // The first time.
    }
    try (SeekableByteChannel channel =
        in.newByteChannel(
            name,
            Set.of(
                StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS),
            PosixFilePermissions.asFileAttribute(
                PosixFilePermissions.fromString(file.runnable() ? "rwx------" : "rw-------")))) {
      ByteBuffer bytes = ByteBuffer.wrap(data.getBytes(StandardCharsets.UTF_8));
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
    }
  }

  private static SecureDirectoryStream<Path> inside(SecureDirectoryStream<Path> in, Path folder)
      throws IOException {
    return in.newDirectoryStream(folder.getFileName(), LinkOption.NOFOLLOW_LINKS);
  }
}
