package blenderer.server.backup;

import blenderer.api.Json;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;

/** Journals as a later program would leave them. */
final class Newer {

  private Newer() {}

  static void stamp(Path journal) {
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + journal);
        Statement statement = connection.createStatement()) {
      statement.execute(
          "INSERT INTO flyway_schema_history (installed_rank, version, description, type, script,"
              + " installed_by, execution_time, success)"
              + " VALUES (9999, '9999', 'later', 'SQL', 'V9999__later.sql', 'x', 1, 1)");
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /** In the newest backup of a folder, which stays whole. */
  static void inBackup(Path backups) throws IOException {
    BackupFolder.Finished backup = BackupFolder.read(backups).find(null);
    stamp(backup.journal());
    Path note = backup.folder().resolve(BackupNote.FILE);
    ObjectNode json = (ObjectNode) Json.mapper().readTree(Files.readString(note));
    ((ObjectNode) json.get("files"))
        .put(BackupFolder.JOURNAL, BackupFolder.digest(backup.journal()));
    Files.writeString(note, json.toString());
  }
}
