package blenderer.journal;

import blenderer.core.Journal;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

final class SqlClaimsTest extends ClaimContract {

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
  ClaimStore claims() {
    return database.claims();
  }

  @Override
  Journal journal() {
    return database.journal();
  }
}
