package blenderer.cli;

import blenderer.api.ConnectionString;
import blenderer.api.LocalFileException;
import blenderer.api.Secrets;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;

/**
 * The connection string that a person logged in with, in {@code connection} of the configuration
 * folder, readable by its owner only. Beside it, while a login is under way, {@code
 * connection.pending} keeps the key that goes with an invite: a login that was cut off in the
 * middle and is repeated sends the same pair, which succeeds again.
 */
final class SavedLogin {

  private final Path file;
  private final Path pending;

  SavedLogin(Surroundings around) {
    this.file = around.configFolder().resolve("connection");
    this.pending = around.configFolder().resolve("connection.pending");
  }

  Path file() {
    return file;
  }

  /** The saved connection; empty if there is none. */
  Optional<ConnectionString> load() {
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    try {
      return Optional.of(ConnectionString.parse(Files.readString(file)));
    } catch (IOException e) {
      throw LocalFileException.unreadable(file, e);
    }
  }

  /** Saves a connection whole or not at all, and forgets the pending key. */
  void save(ConnectionString connection) {
    write(file, connection.print() + "\n");
    try {
      Files.deleteIfExists(pending);
    } catch (IOException e) {
      throw LocalFileException.unwritable(pending, e);
    }
  }

  /** The key for an invite: the one that an earlier try made, else a new one that is now kept. */
  String keyFor(ConnectionString invite) {
    String hash = Secrets.hash(invite.secret());
    try {
      if (Files.exists(pending)) {
        List<String> lines = Files.readAllLines(pending);
        if (lines.size() == 2 && lines.getFirst().equals(hash)) {
          return lines.getLast();
        }
      }
    } catch (IOException e) {
      throw LocalFileException.unreadable(pending, e);
    }
    String key = Secrets.newKey();
    write(pending, hash + "\n" + key + "\n");
    return key;
  }

  private static void write(Path target, String text) {
    Path folder = target.getParent();
    try {
      if (folder != null) {
        Files.createDirectories(folder);
      }
      Path next = target.resolveSibling(target.getFileName() + ".new");
      Files.deleteIfExists(next);
      if (Files.getFileStore(folder == null ? Path.of(".") : folder)
          .supportsFileAttributeView("posix")) {
        Files.createFile(
            next,
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      } else {
        Files.createFile(next);
      }
      Files.write(next, text.getBytes(StandardCharsets.UTF_8));
      try (FileChannel channel = FileChannel.open(next, StandardOpenOption.WRITE)) {
        channel.force(true);
      }
      Files.move(next, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw LocalFileException.unwritable(target, e);
    }
  }
}
