package blenderer.node.session;

import blenderer.openjd.EmbeddedFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Writes the files that a script carries. */
final class EmbeddedFiles {

  private final Path folder;

  /**
   * @param folder the script's own; made when needed
   */
  EmbeddedFiles(Path folder) {
    this.folder = folder;
  }

  /** Where each file will lie, by its name in the template. */
  Map<String, String> paths(List<EmbeddedFile> files) {
    Map<String, String> paths = new LinkedHashMap<>();
    for (EmbeddedFile file : files) {
      paths.put(file.name(), path(file).toString());
    }
    return paths;
  }

  /** Two files may ask for one name, and the last then wins, as if written one after the other. */
  private Path path(EmbeddedFile file) {
    return folder.resolve(file.filename().isEmpty() ? file.name() : file.filename());
  }

  /** Writes all of them anew. */
  void write(List<EmbeddedFile> files, Map<String, String> symbols) throws IOException {
    if (files.isEmpty()) {
      return;
    }
    Files.createDirectories(folder);
    for (EmbeddedFile file : files) {
      Path path = path(file);
      Files.deleteIfExists(path);
      Files.createFile(
          path,
          PosixFilePermissions.asFileAttribute(
              PosixFilePermissions.fromString(file.runnable() ? "rwx------" : "rw-------")));
      Files.write(path, file.resolveData(symbols).getBytes(StandardCharsets.UTF_8));
    }
  }
}
