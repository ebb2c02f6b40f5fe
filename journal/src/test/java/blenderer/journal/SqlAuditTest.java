package blenderer.journal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SqlAuditTest extends AuditContract {

  @TempDir Path folder;
  private Database database;

  @BeforeEach
  void open() {
    database = Database.open(folder.resolve("journal.db"));
  }

  @AfterEach
  void close() {
    database.close();
  }

  @Override
  AuditLog audit() {
    return database.audit();
  }

  @Test
  void what_was_written_outlives_the_server() {
    audit().add(entry("ada", 10));
    database.close();
    database = Database.open(folder.resolve("journal.db"));
    assertThat(audit().entries("ada", null, 10)).hasSize(1);
  }
}
